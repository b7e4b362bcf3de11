"""What is said of policies on one platform, and not on the others."""

import re
from pathlib import Path

import pytest

import netpolc
from netpolc.ecosystem.platforms import PLATFORMS

CODES = Path(__file__).parents[4] / "docs" / "codes"
OURS = {*(f"NP67{number}" for number in range(7)), "NP685"}
UDP = "{port: 53, protocol: UDP}"
IN_KUBE_SYSTEM = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"
PORTS = ", ".join(f"{{port: {number}}}" for number in range(7001, 7051, 2))


def policy(spec, name="own"):
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n---\n"
    )


def egress(*rules, pods="{}", name="own"):
    return policy(f"{{podSelector: {pods}, policyTypes: [Egress], egress: [{', '.join(rules)}]}}", name)


def to(*peers, ports="{port: 443}"):
    return f"{{to: [{', '.join(peers)}], ports: [{ports}]}}"


def block(cidr, *excepts):
    return (
        f"{{ipBlock: {{cidr: {cidr}, except: [{', '.join(excepts)}]}}}}"
        if excepts
        else f"{{ipBlock: {{cidr: {cidr}}}}}"
    )


def pods(labels, namespace=None):
    where = (
        ""
        if namespace is None
        else f"namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}, "
    )
    return f"{{{where}podSelector: {{matchLabels: {{{labels}}}}}}}"


def findings(platform, **files):
    """What `check` says of a platform, of files by their names."""
    names = {"yaml": "policies.yaml", "netpol": "shop.netpol"}
    texts = {names[kind]: text for kind, text in files.items()}
    texts["netpolc.toml"] = f'platform = "{platform}"\n'
    checked = netpolc.check(netpolc.workspace(texts), [*texts][:-1])
    return [each for each in checked.diagnostics if each.code in OURS]


def found(**files):
    """The codes that are found, by the platforms on which they are."""
    codes = {name: [each.code for each in findings(name, **files)] for name in PLATFORMS}
    return {name: each for name, each in codes.items() if each}


@pytest.mark.parametrize(
    ("code", "platforms"), [("NP671", ["eks"]), ("NP685", ["eks"]), ("NP674", ["cilium", "openshift", "eks"])]
)
def test_the_pages_of_codes_raise_them(code, platforms):
    bad, good = re.findall(r"```yaml\n(.*?)```", (CODES / f"{code}.md").read_text("utf-8"), re.DOTALL)
    assert found(yaml=bad) == {name: [code] for name in platforms}
    assert found(yaml=good) == {}


