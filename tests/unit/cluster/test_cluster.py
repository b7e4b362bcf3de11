import pytest

from netpolc.engine.regions import UNNAMED, names_of
from tests.unit.queries.clusters import cluster

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: web, {where}labels: {{app: web}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""
SHOP, DATA, NOWHERE = (POD.format(where=where) for where in ("namespace: shop, ", "namespace: data, ", ""))


@pytest.mark.parametrize(
    ("program", "manifests", "options", "namespace", "namespaces"),
    [
        ("web -> db:1\n", "", {}, None, {None}),
        ("namespace shop\nweb -> db:1\n", "", {}, "shop", {"shop"}),
        ("namespace shop\nweb -> db:1\n", DATA, {}, "shop", {"shop", "data"}),
        ("namespace a\nnamespace b\n", "", {}, None, {"a", "b"}),
        (None, SHOP, {}, "shop", {"shop"}),
        (None, SHOP + DATA, {}, None, {"shop", "data"}),
        (None, NOWHERE, {}, None, {None}),
        (None, NOWHERE, {"namespace": "x"}, "x", {"x"}),
        ("web -> db:1\n", NOWHERE, {"namespace": "x"}, "x", {"x"}),
        (None, "", {}, None, set()),
    ],
)
def test_the_namespace_that_names_are_in(program, manifests, options, namespace, namespaces):
    found = cluster(program, manifests, **options)
    assert found.namespace == namespace
    assert found.namespaces == namespaces


def test_what_a_manifest_says_of_a_namespace_goes_before_the_program():
    manifest = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: real}}\n"
    program = "namespace shop [team=stated]\nnamespace data [team=data]\nweb -> db:1\n"
    found = cluster(program, manifest)
    assert found.ruleset.namespaces == {"shop": {"team": "real"}, "data": {"team": "data"}}
    assert found.said.namespaces == found.ruleset.namespaces


def test_the_unnamed_namespace_is_known_to_the_program_alone():
    assert UNNAMED in cluster("web -> db:1\n").ruleset.namespaces
    assert cluster(None, NOWHERE).said is None


def test_peers_are_sorted_and_each_is_there_once():
    found = cluster("namespace shop\nweb -> db:1\nweb -> [app=db]:2\n", SHOP).peers()
    assert [peer.id for peer in found] == [
        "*/*",
        "0.0.0.0/0",
        "::/0",
        "[kubernetes.io/metadata.name!=shop]/*",
        "shop/[app=db]",
        "shop/[app=web]",
        "shop/web",
    ]
    assert [peer.id for peer in cluster("web -> db:1\n").peers(hypothetical=False)] == ["0.0.0.0/0", "::/0"]


def hypothetical(program, manifests="", **options):
    """The sets of pods of namespaces that have names; what nothing isolates elsewhere is there as well."""
    sets = [peer for peer in cluster(program, manifests, **options).peers() if peer.pods is not None]
    return [peer.id for peer in sets if names_of(peer.pods.namespaces) is not None]


@pytest.mark.parametrize(
    ("declared", "peers"),
    [
        ("pods late = [app=late]", ["shop/[app=late]"]),
        ("pods late = data/[app=late]", ["data/[app=late]"]),
        ("pods late = *", ["shop/*"]),
        ("service late = [app=late]:80", ["shop/[app=late]"]),
        ("group late = {web, first, data/second}", ["data/[app=second]", "shop/[app=first]"]),
        ("group late = {any, 10.0.0.0/8}", []),
        ("net late = 10.0.0.0/8", []),
        ("port late = 80", []),
        ("env prod { pods late = [app=late] }", []),
        ("assert deny late -> db:2", []),
        ("pods late = [app=late]\nassert deny late -> db:2", ["shop/[app=late]"]),
    ],
)
def test_declared_names_are_peers_though_nothing_uses_them(declared, peers):
    used = ["shop/[app=db]", "shop/[app=web]"]
    assert hypothetical(f"namespace shop\n{declared}\nweb -> db:1\n") == sorted([*peers, *used])


def test_a_name_that_an_environment_declares_or_binds_is_one_there():
    program = "param pods late\nenv prod { pods late = [app=late]\npods more = [app=more] }\nweb -> db:1\n"
    assert hypothetical(program, environment="prod") == ["[app=db]", "[app=late]", "[app=more]", "[app=web]"]
    assert hypothetical(program) == ["[app=db]", "[app=web]"]


def test_a_name_of_a_file_is_in_those_of_its_namespaces_that_use_it_or_in_all():
    program = "pods late = [app=late]\nnamespace data\nnamespace shop\nweb -> db:1\n"
    unused = ["data/[app=late]", "shop/[app=db]", "shop/[app=late]", "shop/[app=web]"]
    assert hypothetical(program) == unused
    assert hypothetical(f"{program}late -> db:1\n") == unused[1:]


def test_a_name_without_a_namespace_is_in_the_one_that_is_given():
    program = "pods late = [app=late]\nweb -> db:1\n"
    assert hypothetical(program, namespace="x") == ["x/[app=db]", "x/[app=late]", "x/[app=web]"]


def test_names_of_which_there_are_workloads_are_peers_beside_these():
    assert hypothetical("namespace shop\npods late = [app in (web, x)]\n", SHOP) == ["shop/[app in (web, x)]"]


