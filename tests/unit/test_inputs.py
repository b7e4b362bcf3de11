import io

import pytest

from netpolc.inputs import Place, read_inputs
from netpolc.project.config import load

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def read(folder, *paths, stdin="", project=None):
    return read_inputs(paths, Place(folder, project), io.BytesIO(stdin.encode()))


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
        ("", False),
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
    assert [each.code for each in read_inputs(["-"], Place(tmp_path), None).diagnostics] == ["NP805"]


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
