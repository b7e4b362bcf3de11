import random

import pytest

from netpolc.language.resolve.declarations import check_declarations
from netpolc.language.resolve.outline import outline
from netpolc.language.syntax.parser import parse
from netpolc.source import Source
from tests.rows import each_row


def found(text):
    source = Source("shop.netpol", text)
    parsed = parse(source)
    assert parsed.diagnostics == ()
    return [
        (d.code, d.location.line, [label.location.line for label in d.labels])
        for d in check_declarations(outline(source, parsed.tree))
    ]


@each_row(
    "text",
    [
        "pods x = [a=b]\npods y = [a=b]",
        "pods x = [a=b]\nnamespace shop\npods x = [a=c]\nnamespace data\npods x = [a=d]",
        "env p { pods x = [a=b] }\nenv q { pods x = [a=c] }",
        "env p { pods x = [a=b] }\nnamespace shop { pods x = [a=c] }",
        "param net v\nenv p { net v = 10.0.0.0/8 }\nenv q, r { net v = 10.0.0.0/9 }",
        "env p { net v = 10.0.0.0/8 }\nparam net v",
        "env p { param net v\n }\nenv p { net v = 10.0.0.0/8 }",
        "env p { param net v\n }\nenv q { param pods v\n }",
        "namespace shop {\nparam port v\nenv p { port v = 80 }\n}",
        "port any-port = 80",
    ],
)
def test_declarations_that_go_together(text):
    assert found(text) == []


@each_row(
    "text, first, second",
    [
        ("pods x = [a=b]\nport x = 80", 1, 2),
        ("namespace shop\npods x = [a=b]\nnamespace data\nnamespace shop\npods x = [a=b]", 2, 5),
        ("pods x = [a=b]\nenv p { pods x = [a=c] }", 1, 2),
        ("env p { pods x = [a=b] }\npods x = [a=c]", 1, 2),
        ("env p, q { pods x = [a=b] }\nenv q, r { pods x = [a=c] }", 1, 2),
        ("env p {\npods x = [a=b]\npods x = [a=c]\n}", 2, 3),
        ("param net v\nparam net v", 1, 2),
        ("param net v\nenv p { param net v\n }", 1, 2),
        ("param net v\nnet v = 10.0.0.0/8", 1, 2),
        ("net v = 10.0.0.0/8\nparam net v", 1, 2),
        ("env p { param net v\n }\nnet v = 10.0.0.0/8", 1, 3),
        ("net v = 10.0.0.0/8\nenv p { param net v\n }", 1, 2),
        ("param net v\nenv p { net v = 10.0.0.0/8 }\nenv p { net v = 10.0.0.0/9 }", 2, 3),
    ],
)
def test_declarations_that_cannot_be_in_force_together(text, first, second):
    assert found(text) == [("NP201", second, [first])]


def test_every_further_one_is_reported():
    assert found("pods x = [a=b]\npods x = [a=c]\npods x = [a=d]") == [("NP201", 2, [1]), ("NP201", 3, [1])]


@pytest.mark.parametrize("kind", ["pods", "net", "port"])
@pytest.mark.parametrize(
    "binding",
    ["pods v = [a=b]", "net v = 10.0.0.0/8", "port v = 80", "group v = {a, b}", "service v = a:80"],
)
def test_a_parameter_is_bound_by_its_own_keyword(kind, binding):
    expected = [] if binding.startswith(kind) else [("NP206", 2, [1])]
    assert found(f"param {kind} v\nenv p {{ {binding} }}") == expected
    reverse = [(code, 1, [2]) for code, *_ in expected]
    assert found(f"env p {{ {binding} }}\nparam {kind} v") == reverse


@each_row(
    "statement",
    [
        "pods any = [a=b]",
        "group any = {a}",
        "net any = 10.0.0.0/8",
        "port any = 80",
        "service any = a:80",
        "param net any",
    ],
)
def test_any_is_built_in(statement):
    assert found(statement) == [("NP202", 1, [])]
    assert found(f"namespace shop\nenv p {{ {statement}\n }}") == [("NP202", 2, [])]


def test_against_asking_every_pair():
    """A declaration clashes when an earlier one that counts can be in force with it."""
    random_ = random.Random(1)
    for _ in range(300):
        written = []
        lines = []
        expected = []
        for at in range(1, 6):
            environments = frozenset(random_.sample("pqr", random_.randint(0, 2))) or None
            param = random_.random() < 0.3
            statement = "param net v" if param else "net v = 10.0.0.0/8"
            names = ", ".join(sorted(environments or ()))
            lines.append(f"env {names} {{ {statement}; }}".replace(";", "") if environments else statement)
            clashes = [line for line, *other in written if together(other, (param, environments))]
            if clashes:
                expected.append((at, clashes))
            else:
                written.append((at, param, environments))
        reported = [(line, labels) for code, line, labels in found("\n".join(lines)) if code == "NP201"]
        assert [line for line, _ in reported] == [line for line, _ in expected], lines
        assert all(label in clashes for (_, [label]), (_, clashes) in zip(reported, expected, strict=True)), lines


def together(one, other):
    if one[0] != other[0]:
        return next(environments for param, environments in (one, other) if not param) is None
    return None in (one[1], other[1]) or bool(one[1] & other[1])


def test_many_environments_cost_no_square():
    many = "\n".join(f"env e{at} {{ pods x = [a=b] }}" for at in range(5000))
    block = f"env {', '.join(f'e{at}' for at in range(3000))} {{\n" + "pods x = [a=b]\n" * 3000 + "}"
    sources = [Source("f", many), Source("f", block)]
    outlines = [outline(source, parse(source).tree) for source in sources]
    counts = [len(list(check_declarations(flat))) for flat in outlines]
    assert counts == [0, 2999]
