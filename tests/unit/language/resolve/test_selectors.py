import pytest

from netpolc.language.resolve.modules import Module
from netpolc.language.resolve.names import NameLookup
from netpolc.language.resolve.selectors import SelectorResolver
from netpolc.language.syntax.tree import Word
from tests.rows import each_row
from tests.unit.language.resolve.sources import load, selector, spot


def judged(text):
    """The resolver, the module and the selector of a flow from `text`, and where reports go."""
    module = Module(load(f"{text} -> q:1")[0], None)
    names = NameLookup({module.key: module}, None)
    return SelectorResolver(names), module, module.outline.statements[0].statement.source, names.diagnostics


@each_row(
    "written, normal",
    [
        ("[b, a]", "a?,b?"),
        ("[a=b]", "a=b"),
        ("[a==b]", "a=b"),
        ('[a=""]', "a="),
        ("[a=]", "a="),
        ("[a!=b]", "a!=b"),
        ("[a in (c, b, c)]", "a=b|c"),
        ("[a notin (c, b)]", "a!=b|c"),
        ("[!a]", "a!"),
        ("[a, a=b, a!=c]", "a=b"),
        ("[a, a!=c]", "a?,a!=c"),
        ("[app.kubernetes.io/name=web]", "app.kubernetes.io/name=web"),
    ],
)
def test_selectors_in_normal_form(written, normal):
    resolver, module, node, said = judged(written)
    assert selector(resolver.resolve(node, module)) == normal
    assert said == []


@each_row(
    "written, expected",
    [
        ("[a, !a]", [("NP503", "[a, !a]")]),
        ("[a=b, a=c]", [("NP503", "[a=b, a=c]")]),
        ("[-a=b, c=-d, e=f]", [("NP403", "-a=b"), ("NP404", "c=-d")]),
        (f"[{'x' * 64}]", [("NP403", "x" * 64)]),
        ("[a/b/c]", [("NP403", "a/b/c")]),
        ("[a in (-b, c, -d)]", [("NP404", "a in (-b, c, -d)")]),
    ],
)
def test_selectors_that_are_none_are_reported_at_every_use(written, expected):
    resolver, module, node, said = judged(written)
    for _ in range(2):
        said.clear()
        assert resolver.resolve(node, module) is None
        assert sorted({spot(d) for d in said}) == expected


@pytest.mark.parametrize("written", ["[x/=d]", "[a=-]", f"[{'-' * 70}]", f"[a={'-' * 70}]"])
def test_one_fault_of_a_label_is_enough_to_look_at_it(written):
    resolver, module, node, said = judged(written)
    assert resolver.resolve(node, module) is None
    assert len(said) == 1


def test_what_is_in_order_is_worked_out_once():
    resolver, module, node, _ = judged("[a=b]")
    assert resolver.resolve(node, module) is resolver.resolve(node, module)


def test_stated_labels_are_pairs_and_faults_leave_theirs_out():
    resolver, module, node, said = judged("[a=b, a=c, d, e in (f), -g=h, i==j]")
    assert list(resolver.stated_labels(node, module)) == [("a", "b"), ("a", "c"), ("i", "j")]
    assert sorted({spot(d) for d in said}) == [("NP403", "-g=h"), ("NP406", "d"), ("NP406", "e in (f)")]


@each_row(
    "name, valid",
    [
        ("shop", True),
        ("2048", True),
        ("a-b", True),
        ("n" * 63, True),
        ("n" * 64, False),
        ("Shop", False),
        ("a_b", False),
    ],
)
def test_names_of_namespaces(name, valid):
    resolver, module, node, said = judged("a")
    assert resolver.namespace_is_valid(Word(name, node.span), module) is valid
    assert [d.code for d in said] == ([] if valid else ["NP402"])
