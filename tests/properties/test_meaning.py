"""allows(read(build(program))) = allows(program), by two models that share nothing with netpolc."""

import itertools
import random

import pytest

from netpolc.diagnostics import plain
from tests.naive import policies, programs
from tests.naive.policies import Address, Pod
from tests.naive.programs import (
    AllPorts,
    Baseline,
    Declaration,
    Every,
    Flow,
    In,
    Labels,
    Meaning,
    Name,
    NamedPort,
    Net,
    Program,
    Range,
    Section,
    SetOf,
    Target,
)
from tests.properties.building import compiled, disagreement, documents, made_up, rendered
from tests.rows import each_row
from tests.strategies.shrinking import shrunk
from tests.strategies.universe import universe
from tests.strategies.writing import Writer

SAMPLES = 200

WEB_APP = (("app", "=", ("web",)),)
CONTRADICTION = Labels((("tier", "exists", ()), ("tier", "absent", ())))

KEPT = (
    # Labels that contradict each other add nothing to a baseline, and take nothing from it.
    Program((Section("shop", (), (Baseline("egress", SetOf((Target(CONTRADICTION), Target(Name("web"))))),)),)),
    # A baseline outside of sections means by a name what each section declares.
    Program((Baseline("egress", Name("db")), Section("shop", (), (Declaration("pods", "db", Labels(WEB_APP)),)))),
    # To name the pods of `--namespace` in another section is not to own it.
    Program((Section("data", (), (Flow(In("shop", Name("web")), Target(Name("db"), (AllPorts(),))),)),), None, "shop"),
)
"""Programs on which compiler and model once differed."""


def plainly(program):
    return Writer(random.Random(0), plain=True).text(program)


def report(program, seed):
    """The smallest program that a failure can be shown with."""

    def difference(smaller):
        return disagreement(smaller, plainly(smaller), seed=seed, count=2 * SAMPLES)[1]

    smallest = shrunk(program, difference) if difference(program) else program
    text = plainly(smallest)
    return (
        f"seed {seed}, --env {smallest.environment}, --namespace {smallest.namespace}:\n{text}\n"
        f"{plain.render(compiled(text, smallest).diagnostics)}\n{difference(smallest)}"
    )


def agrees(program, text, seed):
    """Whether the program compiles; fails where it then means something else."""
    ok, connection = disagreement(program, text, seed=seed, count=SAMPLES)
    if connection is not None:
        pytest.fail(report(program, seed))
    return ok


@pytest.mark.search(50, block=50)
def test_policies_allow_what_the_program_says(seeds):
    compared = sum(agrees(*made_up(seed), seed) for seed in seeds)
    assert seeds.meet(compared, 0.89)


@pytest.mark.parametrize("program", KEPT, ids=plainly)
def test_programs_that_once_went_wrong(program):
    assert agrees(program, plainly(program), 0)


@pytest.mark.search(50, block=50)
def test_pods_are_isolated_exactly_where_a_baseline_closes_them(seeds):
    """What is only assumed to deny is not emitted; there, what flows open is all that policies are for."""
    for seed in seeds:
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if not compilation.ok:
            continue
        meaning = Meaning(program)
        applied = documents(rendered(compilation))
        for pod, direction in itertools.product(universe(meaning)[0], ("ingress", "egress")):
            closed = meaning.closed(pod, direction) and meaning.opened(pod, direction)
            expected = closed or meaning.closed(pod, direction, assumed=False)
            assert policies.isolates(applied, direction.capitalize(), pod) is expected, f"seed {seed}:\n{text}\n{pod}"


def test_the_samples_tell_programs_apart():
    """A flow less, and the policies of the rest do not agree any more: the comparison is no formality."""
    told = 0
    for seed in range(12):
        program, _ = made_up(seed, flat=True)
        flows = [s for s in program.statements if isinstance(s, Flow)]
        for flow in flows:
            rest = Program(tuple(s for s in program.statements if s is not flow))
            told += disagreement(program, plainly(rest), seed=seed, count=SAMPLES)[1] is not None
    assert told > 12


# The models themselves, held against what the descriptions say in so many words.

WEB = Pod("shop", {"team": "web"}, {"app": "web"}, (("http", "TCP", 8080), ("dns", "UDP", 53)), "10.1.0.7")
API = Pod("shop", {"team": "web"}, {"app": "api"}, (), "10.2.0.7")
DB = Pod("data", {"team": "store"}, {"app": "db"}, (("http", "TCP", 5432),), "2001:db8::7")
OUTSIDE = Address("203.0.113.9")

TCP_ONLY = [{}]
"""`ports: [{}]` is every port of TCP, and of nothing else."""


def policy(namespace="shop", **spec):
    return {"metadata": {"namespace": namespace}, "spec": spec}


