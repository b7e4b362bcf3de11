from netpolc.compiler.shapes import holds_data
from tests.rows import each_row


@each_row(
    "text",
    [
        "apiVersion: v1\nkind: Pod\n",
        '{"kind": "List", "items": []}',
        "- op: add\n  path: /spec\n  value: 1\n",
        '# a patch\n\n- "op": add\n  value: "a -> b"\n',
        '[{"op": "add", "value": "a -> b"}]',
        '[\n  {"op": ',
        "replicaCount: 1\nimage:\n  repository: x\n",
        '{"replicaCount": 1}\n{"again": 1}\n',
        "resources:\n- a.yaml\n",
        "- a\n- b\n",
        "[]",
        '["a", "b"]\n',
        "{}",
        "null\n",
        '"web"',
        "42",
        "-\n",
        "---\n",
        "--- # nothing\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        '"a b": 1\n',
    ],
)
def test_yaml_and_json_whatever_is_in_them(text):
    assert holds_data(text)


@each_row(
    "text",
    [
        "",
        "# a program to come\n",
        "web -> db:1\n",
        "{a, b} -> c:1\n",
        "[app=a] -> c:1\n",
        "[a]",
        "web",
        "baseline deny all\n",
        "baseline deny all on {\n  a\n}\n",
        'import "std"\n',
        "pods a = [app=a]\n",
        # Slips, of which the language has more to say.
        "namespace: shop\nweb -> db:1\n",
        "- web -> db:1\n",
        "---\nweb -> db:1\n",
        "web: 80 -> db\n",
        "[] -> db:1\n",
        "web db:80\n",
        "[1,",
    ],
)
def test_netpol_and_what_is_nearly_netpol(text):
    assert not holds_data(text)
