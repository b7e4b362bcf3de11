"""What matters to a question is the same of all rules as of those that are made for it."""

import itertools
import random

import msgspec
import pytest

from netpolc.cluster.enforced import Enforced
from netpolc.compiler.model import CompileOptions
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.narrowing import narrowed, without_unmet
from netpolc.engine.pod_addresses import held_by, in_question
from netpolc.engine.verdicts import Address, Pod
from netpolc.manifests.model import Owner, VaryingLabel, Workload
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.source import Location, Source, Span

HERE = Location(Source("pods.yaml", "text"), Span(0, 1))
PLACES, APPS = ("a", "b", None), ("web", "db")
SELECTORS = (
    Selector(),
    *(Selector((("app", app),)) for app in APPS),
    Selector((), (MatchExpression("app", "NotIn", ("db",)),)),
    Selector((("app", "web"),), (MatchExpression("app", "DoesNotExist"),)),
)
ENDS = [Pod(namespace=place, labels={"app": app}) for place in PLACES for app in APPS]


def drawn(rng):
    """A few random policies."""

    def peers():
        for _ in range(rng.choice((0, 1, 1, 2))):
            kind = rng.randrange(8)
            if kind == 0:
                yield IPBlock(rng.choice(("10.0.0.0/8", "0.0.0.0/0", "8.8.8.8/32")))
            else:
                where = Selector((("team", "x"),)) if kind == 1 else Selector() if kind == 2 else None
                yield PodPeer(rng.choice((None, *SELECTORS)) if where else rng.choice(SELECTORS), where)

    def rules():
        ports = (
            (),
            (PolicyPort("TCP", 80),),
            (PolicyPort("TCP", 80), PolicyPort("UDP", 53)),
            (PolicyPort("TCP", "h"),),
        )
        return rng.choice(
            (None, (), tuple(Rule(tuple(peers()), rng.choice(ports)) for _ in range(rng.randrange(1, 3))))
        )

    return [
        Policy(
            name=f"p{number}",
            namespace=rng.choice(PLACES),
            pod_selector=rng.choice(SELECTORS),
            policy_types=rng.choice((("Ingress",), ("Egress",), ("Ingress", "Egress"))),
            ingress=rules(),
            egress=rules(),
        )
        for number in range(rng.randrange(1, 6))
    ]


def enforced(policies, platform="kubernetes"):
    options = CompileOptions()
    checks = msgspec.structs.replace(options.checks, platform=PLATFORMS[platform])
    options = msgspec.structs.replace(options, checks=checks)
    return Enforced(policies, (), None, {"a": {"team": "x"}}, (), options)


@pytest.mark.search(30)
def test_rules_about_ends_hold_all_that_matters_to_them(seed):
    rng = random.Random(seed)
    policies, platform = drawn(rng), rng.choice(sorted(PLATFORMS))
    whole = enforced(policies, platform).rules
    for start, end in itertools.product((None, rng.choice(ENDS)), (None, rng.choice(ENDS), Address(EVERY_ADDRESS))):
        about = enforced(policies, platform).about(start, end)
        sources, destinations = (None if each is None else (each,) for each in (start, end))
        left, expected = (
            without_unmet(narrowed(each, sources, destinations, None), sources, destinations) for each in (about, whole)
        )
        assert left == expected


def test_others_than_those_that_closed_ends_let_through_are_not_read():
    policies = [
        Policy(
            name=app,
            namespace=place,
            pod_selector=Selector((("app", app),)),
            policy_types=("Ingress", "Egress"),
            ingress=(Rule((PodPeer(Selector((("app", "web"),)), None),), ()),),
        )
        for place in ("a", "b")
        for app in APPS
    ]
    found = enforced(policies).about(None, Pod(namespace="a", labels={"app": "db"}))
    assert {each.reason.policy for each in found.egress.isolations} == {"a/web", "a/db"}
    assert len(enforced(policies).rules.egress.isolations) == len(policies)


@pytest.mark.search(30)
def test_blocks_are_found_without_all_rules(seed):
    rng = random.Random(seed)
    policies, private = drawn(rng), held_by(["10.0.0.0/8"])
    assert enforced(policies).name_any_of(private) == in_question(enforced(policies).rules, private)


def test_rules_tell_apart_pods_that_differ_in_what_they_ask_for():
    workload = Workload(kind="StatefulSet", name="db", namespace="a", labels={"app": "db"}, location=HERE)
    named = msgspec.structs.replace(workload, varying=(VaryingLabel("apps.kubernetes.io/pod-index", ""),))
    by_app = enforced([Policy(name="p", namespace="a", pod_selector=SELECTORS[1], policy_types=("Ingress",))])
    assert by_app.telling_apart([workload, named]) is None
    assert by_app.telling_apart([msgspec.structs.replace(workload, owner=Owner("Job", "x"))]) is by_app.rules
    for policy in (
        Policy(
            name="p",
            namespace="a",
            pod_selector=Selector((), (MatchExpression("apps.kubernetes.io/pod-index", "Exists"),)),
            policy_types=("Ingress",),
        ),
        Policy(
            name="p",
            namespace="b",
            pod_selector=Selector(),
            policy_types=("Ingress",),
            ingress=(Rule((PodPeer(Selector((("apps.kubernetes.io/pod-index", "0"),)), Selector()),), ()),),
        ),
    ):
        one = enforced([policy])
        assert one.telling_apart([workload]) is None
        assert one.telling_apart([named]) is one.rules


def test_rules_that_are_added_count_for_every_question():
    before = enforced([])
    added = RuleSet(
        DirectionRules((), ()),
        enforced([Policy(name="p", namespace="a", pod_selector=Selector(), policy_types=("Egress",))]).rules.egress,
        {},
    )
    after = before.with_more(added)
    assert after.rules.egress == added.egress
    assert after.about(ENDS[0], None) is after.rules
    assert before.rules.egress == DirectionRules((), ())
