import pytest

from netpolc.checks.workloads.from_policies import references_of_policies
from netpolc.checks.workloads.from_program import references_of_program
from netpolc.checks.workloads.namespaces import unknown
from netpolc.checks.workloads.workloads import Workloads
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import found, mended, namespace, policies, policy, workload
from tests.unit.language.resolve.sources import program

KNOWN = [namespace("shop", "team=shop"), namespace("data", "team=data"), namespace("monitoring")]
THERE = [workload("shop/web"), workload("data/db")]


def peer(where, name="p"):
    return policy(f"shop/{name}", f"{{podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {where}}}]}}]}}")


def said(text, namespaces=KNOWN, workloads=THERE):
    given = found(policies(text), workloads=workloads, namespaces=namespaces)
    return [one for one in given if one.code == "NP506"]


@pytest.mark.parametrize("where", ["kube-system", "monitoring", "ingress-nginx", "dat", "data", "team-data"])
def test_a_name_that_is_not_among_the_manifests_is_just_elsewhere(where):
    assert not said(peer(f"{{matchLabels: {{kubernetes.io/metadata.name: {where}}}}}"))
    assert not said(policy(f"{where}/p", "{podSelector: {}}"))


@pytest.mark.parametrize("where", ["monitorin", "monitornig", "Monitoring"])
def test_a_name_that_is_one_slip_away(where):
    text = peer(f"{{matchLabels: {{kubernetes.io/metadata.name: {where}}}}}")
    (one,) = said(text)
    assert one.message == f"no namespace `{where}` is known, but `monitoring` is"
    assert one.location.text == where
    assert not said(mended(text, [one]))


def test_a_policy_in_such_a_namespace():
    text = policy("shopp/p", "{podSelector: {}}")
    (one,) = said(text)
    assert one.location.text == "shopp"
    assert "namespace: shop}" in mended(text, [one])


@pytest.mark.parametrize("namespaces", [KNOWN, []])
def test_namespaces_are_known_by_their_workloads_too(namespaces):
    (one,) = said(peer("{matchLabels: {kubernetes.io/metadata.name: shpo}}"), namespaces)
    assert one.help == "use `shop`"


@pytest.mark.parametrize(
    ("where", "advice"),
    [
        ("{matchLabels: {team: shpo}}", "label the namespace, or correct the selector"),
        ("{matchLabels: {team: shop, tier: x}}", "label the namespace, or correct the selector"),
    ],
)
def test_labels_that_no_namespace_has(where, advice):
    (one,) = said(peer(where))
    assert one.help == advice
    assert not said(peer(where), KNOWN[:1]), "the labels of a namespace are unknown"
    assert not said(peer(where), [])


@pytest.mark.parametrize(
    ("namespaces", "severity"), [(KNOWN, "warning"), (KNOWN[:1], "warning"), (KNOWN[1:2], "note"), ([], "note")]
)
def test_a_name_as_a_label_that_the_namespace_may_not_have(namespaces, severity):
    (one,) = said(peer("{matchLabels: {name: shop}}"), namespaces)
    assert (one.severity, one.location.text) == (severity, "shop")
    assert one.help == "select it by its name: `kubernetes.io/metadata.name=shop`"
    assert not said(peer("{matchLabels: {name: shop}}"), [*namespaces, namespace("other", "name=shop")])
    assert not said(peer("{matchLabels: {name: elsewhere}}"), namespaces)


@each_row(
    "where",
    [
        "{}",
        "{matchLabels: {team: shop}}",
        "{matchLabels: {name: kube-system}}",
        "{matchLabels: {purpose: web}}",
        "{matchExpressions: [{key: purpose, operator: Exists}]}",
        "{matchExpressions: [{key: team, operator: In, values: [x, data]}]}",
        "{matchExpressions: [{key: team, operator: DoesNotExist}, {key: x, operator: NotIn, values: [z]}]}",
        "{matchExpressions: [{key: team, operator: NotIn, values: [shop, data]}]}",
    ],
)
def test_labels_that_a_namespace_has_or_that_nobody_asks_for(where):
    assert not said(peer(where))


def test_a_namespace_of_a_program_is_said_once():
    references = references_of_program(program("namespace shpo\nweb -> db:1\nweb -> cart:1\n"))
    given = list(unknown(references.homes, Workloads(THERE, {}), ()))
    assert [one.location.text for one in given] == ["shpo"]
    text = "namespace shop\nweb -> dtaa/db:1\nweb -> elsewhere/db:1\n"
    given = list(unknown(references_of_program(program(text)).homes, Workloads(THERE, {}), ()))
    assert [one.location.text for one in given] == ["dtaa"]
    assert mended(text, given) == text.replace("dtaa", "data")


@pytest.mark.parametrize(
    ("line", "slips"),
    [
        ("always deny shpo/* -> */*:22", ["shpo"]),
        ("always deny */* except shpo/* -> data/*:22", ["shpo"]),
        ("default deny */* -> {shop/*, daat/[app=db]}:22", ["daat"]),
        ("always deny */* except {shop/*, elsewhere/*} -> data/*:22", []),
        ("always deny */[quarantine=true] -> [tenant=none]/*:*", []),
        ("always deny shop/later -> shop/*:22", []),
    ],
)
def test_namespaces_that_guardrails_name(line, slips):
    """Their labels are for pods and namespaces that may come only later."""
    references = references_of_program(program(f"{line}\n"))
    told = list(unknown(references.homes, Workloads(THERE, {}), KNOWN))
    assert [one.message.split("`")[1] for one in told] == slips
    assert not references.mentions


def test_many_selectors_of_many_namespaces():
    given = [namespace(f"n{number}", f"team=t{number}") for number in range(2000)]
    references = references_of_policies(
        policies(*(peer(f"{{matchLabels: {{team: x{n}}}}}", f"p{n}") for n in range(2000)))
    )
    there = Workloads([], {each.name: each.labels for each in given})
    assert len(list(unknown(references.homes, there, given))) == 2000
