import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from netpolc.project.patterns import Exclusion, matches
from tests.rows import each_row

part = st.sampled_from(["a", "b", "ab"])


@given(st.lists(part, min_size=1, max_size=6), st.lists(part | st.sampled_from(["**", "*", "a*", "?"]), max_size=6))
def test_matching_agrees_with_a_regular_expression(parts, pattern):
    pieces = {"**": "(?:[^/]+/)*", "*": "[^/]+/", "a*": "a[^/]*/", "?": "[^/]/"}
    expression = "".join(pieces.get(piece, f"{piece}/") for piece in pattern)
    wanted = re.fullmatch(expression, "".join(f"{piece}/" for piece in parts)) is not None
    assert matches(tuple(parts), tuple(pattern)) == wanted


def test_many_wildcards_cost_little():
    assert not matches(("a",) * 200, ("**", "a") * 60 + ("b",))


@each_row(
    "pattern, left_out, kept",
    [
        ("testdata", ["testdata", "a/testdata", "a/b/testdata"], ["testdata.yaml", "a"]),
        ("testdata/", ["testdata", "a/testdata"], ["a"]),
        ("*.gen.yaml", ["a.gen.yaml", "a/b.gen.yaml"], ["a.yaml"]),
        ("deploy/dev", ["deploy/dev"], ["a/deploy/dev", "dev"]),
        ("deploy/dev/**", ["deploy/dev"], ["deploy"]),
        ("**/dev/**", ["dev", "a/dev", "a/b/dev"], ["a"]),
        ("clusters/*/dev", ["clusters/a/dev"], ["clusters/dev", "clusters/a/b/dev"]),
        ("./vendor", ["vendor"], ["a/vendor"]),
        ("[ab].yaml", ["a.yaml", "x/b.yaml"], ["c.yaml"]),
        ("**", ["a", "a/b"], []),
    ],
)
def test_a_pattern_leaves_out_what_it_fits_with_all_that_is_below(pattern, left_out, kept):
    exclusion = Exclusion([(Path("/shop"), pattern)])
    assert exclusion
    assert all(exclusion.excludes(Path("/shop") / path) for path in left_out)
    assert not any(exclusion.excludes(Path("/shop") / path) for path in kept)
    assert not exclusion.excludes(Path("/shop"))
    assert not exclusion.excludes(Path("/shopping/testdata"))


def test_patterns_are_relative_to_their_own_folders():
    exclusion = Exclusion([(Path("/a"), "x/y"), (Path("/a/b"), "z/*.yaml"), (Path("/"), "v/w")])
    assert [exclusion.excludes(Path(path)) for path in ("/a/x/y", "/a/b/z/c.yaml", "/v/w", "/a/b/../x/y")] == [True] * 4
    assert not any(exclusion.excludes(Path(path)) for path in ("/x/y", "/a/z/c.yaml", "/a/v/w"))
    assert not Exclusion()


def test_one_more_pattern_leaves_the_others_as_they_are():
    exclusion = Exclusion([(Path("/a"), "x")])
    more = exclusion.also(Path("/b"), "./y")
    assert [more.excludes(Path(path)) for path in ("/a/x", "/b/y", "/b/c/y", "/b/x")] == [True, True, False, False]
    assert not exclusion.excludes(Path("/b/y"))
