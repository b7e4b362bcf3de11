import pytest

from netpolc.adopt.importer import importing, sections
from netpolc.adopt.importer.importing import import_manifests, written
from netpolc.adopt.importer.proof import fault_of, in_one_folder
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.manifests.namespace_default import in_namespace
from tests.unit.adopt.importer.written import imported, manifests, policies, policy

DENY = policy("deny", "*", {}, {})
DATABASE = policy("db", "app=db", {"app=web": 1})


def test_nothing_becomes_nothing():
    assert imported() == {}
    assert imported(policy("nobody", "app=a, !app", {})) == {}


def test_what_is_no_import_of_the_policies_is_not_written(monkeypatch):
    """Should an import ever go wrong, the proof says how, and there is no text."""
    facts_of = importing.facts_of
    monkeypatch.setattr(importing, "facts_of", lambda policies, **how: facts_of(policies[:1], **how))
    result = import_manifests(manifests(DATABASE, policy("cache", "app=cache", {})), apart=False)
    assert result.files == {}
    assert [found.code for found in result.diagnostics] == ["NP903"]
    assert result.diagnostics[0].message.startswith(
        "the import would change what is allowed: the source would let a pod"
    )


def test_what_reads_badly_goes_before_what_is_wrong(monkeypatch):
    """Were the better text wrong, each rule would be translated by itself."""
    flows = importing.flows_of

    def careless(facts, *, whole):
        found = flows(facts, whole=whole)
        return found[:-1] if whole else found

    monkeypatch.setattr(importing, "flows_of", careless)
    result = import_manifests(manifests(DATABASE), apart=False)
    assert result.diagnostics == ()
    assert result.files["imported.netpol"].endswith("web -> db:1 ingress\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("namespace shop\nbaseline deny all\nweb -> db:1 ingress\n", None),
        ("namespace shop\nbaseline deny all\nweb -> db:1\n", None),
        ("namespace shop\nbaseline deny all\nweb -> db:1 ingress\nweb -> *:1 egress\n", "the source would let "),
        ("namespace shop\nbaseline deny all\n", None),
        ("namespace shop\nbaseline deny ingress\nweb -> db:1 ingress\n", "the source would let "),
        ("namespace shop\nbaseline deny all\nany -> *:*\n", "the source would let "),
        ("namespace shop\nbaseline deny all\nweb -> \n", "text.netpol:3:"),
    ],
)
def test_a_fault_is_a_connection_that_one_allows(text, fault):
    found = fault_of({"text.netpol": text}, policies(DENY, DATABASE))
    if text.endswith("web -> db:1\n"):
        fault = "the source would let a pod [app=web] of namespace shop reach a pod [app=db] of namespace shop"
    assert found is None if fault is None else found.startswith(fault)


def test_labels_of_namespaces_are_unknown_to_a_proof():
    given = policies(policy("p", "*", {"[team=web]/*": 1}))
    assert (
        fault_of({"x.netpol": "namespace shop [team=web]\nbaseline deny ingress\n[team=web]/* -> *:1\n"}, given) is None
    )
    assert fault_of({"x.netpol": "namespace shop [team=web]\nbaseline deny ingress\n* -> *:1\n"}, given) is not None


@pytest.mark.parametrize(
    ("labels", "selectors", "stated"),
    [
        ({}, ["[team=a]/*"], " [!team]"),
        ({"team": "b"}, ["[team=a]/*"], " [team=b]"),
        ({}, ["[team=a, env=x]/*"], " [!env]"),
        ({"env": "y"}, ["[team=a, env=x]/*"], " [env=y]"),
        ({"env": "x"}, ["[team=a, env=x]/*"], " [env=x, !team]"),
        ({}, ["[!team, env!=x]/*"], " [!env, !team]"),
        ({}, ["[team=a]/*", "[team=b]/*", "[team]/*"], " [!team]"),
        ({"more": "z"}, ["*/*", "data/*"], ""),
    ],
)
def test_a_namespace_states_what_selectors_leave_open(labels, selectors, stated):
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}
    text = imported(policy("p", "*", dict.fromkeys(selectors, 1)), namespace)["imported.netpol"]
    assert text.splitlines()[0] == f"namespace shop{stated}"
    compiled = compile_program(in_one_folder({"x.netpol": text}), CompileOptions())
    assert [found.code for found in compiled.diagnostics if found.code == "NP603"] == []


