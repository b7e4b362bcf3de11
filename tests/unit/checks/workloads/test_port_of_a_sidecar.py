import msgspec
import pytest

from netpolc.manifests.model import ContainerPort
from tests.unit.checks.workloads.worlds import found, policies, policy, workload

PROXY = ContainerPort(9000, "TCP", "proxy", sidecar=True)


def said(port, *ports):
    rule = f"{{from: [{{podSelector: {{}}}}], ports: [{{port: {port}, protocol: TCP}}]}}"
    written = policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Ingress], ingress: [{rule}]}}")
    pods = msgspec.structs.replace(workload("shop/web"), ports=ports)
    return [(one.message, one.help) for one in found(policies(written), workloads=[pods]) if one.code == "NP659"]


def test_a_name_that_a_sidecar_gives():
    message = "`proxy` is named by a sidecar of `shop/web`, where most network plugins do not look"
    assert said("proxy", PROXY) == [(message, "write its number: 9000")]


@pytest.mark.parametrize(
    ("port", "ports"),
    [
        (9000, (PROXY,)),
        ("proxy", (PROXY, ContainerPort(9001, "TCP", "proxy"))),
        ("proxy", (msgspec.structs.replace(PROXY, protocol="UDP"),)),
        ("http", (PROXY, ContainerPort(80, "TCP", "http"))),
    ],
)
def test_numbers_and_names_of_containers(port, ports):
    assert said(port, *ports) == []
