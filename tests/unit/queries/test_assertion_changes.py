from netpolc.queries.assertion_changes import dropped
from tests.rows import each_row
from tests.unit.queries.clusters import cluster

HEAD = "namespace shop\nbaseline deny all\na -> {b, c}:{1, 2}\nx -> y:1\n"


def program(lines):
    return cluster(HEAD + lines).program


@each_row(
    "one, other",
    [
        ("assert deny b -> a:1\n", "# c\nassert   deny b->a:1\n"),
        ("assert deny b -> a:1\nassert allow x -> y:1\n", "assert allow x -> y:1\nassert deny b -> a:1\n"),
        ("assert deny {b, c} -> a:{1, 2}\n", "assert deny b -> a:{1, 2}\nassert deny c -> a:1\nassert deny c -> a:2\n"),
        ("group two = {b, c}\nassert deny two -> a:1\n", "assert deny {c, b} -> a:1\n"),
        ("pods front = [app=a]\nassert allow front -> b:1\n", "assert allow a -> b:1\n"),
        ("assert only {x, a} -> y:1\n", "group two = {a, x}\nassert only two -> y:1\n"),
    ],
)
def test_assertions_that_mean_the_same_are_not_dropped(one, other):
    one, other = program(one), program(other)
    assert dropped(one, other, "old") == ()
    assert dropped(other, one, "new") == ()


@each_row(
    "old, new",
    [
        ("assert deny b -> a:1\n", ""),
        ("assert deny b -> a:{1, 2}\n", "assert deny b -> a:1\n"),
        ("assert deny {b, c} -> a:1\n", "assert deny b -> a:1\n"),
        ("assert deny b -> {a, x}:1\n", "assert deny b -> x:1\n"),
        ("assert allow a -> b:1\n", "assert deny c -> a:1\n"),
        ("assert only x -> y:1\n", "assert only {x, a} -> y:1\n"),
        ("assert only {x, a} -> y:1\n", "assert only x -> y:1\nassert only x -> b:3\n"),
    ],
)
def test_an_assertion_of_which_a_part_is_missing_is_dropped(old, new):
    (line,) = dropped(program(old), program(new), "old")
    assert (line.side, line.file, line.line, line.text) == ("old", "shop.netpol", 5, old.splitlines()[0])


def test_without_a_program_all_are_dropped():
    assert len(dropped(program("assert deny b -> a:1\nassert deny c -> a:1\n"), None, "old")) == 2
    assert dropped(None, program("assert deny b -> a:1\n"), "old") == ()
