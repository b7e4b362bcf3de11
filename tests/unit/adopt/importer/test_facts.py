import pytest

from netpolc.adopt.importer.facts import facts_of, is_bare, is_name, is_namespace, name_key
from netpolc.adopt.importer.model import ANYTHING, BlockEnd, PodsEnd
from netpolc.ir.model import InNamespace, InNamespaces
from netpolc.language.syntax.parser import parse
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.source import Source
from tests.unit.adopt.importer.written import flows, lines, policies, policy


def labelled(key, *values):
    return LabelSelector((LabelRequirement(key, "In", values),))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("web", True),
        ("2048-game", True),
        ("a_b", True),
        ("2048", False),
        ("a.b", False),
        ("-a", False),
        ("", False),
        ("a\n", False),
    ],
)
def test_names_are_those_of_the_language(text, name):
    assert is_name(text) is name
    assert (not parse(Source("x", f"n/{text} -> a:1\n")).diagnostics) is name


def test_any_is_no_name_for_pods_but_one_for_a_namespace():
    assert not is_bare("any")
    assert is_namespace("any")
    assert not is_namespace("2048")
    assert not is_namespace("Shop")


def peers(*given):
    facts = facts_of(policies(policy("db", "app=db", dict.fromkeys(given, 1))), apart=True)
    return [grant.peer for grant in facts.allowed_peers]


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("", [ANYTHING]),
        ("app=web", [PodsEnd(InNamespace("shop"), labelled("app", "web"))]),
        ("shop/app=web", [PodsEnd(InNamespace("shop"), labelled("app", "web"))]),
        ("data/*", [PodsEnd(InNamespace("data"), EVERYTHING)]),
        ("*/*", [PodsEnd(InNamespaces(EVERYTHING), EVERYTHING)]),
        ("2048/*", [PodsEnd(InNamespaces(labelled("kubernetes.io/metadata.name", "2048")), EVERYTHING)]),
        ("app=b|a", [PodsEnd(InNamespace("shop"), labelled("app", each)) for each in "ab"]),
        ("tier=b|a", [PodsEnd(InNamespace("shop"), labelled("tier", "a", "b"))]),
        ("app=web, !app", []),
        ("10.0.0.0/8 except 10.2.0.0/16 except 10.1.0.0/16", [BlockEnd("10.0.0.0/8", ("10.1.0.0/16", "10.2.0.0/16"))]),
        ("app=web + app=web", [PodsEnd(InNamespace("shop"), labelled("app", "web"))]),
    ],
)
def test_peers(peer, expected):
    assert peers(peer) == expected


def test_a_list_of_names_stays_one_selector_where_rules_are_taken_by_themselves():
    facts = facts_of(policies(policy("db", "app=a|b", {"app=c|d": 1})), apart=False)
    (grant,) = facts.allowed_peers
    assert (grant.subject.selector, grant.peer.selector) == (labelled("app", "a", "b"), labelled("app", "c", "d"))


def test_ipv6_is_written_as_everybody_does():
    document = policy("db", "app=db", {"10.0.0.0/8": 1})
    document["spec"]["ingress"][0]["from"] = [{"ipBlock": {"cidr": "2001:DB8:0::/32"}}]
    assert flows(document) == ["2001:db8::/32 -> db:1"]


@pytest.mark.parametrize(
    ("types", "egress", "closed"),
    [
        (["Ingress"], True, {"ingress"}),
        (["Egress"], True, {"egress"}),
        (None, True, {"ingress", "egress"}),
        (None, False, {"ingress"}),
    ],
)
def test_what_a_policy_closes(types, egress, closed):
    document = policy("db", "app=db", {"app=web": 1}, {"app=x": 2} if egress else None)
    document["spec"]["policyTypes"] = types
    facts = facts_of(policies(document), apart=True)
    assert {each.direction for each in facts.isolations} == closed
    assert {each.direction for each in facts.allowed_peers} == closed


def test_what_selects_nothing_closes_nothing():
    facts = facts_of(policies(policy("db", "app=db, !app", {"app=web": 1})), apart=True)
    assert (facts.isolations, facts.allowed_peers) == ((), ())


@pytest.mark.parametrize(
    ("subjects", "key"),
    [
        (["app=a", "k8s-app=b"], "app"),
        (["app=a", "k8s-app=b", "k8s-app=c"], "k8s-app"),
        (["k8s-app=a"], "k8s-app"),
        (["k8s-app=a.b", "k8s-app=1", "k8s-app=any", "k8s-app=a, x=y"], "app"),
        (["*"], "app"),
        (["b=x", "b=y"], "b"),
        (["b=x", "b=y", "b=x", "app=a", "app=c"], "app"),
        (["b=x", "b=x"], "app"),
        (["b=true", "b=false", "b=true"], "app"),
        (["app.kubernetes.io/name=x"], "app.kubernetes.io/name"),
    ],
)
def test_the_key_behind_names_is_the_usual_one(subjects, key):
    assert name_key(policies(*(policy(f"p{i}", each, {}) for i, each in enumerate(subjects)))) == key


@pytest.mark.parametrize(
    ("ports", "written"),
    [
        (None, "*"),
        ("80", "80"),
        ("53/udp", "53/udp"),
        ("http", '"http"'),
        ("dns/udp", '"dns"/udp'),
        ("80 53/udp 443", "{80, 443, 53/udp}"),
    ],
)
def test_ports(ports, written):
    assert flows(policy("db", "app=db", {"app=web": ports})) == [f"web -> db:{written}"]


def test_ports_that_name_no_number():
    document = policy("db", "app=db", {"app=web": "1"})
    document["spec"]["ingress"][0]["ports"] = [{"protocol": "UDP"}, {"port": 8000, "endPort": 8100}]
    assert flows(document) == ["web -> db:{8000-8100, */udp}"]


def test_without_rules_nothing_is_let_in():
    assert lines(policy("db", "app=db", {})) == ["baseline deny ingress on db"]
