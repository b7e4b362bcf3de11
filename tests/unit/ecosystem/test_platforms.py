"""The table of platforms, and the answers that follow from it."""

from typing import get_args

import pytest

import netpolc
from netpolc.cli.options import PlatformName
from netpolc.compiler.workspace import Workspace
from netpolc.ecosystem.cluster_dns import DNS_SERVERS
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.project.model import Platform

SHOP = """\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db}]}
status: {phase: Running, podIP: 10.244.0.9, podIPs: [{ip: 10.244.0.9}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop, labels: {app: agent}}
spec: {hostNetwork: true, containers: [{name: agent, image: agent}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
"""


def reached(settings, *, given=None):
    """What the pod `web` may reach by a block that holds it: a pod, and one on the network of its node."""
    workspace = netpolc.workspace({"netpolc.toml": settings, "shop.yaml": SHOP})
    where = Workspace(workspace.cwd, workspace.project, files=workspace.files, platform=given)
    ends = [f"shop/{name}:5432" for name in ("db", "agent")]
    return [netpolc.can(where, "shop/web", end, ["shop.yaml"]).allowed for end in ends]


def test_each_platform_of_a_project_is_an_option_and_in_the_table_with_its_sources():
    assert set(get_args(Platform)) == PLATFORMS.keys() == {each.value for each in PlatformName}
    assert all(name == each.name and each.sources for name, each in PLATFORMS.items())
    servers = {each.name for each in DNS_SERVERS}
    assert all(servers.issuperset(each.dns or ()) for each in PLATFORMS.values())


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", [True, True]),
        ('platform = "calico"', [True, True]),
        ('platform = "cilium"', [False, False]),
        ('platform = "gke"', [False, True]),
        ("pod-addresses = []", [False, True]),
        ('platform = "cilium"\npod-addresses = ["10.244.0.0/16"]', [True, True]),
    ],
)
def test_a_block_holds_a_pod_as_the_platform_has_it(settings, expected):
    assert reached(settings) == expected


def test_an_address_of_a_pod_is_that_pod_whatever_blocks_hold():
    def allowed(settings):
        where = {"netpolc.toml": settings, "shop.yaml": SHOP}
        return netpolc.can(netpolc.workspace(where), "shop/web", "10.244.0.9:5432", ["shop.yaml"]).allowed

    assert [allowed(""), allowed('platform = "cilium"'), allowed("pod-addresses = []")] == [True, False, False]


def test_a_platform_that_is_given_goes_before_that_of_the_project():
    assert reached('platform = "cilium"', given="calico") == [True, True]
    assert reached("", given="cilium") == [False, False]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", "pod"),
        ('platform = "eks"', "pod"),
        ('platform = "calico"', "direction"),
        ('platform = "calico"\nfinality = "pod"', "pod"),
    ],
)
def test_finality_follows_from_the_platform_unless_it_is_given(settings, expected):
    assert netpolc.workspace({"netpolc.toml": settings}).options(None).checks.finality == expected
