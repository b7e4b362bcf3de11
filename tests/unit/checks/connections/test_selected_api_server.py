from tests.rows import each_row
from tests.unit.checks.connections.test_lone_half import of_policies, of_program
from tests.unit.checks.workloads.worlds import workload
from tests.unit.engine.test_halves import egress, ingress, named

STATIC = "podSelector: {matchLabels: {component: kube-apiserver}}"
SERVICE = "podSelector: {matchLabels: {component: apiserver, provider: kubernetes}}"
SYSTEM = named("kube-system")


def found(written, **more):
    return [one.message for one in of_policies(written, **more) if one.code == "NP630"]


@each_row(
    "peers, ports, shown",
    [
        (f"[{SYSTEM[:-1]}, {STATIC}}}]", "[{port: 6443}]", "kube-system/[component=kube-apiserver]"),
        (f"[{SYSTEM[:-1]}, {STATIC}}}]", "[]", "kube-system/[component=kube-apiserver]"),
        (f"[{{namespaceSelector: {{}}, {STATIC}}}]", "[{port: 443}]", "*/[component=kube-apiserver]"),
        (
            f"[{named('default')[:-1]}, {SERVICE}}}]",
            "[{port: 443}]",
            "default/[component=apiserver, provider=kubernetes]",
        ),
        (f"[{named('default')}]", "[{port: 443}]", "default/*"),
        (f"[{named('default')}]", "[{port: 443}, {port: 6443}]", "default/*"),
        (f"[{named('default')}]", "[{port: 443}, {port: 80}]", None),
        (f"[{named('default')}]", "[{port: https}]", None),
        (f"[{named('default')}]", "[]", None),
        (f"[{named('default')[:-1]}, podSelector: {{matchLabels: {{app: x}}}}}}]", "[{port: 443}]", None),
        (f"[{named('openshift-kube-apiserver')}]", "[{port: 6443}]", "openshift-kube-apiserver/*"),
        (f"[{named('openshift-kube-apiserver')}]", "[{port: 8443}]", None),
        (
            f"[{{namespaceSelector: {{}}, {STATIC.replace('component: kube', 'app: openshift-kube')}}}]",
            "[]",
            "*/[app=openshift-kube-apiserver]",
        ),
        (f"[{SYSTEM}]", "[{port: 443}]", None),
        ("[{namespaceSelector: {}}]", "[{port: 443}]", None),
        ("[{ipBlock: {cidr: 10.0.0.1/32}}]", "[{port: 443}]", None),
    ],
)
def test_selectors_that_are_meant_for_it(peers, ports, shown):
    message = f"`{shown}` does not lead to the API server, which is no pod that a selector finds"
    assert found(egress(peers, ports)) == [message] * (shown is not None)
    assert found(ingress(peers, ports)) == []


def test_what_is_known_of_the_namespace():
    written = egress(f"[{named('default')}]", "[{port: 443}]")
    assert found(written, workloads=[workload("shop/web")])
    assert not found(written, workloads=[workload("default/web")])
    assert not found(written.replace("namespace: shop", "namespace: default"))
    static = egress(f"[{SYSTEM[:-1]}, {STATIC}}}]")
    assert not found(static, workloads=[workload("kube-system/api", "component=kube-apiserver", host_network=True)])


def test_flows():
    text = (
        "namespace shop\nbaseline deny all\nweb -> kube-system/[component=kube-apiserver]:6443\nweb -> default/*:443\n"
    )
    assert [(one.code, one.location.line) for one in of_program(text)] == [("NP630", 3), ("NP630", 4)]
