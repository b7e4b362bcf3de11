import msgspec
import pytest

from netpolc.engine.from_program import (
    closures_of,
    grants_of,
    halves_of_program,
    regions_of,
    with_assumed,
    with_pods_in,
)
from netpolc.engine.model import Half
from netpolc.engine.regions import ANYTHING, EVERY_POD, NAME_LABEL, UNNAMED, PodSet, in_namespace, names_of
from netpolc.ir.model import (
    Anything,
    Baseline,
    Destination,
    Flow,
    InNamespace,
    InNamespaces,
    Net,
    Origin,
    OwnedNamespace,
    Pods,
    Program,
)
from netpolc.sets.addresses import NO_ADDRESS, block
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.sets.ports import EVERY_PORT, PortInterval, ports_of
from netpolc.source import Location, Source, Span

HERE = Location(Source("shop.netpol", "text"), Span(0, 1))
APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
NET = Net("10.0.0.0/8", (), HERE)
ANY = Anything(HERE)
HTTP = ports_of([PortInterval("TCP", 80, 80)])


def pods(namespace="shop", selector=APP):
    return Pods(InNamespace(namespace), selector, "a", declared=True, location=HERE)


def origin(text="a -> b:80"):
    return Origin(HERE, text)


def flow(sources, targets, halves=("egress", "ingress"), ports=HTTP, text="a -> b:80"):
    return Flow(tuple(sources), tuple(Destination(peer, ports, HERE) for peer in targets), halves, origin(text))


def program(*, namespaces=(), baselines=(), flows=()):
    return Program(namespaces, baselines, flows, ())


def owned(name, **labels):
    return OwnedNamespace(name, {**labels, NAME_LABEL: name or "anything"}, HERE)


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (ANY, ANYTHING),
        (NET, (block(4, 10 << 24, 8),)),
        (Net("10.0.0.0/8", ("10.0.0.0/9",), HERE), (block(4, (10 << 24) + (1 << 23), 9),)),
        (Net("10.0.0.0/8", ("10.0.0.0/8",), HERE), ()),
        (pods(), (PodSet(in_namespace("shop"), APP),)),
        (pods(None, EVERYTHING), (PodSet(in_namespace(None), EVERYTHING),)),
    ],
)
def test_what_peers_stand_for(peer, expected):
    assert regions_of(peer) == expected


def in_namespaces(*requirements):
    return Pods(InNamespaces(selector_of(requirements)), APP, "a", declared=False, location=HERE)


def test_namespaces_by_labels():
    team = LabelRequirement("team", "In", ("x",))
    assert regions_of(in_namespaces(team)) == (PodSet(LabelSelector((team,)), APP),)
    named = in_namespaces(LabelRequirement(NAME_LABEL, "In", ("shop",)))
    assert regions_of(named) == (PodSet(in_namespace("shop"), APP),)
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "In", ("",)))) == ()
    # Each has a name, and carries it.
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "DoesNotExist"), team)) == ()
    assert regions_of(in_namespaces(LabelRequirement(NAME_LABEL, "Exists"), team)) == (
        PodSet(LabelSelector((team,)), APP),
    )


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_flows_are_let_through_at_the_ends_that_their_halves_say(direction):
    both = flow([pods("shop")], [pods("data")])
    subject, peer = ("shop", "data") if direction == "egress" else ("data", "shop")
    (grant,) = grants_of(both, direction)
    assert grant.subject == PodSet(in_namespace(subject), APP)
    assert grant.peer == PodSet(in_namespace(peer), APP)
    assert grant.ports == HTTP
    for halves in (("egress",), ("ingress",), ()):
        one = flow([pods("shop")], [pods("data")], halves)
        assert bool(list(grants_of(one, direction))) is (direction in halves)
        halved = halves_of_program(program(flows=(one, one))).of(direction)
        assert len(halved.grants) == (2 if direction in halves else 0)


def test_every_source_may_reach_every_destination():
    found = halves_of_program(program(flows=(flow([ANY, NET], [pods("shop"), pods("data")]),)))
    subjects = [PodSet(in_namespace(name), APP) for name in ("shop", "data")]
    net = block(4, 10 << 24, 8)
    assert [(grant.subject, grant.peer) for grant in found.ingress.grants] == [
        (subject, peer) for subject in subjects for peer in (*ANYTHING, net)
    ]
    assert [(grant.subject, grant.peer) for grant in found.egress.grants] == [(EVERY_POD, peer) for peer in subjects]


def test_addresses_are_nobodys_to_let_through():
    found = halves_of_program(program(flows=(flow([NET], [NET]),)))
    assert found.ingress == found.egress == Half((), ())


def test_ports_are_those_of_each_destination():
    destinations = (Destination(pods(), HTTP, HERE), Destination(pods("data"), EVERY_PORT, HERE))
    both = Flow((ANY,), destinations, ("ingress",), origin())
    assert [grant.ports for grant in grants_of(both, "ingress")] == [HTTP, HTTP, EVERY_PORT, EVERY_PORT]


