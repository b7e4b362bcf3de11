from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.project.filenames import demand_safe, file_name, is_contained
from tests.rows import each_row

names = (
    st.text(max_size=20)
    | st.text("ac.-_/\\noul1", max_size=8)
    | st.sampled_from(["..", "con", "nul.x", "com1", ".", "a."])
)


@each_row(
    "parts, expected",
    [
        (("shop", "database"), "shop/database.yaml"),
        (("default-deny",), "default-deny.yaml"),
        (("a.b-c",), "a.b-c.yaml"),
        (("con",), "con_.yaml"),
        (("aux.b", "nul"), "aux_.b/nul_.yaml"),
        (("..", ".."), "_2e__2e_/_2e__2e_.yaml"),
        (("", "a/b"), "_/a_2f_b.yaml"),
        (("A",), "_41_.yaml"),
    ],
)
def test_names_of_kubernetes_stay_and_others_are_escaped(parts, expected):
    assert file_name(*parts) == expected


@given(st.lists(names, min_size=1, max_size=3))
def test_every_name_is_safe(parts):
    name = file_name(*parts)
    demand_safe([name])
    assert len(PurePosixPath(name).parts) == len(parts)
    assert not any(map(PureWindowsPath.is_reserved, map(PureWindowsPath, name.split("/"))))


@given(names, names)
def test_names_stay_distinct_whatever_the_case(one, other):
    assert (file_name(one).casefold() == file_name(other).casefold()) == (one == other)


def test_long_names_are_shortened_and_stay_distinct():
    one, other = file_name("a" * 253), file_name("a" * 252 + "b")
    assert one != other
    assert max(len(one), len(other)) <= 255


@each_row(
    "bad",
    [
        ["../x"],
        ["/x"],
        [""],
        ["a//b"],
        ["a/./b"],
        ["a\\b"],
        ["a\0"],
        ["CON.yaml"],
        ["lpt1/x"],
        ["x."],
        ["a:b"],
        [".netpolc-inventory"],
        ["a/.netpolc-0123456789abcdef.tmp"],
        ["a.yaml", "A.yaml"],
        ["a", "a/b"],
        ["A/b/c", "a"],
    ],
)
def test_unsafe_names_are_a_fault_of_the_caller(bad):
    with pytest.raises(ValueError, match="name of"):
        demand_safe(bad)


def test_containment():
    assert is_contained("a/b.yaml")
    assert not any(map(is_contained, ["", "/a", "../a", "a/..", ".", "a/", "\0"]))