FOUND = {
    "a port's name": (egress(to(pods("app: db"), ports="{port: pg}")), {"openshift": ["NP670"]}),
    "labels that are hidden": (
        egress(to(pods("topology.kubernetes.io/zone: a")), pods="{matchLabels: {pod-template-hash: x}}"),
        {"cilium": ["NP673", "NP673"]},
    ),
    "labels that are seen": (egress(to(pods("app.kubernetes.io/name: a"))), {}),
    "a block that is all pods": (
        egress(to(block("10.244.0.0/16"))),
        {"cilium": ["NP675"], "gke": ["NP675"]},
    ),
    "a block that may be anything": (egress(to(block("10.0.0.0/8"))), {}),
    "an exception beside anybody": (egress(to(block("0.0.0.0/0", "10.0.0.0/8")), "{}"), {"eks": ["NP671"]}),
    "an exception beside a wide block of another policy": (
        egress(to(block("0.0.0.0/0", "10.0.0.0/8")), pods="{matchLabels: {app: web}}")
        + egress(to(block("8.0.0.0/6"), ports="{port: 53}"), name="dns"),
        {"eks": ["NP671"]},
    ),
    "an exception beside a block that leaves the same out": (
        egress(to(block("0.0.0.0/0", "10.0.0.0/8")), to(block("8.0.0.0/6", "10.1.0.0/16"), ports="{port: 53}")),
        {},
    ),
    "an exception beside a longer block": (
        egress(to(block("0.0.0.0/0", "10.0.0.0/8")), to(block("10.1.0.0/16"), ports="{port: 53}")),
        {},
    ),
    "an exception that a block around it hands ports to": (
        egress(
            to(block("0.0.0.0/0", "10.1.0.0/16")),
            to(block("10.0.0.0/8"), ports="{port: 80}"),
            to(block("10.1.0.0/16"), ports="{port: 80}"),
        ),
        {"eks": ["NP685"]},
    ),
    "an exception that a rule for it opens on its ports": (
        egress(
            to(block("0.0.0.0/0", "10.1.0.0/16")),
            to(block("10.0.0.0/8"), ports="{port: 80}"),
            to(block("10.1.0.0/16")),
        ),
        {},
    ),
    "an exception for pods that nothing else is for": (
        egress(to(block("0.0.0.0/0", "10.0.0.0/8")), pods="{matchLabels: {app: web}}")
        + egress("{}", pods="{matchLabels: {app: db}}", name="db"),
        {},
    ),
    "25 ports of two policies": (
        egress(to(block("10.1.0.0/16"), ports=PORTS[: PORTS.index(", {port: 7049")]), pods="{matchLabels: {app: web}}")
        + egress(to(block("10.0.0.0/8"), ports="{port: 53}"), name="all"),
        {"eks": ["NP672"]},
    ),
    "24 ports": (egress(to(block("10.1.0.0/16"), ports=PORTS[: PORTS.index(", {port: 7049")])), {}),
    "25 ports of two blocks": (
        egress(to(block("10.1.0.0/16"), ports=PORTS[: PORTS.index(", {port: 7049")]), to(block("10.2.0.0/16"))),
        {},
    ),
    "kube-dns": (
        egress(to(pods("k8s-app: kube-dns", "kube-system"), ports="{port: 53, protocol: UDP}")),
        {"openshift": ["NP676"], "gke": ["NP676"]},
    ),
    "port 53 of the namespace of kube-dns": (
        egress(to(IN_KUBE_SYSTEM, ports=f"{UDP}, {{port: 53}}")),
        {"openshift": ["NP676"], "gke": ["NP676"]},
    ),
    "port 53 of the namespace of kube-dns, and more": (egress(to(IN_KUBE_SYSTEM, ports=f"{UDP}, {{port: 443}}")), {}),
    "the port of the Service of DNS": (
        egress(
            to(pods("dns.operator.openshift.io/daemonset-dns: default", "openshift-dns"), ports=f"{UDP}, {{port: 53}}")
        ),
        {"openshift": ["NP676"]},
    ),
    "the port of DNS, to anybody": (egress(f"{{ports: [{UDP}]}}"), {"openshift": ["NP676"]}),
    "the port of DNS, to a block": (egress(to(block("10.0.0.0/8"), ports=UDP)), {}),
    "the ports of DNS, in two policies": (
        egress(f"{{ports: [{UDP}]}}") + egress("{ports: [{port: 5353, protocol: UDP}]}", name="dns"),
        {},
    ),
    "kube-dns, and in another namespace the DNS of the platform": (
        egress(to(pods("k8s-app: kube-dns", "kube-system"), ports=UDP))
        + egress(to(pods("a: b", "openshift-dns"), ports="{port: 5353, protocol: UDP}")).replace(
            "namespace: shop}\nspec", "namespace: other}\nspec"
        ),
        {"openshift": ["NP676"], "gke": ["NP676"]},
    ),
    "both DNS": (
        egress(
            to(pods("k8s-app: kube-dns", "kube-system"), block("169.254.0.0/16"), ports="{port: 53, protocol: UDP}"),
            "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}]}",
        ),
        {},
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_policy_is_doubtful_on_its_platforms_alone(case):
    text, expected = FOUND[case]
    assert found(yaml=text) == expected


def test_netpol_is_judged_by_its_statements():
    text = 'baseline deny all\nwebapp -> database:"pg"\nadmin -> database:"pg"\n'
    assert [(each.code, each.location.line) for each in findings("openshift", netpol=text)] == [
        ("NP670", 2),
        ("NP670", 3),
    ]


def test_the_number_of_a_port_is_said_where_it_is_known():
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop, labels: {app: db}}\n"
        "spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432, name: pg}]}]}\n---\n"
    )
    (one,) = findings("openshift", yaml=pod + egress(to(pods("app: db"), ports="{port: pg}")))
    assert one.help == "write its number: 5432"


