from netpolc.manifests.model import Binding
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, found, policies, policy, workload
from tests.unit.engine.test_halves import DENY, named


def binding(name="web", account="web", namespace="shop", role="watch"):
    accounts = ((namespace, account),)
    return Binding(
        kind="RoleBinding", name=name, namespace="shop", accounts=accounts, role=("Role", role), location=PLACE
    )


BOUND = (binding(),)


def out(rule):
    return policy("shop/out", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}")


def said(*written, bindings=BOUND, account="web", **more):
    given = found(
        policies(*written), workloads=[workload("shop/web", service_account=account, **more)], bindings=bindings
    )
    return [one.message for one in given if one.code == "NP629"]


MESSAGE = "`shop/web` has rights at the API server, and may open no connection there"


@each_row(
    "written, cut",
    [
        ([], False),
        ([DENY], True),
        ([policy("shop/in", "{podSelector: {}, policyTypes: [Ingress]}")], False),
        ([policy("data/deny", "{podSelector: {}, policyTypes: [Egress]}")], False),
        ([DENY, out("{}")], False),
        ([DENY, out("{ports: [{port: 53, protocol: UDP}, {port: 53}]}")], True),
        ([DENY, out("{ports: [{port: 443}]}")], False),
        ([DENY, out("{to: [{ipBlock: {cidr: 10.0.0.1/32}}]}")], False),
        ([DENY, out("{to: [{ipBlock: {cidr: 169.254.169.254/32}}]}")], True),
        ([DENY, out(f"{{to: [{named('kube-system')}]}}")], True),
        ([DENY, out("{to: [{namespaceSelector: {}}]}")], True),
        ([DENY, out(f"{{to: [{named('default')}]}}")], False),
        ([DENY, out(f"{{to: [{named('openshift-kube-apiserver')}]}}")], False),
        ([DENY, out("{to: [{podSelector: {matchLabels: {component: kube-apiserver}}}]}")], False),
    ],
)
def test_who_has_rights_needs_an_address(written, cut):
    assert said(*written) == [MESSAGE] * cut


@each_row(
    "more",
    [
        {"bindings": [binding(account="other")]},
        {"bindings": [binding(namespace="data")]},
        {"bindings": [binding("psp:restricted")]},
        {"bindings": [binding("system:image-pullers")]},
        {"bindings": [binding(role="system:openshift:scc:anyuid")]},
        {"account": None},
        {"account": "default", "bindings": [binding(account="default")]},
        {"host_network": True},
        {"bindings": []},
    ],
)
def test_who_may_need_none(more):
    assert said(DENY, **more) == []
