"""The tables and `std.netpol` say the same of the same software."""

import pytest

import netpolc
from netpolc.compiler.library import library_page
from netpolc.compiler.loading import LIBRARY
from netpolc.diagnostics.usage import UsageError
from netpolc.ecosystem import cluster_dns, control_plane, ingress_controllers, prometheus
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.language.resolve.outline import outline, outline_on
from netpolc.language.syntax import tree
from netpolc.language.syntax.parser import parse
from netpolc.source import Source
from tests.rows import each_row

DEPLOYED = (
    *cluster_dns.DNS_SERVERS,
    *(each.library for each in ingress_controllers.INGRESS_CONTROLLERS if each.library is not None),
    prometheus.PROMETHEUS,
    control_plane.METRICS_SERVER,
)


def statements(name, text):
    return [item.statement for item in parse(Source(name, text)).tree.items]


def on(platform):
    """What the library declares on a platform, by its names."""
    text = Source("std", (LIBRARY / "std.netpol").read_text())
    found = outline_on(outline(text, parse(text).tree), platform).declarations
    return {each.statement.name.text: each.statement for each in found}


def declarations(*kinds):
    return {name: each for name, each in on("kubernetes").items() if isinstance(each, kinds)}


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


BEYOND = {
    "calico": {"metadata-gke"},
    "openshift": {"ingress", "host-network"},
    "eks": {"metadata"},
    "gke": {"metadata", "health-checks"},
}


@each_row("platform", PLATFORMS)
def test_a_platform_has_all_that_others_have_and_what_is_its_own(platform):
    assert on(platform).keys() - on("kubernetes").keys() == BEYOND.get(platform, set())
    assert on("kubernetes").keys() <= on(platform).keys()


@pytest.mark.parametrize("platform", [name for name, each in PLATFORMS.items() if each.dns is not None])
def test_dns_is_all_that_may_answer_on_a_platform(platform):
    servers = [each for each in cluster_dns.DNS_SERVERS if each.name in PLATFORMS[platform].dns]
    ends = [
        each.address or f"{each.namespace}/[{', '.join('='.join(label) for label in each.labels)}]" for each in servers
    ]
    ports = f"{{{', '.join(servers[0].ports)}}}"
    endpoint = ends[0] if len(ends) == 1 else f"{{{', '.join(ends)}}}"
    (expected,) = statements("x.netpol", f"service dns = {endpoint}:{ports}\n")
    assert on(platform)["dns"] == expected


def test_probes_come_from_where_load_balancers_do():
    declared = on("gke")["health-checks"].value
    (known,) = ingress_controllers.LOAD_BALANCERS
    assert tuple(member.endpoint.block.text for member in declared.members) == known.blocks


def test_a_name_of_other_platforms_is_no_name_here():
    source = 'import "std"\nwebapp -> std.metadata\n'
    found = netpolc.compile({"netpolc.toml": 'platform = "cilium"\n', "shop.netpol": source})
    assert [each.code for each in found.diagnostics if each.severity == "error"] == ["NP203"]
    assert netpolc.compile({"netpolc.toml": 'platform = "eks"\n', "shop.netpol": source}).ok


def test_a_project_does_not_see_platforms_as_environments():
    source = 'import "std"\nbaseline deny egress\nwebapp -> std.dns\n'
    found = netpolc.compile({"shop.netpol": source}, env="openshift")
    assert found.ok
    assert "kube-dns" in found.yaml


def test_what_is_imported_means_the_same_on_the_platform_of_the_project():
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: dns, namespace: shop}\nspec:\n"
        "  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}},"
        " namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}],"
        " ports: [{port: 53, protocol: UDP}, {port: 53}]}]\n"
    )

    def imported(platform):
        texts = {"netpolc.toml": f'platform = "{platform}"\n', "dns.yaml": policy}
        return "".join(netpolc.import_policies(netpolc.workspace(texts)).files.values())

    assert "std.dns\n" in imported("calico")
    assert "kube-system/[k8s-app=kube-dns]" in imported("openshift")


def test_the_library_is_explained_by_its_names():
    assert library_page("std") == (LIBRARY / "std.netpol").read_text()
    assert library_page("std.metadata").count("service metadata = ") == 2
    assert "# on every platform\nnet private" in library_page("std.private")
    with pytest.raises(UsageError, match=r"did you mean `std\.private`\?"):
        library_page("std.privat")
