import pytest

from netpolc.language.resolve import outline as outlining
from netpolc.language.resolve.outline import outline
from netpolc.language.syntax.parser import parse
from netpolc.source import Source
from tests.rows import each_row


def outlined(text):
    source = Source("shop.netpol", text)
    parsed = parse(source)
    assert parsed.diagnostics == ()
    return outline(source, parsed.tree)


def placements(text):
    """Each flow's source, with the section and environments it stands in."""
    flat = outlined(text)
    assert flat.diagnostics == ()
    return {
        placed.statement.source.name: (
            placed.placement.section,
            None if placed.placement.environments is None else ",".join(sorted(placed.placement.environments)),
        )
        for placed in flat.statements
    }


def found(text):
    return [(d.code, d.location.text, d.message) for d in outlined(text).diagnostics]


def test_a_namespace_line_holds_until_the_next_and_a_block_until_its_brace():
    text = """\
a -> x:1
namespace shop
b -> x:1
namespace data {
  c -> x:1
}
d -> x:1
namespace ops
e -> x:1
namespace shop
f -> x:1
"""
    assert placements(text) == {
        "a": (None, None),
        "b": ("shop", None),
        "c": ("data", None),
        "d": (None, None),
        "e": ("ops", None),
        "f": ("shop", None),
    }


def test_environments_and_sections_nest_either_way():
    text = """\
env prod, staging { a -> x:1 }
env prod {
  namespace shop { b -> x:1 }
  c -> x:1
  namespace data
  d -> x:1
}
e -> x:1
namespace ops
env prod { f -> x:1 }
g -> x:1
namespace lab { env prod { h -> x:1 } }
"""
    assert placements(text) == {
        "a": (None, "prod,staging"),
        "b": ("shop", "prod"),
        "c": (None, "prod"),
        "d": ("data", "prod"),
        "e": (None, None),
        "f": ("ops", "prod"),
        "g": ("ops", None),
        "h": ("lab", "prod"),
    }


@each_row(
    "text, expected",
    [
        ("namespace a { namespace b { x -> y:1 } }", ("namespace b", "a namespace cannot be opened inside of another")),
        ("namespace a\nenv p { namespace b\n }", ("namespace b", "a namespace cannot be opened inside of another")),
        ("env p { env q { x -> y:1 } }", ("env q", "an environment cannot stand inside of another")),
        ("env p {\nnamespace b {\nenv q { x -> y:1 } } }", ("env q", "an environment cannot stand inside of another")),
        ('env p { import "x.netpol" }', ('import "x.netpol"', "an import holds for a whole file")),
        ("namespace a { strict names\n }", ("strict names", "`strict names` holds for a whole file")),
        ("env p { names by x\n }", ("names by x", "`names by` holds for a whole file")),
        ("names by x\nnames by y", ("names by y", "a second `names by` in one file")),
        (
            "namespace a\nalways deny */* -> */x:1",
            ("always deny */* -> */x:1", "`always` holds for the whole cluster, and belongs to no namespace"),
        ),
        (
            "namespace a {\n  default allow */* -> */x:1\n}",
            ("default allow */* -> */x:1", "`default` holds for the whole cluster, and belongs to no namespace"),
        ),
    ],
)
def test_statements_where_they_cannot_stand(text, expected):
    place, message = expected
    reported = [(code, where.partition(" {")[0], why) for code, where, why in found(text)]
    assert reported == [("NP108", place, message)]


def test_what_stands_wrongly_is_pointed_at_by_its_first_line():
    assert [where for _, where, _ in found("namespace a {\nnamespace b {\n x -> y:1\n}\n}")] == ["namespace b"]


def test_settings_hold_wherever_they_stand_at_the_top_level():
    flat = outlined('namespace shop\na -> b:1\nstrict names\nnames by team\nimport "x.netpol" as y\nnames by team')
    assert flat.diagnostics == ()
    assert (flat.strict, flat.key, [each.path.text for each in flat.imports]) == (True, "team", ["x.netpol"])
    plain = outlined("a -> b:1")
    assert (plain.strict, plain.key, plain.imports) == (False, "app", ())


