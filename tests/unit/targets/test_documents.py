import pytest
import yaml

from netpolc.policy.model import Policy, Selector
from netpolc.targets.documents import by_file, updated
from netpolc.targets.documents import lay_out as lay_out_files
from netpolc.targets.render import Renderer

RENDERER = Renderer()


def policy(namespace, name, *sources):
    return Policy(name=name, namespace=namespace, pod_selector=Selector(), policy_types=("Ingress",), sources=sources)


POLICIES = (
    policy(None, "db", "b.netpol"),
    policy("shop", "db", "a.netpol", "b.netpol"),
    policy("shop", "web", "a.netpol"),
    policy("unnamed", "web", "c.netpol"),
)


def lay_out(policies, layout, renderer, **options):
    return lay_out_files(by_file(policies, layout, **options), renderer)


def laid_out(layout, policies=POLICIES, **options):
    """The objects of each file."""
    files = lay_out(policies, layout, RENDERER, **options)
    objects = {name: list(yaml.load_all(text, yaml.CSafeLoader)) for name, text in files.items()}
    return {
        name: [(each["metadata"].get("namespace"), each["metadata"]["name"]) for each in held]
        for name, held in objects.items()
    }


def test_an_object_a_file():
    assert laid_out("object") == {
        "db.yaml": [(None, "db")],
        "shop/db.yaml": [("shop", "db")],
        "shop/web.yaml": [("shop", "web")],
        "unnamed/web.yaml": [("unnamed", "web")],
    }


def test_a_namespace_a_file():
    """The unnamed namespace shares a file with one of that name, if there is one: both keep their objects."""
    assert laid_out("namespace") == {
        "unnamed.yaml": [(None, "db"), ("unnamed", "web")],
        "shop.yaml": [("shop", "db"), ("shop", "web")],
    }


@pytest.mark.parametrize(("options", "name"), [({}, "networkpolicies.yaml"), ({"single": "all.yaml"}, "all.yaml")])
def test_everything_in_one_file(options, name):
    assert laid_out("single", **options) == {name: [(p.namespace, p.name) for p in POLICIES]}


@pytest.mark.parametrize("layout", ["object", "namespace", "single"])
def test_a_given_name_outdoes_the_layout(layout):
    assert list(laid_out(layout, single="-")) == ["-"]


def test_without_policies_there_are_files_only_where_one_is_named():
    assert laid_out("object", ()) == laid_out("namespace", ()) == {}
    assert laid_out("single", ()) == {"networkpolicies.yaml": []}


def test_each_file_names_the_sources_of_what_it_holds():
    heads = {name: text.splitlines()[0] for name, text in lay_out(POLICIES, "namespace", RENDERER).items()}
    assert "from b.netpol, c.netpol." in heads["unnamed.yaml"]
    assert "from a.netpol, b.netpol." in heads["shop.yaml"]


def test_names_that_file_systems_mistake_stay_inside():
    assert list(laid_out("object", (policy("con", "aux"), policy("a", "x.y")))) == ["con_/aux_.yaml", "a/x.y.yaml"]


@pytest.mark.parametrize("layout", ["object", "namespace"])
@pytest.mark.parametrize("namespaces", [(), ("shop",), ("shop", "shop-2"), ("con",), ("shop", "shop-2", "con")])
def test_namespaces_of_an_earlier_build_are_replaced_as_a_whole(layout, namespaces):
    names = ("shop", "shop-2", "con", "gone")
    before = [policy(name, object_, "old") for name in names for object_ in ("db", name, "web")]
    after = [policy(name, object_, "new") for name in names[:3] for object_ in ("db", "api")]
    fresh = [each for each in after if each.namespace in namespaces]
    expected = lay_out([each for each in before if each.namespace not in namespaces] + fresh, layout, RENDERER)
    assert updated(lay_out(before, layout, RENDERER), lay_out(fresh, layout, RENDERER), namespaces) == expected
    assert "gone" not in "".join(updated(lay_out(before, layout, RENDERER), {}, names))
