"""Rows of VPC flow logs at random, as AWS delivers them in Parquet, some of which lack what is needed."""

import json

ADDRESSES = ("10.1.0.1", "10.1.0.2", "10.1.0.3", "203.0.113.9", "fd00::1", "192.168.0.7")
PORTS = (0, 53, 443, 2000, 5432, 40000, 50000)
STARTED = 1_793_527_200


def lines(random, count):
    """As many rows, as bytes of JSON without what is null."""
    return [json.dumps(_row(random)).encode() for _ in range(count)]


def _row(random):
    start = STARTED + 60 * random.randrange(5_000)
    source, destination = random.choice(ADDRESSES), random.choice(ADDRESSES)
    row = {
        "version": 5,
        "srcaddr": source,
        "dstaddr": destination,
        "srcport": random.choice(PORTS),
        "dstport": random.choice(PORTS),
        "protocol": random.choice((6, 6, 6, 17, 132, 1)),
        "start": start,
        "end": start + 60,
        "action": random.choice(("ACCEPT", "ACCEPT", "REJECT", "-", "WHAT")),
        "log_status": "OK",
        "tcp_flags": random.choice((0, 1, 2, 3, 16, 18, 19)),
        "pkt_srcaddr": random.choice((source, "10.1.0.9", "-", "")),
        "pkt_dstaddr": random.choice((destination, "-", "")),
        "flow_direction": random.choice(("ingress", "egress", "-")),
    }
    if random.random() < 0.05:
        row |= dict.fromkeys(("srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr", "action"), "-")
        row |= {"log_status": random.choice(("NODATA", "SKIPDATA"))}
    return {key: value for key, value in row.items() if random.random() < 0.97}