@each_row("key", ["-a", "a-", "a//b", "A_/b", "x" * 64, f"{'x' * 254}/a", "/a", "a/"])
def test_the_key_of_names_is_a_label_key(key):
    reported = found(f"names by {key}\na -> b:1")
    assert reported
    assert {(code, where) for code, where, _ in reported} == {("NP403", key)}


@pytest.mark.parametrize(
    "statement", ["namespace shop", "env p { a -> b:1 }", "strict names", 'import "x"', "names by k"]
)
def test_annotations_belong_to_facts(statement):
    note = '@owner("me")'
    assert found(f'{note}\n@ticket("T")\n{statement}') == [
        ("NP108", note, "annotations belong to flows, baselines, guardrails, assertions and declarations")
    ]


@each_row(
    "statement",
    [
        "a -> b:1",
        "baseline deny all",
        "assert deny a -> b:1",
        "always deny a/b -> c/d:1",
        "pods x = [a=b]",
        "param net v",
    ],
)
def test_annotations_of_facts_are_taken_each_once(statement):
    once = '@owner("a")\n@reason("b")\n@ticket("c")\n@expires(2030-01-01)\n'
    assert found(once + statement) == []
    assert found(f'@owner("a")\n@reason("b")\n@owner("c")\n{statement}') == [
        ("NP109", '@owner("c")', "a second `@owner` above one statement")
    ]


def test_annotations_of_policies_stand_above_their_names_each_key_once():
    once = '@annotation("a=b")\n@annotation("c=d")\n@owner("a")\n'
    assert found(f"{once}policy x = a") == []
    twice = '@annotation("a=c")'
    assert found(f"{once}{twice}\npolicy x = a") == [
        ("NP109", twice, "a second `@annotation` of `a` above one statement")
    ]
    message = "`@annotation` is for the name of a policy"
    for other in ("a -> b:1", "baseline deny all", "pods x = [a=b]", "always deny a/b -> c/d:1"):
        assert found(f"{twice}\n{other}") == [("NP108", twice, message)]


def test_a_second_date_does_not_hide_the_first():
    text = "@expires(2020-01-01)\n@expires(2040-01-01)\n@expires(2041-01-01)\na -> b:1"
    assert [where for _, where, _ in found(text)] == ["@expires(2040-01-01)", "@expires(2041-01-01)"]


def test_environments_are_known_by_all_their_names():
    assert [word.text for word in outlined("env a, b { x -> y:1 }\nenv b { x -> y:2 }").environments] == ["a", "b", "b"]


def test_what_stands_in_a_section_of_several_namespaces_is_there_for_each():
    flat = outlined("namespace {a, b} [x=y]\nx -> y:1\nenv e { pods y = [app=y] }\nnamespace c { }\nz -> y:1")
    assert [(each.name.text, each.labels is not None) for each in flat.namespaces] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]
    assert [(each.statement.source.name, each.placement.section) for each in flat.statements] == [
        ("x", "a"),
        ("x", "b"),
        ("z", None),
    ]
    assert [(each.placement.section, each.placement.environments) for each in flat.declarations] == [
        ("a", frozenset({"e"})),
        ("b", frozenset({"e"})),
    ]


def test_what_is_wrong_in_a_section_of_several_namespaces_is_said_once():
    text = 'namespace {a, b} {\n  strict names\n  @owner("x")\n  @owner("y")\n  x -> y:1\n}'
    assert [code for code, _, _ in found(text)] == ["NP108", "NP109"]


def test_a_namespace_counts_once_and_is_named_once():
    text = "namespace {a, b, a}\nx -> y:1"
    assert found(text) == [("NP222", "a", "the namespace `a` is named twice")]
    assert [each.placement.section for each in outlined(text).statements] == ["a", "b"]


def test_lines_and_namespaces_multiply_only_so_far(monkeypatch):
    monkeypatch.setattr(outlining, "MOST_REPEATED", 4)
    text = "namespace {a, b, c}\nv -> y:1\nw -> y:1\npods x = [app=x]\nz -> y:1"
    assert [(code, where) for code, where, _ in found(text)] == [("NP218", "pods x = [app=x]")]
    assert len(outlined(text).statements) == 3 + 3 + 1
