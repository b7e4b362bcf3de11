"""The tables and `std.netpol` say the same of the same software."""

import pytest

from netpolc.compiler.loading import LIBRARY
from netpolc.ecosystem import cluster_dns, control_plane, ingress_controllers, prometheus
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.language.syntax import tree
from netpolc.language.syntax.parser import parse
from netpolc.source import Source

DEPLOYED = (
    *cluster_dns.DNS_SERVERS,
    *(each.library for each in ingress_controllers.INGRESS_CONTROLLERS if each.library is not None),
    prometheus.PROMETHEUS,
    control_plane.METRICS_SERVER,
)


def statements(name, text):
    return [item.statement for item in parse(Source(name, text)).tree.items]


def declarations(*kinds):
    found = statements("std.netpol", (LIBRARY / "std.netpol").read_text())
    return {each.name.text: each for each in found if isinstance(each, kinds)}


def written(one):
    """Software in the words of the language."""
    labels = ", ".join(f"{key}={value}" for key, value in one.labels)
    pods = one.address or f"{one.namespace or '*'}/[{labels}]"
    if not one.ports:
        return f"pods {one.name} = {pods}"
    ports = one.ports[0] if len(one.ports) == 1 else f"{{{', '.join(one.ports)}}}"
    return f"service {one.name} = {pods}:{ports}"


def test_the_library_names_what_the_tables_do():
    assert {each.name for each in DEPLOYED} == declarations(tree.PodsDeclaration, tree.ServiceDeclaration).keys()


@pytest.mark.parametrize("one", DEPLOYED, ids=lambda one: one.name)
def test_the_library_says_of_software_what_the_tables_do(one):
    (expected,) = statements("x.netpol", f"{written(one)}\n")
    assert declarations(tree.PodsDeclaration, tree.ServiceDeclaration)[one.name] == expected


def test_the_library_has_the_same_private_networks():
    declared = declarations(tree.NetDeclaration)["private"].value
    assert {member.endpoint.block.text for member in declared.members} == set(PRIVATE_BLOCKS)
