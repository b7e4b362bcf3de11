import io
import json

import pytest

from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.memory import Memory
from netpolc.compiler.workspace import Workspace
from netpolc.project.config import load

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def read(folder, *paths, stdin="", project=None):
    return read_inputs(paths, Workspace(folder, project, stdin=io.BytesIO(stdin.encode()), programs=True))


def sources(inputs):
    return [] if inputs.loaded is None else [file.outline.source.name for file in inputs.loaded.files if file.is_source]


@pytest.mark.parametrize(
    ("text", "manifests"),
    [
        (NAMESPACE, True),
        ("---\n# a comment\n" + NAMESPACE, True),
        ('{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}', True),
        (
            '{"kind":"List","apiVersion":"v1","items":['
            '{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop"}}]}',
            True,
        ),
        ('{\n  "metadata": {"name": "shop"}, "kind": "Namespace", "apiVersion": "v1"}', True),
        ('"kind": Namespace\n"apiVersion": v1\nmetadata: {name: shop}\n', True),
        ("web -> db:1\n", False),
        ("# apiVersion: v1\n# kind: Namespace\nweb -> db:1\n", False),
        ("{kind, apiVersion} -> db:1\n", False),
        ("pods db = [app=db]\n", False),
    ],
)
def test_a_text_is_taken_for_what_it_holds(tmp_path, text, manifests):
    found = read(tmp_path, "-", stdin=text)
    assert [each.name for each in found.manifests.namespaces] == (["shop"] if manifests else [])
    assert sources(found) == ([] if manifests else ["<stdin>"])
    assert found.diagnostics == ()


