"""What is read without places; that it is what the other readers read is held in `test_plain.py`."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from netpolc.manifests import untracked
from netpolc.manifests.reading import UntrackedReader, read_manifests
from netpolc.manifests.untracked import DEEPEST, NodeCache, read_untracked
from netpolc.source import Source
from tests import goldens
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS, value

ROOT = Path(__file__).parents[3]
SHARED = UntrackedReader()


def same(text):
    """Whether both read the same policies, and complain of the same."""
    tracked, untracked = read_manifests(Source("x.yaml", text)), SHARED.read(Source("x.yaml", text))
    assert untracked.policies == tracked.policies
    found, complaints = (
        [(one.code, one.message.partition("`:")[2]) for one in each.diagnostics] for each in (untracked, tracked)
    )
    assert found == complaints
    return bool(tracked.policies)


@each_row("path", sorted((ROOT / "tests" / "corpus").rglob("*.yaml")))
def test_policies_of_people_are_read_alike(path):
    same(path.read_text("utf-8"))


def test_policies_that_kubernetes_knows_are_read_alike():
    assert sum(same(fact["text"]) for fact in FACTS["policies"]) > 50


POLICIES = [*goldens.texts(ROOT / "tests" / "golden", ".yaml").values()]


@given(st.data())
def test_policies_that_somebody_scribbled_in_are_read_alike(data):
    lines = data.draw(st.sampled_from(POLICIES)).splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(0, len(lines) - 1)))
        line = data.draw(
            st.sampled_from(["", "  ", "    - {}", "    - from:", "  # x", "x: y", '  a: "\\', "---", "  - |"])
        )
        lines[at : at + data.draw(st.integers(0, 2))] = [line] * data.draw(st.integers(0, 2))
    same("\n".join(lines))


def test_what_is_written_alike_is_one_node():
    cache = NodeCache()
    first = read_untracked("a:\n  - b: c\n  - b: c\n", cache)
    second = read_untracked("# x\na:\n  - d\n  - b: c\n", cache)
    assert first.fields["a"].items[0] is first.fields["a"].items[1] is second.fields["a"].items[1]
    assert value(second) == {"a": ["d", {"b": "c"}]}


def test_whole_documents_are_kept_only_where_they_come_again():
    once, again = NodeCache(), NodeCache(keeps_documents=True)
    assert read_untracked("a: b\n", once) is not read_untracked("a: b\n", once)
    assert read_untracked("a: b\n", again) is read_untracked("a: b\n", again)


def test_of_very_many_parts_not_all_are_kept(monkeypatch):
    monkeypatch.setattr(untracked, "MOST_PARTS", 1)
    cache = NodeCache()
    first, *_, last = (read_untracked(f"a:\n  - b: x{number}\n  - c: d\n", cache) for number in range(4))
    assert value(first) == {"a": [{"b": "x0"}, {"c": "d"}]}
    assert value(last) == {"a": [{"b": "x3"}, {"c": "d"}]}
    assert first.fields["a"].items[1] is not last.fields["a"].items[1]


@each_row(
    "text",
    ["", "\n", "# x\n", "a: 1\n\nb: 2\n", "- - a\n", "a:\n- b\n", 'a: "\\\n  x"\n', "a: |\n  # x\n", "a: b\n  # x\n c"],
)  # fmt: skip
def test_rare_forms_are_left_to_other_readers(text):
    assert read_untracked(text, NodeCache()) is None


def test_what_is_deep_is_left_to_other_readers():
    def nested(depth):
        return "".join(" " * level + "a:\n" for level in range(depth))

    assert read_untracked(nested(DEEPEST), NodeCache()) is not None
    assert read_untracked(nested(DEEPEST + 1), NodeCache()) is None
    assert read_untracked(nested(1_000), NodeCache()) is None


def test_the_same_lines_further_out_are_not_the_same():
    cache = NodeCache()
    assert value(read_untracked("a:\n    b: c\n", cache)) == {"a": {"b": "c"}}
    assert read_untracked("x:\n    a:\n    b: c\n", cache).fields["x"].fields.keys() == {"a", "b"}
    assert read_untracked("x:\n      a:\n    b: c\n", cache) is None
