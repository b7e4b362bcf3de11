"""Who opened a connection, where a log has both of its directions and does not say which is which: told by the ports.

The port that is asked for is a well-known one, below 1024, or at least not one of those that Linux takes for whoever
asks, from 32768 on (net.ipv4.ip_local_port_range); gateways that translate addresses take lower ones, too. Where both
ports are of one kind, nothing is told.
"""

from __future__ import annotations

_BORDERS = (1024, 32768)


def is_opening(source_port: int, destination_port: int) -> bool | None:
    """Tell whether a record is of the direction in which a connection was opened; None where nobody knows.

    A source port of 0 is one that the record leaves out.
    """
    if not source_port:
        return True if destination_port < _BORDERS[-1] else None
    for border in _BORDERS:
        if (destination_port < border) != (source_port < border):
            return destination_port < border
    return None
