from netpolc.ecosystem.known_addresses import word_for
from tests.rows import each_row


@each_row(
    "blocks, expected",
    [
        ("0.0.0.0/0", "internet-v4"),
        ("::/0", "internet-v6"),
        ("0.0.0.0/0 ::/0", "internet"),
        ("10.0.0.0/8 172.16.0.0/12 192.168.0.0/16", "private"),
        ("169.254.169.254/32", "metadata"),
        ("169.254.169.254/32 10.0.0.0/8 172.16.0.0/12", "private-and-metadata"),
        ("169.254.169.254/32 10.0.0.0/8 127.0.0.0/8", None),
        ("10.128.0.0/14 192.168.0.0/16", "pod-network"),
        ("10.244.0.0/16", "pod-network"),
        ("192.168.0.0/16", "private"),
        ("10.96.0.0/12", "service-network"),
        ("35.191.0.0/16 130.211.0.0/22", "google-health-checks"),
        ("203.0.113.0/24", None),
        ("203.0.113.0/24 10.0.0.0/8", None),
    ],
)
def test_words(blocks, expected):
    assert word_for(frozenset(blocks.split())) == expected
