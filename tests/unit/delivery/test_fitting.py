from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.delivery.fitting import misfits
from netpolc.loading import load_text
from netpolc.manifests.model import Workload
from netpolc.pipeline import Options, compile_program
from netpolc.source import Location, Source, Span

HOMES = ("shop", "data", None)
APPS = ("a", "b", "c")


def workload(namespace, app, **more):
    place = Location(Source("w.yaml", ""), Span(0, 0))
    return Workload(kind="Pod", name="p", namespace=namespace, labels={"app": app}, location=place, **more)


def found(text, workloads, namespace=None):
    loaded = load_text(Source("p.netpol", text), Path())
    compilation = compile_program(loaded, Options(namespace=namespace))
    assert compilation.ok
    return misfits(compilation, loaded, (), tuple(workloads))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("shop/", "data/", "")), st.sampled_from(APPS)), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(HOMES), st.sampled_from(APPS)), max_size=5),
)
def test_exactly_those_that_no_workload_can_be(ends, there):
    """The program opens shop; a workload without a namespace will be in shop or elsewhere, but nobody knows."""
    text = "namespace shop\n" + "".join(f"{where}{app} -> {where}{app}:1\n" for where, app in ends)
    said = {one.location.line for one in found(text, [workload(*each) for each in there])}
    named = [((where or "shop/").removesuffix("/"), app) for where, app in ends]
    for number, (home, app) in enumerate(named, 2):
        homes = {home, None} if home == "shop" else {home}
        known = [each for each in there if each[0] in homes]
        missing = bool(known) and app not in {each[1] for each in known}
        first = named.index((home, app)) == number - 2
        assert (number in said) == (missing and first)


def test_a_workload_on_its_node_is_not_seen_by_policies():
    (one,) = found("namespace shop\na -> *:1\n", [workload("shop", "a", host_network=True)])
    assert one.code == "NP506"


@pytest.mark.parametrize(
    "text", ["a -> *:1\n", "a -> any:1\n", "a -> 20.0.0.0/8:1\n", "a -> */b:1\n", "a -> [team=x]/b:1\n"]
)
def test_what_is_in_no_namespace_by_name_is_not_judged(text):
    assert found(f"namespace shop\n{text}", [workload("shop", "a")]) == ()


def test_many_of_both_take_no_product_of_steps():
    flows = "".join(f"a{number} -> b{number}:1\n" for number in range(1500))
    workloads = [workload("shop", f"{side}{number}") for side in "ab" for number in range(1500)]
    assert found(f"namespace shop\n{flows}", workloads) == ()
