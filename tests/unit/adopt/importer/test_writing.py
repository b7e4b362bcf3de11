"""Every word can be the name of something, and every name stands where the language can read it."""

import pytest

from netpolc.adopt.importer.importing import written
from netpolc.adopt.importer.proof import fault_of
from tests.rows import each_row
from tests.unit.adopt.importer.written import flows, imported, manifests, policy

WORDS = [
    "any",
    "all",
    "allow",
    "as",
    "assert",
    "assume",
    "baseline",
    "by",
    "deny",
    "egress",
    "env",
    "except",
    "group",
    "import",
    "in",
    "ingress",
    "name",
    "names",
    "namespace",
    "net",
    "notin",
    "on",
    "only",
    "param",
    "pods",
    "port",
    "service",
    "std",
    "strict",
    "tcp",
    "udp",
    "a1",
    "2048-game",
    "0x1f",
    "1e3",
    "10",
    "a_b",
    "UPPER",
    "true",
    "null",
]


@pytest.mark.parametrize("apart", [False, True])
@each_row("word", WORDS)
def test_words_of_the_language_are_names_like_others(word, apart):
    namespace = word.lower().replace("_", "-")
    namespace = namespace if not namespace.isdigit() else f"n{namespace}"
    documents = [
        policy("one", f"app={word}", {f"app={word} + app={word}, x=y": 1, f"{namespace}/app={word}": 2}, namespace="a"),
        policy("two", f"{word}={word}", {f"{word}, !{word}2": 1, f"{word}!=a|b + {word}=a|b": 2}, namespace=namespace),
        policy(
            "three", f"app={word}, x=y", None, {f"a/app={word}": 1, "10.0.0.0/8 + app=x": "1 2 3"}, namespace=namespace
        ),
        policy("four", "app=x", {f"[{word}={word}]/{word}={word}": 1, f"*/app={word}": 3, "": 4}, namespace="a"),
    ]
    found = manifests(*documents)
    assert fault_of(written(found, apart=apart, pretty=not apart), found.policies) is None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("*", "web -> *:1"),
        ("app=db", "web -> db:1"),
        ("app=1.2", "web -> [app=1.2]:1"),
        ("app=any", "web -> [app=any]:1"),
        ("app=2048", "web -> [app=2048]:1"),
        ("app=", 'web -> [app=""]:1'),
        ("!app", "web -> [!app]:1"),
        ("x!=a", "web -> [x!=a]:1"),
        ("x!=a|b", "web -> [x notin (a, b)]:1"),
        ("x=a|b", "web -> [x in (a, b)]:1"),
        ("example.com/x", "web -> [example.com/x]:1"),
    ],
)
def test_pods(subject, expected):
    assert flows(policy("p", subject, {"app=web": 1})) == [expected]


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("*", "* -> db:1"),
        ("shop/*", "* -> db:1"),
        ("data/*", "data/* -> db:1"),
        ("data/app=a", "data/a -> db:1"),
        ("*/app=a", "*/a -> db:1"),
        ("[team=a]/!x", "[team=a]/[!x] -> db:1"),
        ("2048/app=a", "[kubernetes.io/metadata.name=2048]/a -> db:1"),
        ("[kubernetes.io/metadata.name=a|b]/*", "{a/*, b/*} -> db:1"),
        ("10.0.0.0/8 except 10.1.0.0/16", "10.0.0.0/8 except 10.1.0.0/16 -> db:1"),
        ("", "any -> db:1"),
    ],
)
def test_peers(peer, expected):
    assert flows(policy("p", "app=db", {peer: 1})) == [expected]


def test_names_by_another_label_are_said_once():
    (text,) = imported(policy("p", "k8s-app=db", {"k8s-app=web": 1})).values()
    assert text == ("names by k8s-app\n\nnamespace shop\n\nbaseline deny ingress on db\n\n# policy p\nweb -> db:1\n")