def test_a_platform_that_is_shown_is_a_note_where_nobody_states_one():
    bad, good = re.findall(r"```yaml\n(.*?)```", (CODES / "NP677.md").read_text("utf-8"), re.DOTALL)

    def said(text, settings=""):
        where = netpolc.workspace({"netpolc.toml": settings, "cluster.yaml": text})
        checked = netpolc.check(where, workloads=["cluster.yaml"])
        return [(each.code, each.severity) for each in checked.diagnostics if each.code == "NP677"]

    assert said(bad) == [("NP677", "note")]
    assert said(bad, 'platform = "calico"\n') == said(good) == []


def test_a_note_is_all_that_is_said_where_it_is_not_certain():
    text = FOUND["kube-dns"][0]
    assert [findings(name, yaml=text)[0].severity for name in ("openshift", "gke")] == ["warning", "note"]


def test_what_depends_on_the_plugin_is_not_said_of_a_known_one():
    text = egress(to(pods("app: db"), ports="{port: 1, endPort: 5}"))
    of = {
        name: [
            each.code
            for each in netpolc.check(
                {"netpolc.toml": f'platform = "{name}"\n', "a.yaml": text}, ["a.yaml"]
            ).diagnostics
        ]
        for name in ("kubernetes", "openshift")
    }
    assert "NP615" in of["kubernetes"]
    assert "NP615" not in of["openshift"]


OPEN = "webapp -> any:53/udp\nwebapp -> 0.0.0.0/0 except {10.0.0.0/8, 172.16.0.0/12}:443\nbaseline deny egress\n"


def test_the_build_for_amazon_names_the_ranges_that_exceptions_would_deny():
    def rules(platform, text=OPEN):
        where = netpolc.workspace({"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": text})
        built = netpolc.compile(where)
        assert built.ok
        return "".join(built.files.values())

    plain, mended = rules("kubernetes"), rules("eks")
    assert plain == rules("calico")
    assert "cidr: 10.0.0.0/8" not in plain
    assert [mended.count(f"cidr: {cidr}") for cidr in ("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12")] == [1, 1, 1]
    assert findings("eks", netpol=OPEN) == []
    assert findings("eks", yaml=mended) == []
    assert findings("eks", yaml=plain)
    wide = OPEN.replace("any:53", "8.0.0.0/6:53")
    # An entry for 10.0.0.0/8 would have the ports of 8.0.0.0/6, which has those of the exception's rule.
    assert not any(word in rules("eks", wide) for word in ("except:", "cidr: 10.0.0.0/8", "cidr: 172.16.0.0/12"))


def test_an_exception_that_a_wider_rule_opens_is_not_said_to_be_open_where_it_stays_closed():
    """Of a program, it is open there as well: its build names the range."""
    text = egress(to(block("0.0.0.0/0", "10.1.0.0/16"), block("10.0.0.0/8")))
    line = "* -> {10.0.0.0/8, 0.0.0.0/0 except 10.1.0.0/16}:443\n"

    def said(platform, name, text):
        texts = {"netpolc.toml": f'platform = "{platform}"\n', name: text}
        found = {each.code for each in netpolc.check(netpolc.workspace(texts), [name]).diagnostics}
        return found & {"NP635", "NP671"}

    assert [said(each, "a.yaml", text) for each in ("calico", "eks")] == [{"NP635"}, {"NP671"}]
    assert said("eks", "a.netpol", f"namespace shop\nbaseline deny egress\n{line}") == {"NP635"}
