import pytest

import netpolc
from tests.unit.queries.test_explained import workload

SOURCE = "pods web = [app=web]\npods db = [app=db]\nbaseline deny all\nweb -> db:1\n"
UNNAMED = {f"{name}.json": workload(name, None) for name in ("web", "db")}


def codes(source, asked, **options):
    given = {"p.netpol": source, **options.pop("manifests", UNNAMED)}
    return [each.code for each in netpolc.can(given, *asked, tuple(given), **options).diagnostics]


@pytest.mark.parametrize("asked", [("shop/web", "shop/db:1"), ("shop/web", "10.0.0.1:1"), ("a/[x=y]", "b/web:1")])
def test_a_namespace_that_nothing_is_in_is_said(asked):
    assert codes(SOURCE, asked) == ["NP220"]


@pytest.mark.parametrize(
    ("source", "asked", "options"),
    [
        (SOURCE, ("web", "db:1"), {}),
        (SOURCE, ("web", "kube-system/[k8s-app=kube-dns]:53"), {}),
        (SOURCE, ("monitoring/[app=prometheus]", "db:1"), {}),
        (SOURCE, ("shop/web", "shop/db:1"), {"namespace": "shop"}),
        (f"namespace shop\n{SOURCE}", ("shop/web", "shop/db:1"), {"namespace": "shop"}),
        (f"namespace shop\n{SOURCE}", ("data/[x=y]", "data/[x=z]:1"), {"manifests": {}}),
        ("pods web = [x=y]\n", ("shop/[x=y]", "shop/[x=z]:1"), {"manifests": {}}),
    ],
)
def test_other_questions_are_answered_without_a_word(source, asked, options):
    assert codes(source, asked, **options) == []
