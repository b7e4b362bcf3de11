"""The relation pair by pair: what the rules of both ends let through, as a model of its rows and groups."""

from netpolc.engine.members import Members
from netpolc.engine.peers import Peer
from netpolc.engine.regions import Namespaces, PodSet
from netpolc.engine.relation import RelatedPeers
from netpolc.engine.verdicts import Address, Evaluator, Pod, families, is_of
from netpolc.sets import labels
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet, intersection, ports_of, union

NOTHING = PortSet()


def connections(peers, ruleset, open_pods=None):
    """Every two peers that may talk, like ones too, in their order, with the ports; `open_pods` are open sets."""
    sides = {direction: _Side(direction, ruleset, (open_pods or {}).get(direction, ())) for direction in SIDES}
    for source in peers:
        for destination in peers:
            ports = between(sides, source, destination)
            if ports != NOTHING:
                yield source, destination, ports


SIDES = ("egress", "ingress")


def between(sides, source, destination):
    """The ports on which one peer reaches another, by any family of addresses that both have."""
    if isinstance(source.end, Address) and isinstance(destination.end, Address):
        return NOTHING
    found = [NOTHING]
    for family, one in stack(source).items():
        for other_family, other in stack(destination).items():
            choice = len(stack(source)) > 1 or len(stack(destination)) > 1
            if choice and None not in (family, other_family) and family != other_family:
                continue
            outward = sides["egress"].let_through(one, other)
            inward = sides["ingress"].let_through(other, one)
            found.append(both(outward, inward, other))
    return union(found)


def stack(peer):
    """A peer once for each family of which it has addresses."""
    return {family: Peer(id=peer.id, end=end, pods=peer.pods) for family, end in families(peer.end).items()}


class _Side:
    """The rules of one direction."""

    def __init__(self, direction, ruleset, open_pods):
        self._direction = direction
        self._evaluator = Evaluator(ruleset)
        self._allow_rules = ruleset.of(direction).allow_rules
        self._open = open_pods
        self._namespaces = Namespaces(ruleset.namespaces)

    def let_through(self, subject, other):
        """The ports that the rules of one peer let through to or from another."""
        if subject.pods is None:
            if not self._evaluator.isolations(self._direction, subject.end):
                return EVERY_PORT
            rules = self._evaluator.allow_rules(self._direction, subject.end)
        else:
            if any(self._is_in(subject, region) for region in self._open):
                return EVERY_PORT
            rules = [each for each in self._allow_rules if self._is_in(subject, each.subject)]
        return union([NOTHING, *(each.ports for each in rules if self._is_in(other, each.peer))])

    def _is_in(self, peer, region):
        """Whether all that a peer stands for is in a region."""
        if peer.pods is None:
            return is_of(peer.end, region)
        return (
            isinstance(region, PodSet)
            and self._namespaces.are_all(peer.pods.namespaces, region.namespaces)
            and labels.intersect(peer.pods.pods, region.pods) == peer.pods.pods
        )


def both(outward, inward, destination):
    """What is in two sets of ports, as a destination names its ports."""
    if isinstance(destination.end, Pod) and destination.end.hypothetical:
        return intersection(outward, inward)
    return intersection(numbered(outward, destination.end), numbered(inward, destination.end))


def numbered(ports, end):
    """Ports whose names are the numbers that an end gives them."""
    items = list(ports.intervals)
    for name in ports.names:
        items += [
            PortInterval(each.protocol, each.number, each.number)
            for each in getattr(end, "ports", ())
            if (each.name, each.protocol) == (name.name, name.protocol)
        ]
    return ports_of(items)


def relation(peers, rows):
    """A relation of rows that nobody had to find."""
    members = [peer.end if peer.pods is None else peer.pods for peer in peers]
    return RelatedPeers(tuple(peers), tuple(rows), Members(members, Namespaces({})))


def expanded(groups):
    """The pairs of groups, each with its ports; none is in two of them."""
    found = {}
    for group in groups:
        for source in group.sources:
            for destination in group.destinations:
                assert (source.id, destination.id) not in found
                found[source.id, destination.id] = group.ports
    return found


def changed(review):
    """The findings of a review, once for each pair of peers whose change they are, by the ids of these."""
    for finding in review.findings:
        for source in finding.change.sources:
            for destination in finding.change.destinations:
                yield finding, source.id, destination.id


def facts(ports, numbers, names):
    """What ports mean: each number of a protocol, with the names that a destination would have to give it."""
    return {
        (protocol, number, frozenset(given))
        for protocol in ("TCP", "UDP", "SCTP")
        for number in numbers
        for given in ((), *names)
        if ports.contains(protocol, number) or any(_is(name, protocol, number, given) for name in ports.names)
    }


def _is(name: NamedPort, protocol, number, given):
    has_names = {*name.names} <= {*given} and not {*name.but} & {*given}
    return name.protocol == protocol and has_names and name.first <= number <= name.last
