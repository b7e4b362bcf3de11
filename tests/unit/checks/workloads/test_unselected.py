import pytest

import netpolc
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.model import VaryingLabel
from tests.naive import policies as naive
from tests.rows import each_row
from tests.strategies.worlds import made_up
from tests.unit.checks.workloads.worlds import found, namespace, policies, policy, stream, workload

THERE = [workload("shop/web"), workload("shop/db"), workload("data/db"), workload("kube-system/dns")]
DENY = policy("shop/deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}")
ONLY_WEB = policy("shop/web", "{podSelector: {matchLabels: {app: web}}}")


def said(written, workloads=THERE, **parts):
    given = found(policies(*written), workloads=workloads, **parts)
    return [(one.code, one.message) for one in given if one.code in {"NP616", "NP617"}]


OPEN = ("NP617", "namespace `shop` has policies, but none closes ingress of all its pods")
FREE = ("NP616", "no policy selects `data/db`")


@each_row(
    "written, wanted",
    [
        ([], []),
        ([DENY], [FREE]),
        ([DENY, ONLY_WEB], [FREE]),
        ([ONLY_WEB], [FREE, OPEN]),
        ([policy("shop/out", "{podSelector: {}, policyTypes: [Egress]}")], [FREE]),
        ([DENY, policy("data/deny", "{podSelector: {}}")], []),
        (
            [policy("elsewhere/deny", "{podSelector: {}}")],
            [FREE, ("NP616", "no policy selects `shop/db`"), ("NP616", "no policy selects `shop/web`")],
        ),
        ([policy("deny", "{podSelector: {}}")], []),
    ],
)
def test_each_cause_is_said_once(written, wanted):
    assert sorted(said(written)) == sorted(wanted)


def test_an_open_namespace_shows_who_is_untouched():
    given = found(policies(ONLY_WEB), workloads=THERE)
    (one,) = (each for each in given if each.code == "NP617")
    assert [label.message for label in one.labels] == ["no policy selects `shop/db`"]
    assert one.location.source.name == "policies.yaml"
    given = found(policies(ONLY_WEB), workloads=THERE, namespaces=[namespace("shop")])
    (one,) = (each for each in given if each.code == "NP617")
    assert one.location.source.name == "others.yaml"


def test_policies_that_land_anywhere_may_be_about_any_workload():
    assert said([policy("deny", "{podSelector: {}}")], [workload("web")]) == []
    assert said([policy("web", "{podSelector: {matchLabels: {app: web}}}")], [workload("web"), workload("db")]) == [
        ("NP617", "there are policies, but none closes ingress of all the pods")
    ]
    assert said([DENY], [workload("web")]) == []


def test_who_is_on_a_node_or_has_labels_that_are_added_later_is_not_untouched():
    assert said([DENY], [workload("data/agent", host_network=True)]) == []
    one = policy("data/one", "{podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}}")
    db = workload("data/db", kind="StatefulSet", varying=(VaryingLabel("statefulset.kubernetes.io/pod-name", "db-"),))
    assert said([one], [db]) == []
    (given,) = (each for each in found(policies(one), workloads=[db, workload("data/web")]) if each.code == "NP617")
    assert [label.message for label in given.labels] == ["no policy selects `data/web`"]
    assert said([one], [db, workload("data/clean-up", kind="CronJob")]) == []
    assert said([DENY], [workload("shop/web"), workload("data/clean-up", kind="Job")]) != []


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: data, labels: {app: NAME}}\n"


def test_many_workloads_without_any_policy_are_said_once_but_for_those_with_a_comment():
    deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n"
    deny += "spec: {podSelector: {}}\n"
    pods = [POD.replace("NAME", name) for name in "abcdef"]
    pods[0] = pods[0].replace("v1\n", "v1 # netpolc: ignore[NP616] a test\n")
    pods[3] = f"# netpolc: ignore[NP616] another\n{pods[3]}"
    files = {"all.yaml": "---\n".join([deny, *pods])}
    given = [each for each in netpolc.check(netpolc.workspace(files), ["all.yaml"]).diagnostics if each.code == "NP616"]
    ((message, label, labels),) = ((each.message, each.label, each.labels) for each in given)
    assert message == "no policy selects any of 4 workloads of namespace `data`"
    assert label == "anybody may reach their pods, and they may reach anybody"
    assert [each.message for each in labels] == ["`data/c`", "`data/e`"]
    named = f"{files['all.yaml']}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: data}}\n"
    (one,) = (
        each
        for each in netpolc.check(netpolc.workspace({"all.yaml": named}), ["all.yaml"]).diagnostics
        if each.code == "NP616"
    )
    assert len(one.labels) == 3


@pytest.mark.search(20)
def test_against_a_plain_reading(seed):
    """Whom no policy isolates is named, in a finding of its own or in that of its namespace."""
    world, _ = made_up(seed)
    there = [workload(f"{pod.namespace}/{pod.name}", pod.labels) for pod in world.pods]
    written = policies(stream(world.documents))
    given = found(written, workloads=there)
    alone = {one.message for one in given if one.code == "NP616"}
    together = {label.message for one in given if one.code == "NP617" for label in one.labels}
    many = {one.message.split("`")[1]: one.message for one in given if one.code == "NP616" and "any of" in one.message}
    opened = {one.message.split("`")[1] for one in given if one.code == "NP617"}
    # Policies that no pod can match close nothing, and make nobody stand out.
    rules = rules_of_policies(written, {})
    closing = bool(rules.ingress.isolations or rules.egress.isolations)
    for name, message in many.items():
        number = sum(pod.namespace == name for pod in world.pods)
        assert message == f"no policy selects any of {number} workloads of namespace `{name}`"
    for pod in world.pods:
        free = not any(naive.isolates(world.documents, direction, pod) for direction in ("Ingress", "Egress"))
        message = f"no policy selects `{pod.namespace}/{pod.name}`"
        assert (message in alone or (free and pod.namespace in many)) == (
            free and closing and pod.namespace not in opened
        )
        assert message not in together or (free and pod.namespace in opened)
