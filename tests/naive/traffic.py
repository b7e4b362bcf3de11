"""What becomes of connections that are seen, as plainly as the documents say it: line by line, end by end.

A world is what `tests.strategies.seen` makes up; nothing of netpolc is used. What cannot be known is None.
"""

import ipaddress
from collections import Counter

NOT_JOINED = None


def truth(world):
    """The count of each line that is used, what is refused with its counts, and the records that nobody can judge."""
    used, refused, unjoined = Counter(), Counter(), 0
    for connection in world.connections:
        seen = sum(record.count for record in connection.records)
        verdict = allowed(world, connection) if connection.can_be_joined else NOT_JOINED
        if verdict is NOT_JOINED:
            unjoined += seen
            continue
        # What both sides logged is there twice.
        count = seen // 2 if connection.both_sides else seen
        if verdict:
            for number, line in enumerate(world.lines):
                if matches(line, connection) is True:
                    used[number] += count
        else:
            source, destination = connection.source.id, connection.destination.id
            refused[source, destination, connection.protocol, connection.port, connection.verdict] += count
    return used, refused, unjoined


def allowed(world, connection):
    """Whether it passes both ends; None if nobody can tell."""
    return both(
        passes(world, "egress", connection.source, connection),
        passes(world, "ingress", connection.destination, connection),
    )


def passes(world, direction, end, connection):
    if end.address is not None or direction not in world.closed.get(end.namespace, ()):
        return True
    return either(matches(line, connection) for line in world.lines if direction in line.directions)


def matches(line, connection):
    """Whether a line speaks of it: of pods at an end that the line is about."""
    about = {"egress": connection.source, "ingress": connection.destination}
    found = any(about[direction].address is None for direction in line.directions)
    for written, end in ((line.source, connection.source), (line.destination, connection.destination)):
        found = both(found, is_end(written, end))
    return both(found, has_port(line, connection))


def is_end(written, end):
    if written.cidr is not None:
        return end.address is not None and ipaddress.ip_address(end.address) in ipaddress.ip_network(written.cidr)
    if written.is_any:
        return True
    if end.address is not None or any(end.labels.get(key) != value for key, value in written.labels.items()):
        return False
    if written.namespace is not None:
        return end.namespace == written.namespace
    if not written.namespace_labels:
        return True
    if end.namespace_labels is None:
        return None
    return all(end.namespace_labels.get(key) == value for key, value in written.namespace_labels.items())


def has_port(line, connection):
    if line.protocol != connection.protocol:
        return False
    if line.port_name is None:
        return line.first <= connection.port <= line.last
    end = connection.destination
    if end.address is not None:
        return False
    if not end.is_shown:
        return None
    return end.ports.get(line.port_name) == (connection.protocol, connection.port)


def both(one, other):
    """Whether both are so, where either may be unknown."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(several):
    """Whether any is so, where some may be unknown."""
    found = False
    for each in several:
        if each is True:
            return True
        found = None if each is None else found
    return found
