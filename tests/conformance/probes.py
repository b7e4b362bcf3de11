"""How Kubernetes' own suite states what it expects (test/e2e/network/netpol/reachability.go)."""

from fnmatch import fnmatchcase

import msgspec


class Probe(msgspec.Struct, frozen=True):
    """The table of one protocol and port: edits are (allowed, sources, destinations), by shell patterns."""

    protocol: str
    port: int
    edits: tuple[tuple[bool, str, str], ...]

    def expects(self, source, destination, _protocol, _port):
        """Whether a connection passes; what a pod says to itself is not probed upstream, and always does."""
        allowed = True
        for verdict, sources, destinations in self.edits:
            if fnmatchcase(source, sources) and fnmatchcase(destination, destinations):
                allowed = verdict
        return allowed or source == destination


def no(sources, destinations):
    return False, sources, destinations


def yes(sources, destinations):
    return True, sources, destinations


def tcp(port, *edits):
    return Probe("TCP", port, edits)


def udp(port, *edits):
    return Probe("UDP", port, edits)


def sctp(port, *edits):
    return Probe("SCTP", port, edits)