def test_names_of_the_library_are_no_peers_unless_they_are_used():
    program = 'import "std"\nnamespace shop\nbaseline deny all\nweb -> std.dns\n'
    assert len(hypothetical(program)) == 2


@pytest.mark.parametrize(
    ("program", "manifests", "options", "help_", "line"),
    [
        ("web -> db:1\n", SHOP, {}, "name it: `-n shop`", 1),
        ("namespace shop { a -> b:1 }\nshop/a -> db:1\n", SHOP, {}, "name it: `-n shop`", 2),
        ("baseline deny all\n", SHOP, {}, "name it: `-n shop`", 1),
        (
            "web -> db:1\n",
            SHOP + DATA,
            {},
            "name it with `-n NAME`; the workloads are in `data` and `shop`",
            1,
        ),
        (
            "web -> db:1\n",
            "".join(POD.format(where=f"namespace: n{n}, ") for n in range(5)),
            {},
            "name it with `-n NAME`; the workloads are in `n0`, `n1`, `n2` and 2 more",
            1,
        ),
        ("web -> db:1\n", SHOP + NOWHERE, {}, None, None),
        ("web -> db:1\n", SHOP, {"namespace": "shop"}, None, None),
        ("web -> db:1\n", "", {}, None, None),
        ("namespace shop\nweb -> db:1\n", SHOP, {}, None, None),
        (None, SHOP, {}, None, None),
    ],
)
def test_a_program_whose_namespace_is_not_given_is_pointed_out_beside_workloads(
    program, manifests, options, help_, line
):
    found = [each for each in cluster(program, manifests, **options).diagnostics if each.code == "NP220"]
    assert [(each.help, each.location.line) for each in found] == ([] if help_ is None else [(help_, line)])


CLOSED = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}{where}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
"""
POLICY, OF_SHOP, OF_DATA = (
    CLOSED.format(name=name, where=where)
    for name, where in (("p", ""), ("q", ", namespace: shop"), ("r", ", namespace: data"))
)
MONITORING = POD.format(where="namespace: monitoring, ")
BOTH = "namespace shop\nnamespace data\n"


@pytest.mark.parametrize(
    ("program", "manifests", "said"),
    [
        (None, POLICY + SHOP, ("NP220", "the namespace of the policies' pods is not given", "name it: `-n shop`")),
        (BOTH, POLICY + SHOP, ("NP220", "the namespace of the policies' pods is not given", "name it: `-n shop`")),
        (
            BOTH,
            NOWHERE,
            ("NP220", "the namespace of workloads is not given, so that none is in `data` or `shop`", "-n N"),
        ),
        (
            BOTH,
            NOWHERE + MONITORING,
            ("NP220", "the namespace of workloads is not given", "policies are in `data` and"),
        ),
        (
            None,
            OF_SHOP + OF_DATA + NOWHERE,
            ("NP220", "the namespace of workloads is not given", "in `data` and `shop`"),
        ),
        ("namespace shop\n", MONITORING, ("NP517", "no workload is in `shop`", "the workloads are in `monitoring`")),
        (None, OF_SHOP + MONITORING, ("NP517", "no workload is in `shop`", "the workloads are in `monitoring`")),
        (BOTH, MONITORING, ("NP517", "no workload is in `data` or `shop`", "the workloads are in `monitoring`")),
        ("namespace shop\n", OF_DATA + DATA, None),
        (BOTH, NOWHERE + SHOP, None),
        (BOTH, SHOP + MONITORING, None),
        ("namespace shop\n", NOWHERE + MONITORING, None),
        (None, MONITORING, None),
        (None, POLICY + NOWHERE, None),
        (BOTH, "", None),
    ],
)
def test_policies_and_workloads_that_have_no_namespace_in_common_are_pointed_out(program, manifests, said):
    found = [each for each in cluster(program, manifests).diagnostics if each.code in {"NP220", "NP517"}]
    assert len(found) == (said is not None)
    for each in found:
        code, message, help_ = said
        assert (each.code, each.severity, message in each.message, help_ in each.help) == (code, "warning", True, True)
        assert each.location is not None


NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {}, labels: {}}}\n"


@pytest.mark.parametrize(
    ("stated", "labels", "said"),
    [
        ("[team=a]", "{team: b}", ["`shop` is said to carry `team=a`, and its manifest has `team=b`"]),
        ("[team=a]", "{}", ["`shop` is said to carry `team=a`, and its manifest has no label `team`"]),
        ("[team=a, env=x]", "{team: a, env: x, more: z}", []),
        ("[!team, !env]", "{team: b}", ["`shop` is said to lack `team`, and its manifest has `team=b`"]),
        ("[!team]", '{team: ""}', ["`shop` is said to lack `team`, and its manifest has `team=`"]),
        ("[!team]", "{teams: b}", []),
        ("", "{team: b}", []),
    ],
)
def test_labels_that_are_stated_are_held_against_the_manifest_of_the_namespace(stated, labels, said):
    manifests = NAMESPACE.format("other", "{team: z}") + NAMESPACE.format("shop", labels)
    found = cluster(f"\nnamespace shop {stated}\nweb -> db:1\n", manifests).diagnostics
    found = [each for each in found if each.code == "NP516"]
    assert [each.message for each in found] == said
    assert all((each.location.line, each.labels[0].location.line) == (2, 6) for each in found)
