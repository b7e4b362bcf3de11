"""Changes against the difference of both relations, pair by pair."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.changes import View, changes
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, Reason, RuleSet
from netpolc.engine.peers import Peer
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.relation import connections
from netpolc.engine.verdicts import Evaluator, Pod, PodPort
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, ports_of
from tests.rows import each_row
from tests.unit.engine.universe import (
    ADDRESSES,
    CONTAINER_PORTS,
    KNOWN,
    PORTS,
    Maker,
    allows,
    could_be,
    holds,
    in_box,
    names_at,
    of_one_world,
)

NOWHERE = 40000
NUMBERS = (*PORTS, NOWHERE)


class Views(Maker):
    """Two sides that have most in common."""

    def views(self, peers):
        old = self.ruleset()
        new = RuleSet(*(self.changed(direction_rules) for direction_rules in (old.ingress, old.egress)), KNOWN)
        sides = [View(peers, old), View(peers, new)]
        self.random.shuffle(sides)
        return sides

    def changed(self, direction_rules):
        allow_rules = [allow_rule for allow_rule in direction_rules.allow_rules if self.chance(0.7)]
        if direction_rules.isolations and self.chance(0.5):
            allow_rules += self.allow_rules(self.random.choice(direction_rules.isolations).subject)
        return DirectionRules(
            tuple(each for each in direction_rules.isolations if self.chance(0.8)), tuple(allow_rules)
        )

    def peers(self, *, addressed):
        ends = [*of_one_world(self.pod(addressed=addressed) for _ in range(8)), *ADDRESSES[::4]]
        return tuple(Peer(id=str(number), end=end) for number, end in enumerate(ends))

    def pod(self, *, addressed):
        end = self.end()
        while not isinstance(end, Pod):
            end = self.end()
        if addressed and self.chance(0.5):
            return msgspec.structs.replace(end, addresses=self.random.choice(ADDRESSES).addresses)
        return msgspec.structs.replace(end, host_network=addressed and self.chance(0.1))

    def renumbered(self, peer):
        """A peer that calls its ports otherwise."""
        if isinstance(peer.end, Pod):
            end = msgspec.structs.replace(peer.end, ports=self.random.choice(CONTAINER_PORTS))
            return msgspec.structs.replace(peer, end=end)
        return peer


def related(view):
    found = {}
    for each in connections(view.peers, view.ruleset):
        for protocol in PROTOCOLS:
            for port in NUMBERS:
                if each.ports.contains(protocol, port):
                    found[each.source.id, each.destination.id, protocol, port] = True
    return set(found)


@pytest.mark.parametrize("addressed", [False, True])
def test_changes_are_what_only_one_relation_has(addressed):
    maker, widened, narrowed = Views(random.Random(int(addressed))), 0, 0
    for _ in range(30):
        old, new = maker.views(maker.peers(addressed=addressed))
        known = {peer.id for peer in new.peers}
        found = changes(old, new).connections()
        assert len({(each.source.id, each.destination.id, each.widened) for each in found}) == len(found)
        told = {True: set(), False: set()}
        for each in found:
            if each.source.id in known and each.destination.id in known:
                told[each.widened] |= {
                    (each.source.id, each.destination.id, protocol, port)
                    for protocol in PROTOCOLS
                    for port in NUMBERS
                    if each.ports.contains(protocol, port)
                }
        before, after = related(old), related(new)
        assert told == {True: after - before, False: before - after}
        widened, narrowed = widened + bool(after - before), narrowed + bool(before - after)
    assert min(widened, narrowed) > 8


def test_changes_of_pods_that_could_exist_are_true():
    """A name stands for whatever numbers pods give it, so numbers are what can be tried."""
    maker, seen = Views(random.Random(3)), 0
    for _ in range(40):
        old, new = maker.views(())
        evaluators = Evaluator(old.ruleset), Evaluator(new.ruleset)
        for each in changes(old, new).connections():
            assert each.source.pods is not None or each.destination.pods is not None
            for interval in each.ports.intervals:
                seen += 1
                ends = each.source.end, each.destination.end, interval.protocol, interval.last
                assert [evaluator.allows(*ends) for evaluator in evaluators] == [not each.widened, each.widened]
    assert seen > 100


class World:
    """Two sides with pods that differ on them, pods that could exist, and what is said to have changed."""

    def __init__(self, maker):
        self.old, self.new = maker.views(maker.peers(addressed=True)[5:10])
        peers = tuple(maker.renumbered(peer) if maker.chance(0.3) else peer for peer in self.new.peers)
        self.new = msgspec.structs.replace(self.new, peers=peers)
        self.found = changes(self.old, self.new)
        known = [peer.end for peer in peers]
        supposed = [*of_one_world([*known, *(maker.pod(addressed=False) for _ in range(8))])][len(known) :]
        self.ends = [*range(len(known)), *supposed]

    def connections(self):
        """What connects, on each side, and the numbers of the peers that there are instead of their ends."""
        for source, destination in itertools.product(self.ends, self.ends):
            pairs = [
                [view.peers[end].end if isinstance(end, int) else end for end in (source, destination)]
                for view in (self.old, self.new)
            ]
            if could_be(*pairs[0]):
                for protocol, port in (("TCP", 2), ("TCP", 4), ("UDP", 3), ("TCP", NOWHERE)):
                    yield (source, destination), *((*pair, protocol, port) for pair in pairs)

    def allowed(self, connections):
        return [allows(view.ruleset, each) for view, each in zip((self.old, self.new), connections, strict=True)]

    def is_told(self, relation, ends, connection, *, by_number=False):
        """Whether a relation has it; what is told by a name is true of some number that may have that, not of each."""
        return any(
            self.is_at(ends[0], each.source)
            and self.is_at(ends[1], each.destination)
            and is_held(msgspec.structs.replace(each.ports, names=()) if by_number else each.ports, connection)
            for each in relation
        )

    def is_at(self, end, peer):
        """Whether a peer is one that there is, or a set that holds a pod that could exist."""
        if isinstance(end, int):
            return peer.id == str(self.new.peers[end].id)
        return peer.pods is not None and holds(peer.pods, end)


def is_held(ports, connection):
    """Whether a destination's port is one of a change's, whose names may be those of some numbers only."""
    _, destination, protocol, port = connection
    names = names_at(destination, protocol, port)
    held = [each for each in (*ports.intervals, *ports.names) if each.protocol == protocol]
    return any(
        each.first <= port <= each.last
        and (isinstance(each, PortInterval) or ({*each.names} <= names and names.isdisjoint(each.but)))
        for each in held
    )


@pytest.mark.search(20, block=20)
def test_changes_are_true_of_all_pods_that_could_exist_and_none_is_missed(seeds):
    told = partly = 0
    for seed in seeds:
        world = World(Views(random.Random(seed)))
        found = world.found
        rows = {True: list(found.widened.connections()), False: list(found.narrowed.connections())}
        of_some = dict(zip((True, False), (list(each.connections()) for each in found.partly), strict=True))
        for ends, *both in world.connections():
            before, after = world.allowed(both)
            for widened, one, other, asked in ((True, after, before, both[1]), (False, before, after, both[0])):
                is_told = world.is_told(rows[widened], ends, asked)
                assert one > other or not world.is_told(rows[widened], ends, asked, by_number=True), (ends, both)
                if one > other and found.complete and not is_told:
                    side = "other" if widened else "one"
                    of_a_box = any(each.allowed_by == side and in_box(each.whole, asked) for each in found.partial)
                    assert of_a_box or world.is_told(of_some[widened], ends, asked), (ends, both)
                    partly += not of_a_box
                told += is_told
    assert seeds.meet(told, 1)
    assert seeds.meet(partly, 0)


SHOP, DATA = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data"))
WEB = Peer(id="shop/web", end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 80), PodPort("dns", "UDP", 53))))
API = Peer(id="data/api", end=Pod(namespace="data"))
NET = Peer(id="net", end=ADDRESSES[0])
CLOSED, LET, ALSO = (Reason(None, "", None, text) for text in ("closed", "let", "also"))
OPEN = DirectionRules((), ())
HTTP, OTHER = NamedPort("TCP", "http"), NamedPort("TCP", "other")
TCP = PortInterval("TCP", 1, 65535)


def direction_rules(*allow_rules):
    return DirectionRules((Isolation(SHOP, CLOSED),), allow_rules)


def let(peer, *ports, reason=LET):
    return AllowRule(SHOP, peer, ports_of(ports) if ports else EVERY_PORT, reason)


def changed(direction, old, new, *peers):
    ruleset = ((side, OPEN) if direction == "ingress" else (OPEN, side) for side in (old, new))
    return changes(*(View(peers, RuleSet(*each, {})) for each in ruleset)).connections()


def of_real(found):
    """What changed between peers that there are."""
    return [each for each in found if each.source.pods is None and each.destination.pods is None]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("widened", [True, False])
@pytest.mark.parametrize(
    ("less", "more"),
    [
        (direction_rules(), direction_rules(let(DATA))),
        (direction_rules(), direction_rules(let(DATA), let(EVERY_POD, reason=ALSO))),
        (direction_rules(), OPEN),
    ],
)
def test_changes_say_in_which_way_they_go(direction, widened, less, more):
    found = changed(direction, *((less, more) if widened else (more, less)), WEB, API)
    pair = (API, WEB) if direction == "ingress" else (WEB, API)
    (entry,) = (each for each in found if (each.source, each.destination) == pair)
    assert entry.widened is widened
    assert entry.ports == EVERY_PORT


def test_changes_come_in_order_by_source_and_destination():
    found = of_real(changed("ingress", direction_rules(), OPEN, WEB, API, NET))
    assert [(each.source.id, each.destination.id) for each in found] == [
        ("data/api", "shop/web"),
        ("net", "shop/web"),
        ("shop/web", "shop/web"),
    ]


@each_row(
    "less, more, expected",
    [
        ((), (HTTP,), [PortInterval("TCP", 80, 80)]),
        ((), (OTHER,), []),
        ((HTTP,), (TCP,), [PortInterval("TCP", 1, 79), PortInterval("TCP", 81, 65535)]),
        ((OTHER,), (TCP,), [TCP]),
        ((OTHER,), (OTHER, HTTP), [PortInterval("TCP", 80, 80)]),
        ((HTTP,), (OTHER, HTTP), []),
        ((PortInterval("TCP", 80, 80),), (HTTP,), []),
        ((PortInterval("TCP", 1, 79),), (HTTP, PortInterval("TCP", 1, 79)), [PortInterval("TCP", 80, 80)]),
        ((HTTP,), (PortInterval("TCP", 80, 90),), [PortInterval("TCP", 81, 90)]),
        ((), (NamedPort("UDP", "dns"),), [PortInterval("UDP", 53, 53)]),
    ],
)
def test_names_of_ports_are_the_numbers_of_a_workload(less, more, expected):
    old, new = (direction_rules(let(DATA, *ports)) if ports else direction_rules() for ports in (less, more))
    assert [each.ports for each in of_real(changed("ingress", old, new, WEB, API))] == [ports_of(expected)] * bool(
        expected
    )


def test_pods_of_which_there_are_none_become_peers():
    (found,) = changed("ingress", direction_rules(), direction_rules(let(DATA, HTTP)))
    assert (found.source.id, found.destination.id) == ("data/*", "shop/*")
    assert found.source.pods == DATA
    assert found.ports == ports_of([HTTP])


def test_what_pods_call_their_ports_is_a_part_of_a_change():
    """Nobody knows which numbers have the name, so what changed is told as a part of all."""
    old, new = (View((), RuleSet(direction_rules(let(DATA, ports)), OPEN, {})) for ports in (HTTP, TCP))
    found = changes(old, new)
    assert (found.connections(), found.complete) == ([], True)
    (partial,) = found.partial
    assert (partial.allowed_by, partial.whole.source, partial.whole.destination) == ("other", DATA, SHOP)
    assert (partial.whole.ports.protocol, partial.whole.ports.first, partial.whole.ports.last) == ("TCP", 1, 65535)


def test_pods_that_differ_are_compared_as_they_are_on_each_side():
    moved = msgspec.structs.replace(WEB, end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),)))
    egress = DirectionRules((Isolation(DATA, CLOSED),), (AllowRule(DATA, SHOP, EVERY_PORT, ALSO),))
    ruleset = RuleSet(direction_rules(let(DATA, HTTP)), egress, {})
    found = changes(View((WEB, API), ruleset), View((moved, API), ruleset)).connections()
    expected = [(False, (PortInterval("TCP", 80, 80),)), (True, (PortInterval("TCP", 8080, 8080),))]
    assert {each.destination.id for each in found} == {moved.id}
    # What changed for the pods that are there did for all of their namespace.
    for source in (API.id, "data/*"):
        assert [(each.widened, each.ports.intervals) for each in found if each.source.id == source] == expected


def test_pods_that_all_differ_are_compared_as_they_are_on_each_side():
    moved = msgspec.structs.replace(WEB, end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),)))
    ruleset = RuleSet(direction_rules(let(SHOP, HTTP)), OPEN, {})
    found = changes(View((WEB,), ruleset), View((moved,), ruleset)).connections()
    for source in (WEB.id, "shop/*"):
        told = [(each.widened, each.ports.intervals[0].first) for each in found if each.source.id == source]
        assert told == [(False, 80), (True, 8080)]


def test_pods_with_addresses_may_be_let_through_by_either():
    """A block that is new changes nothing for pods that rules let through before."""
    addressed = msgspec.structs.replace(WEB, end=Pod(namespace="shop", addresses=ADDRESSES[0].addresses))
    before, after = direction_rules(let(SHOP)), direction_rules(let(SHOP), let(ADDRESSES[0].addresses))
    found = changed("ingress", before, after, addressed)
    assert [each for each in found if (each.source, each.destination) == (addressed, addressed)] == []


def pods_of_data(operator):
    return PodSet(DATA.namespaces, LabelSelector((LabelRequirement("app", operator, ("api",)),)))


APIS, NO_APIS = pods_of_data("In"), pods_of_data("NotIn")
LAB = Peer(id="lab/w", end=Pod(namespace="lab"))
ADDRESSED = msgspec.structs.replace(WEB, end=Pod(namespace="shop", addresses=ADDRESSES[0].addresses))


def sides(direction, old, new, *peers, namespaces=({}, {})):
    """All that changed, where rules of one direction did."""
    both = ((side, OPEN) if direction == "ingress" else (OPEN, side) for side in (old, new))
    return changes(*(View(peers, RuleSet(*side, known)) for side, known in zip(both, namespaces, strict=True)))


def told(relation):
    return {(each.source.id, each.destination.id): each.ports for each in relation.connections()}


def of_web(direction, relation):
    """What is told of the workload in the shop and pods of data."""
    at, other = (1, 0) if direction == "ingress" else (0, 1)
    return {pair[other]: ports for pair, ports in told(relation).items() if pair[at] == "shop/web"}


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("widened", [True, False])
def test_a_set_is_not_told_that_is_made_of_what_has_changed_and_what_has_not(direction, widened):
    """Of pods with addresses, rows are compared; that of the whole namespace has changed for some of its pods."""
    few, all_pods = direction_rules(let(APIS)), direction_rules(let(DATA))
    found = sides(direction, *((few, all_pods) if widened else (all_pods, few)), LAB, ADDRESSED)
    changed, other = (found.widened, found.narrowed) if widened else (found.narrowed, found.widened)
    assert of_web(direction, changed) == {"data/[app!=api]": EVERY_PORT}
    assert told(other) == told(found.partly[0]) == told(found.partly[1]) == {}


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("widened", [True, False])
def test_what_changed_for_some_pods_of_a_set_is_told_where_nobody_looked_whether_its_parts_tell_it(
    direction, widened, monkeypatch
):
    few, all_pods = direction_rules(let(APIS)), direction_rules(let(DATA))
    both = (few, all_pods) if widened else (all_pods, few)
    sets = sum(peer.pods is not None for peer in sides(direction, *both, LAB, ADDRESSED).widened.peers)
    for looks, expected in ((sets, {}), (sets - 1, {"data/*": EVERY_PORT})):
        monkeypatch.setattr("netpolc.engine.changes.MOST_LOOKS", looks)
        widened_partly, narrowed_partly = sides(direction, *both, LAB, ADDRESSED).partly
        assert of_web(direction, widened_partly if widened else narrowed_partly) == expected
        assert told(narrowed_partly if widened else widened_partly) == {}


@pytest.mark.parametrize("widened", [True, False])
def test_what_changed_for_pods_that_do_not_call_a_port_by_its_name_is_told_of_these_alone(widened):
    few, all_pods = direction_rules(let(APIS), let(NO_APIS, HTTP)), direction_rules(let(DATA))
    found = sides("egress", *((few, all_pods) if widened else (all_pods, few)), LAB, ADDRESSED)
    of_some, of_none = found.partly if widened else found.partly[::-1]
    others = [each for each in EVERY_PORT.intervals if each != TCP]
    assert told(of_some) == {("shop/web", "data/*"): EVERY_PORT}
    assert told(of_none) == {}
    assert of_web("egress", found.widened if widened else found.narrowed) == {
        "data/[app!=api]": ports_of([*others, NamedPort("TCP", "", but=("http",))])
    }


@pytest.mark.parametrize(
    ("ports", "of_web", "of_pods"),
    [
        ([HTTP], [PortInterval("TCP", 80, 80)], [HTTP]),
        ([NamedPort("UDP", "dns")], [PortInterval("UDP", 53, 53)], [NamedPort("UDP", "dns")]),
        ([OTHER], None, [OTHER]),
    ],
)
def test_a_name_is_a_number_of_a_workload_also_for_pods_that_could_exist(ports, of_web, of_pods):
    twin = msgspec.structs.replace(WEB, id="shop/twin")
    found = told(sides("ingress", direction_rules(), direction_rules(let(DATA, *ports)), WEB, twin).widened)
    expected = {("data/*", "shop/web"): of_web, ("data/*", "shop/twin"): of_web, ("data/*", "shop/*"): of_pods}
    assert found == {pair: ports_of(held) for pair, held in expected.items() if held}


def test_a_port_with_a_name_for_each_end_has_both():
    """The rule of the sources asks for one name, and that of the destinations for another."""
    egress = DirectionRules((Isolation(DATA, CLOSED),), (AllowRule(DATA, SHOP, ports_of([OTHER]), ALSO),))
    ports = (PodPort("http", "TCP", 80), PodPort("other", "TCP", 80), PodPort("http", "TCP", 81))
    server = Peer(id="shop/web", end=Pod(namespace="shop", ports=ports))
    old, new = (RuleSet(each, egress, {}) for each in (direction_rules(), direction_rules(let(DATA, HTTP))))
    assert told(changes(View((server,), old), View((server,), new)).widened) == {
        ("data/*", "shop/web"): ports_of([PortInterval("TCP", 80, 80)]),
        ("data/*", "shop/*"): ports_of([NamedPort("TCP", "http", also=("other",))]),
    }


TEAM = PodSet(LabelSelector((LabelRequirement("team", "In", ("a",)),)), EVERYTHING)


@pytest.mark.parametrize("widened", [True, False])
def test_a_namespace_with_other_labels_is_selected_on_one_side_only(widened):
    before, after = ("b", "a") if widened else ("a", "b")
    namespaces = {"data": {"team": before}}, {"data": {"team": after}}
    found = sides("ingress", direction_rules(let(TEAM)), direction_rules(let(TEAM)), namespaces=namespaces)
    expected = {("data/*", "shop/*"): EVERY_PORT}
    assert (told(found.widened), told(found.narrowed)) == ((expected, {}) if widened else ({}, expected))


def test_a_namespace_that_the_new_side_alone_knows_has_its_labels_on_both():
    known = {"data": {"team": "b"}}
    team_in_data = PodSet(LabelSelector((*DATA.namespaces.requirements, *TEAM.namespaces.requirements)), EVERYTHING)
    new = direction_rules(let(team_in_data))
    assert sides("ingress", direction_rules(), new, namespaces=({}, known)).connections() == []
    assert sides("ingress", direction_rules(), new, namespaces=({}, {})).connections() != []


def test_what_is_closed_on_one_side_alone_is_told():
    found = sides("ingress", direction_rules(), OPEN)
    assert {each.isolated for each in found.isolations} == {SHOP}
    assert sides("ingress", direction_rules(), direction_rules(let(DATA))).isolations == ()


def test_pods_that_stand_for_sets_are_in_no_other_set():
    any_role, role = (LabelSelector((LabelRequirement("role", *asked),)) for asked in (("Exists",), ("In", ("other",))))
    other = PodSet(in_namespace("elsewhere"), role)
    found = sides("ingress", direction_rules(), direction_rules(let(PodSet(EVERYTHING, any_role)), let(other, HTTP)))
    ends = {peer.id: peer.end for peer in found.widened.peers}
    assert holds(other, ends["elsewhere/[role=other]"])
    assert not holds(other, ends["*/[role]"])


def test_peers_of_changes_are_found_by_what_holds_them():
    widened = sides("ingress", direction_rules(), direction_rules(let(DATA)), WEB, API).widened
    assert widened.members(widened.index.bits(DATA)) == tuple(each for each in widened.peers if each.id[:4] == "data")


def test_a_source_is_told_of_all_destinations_on_the_same_ports():
    lab = PodSet(in_namespace("lab"), EVERYTHING)
    found = told(sides("egress", direction_rules(), direction_rules(let(DATA), let(lab)), LAB, API).widened)
    assert found == dict.fromkeys(itertools.product(["shop/*"], ["data/*", "data/api", "lab/*", "lab/w"]), EVERY_PORT)


def test_rules_for_pods_change_nothing_for_one_whose_address_was_let_through_before():
    block, pods = (AllowRule(DATA, peer, EVERY_PORT, LET) for peer in (ADDRESSES[0].addresses, SHOP))
    closed = (Isolation(DATA, CLOSED),)
    found = sides(
        "ingress", DirectionRules(closed, (block,)), DirectionRules(closed, (block, pods)), LAB, ADDRESSED, API
    )
    assert told(found.widened) == {("shop/*", "data/*"): EVERY_PORT, ("shop/*", "data/api"): EVERY_PORT}
    assert told(found.narrowed) == told(found.partly[0]) == told(found.partly[1]) == {}