def test_inputs_of_every_kind_at_once(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.netpol").write_text('import "b.netpol"\nweb -> db:b.pg\n')
    (tmp_path / "in/b.netpol").write_text("port pg = 1\n")
    (tmp_path / "in/c.yaml").write_text(NAMESPACE)
    (tmp_path / "in/d.json").write_text('{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "data"}}')
    (tmp_path / "in/notes.txt").write_text("not looked at in folders")
    found = read(tmp_path, "in", "-", stdin='import "in/b.netpol"\nweb -> db:2\n')
    assert sources(found) == ["in/a.netpol", "in/b.netpol", "<stdin>"]
    assert [each.name for each in found.manifests.namespaces] == ["shop", "data"]
    found = read(tmp_path, "in/a.netpol", "-", stdin='import "in/a.netpol"\nweb -> db:2\n')
    assert sources(found) == ["in/a.netpol", "<stdin>"]
    assert len(found.loaded.files) == 3


@pytest.mark.parametrize(
    ("paths", "codes"),
    [
        (("gone.yaml",), ["NP805"]),
        (("gone",), ["NP805"]),
        ((".",), ["NP807"]),
        ((), ["NP807"]),
        (("bad.yaml",), ["NP105"]),
    ],
)
def test_what_cannot_be_read(tmp_path, paths, codes):
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    if paths == (".",) or not paths:
        (tmp_path / "bad.yaml").unlink()
    found = read(tmp_path, *paths)
    assert [each.code for each in found.diagnostics] == codes
    assert found.loaded is None


def test_a_closed_standard_input_is_said_to_be(tmp_path):
    assert [each.code for each in read_inputs(["-"], Workspace(tmp_path)).diagnostics] == ["NP805"]


def test_output_is_left_out_beside_its_sources_unless_it_is_named(tmp_path):
    (tmp_path / "netpolc.toml").write_text('output = "out"\n')
    (tmp_path / "a.netpol").write_text("web -> db:1\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/x.yaml").write_text(NAMESPACE)
    (tmp_path / "link").symlink_to("out")
    project, _ = load(tmp_path / "netpolc.toml")
    found = read(tmp_path, ".", project=project)
    assert [(each.code, each.severity) for each in found.diagnostics] == [("NP809", "note")]
    assert not found.manifests.namespaces
    for paths in (("a.netpol", "out"), ("a.netpol", "link"), ("a.netpol", "out/x.yaml"), ("out",)):
        assert len(read(tmp_path, *paths, project=project).manifests.namespaces) == 1


def test_so_is_the_output_of_a_project_within_a_folder(tmp_path):
    (tmp_path / "shop/out").mkdir(parents=True)
    (tmp_path / "shop/netpolc.toml").write_text('output = "out"\n')
    (tmp_path / "shop/a.netpol").write_text("web -> db:1\n")
    (tmp_path / "shop/out/x.yaml").write_text(NAMESPACE)
    for path in (".", "shop"):
        found = read(tmp_path, path)
        assert [each.code for each in found.diagnostics] == ["NP809"]
        assert not found.manifests.namespaces
    assert len(read(tmp_path, "shop/out").manifests.namespaces) == 1


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  labels: {app.kubernetes.io/managed-by: MANAGER}
spec: {podSelector: {}}
"""


@pytest.fixture
def rendering(tmp_path, monkeypatch):
    """A project, and tools that render whatever is below to two policies, one of which netpolc has built."""
    written = POLICY.replace("MANAGER", "netpolc") + "---\n" + POLICY.replace("MANAGER", "me").replace("db", "web")
    for name in ("helm", "kubectl"):
        (tmp_path / name).write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{written}END\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "netpolc.toml").write_text('output = "deploy/out"\n')
    (tmp_path / "a.netpol").write_text("web -> db:1\n")
    for name in ("deploy/out/Chart.yaml", "overlay/kustomization.yaml", "other/Chart.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("name: shop\n")
    (tmp_path / "deploy/out/Chart.yaml").rename(tmp_path / "deploy/Chart.yaml")
    return load(tmp_path / "netpolc.toml")[0]


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        (("a.netpol", "deploy"), ["web"]),
        (("a.netpol", "overlay"), ["web"]),
        (("a.netpol", "other"), ["db", "web"]),
        (("deploy",), ["db", "web"]),
        (("overlay",), ["db", "web"]),
    ],
)
def test_rendered_output_is_left_out_beside_its_sources(tmp_path, rendering, paths, left):
    found = read(tmp_path, *paths, project=rendering)
    assert [policy.name for policy in found.manifests.policies] == left
    assert [(each.code, each.severity) for each in found.diagnostics] == [("NP809", "note")] * (len(left) == 1)


@pytest.mark.usefixtures("rendering")
def test_a_folder_that_is_rendered_is_no_lack_of_files(tmp_path):
    assert read(tmp_path, "overlay").diagnostics == ()
    (tmp_path / "below/overlay").mkdir(parents=True)
    (tmp_path / "below/overlay/Kustomization").write_text("")
    found = read(tmp_path, "below")
    assert [(each.code, each.severity) for each in found.diagnostics] == [("NP811", "note"), ("NP811", "error")]


@pytest.mark.usefixtures("rendering")
def test_manifests_of_a_project_may_be_a_chart(tmp_path):
    (tmp_path / "netpolc.toml").write_text('sources = ["a.netpol"]\nmanifests = ["ot*/**/*.yaml", "overlay"]\n')
    project, _ = load(tmp_path / "netpolc.toml")
    found = read(tmp_path, project=project)
    assert [each.name for each in found.texts] == ["other (helm template)", "overlay (kubectl kustomize)"]


def test_policies_of_other_kinds_are_left_out_with_a_warning_and_everything_else_with_a_note(tmp_path):
    kinds = ("cilium.io/v2/CiliumNetworkPolicy", "cilium.io/v2/CiliumNetworkPolicy", "v1/Secret", "x.io/v1/Thing")
    objects = [{"apiVersion": kind.rpartition("/")[0], "kind": kind.rpartition("/")[2]} for kind in kinds]
    (tmp_path / "all.json").write_text("\n".join(json.dumps({**one, "metadata": {"name": "x"}}) for one in objects))
    found = read(tmp_path, "all.json").diagnostics
    assert (found[0].location.text, found[0].location.line, found[0].label) == (
        '"CiliumNetworkPolicy"',
        1,
        "the first of them",
    )
    assert found[1].location is None
    assert [(each.code, each.severity, each.message) for each in found] == [
        ("NP418", "warning", "2 objects of `cilium.io/v2/CiliumNetworkPolicy` are left out"),
        ("NP418", "note", "2 objects of other kinds are left out"),
    ]


def test_foreign_files_below_folders_are_only_counted(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/play.yaml").write_text("- hosts: all\n")
    (tmp_path / "d/x.yaml").write_text(NAMESPACE)
    (tmp_path / "netpolc.toml").write_text('manifests = ["d/*.yaml"]\n')
    project, _ = load(tmp_path / "netpolc.toml")

    def severities(*paths, **options):
        return [one.severity for one in read(tmp_path, *paths, **options).diagnostics if one.code == "NP414"]

    assert severities("d") == severities(project=project) == ["note"]
    assert severities("d/play.yaml", "d") == severities("d", "d/play.yaml") == ["error"]
    assert severities("-", stdin='- {"kind": 1}') == ["error"]
    assert severities("-", stdin="replicas: 1\n") == severities("-", stdin="[]") == ["error"]
    (tmp_path / "netpolc.toml").write_text('manifests = ["d/play.yaml"]\n')
    assert severities(project=load(tmp_path / "netpolc.toml")[0]) == ["error"]


def test_a_memory_tells_what_is_named_from_what_is_found(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/play.yaml").write_text("- hosts: all\n")
    workspace = Workspace(tmp_path, memory=Memory())
    for path, severity in (("d", "warning"), ("d/play.yaml", "error"), ("d", "warning")):
        assert [one.severity for one in read_inputs([path], workspace).diagnostics] == [severity]


UNNAMED = "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}\n"
BROKEN = POLICY.replace("name: db", "name: d_b")


def going(folder, text, *paths):
    (folder / "in.yaml").write_text(text)
    return read_inputs(["in.yaml", *paths], Workspace(folder), keep_going=True)


@pytest.mark.parametrize(
    ("text", "message", "unsure"),
    [
        (BROKEN, "1 object (1 NetworkPolicy) is left out, and no answer here holds for it", True),
        (
            f"{BROKEN}---\n{BROKEN}---\n{UNNAMED}",
            "3 objects (2 NetworkPolicy, 1 Pod) are left out, and no answer here holds for them",
            True,
        ),
        (UNNAMED, "1 object (1 Pod) is left out, and no answer here holds for it", False),
        ("a: [", "1 document is left out, and no answer here holds for it", True),
        ("a: {{ .b }}", "1 document is left out, and no answer here holds for it", True),
        ("- a", "1 document is left out, and no answer here holds for it", True),
        ("metadata: {}\nkind: NetworkPolicy", "1 object (1 NetworkPolicy) is left out", True),
        ("metadata: {}\napiVersion: v1", "1 document is left out", True),
        ("apiVersion: v1\nkind: NetworkPolicy\n", "1 object (1 NetworkPolicy) is left out", True),
        ("apiVersion: v1\nkind: Pod\nmetadata: [x]", "1 object (1 Pod) is left out", False),
        ("apiVersion: v1\nkind: List\nitems: {}", "1 document is left out", True),
        ("apiVersion: v1\nkind: List\nitems: [a, 5]", "2 documents are left out", True),
        (f"{POLICY}---\n{POLICY}", "1 error in the inputs is passed over", False),
        (f"{POLICY}spec: {{podSelector: {{}}, unknown: 1}}", "2 errors in the inputs are passed over", False),
    ],
)
def test_keeping_going_leaves_out_what_has_errors_and_says_so(tmp_path, text, message, unsure):
    found = going(tmp_path, f"{text}\n---\n{NAMESPACE}")
    assert {each.severity for each in found.diagnostics} == {"warning"}
    assert found.diagnostics[0].code == "NP812"
    assert found.diagnostics[0].message.startswith(message)
    assert ("too much or too little" in found.diagnostics[0].help) == unsure
    assert [each.name for each in found.manifests.namespaces] == ["shop"]
    assert set(found.passed_over) <= set(found.diagnostics)


def test_files_that_cannot_be_read_are_left_out_too(tmp_path):
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    found = going(tmp_path, f"{NAMESPACE}---\na: [", "bad.yaml", "gone")
    assert [each.code for each in found.passed_over] == ["NP812", "NP805", "NP105", "NP120"]
    assert found.passed_over[0].message.startswith("1 document and 2 files or folders are left out")
    assert "policies are missing, or may be" in found.passed_over[0].help


@pytest.mark.parametrize("text", ["a: [", BROKEN, "- a"])
def test_keeping_going_with_nothing_is_an_error(tmp_path, text):
    found = going(tmp_path, text)
    assert [each.severity for each in found.diagnostics] == ["error"]
    assert found.passed_over == ()


def test_nothing_is_left_out_of_what_has_no_errors(tmp_path):
    text = f"{NAMESPACE}---\n{POLICY}---\nvalues: 1\n"
    found = going(tmp_path, text)
    assert [(each.code, each.severity) for each in found.diagnostics] == [("NP414", "warning")]
    assert found.passed_over == ()
