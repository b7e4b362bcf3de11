from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from netpolc.project.required_version import fits, unreadable_clause
from tests.rows import each_row

NUMBERS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda each: ".".join(map(str, each)))
ENDS = st.sampled_from(["", "", "", "a1", "b2", "rc1", ".post1", ".dev3", "rc1.dev2", "a1.post2"])
VERSIONS = st.tuples(NUMBERS, ENDS).map("".join)
CLAUSES = st.tuples(st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~="]), VERSIONS).map("".join)
WILD = st.tuples(st.sampled_from(["==", "!="]), NUMBERS).map(lambda each: f"{each[0]}{each[1]}.*")


@settings(max_examples=60)
@given(VERSIONS, st.lists(CLAUSES | WILD, min_size=1, max_size=2))
@example("1.0rc1", ["<1"])
@example("1.0.post1", [">1"])
@example("1.0.dev1", ["<1.0a1"])
@example("1.0", ["~=1"])
@example("1.0.post1", [">1.0a1"])
@example("1.0a1.post1", [">1.0a1"])
@example("1.0a1.post1", [">1.0a1.dev1"])
@example("1.0a1", ["<1.0.post1"])
@example("1.0.post1.dev1", ["<1.0.post1"])
def test_a_requirement_means_what_pep_440_says(version, clauses):
    requirement = ",".join(clauses)
    try:
        meant = SpecifierSet(requirement)
    except InvalidSpecifier:
        assert unreadable_clause(requirement) is not None
        return
    assert unreadable_clause(requirement) is None
    assert fits(version, requirement) == meant.contains(Version(version), prereleases=True)


@each_row(
    "requirement, fitting",
    [("0.1.0", True), ("0.1", True), ("0.2", False), (" >= 0.1 , < 0.2 ", True), ("v0.1", True), ("0.1.*", True)],
)
def test_a_version_alone_is_that_very_one(requirement, fitting):
    assert unreadable_clause(requirement) is None
    assert fits("0.1.0", requirement) is fitting


@each_row(
    "requirement, clause",
    [
        ("0.x", "0.x"),
        (">=0.1 <0.2", ">=0.1 <0.2"),
        ("^0.1", "^0.1"),
        (">=0.1,", ""),
        ("latest", "latest"),
        (">=0.1.*", ">=0.1.*"),
        ("==0.1rc1.*", "==0.1rc1.*"),
        ("~=1", "~=1"),
        (">=0.1, =0.2", "=0.2"),
        (">=1" + "," * 300, ">=1" + "," * 197),
    ],
)
def test_what_is_no_requirement_is_found(requirement, clause):
    assert unreadable_clause(requirement) == clause