@each_row(
    "spec, source, destination, port, expected",
    [
        ({}, API, WEB, ("TCP", 80), False),
        ({"podSelector": {}}, API, WEB, ("TCP", 80), False),
        ({"podSelector": {}}, API, DB, ("TCP", 80), True),
        ({"podSelector": {}}, WEB, OUTSIDE, ("TCP", 80), True),
        ({"podSelector": {}, "egress": []}, WEB, OUTSIDE, ("TCP", 80), True),
        ({"podSelector": {}, "egress": [{}]}, WEB, OUTSIDE, ("SCTP", 80), True),
        ({"podSelector": {}, "policyTypes": ["Egress"]}, WEB, OUTSIDE, ("TCP", 80), False),
        ({"podSelector": {}, "policyTypes": ["Egress"], "ingress": []}, OUTSIDE, WEB, ("TCP", 80), True),
        ({"podSelector": {"matchLabels": {"app": "db"}}}, API, WEB, ("TCP", 80), True),
        ({"ingress": [{}]}, OUTSIDE, WEB, ("UDP", 80), True),
        ({"ingress": [{"from": []}]}, OUTSIDE, WEB, ("UDP", 80), True),
        ({"ingress": [{"ports": TCP_ONLY}]}, OUTSIDE, WEB, ("TCP", 80), True),
        ({"ingress": [{"ports": TCP_ONLY}]}, OUTSIDE, WEB, ("UDP", 80), False),
        ({"ingress": [{"ports": [{"port": 80, "endPort": 82}]}]}, OUTSIDE, WEB, ("TCP", 82), True),
        ({"ingress": [{"ports": [{"port": 80, "endPort": 82}]}]}, OUTSIDE, WEB, ("TCP", 83), False),
        ({"ingress": [{"ports": [{"port": "http"}]}]}, OUTSIDE, WEB, ("TCP", 8080), True),
        ({"ingress": [{"ports": [{"port": "http", "protocol": "UDP"}]}]}, OUTSIDE, WEB, ("UDP", 8080), False),
        ({"ingress": [{"from": [{"podSelector": {}}]}]}, API, WEB, ("TCP", 80), True),
        ({"ingress": [{"from": [{"podSelector": {}}]}]}, DB, WEB, ("TCP", 80), False),
        ({"ingress": [{"from": [{"namespaceSelector": {}}]}]}, DB, WEB, ("TCP", 80), True),
        ({"ingress": [{"from": [{"namespaceSelector": {}}]}]}, OUTSIDE, WEB, ("TCP", 80), False),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}, OUTSIDE, WEB, ("TCP", 80), True),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}, API, WEB, ("TCP", 80), True),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}, DB, WEB, ("TCP", 80), False),
        (
            {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.2.0.0/16"]}}]}]},
            *(API, WEB, ("TCP", 80), False),
        ),
        (
            {"ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "store"}}, "podSelector": {}}]}]},
            *(DB, WEB, ("TCP", 80), True),
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["a"]}]}},
            *(API, WEB, ("TCP", 80), False),
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}},
            *(API, WEB, ("TCP", 80), True),
        ),
    ],
)
def test_the_model_of_policies(spec, source, destination, port, expected):
    assert policies.allows([policy(**spec)], source, destination, *port) is expected


def test_policies_add_up_and_both_ends_decide():
    deny = policy(podSelector={}, policyTypes=["Ingress", "Egress"])
    leave = policy(podSelector={"matchLabels": {"app": "web"}}, policyTypes=["Egress"], egress=[{}])
    enter = policy(podSelector={"matchLabels": {"app": "api"}}, ingress=[{"from": [{"podSelector": {}}]}])
    assert not policies.allows([deny, leave], WEB, API, "TCP", 80)
    assert not policies.allows([deny, enter], WEB, API, "TCP", 80)
    assert policies.allows([deny, leave, enter], WEB, API, "TCP", 80)


def in_shop(*statements):
    return Program((Section("shop", (), statements),))


def http(*items):
    return Target(Name("web"), items)


@each_row(
    "program, source, destination, port, expected",
    [
        (Program(()), OUTSIDE, WEB, ("TCP", 80), True),
        (in_shop(), OUTSIDE, WEB, ("TCP", 80), False),
        (in_shop(), WEB, OUTSIDE, ("TCP", 80), True),
        (in_shop(), OUTSIDE, DB, ("TCP", 80), True),
        (in_shop(Baseline("egress")), OUTSIDE, WEB, ("TCP", 80), True),
        (in_shop(Baseline("egress")), WEB, OUTSIDE, ("TCP", 80), False),
        (in_shop(Baseline("all", Name("api"))), OUTSIDE, WEB, ("TCP", 80), True),
        (in_shop(Baseline("all", assume=True)), OUTSIDE, WEB, ("TCP", 80), False),
        (in_shop(Flow(Name("api"), http(Range(80, 80)))), API, WEB, ("TCP", 80), True),
        (in_shop(Flow(Name("api"), http(Range(80, 80)))), API, WEB, ("UDP", 80), False),
        (in_shop(Flow(Name("api"), http(Range(80, 80)))), DB, WEB, ("TCP", 80), False),
        (in_shop(Flow(Name("api"), http(Range(80, 80)), half="egress")), API, WEB, ("TCP", 80), False),
        (in_shop(Flow(Name("web"), Target(Name("api"), (AllPorts(),)), both=True)), API, WEB, ("SCTP", 9), True),
        (in_shop(Flow(Name("any"), http(NamedPort("http")))), OUTSIDE, WEB, ("TCP", 8080), True),
        (in_shop(Flow(Name("any"), http(NamedPort("http")))), OUTSIDE, WEB, ("TCP", 80), False),
        (in_shop(Flow(In("data", Every()), http(AllPorts("UDP")))), DB, WEB, ("UDP", 1), True),
        (in_shop(Flow(In(Every(), Name("db")), http(AllPorts()))), DB, WEB, ("UDP", 1), True),
        (in_shop(Flow(In(Labels((("team", "=", ("web",)),)), Every()), http(AllPorts()))), DB, WEB, ("UDP", 1), False),
        (in_shop(Flow(Net("203.0.113.0/24"), http(AllPorts()))), OUTSIDE, WEB, ("UDP", 1), True),
        (in_shop(Flow(Net("0.0.0.0/0", ("203.0.113.0/24",)), http(AllPorts()))), OUTSIDE, WEB, ("UDP", 1), False),
        (in_shop(Flow(Net("0.0.0.0/0"), http(AllPorts()))), API, WEB, ("UDP", 1), False),
    ],
)
def test_the_model_of_programs(program, source, destination, port, expected):
    assert programs.allows(program, source, destination, *port) is expected
