"""What a program calls pods that no manifest shows."""

import pytest

import netpolc

PROGRAM = """import "std"
namespace shop
baseline deny all
pods database = [app=postgres, role=primary]
webapp -> database:5432
* -> std.dns
std.prometheus -> *:9090 ingress
"""


def test_names_of_flows_and_of_what_rules_cut_out_of_them():
    found = netpolc.graph({"shop.netpol": PROGRAM}).names.called
    assert {name: text for name, text in found.items() if "shop/" in name or "prometheus" in name} == {
        "shop/[app.kubernetes.io/name=prometheus]": "prometheus",
        "shop/[app=postgres, role=primary]": "database",
        "shop/[app=webapp]": "webapp",
        "[kubernetes.io/metadata.name!=shop]/[app.kubernetes.io/name=prometheus]": "prometheus",
    }
    assert found["kube-system/[k8s-app=kube-dns]"] == "dns"


def test_manifests_have_no_names():
    given = {"shop.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"}
    assert netpolc.graph(given, tuple(given)).names.called == {}


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("pods db = [app=x]\nweb -> db:1", "pods db = [app=x]\n{web, job} -> db:1", {"job", "db"}),
        ("pods db = [app=x]\nweb -> db:1", "pods db = [app=y]\nweb -> db:1", {"web"}),
        ("pods db = [app=x]\nweb -> db:1", "pods store = [app=x]\nweb -> store:2", {"web", "store"}),
    ],
)
def test_a_change_has_the_names_of_both_sides_where_they_mean_the_same(old, new, names):
    sides = [{"a.netpol": f"namespace shop\nbaseline deny all\n{each}\n"} for each in (old, new)]
    assert {*netpolc.diff(*sides).picture.names.called.values()} == names