def test_policies_without_a_namespace_have_a_file_of_their_own():
    unnamed = policy("db", "app=db", {"app=web": 1}, namespace=None)
    files = imported(unnamed, DENY, policy("x", "*", {}, namespace="unnamed"), apart=True)
    assert list(files) == ["no_namespace.netpol", "shop.netpol", "unnamed.netpol"]
    assert files["no_namespace.netpol"] == "baseline deny ingress on db\n\n# policy db\nweb -> db:1\n"


def test_the_namespace_that_is_given():
    found = in_namespace(manifests(policy("a", "*", {}, namespace=None), policy("b", "*", {}, namespace="b")), "shop")
    assert [each.namespace for each in found.policies] == ["shop", "b"]
    assert in_namespace(found, None) is found


def test_names_of_files_are_safe():
    assert list(imported(policy("a", "*", {}, namespace="con"), apart=True)) == ["con_.netpol"]


def test_no_policy_elsewhere_has_to_name_a_namespace_that_has_no_name():
    """The ingress of `data` lets everybody in; but a whole flow would name who comes, from nobody knows where."""
    out = policy("web", "app=web", None, {"data/app=db": 1}, namespace=None)
    files = imported(out, policy("db", "app=db", {"": 1}, namespace="data"), apart=True)
    assert "web -> data/db:1 egress" in files["no_namespace.netpol"]
    assert "any -> db:1\n" in files["data.netpol"]
    assert fault_of(files, policies(out, policy("db", "app=db", {"": 1}, namespace="data"))) is None


def test_a_namespace_without_a_name_in_the_language():
    result = import_manifests(
        manifests(policy("a", "*", {}, namespace="1"), policy("b", "*", {}, namespace="1")), apart=True
    )
    assert [(found.code, found.severity) for found in result.diagnostics] == [("NP402", "error")]
    assert result.files == {}


@pytest.mark.parametrize("pretty", [False, True])
def test_more_peers_than_a_line_may_have(pretty):
    many = " + ".join(f"10.{high}.{low}.0/24" for high in range(20) for low in range(150))
    found = manifests(policy("a", "app=a", {many: 80}))
    files = written(found, apart=False, pretty=pretty)
    assert fault_of(files, found.policies) is None
    assert files["imported.netpol"].count(" -> ") == -(-3000 // sections.MOST_PAIRS)


def test_what_is_left_out_is_said():
    document = policy(
        "a",
        "*",
        {},
        labels={"team": "x", "app.kubernetes.io/managed-by": "helm"},
        annotations={"netpolc/owner": "x", "netpolc/expires": "soon", "note": "y"},
    )
    document["spec"]["egress"] = [{}]
    result = import_manifests(manifests(document, policy("nobody", "app=a, !app", {})), apart=False)
    assert list(result.left_out) == [
        "left out, unless `netpolc import --keep-names` keeps them: labels `team`",
        "left out, since source has no word for them: labels `app.kubernetes.io/managed-by`",
        "left out, unless `netpolc import --keep-names` keeps them: annotations `note`",
        "left out, since source has no word for them: annotations `netpolc/expires`",
        "left out, since Kubernetes ignores rules of a direction that their policy does not name: in `a`",
        "left out, since they select no pod: the policies `nobody`",
    ]


def test_what_tools_add_is_nobodys_loss():
    labels = {"app.kubernetes.io/managed-by": "netpolc"}
    notes = {"kubectl.kubernetes.io/last-applied-configuration": "{}", "netpolc/owner": "x"}
    assert (
        import_manifests(manifests(policy("a", "*", {}, labels=labels, annotations=notes)), apart=False).left_out == ()
    )
    many = {f"l{number:02}": "x" for number in range(12)}
    documents = policy("a", "*", {}, labels=many), policy("b", "*", {})
    (line,) = import_manifests(manifests(*documents), apart=False).left_out
    assert line.endswith("`l07` and 4 more")
