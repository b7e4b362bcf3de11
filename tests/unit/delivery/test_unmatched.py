from pathlib import Path

import pytest

from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.delivery.unmatched import misfits
from netpolc.manifests.model import ContainerPort, Workload
from netpolc.policy.model import Policy, Selector
from netpolc.source import Location, Source, Span
from tests.rows import each_row


def workload(namespace, app, **more):
    place = Location(Source("w.yaml", ""), Span(0, 0))
    return Workload(kind="Pod", name="p", namespace=namespace, labels={"app": app}, location=place, **more)


def found(text, workloads=(), policies=(), namespace=None):
    loaded = load_text(Source("p.netpol", text), Path())
    compilation = compile_program(loaded, CompileOptions(namespace=namespace))
    assert compilation.ok
    return [(one.code, one.location.text) for one in misfits(compilation, loaded, policies, tuple(workloads))]


@each_row(
    "there, wanted",
    [
        ([], []),
        ([workload("shop", "a"), workload("shop", "b")], []),
        ([workload("shop", "a")], [("NP506", "b")]),
        ([workload(None, "a")], [("NP506", "b")]),
        ([workload("data", "a")], []),
        ([workload("shop", "a"), workload("shop", "c", own_labels={"app": "b"})], [("NP507", "b")]),
    ],
)
def test_pods_that_nothing_delivers(there, wanted):
    assert found("namespace shop\na -> b:1\n", there) == wanted


def test_an_ignore_comment_is_heeded_and_none_is_said_to_be_in_vain():
    text = "namespace shop\na -> b:1 # netpolc: ignore[NP506] the operator deploys it\n"
    assert found(text, [workload("shop", "a")]) == []
    assert found(text, [workload("shop", "a"), workload("shop", "b")]) == []


def test_ports_are_left_to_check():
    there = [workload("shop", app, ports=(ContainerPort(2, "TCP"),)) for app in "ab"]
    assert found("namespace shop\na -> b:1\n", there) == []


@pytest.mark.parametrize(("where", "name", "said"), [("shop", "b", True), ("data", "b", False), ("shop", "c", False)])
def test_policies_of_others_with_the_name_of_one_of_ours(where, name, said):
    theirs = Policy(name=name, namespace=where, pod_selector=Selector(), policy_types=("Ingress",))
    assert [code for code, _ in found("namespace shop\na -> b:1\n", policies=[theirs])] == ["NP417"] * said
