import pytest

from netpolc.ir.isolation import IsolatedPods
from netpolc.targets.kinds import TargetSettings, lower
from netpolc.targets.render import Renderer
from tests.unit.language.resolve.sources import program

BOTH = "always deny */* -> 10.0.0.0/8:1\nnamespace shop\nbaseline deny ingress\npolicy all = *\nweb -> db:1\n"


def lowered(text, **settings):
    found = program(text)
    return lower(found, IsolatedPods(found), TargetSettings({}, **settings))


def told(found):
    return [(each.code, each.location.text) for each in found.diagnostics]


def test_each_line_becomes_what_can_say_it():
    found = lowered(BOTH)
    assert [each.name for each in found.policies] == ["all", "db"]
    assert {each.kind for each in found.tier_policies} == {"ClusterNetworkPolicy"}
    assert found.diagnostics == ()


def test_without_guardrails_there_are_none():
    assert lowered("a -> b:1").tier_policies == ()


@pytest.mark.parametrize("version", ["v1alpha2", "v1beta1"])
def test_the_version_is_that_of_the_settings(version):
    assert {each.version for each in lowered(BOTH, api_version=version).tier_policies} == {version}


def test_a_line_that_the_target_cannot_say_is_an_error_there():
    assert told(lowered(BOTH, target="networkpolicy")) == [("NP450", "always deny */* -> 10.0.0.0/8:1")]
    assert told(lowered(BOTH, target="cluster-network-policy")) == [
        ("NP450", "baseline deny ingress"),
        ("NP450", "web -> db:1"),
        ("NP450", "policy all = *"),
    ]
    assert told(lowered("always deny a/* -> b/*:1", target="cluster-network-policy")) == []
    assert told(lowered("a -> b:1", target="networkpolicy")) == []


def test_a_guard_writes_empty_lists_as_null():
    policies = lowered("namespace shop\nbaseline deny ingress\nweb -> db:5432\n", guard=True).policies
    assert {each.name: (each.ingress == (), each.egress == ()) for each in policies} == {
        "db": (False, True),
        "default-deny": (True, True),
    }
    assert all(Renderer().render(each, ()).endswith("  egress: null\n") for each in policies)