def baseline(namespace="shop", directions=("egress", "ingress"), on=None, written="baseline deny all"):
    return Baseline(namespace, directions, on, assumed=False, origin=None if written is None else origin(written))


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_baselines_close(direction):
    other = "ingress" if direction == "egress" else "egress"
    given = (baseline(), baseline(None, on=pods(None)), baseline(directions=(other,)))
    found = closures_of(given, direction)
    assert [closure.subject for closure in found] == [
        PodSet(in_namespace("shop"), EVERYTHING),
        PodSet(in_namespace(None), APP),
    ]
    assert halves_of_program(program(baselines=given)).of(direction).closures == found


@pytest.mark.parametrize("only", [{"shop"}, {"shop", "data"}, {None}, set()])
def test_what_is_said_of_some_namespaces_is_a_part_of_all_that_is_said(only):
    ends = [pods("shop"), pods("data"), pods(None), ANY]
    given = program(baselines=(baseline(), baseline("data"), baseline(None)), flows=(flow(ends, ends),))
    whole, part = halves_of_program(given), halves_of_program(given, only)
    names = {name or UNNAMED for name in only}

    def counts(each):
        of = names_of(each.subject.namespaces)
        return of is None or not names.isdisjoint(of)

    for direction in ("ingress", "egress"):
        every, found = whole.of(direction), part.of(direction)
        assert found.closures == tuple(filter(counts, every.closures))
        assert found.grants == tuple(filter(counts, every.grants))
        assert len(found.grants) < len(every.grants)


def test_denies_that_are_left_to_others_are_added_to_what_policies_say():
    assumed = [msgspec.structs.replace(baseline(directions=(each,)), assumed=True) for each in ("ingress", "egress")]
    assumed[1] = msgspec.structs.replace(assumed[1], namespace="data")
    given = program(baselines=(baseline("own"), *assumed))
    written = halves_of_program(program(baselines=(baseline("old"),), flows=(flow([pods()], [pods("old")]),)))
    found = with_assumed(written, given)
    for direction, name in (("ingress", "shop"), ("egress", "data")):
        before, after = written.of(direction), found.of(direction)
        assert [each.subject for each in after.closures] == [
            *(each.subject for each in before.closures),
            PodSet(in_namespace(name), EVERYTHING),
        ]
        assert after.grants == before.grants
        assert before.grants
    assert found.namespaces == written.namespaces


def test_causes_are_statements():
    first, second = flow([ANY], [pods()]), flow([ANY], [pods()])
    closed = baseline(written="baseline deny all")
    found = halves_of_program(program(baselines=(closed, baseline(written=None)), flows=(first, second)))
    why, nobody = (closure.cause for closure in found.ingress.closures)
    assert (why.policy, why.path, why.text) == (None, "", "baseline deny all")
    assert why.location is HERE
    assert nobody is None
    assert [grant.cause.text for grant in found.ingress.grants] == ["a -> b:80"] * 4
    assert {grant.cause.location for grant in found.ingress.grants} == {HERE}
    assert len({grant.cause for grant in found.ingress.grants}) == 2
    assert {grant.cause for grant in found.egress.grants} == {grant.cause for grant in found.ingress.grants}


def test_namespaces_that_are_owned_are_known_by_what_is_said_of_them():
    found = halves_of_program(program(namespaces=(owned("shop", team="a"), owned(None, team="b"), owned("data"))))
    assert found.namespaces == {"shop": {"team": "a"}, UNNAMED: {"team": "b"}, "data": {}}


def test_blocks_of_addresses_of_pods_let_every_pod_through():
    other, data = Net("11.0.0.0/8", (), HERE), PodSet(in_namespace("data"), APP)
    given = program(
        namespaces=(owned("shop"),), baselines=(baseline(),), flows=(flow([pods()], [NET, other, pods("data")]),)
    )
    halves = halves_of_program(given)
    found = with_pods_in(halves, block(4, 10 << 24, 16))
    ten, eleven = block(4, 10 << 24, 8), block(4, 11 << 24, 8)
    assert [grant.peer for grant in found.egress.grants] == [ten, eleven, data, EVERY_POD]
    assert found.egress.closures == halves.egress.closures
    assert found.ingress == halves.ingress
    assert found.namespaces == halves.namespaces
    last = found.egress.grants[-1]
    assert last == msgspec.structs.replace(halves.egress.grants[0], peer=EVERY_POD)
    inward = halves_of_program(program(flows=(flow([NET], [pods()]),)))
    widened = with_pods_in(inward, block(4, 0, 0))
    assert [grant.peer for grant in widened.ingress.grants] == [ten, EVERY_POD]
    assert widened.egress == inward.egress
    assert with_pods_in(halves, NO_ADDRESS) is halves
