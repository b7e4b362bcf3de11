import pytest

from netpolc import api

POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
    "spec: {podSelector: {matchLabels: {app: wbe}}, policyTypes: [Ingress]}\n"
)
WORKLOAD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}\n"
)
PROGRAM = "namespace shop\nbaseline deny ingress on wbe\n"


def found(texts, *paths, **options):
    return {each.code for each in api.check(texts, paths, **options).diagnostics}


@pytest.mark.parametrize(
    "texts",
    [
        {"policies.yaml": POLICY, "web.yaml": WORKLOAD},
        {"all.yaml": f"{POLICY}---\n{WORKLOAD}"},
        {"shop.netpol": PROGRAM, "web.yaml": WORKLOAD},
    ],
)
def test_policies_and_workloads_of_the_same_inputs_are_judged_together(texts):
    assert "NP506" in found(texts, *texts)
    assert "NP506" not in found({name: text.replace("wbe", "web") for name, text in texts.items()}, *texts)


def test_policies_alone_and_workloads_alone_are_not_missed():
    assert found({"policies.yaml": POLICY}, "policies.yaml") == set()
    assert found({"web.yaml": WORKLOAD}, "web.yaml") == set()


def test_workloads_that_are_named_count_as_before():
    texts = {"policies.yaml": POLICY, "web.yaml": WORKLOAD}
    assert "NP506" in found(texts, "policies.yaml", workloads=["web.yaml"])


def test_of_two_findings_at_one_place_that_say_the_same_the_one_that_says_more_is_kept():
    rules = "ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}, {ports: [{port: 80, protocol: TCP}]}]"
    text = POLICY.replace("[Ingress]}", f"[Ingress], {rules}}}")
    assert found({"a.yaml": text}, "a.yaml") == {"NP634"}
    reason = "\n  # netpolc: ignore[NP634] so it is"
    ignored = text.replace("spec: ", f"{reason.lstrip()}\nspec: ")
    assert found({"a.yaml": ignored}, "a.yaml") == {"NP606"}
