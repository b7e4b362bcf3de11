"""Answers are what a platform makes of policies, where its ways are known exactly."""

import pytest

import netpolc

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{{more}containers: [{{name: main, image: x{ports}}}]}}
---
"""
WEB, CACHE = POD.format(name="web", more="", ports=""), POD.format(name="cache", more="", ports="")


def pod(name, ports="", more=""):
    return POD.format(name=name, more=more, ports=f", ports: [{ports}]" if ports else "")


def policy(spec):
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    return f"{head}spec: {spec}\n---\n"


def can(platform, text, source, destination):
    texts = {"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text}
    return netpolc.can(netpolc.workspace(texts), source, destination, ["all.yaml"]).allowed


def allowing(text, source, destination, platforms=("kubernetes", "cilium", "calico", "openshift", "eks")):
    return {each for each in platforms if can(each, text, source, destination)}


UNDECLARED = policy(
    "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress],"
    " egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}"
)


def test_rules_of_an_undeclared_direction_close():
    text = WEB + pod("db") + CACHE + UNDECLARED
    assert allowing(text, "shop/web", "shop/cache:1") == {"kubernetes", "calico", "openshift"}
    assert len(allowing(text, "shop/web", "shop/db:1")) == 5


def test_rules_of_an_undeclared_direction_open_what_is_closed():
    closed = policy("{podSelector: {}, policyTypes: [Egress]}").replace("name: p,", "name: q,")
    text = WEB + pod("db") + CACHE + UNDECLARED + closed
    assert allowing(text, "shop/web", "shop/db:1") == {"cilium", "openshift", "eks"}
    assert allowing(text, "shop/web", "shop/cache:1") == set()


def test_what_is_said_of_such_rules_is_of_the_platform():
    text = WEB + UNDECLARED

    def said(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text})
        return {each.code for each in netpolc.reach(texts, ["all.yaml"]).diagnostics}

    assert [said(each) & {"NP511", "NP674"} for each in ("kubernetes", "cilium", "calico")] == [
        {"NP511"},
        {"NP674"},
        set(),
    ]


def test_what_an_answer_does_not_show_is_said_beside_it():
    spec = "{podSelector: {matchLabels: {pod-template-hash: x}}, policyTypes: [Egress], egress: [%s, {}]}"
    text = WEB + policy(spec % "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}")

    def said(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "all.yaml": text})
        return [each.code for each in netpolc.reach(texts, ["all.yaml"]).diagnostics if each.code[:4] == "NP67"]

    assert [said(each) for each in ("cilium", "calico", "eks")] == [["NP673"], [], ["NP671"]]


NAMED = policy(
    "{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{ports: [{port: http, protocol: TCP}]}]}"
)


@pytest.mark.parametrize(
    ("db", "port", "platforms"),
    [
        (pod("db", "{containerPort: 80, name: http}"), "9", {"openshift"}),
        (pod("db", "{containerPort: 80, name: http}"), "9/udp", set()),
        (
            pod("db", "{containerPort: 80, name: http}").replace(
                "]}]}\n", "]}, {name: two, image: x, ports: [{containerPort: 90, protocol: UDP, name: http}]}]}\n"
            ),
            "80",
            {"kubernetes", "calico", "openshift", "eks"},
        ),
        (
            pod(
                "db",
                more="initContainers: [{name: a, image: x, restartPolicy: Always,"
                " ports: [{containerPort: 80, name: http}]}], ",
            ),
            "80",
            {"kubernetes", "calico", "openshift"},
        ),
        (
            pod("db", more="initContainers: [{name: a, image: x, ports: [{containerPort: 80, name: http}]}], "),
            "80",
            {"calico", "openshift"},
        ),
    ],
    ids=["every port", "of its protocol", "the last", "of a sidecar", "of an init container"],
)
def test_a_name_of_a_port_opens_what_the_platform_finds(db, port, platforms):
    assert allowing(WEB + db + NAMED, "shop/web", f"shop/db:{port}") == platforms


def test_an_assertion_is_proved_of_what_the_platform_opens():
    text = 'web -> db:"http"\nassert allow web -> db:22\n'

    def proved(platform):
        texts = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": text})
        return "NP701" not in {each.code for each in netpolc.check(texts).diagnostics}

    assert [proved(each) for each in ("cilium", "openshift")] == [False, True]
