import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.policy import names
from tests.rows import each_row

EITHER = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
NAME_PART = f"name part {EITHER}"
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)


@each_row("value", ["a", "0", "a-b", "a--b", "1234", "a" * 63])
def test_dns_labels(value):
    assert names.dns_label(value) == ()


@each_row(
    "value, faults",
    [
        ("a.b", ("must not contain dots",)),
        ("", (LABEL,)),
        ("A", (LABEL,)),
        ("-a", (LABEL,)),
        ("a-", (LABEL,)),
        ("a_b", (LABEL,)),
        ("a\n", (LABEL,)),
        ("\u0430", (LABEL,)),
        ("a" * 64, ("must be no more than 63 characters",)),
        ("é" * 32, ("must be no more than 63 characters", LABEL)),
    ],
)
def test_no_dns_labels(value, faults):
    assert names.dns_label(value) == faults


@pytest.mark.parametrize("value", ["a", "a.b", "0.1", "a" * 253, "a-b.c-d"])
def test_dns_subdomains(value):
    assert names.dns_subdomain(value) == ()


@each_row("value", ["", ".", "a.", ".a", "a..b", "a.-b", "a-.b", "A", "a b", "a\n", "a/b", "a\u200b"])
def test_no_dns_subdomains(value):
    assert names.dns_subdomain(value) == (SUBDOMAIN,)


def test_a_subdomain_has_253_characters():
    assert names.dns_subdomain("a" * 254) == ("must be no more than 253 characters",)


@each_row("value", ["a", "A_b.c-D", "0", "example.com/a", "a/b", f"{'p' * 253}/{'n' * 63}"])
def test_label_keys(value):
    assert names.label_key(value) == ()


@each_row(
    "value, faults",
    [
        ("", ("name part must be non-empty", NAME_PART)),
        ("/a", ("prefix part must be non-empty",)),
        ("a/", ("name part must be non-empty", NAME_PART)),
        ("A/a", (f"prefix part {SUBDOMAIN}",)),
        ("-a", (NAME_PART,)),
        ("a-", (NAME_PART,)),
        ("_a", (NAME_PART,)),
        (".a", (NAME_PART,)),
        ("a\n", (NAME_PART,)),
        ("NoUppercaseOrSpecialCharsLike=Equals", (NAME_PART,)),
        ("é", (NAME_PART,)),
        ("e\u0301", (NAME_PART,)),
        ("a" * 64, ("name part must be no more than 63 bytes",)),
        (f"{'p' * 254}/a", ("prefix part must be no more than 253 bytes",)),
        (
            "a/b/c",
            (f"a valid label key {EITHER} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",),
        ),
    ],
)
def test_no_label_keys(value, faults):
    assert names.label_key(value) == faults


@pytest.mark.parametrize("value", ["", "a", "A.b_c-d", "1.0", "a" * 63])
def test_label_values(value):
    assert names.label_value(value) == ()


@each_row("value", ["-", "a-", ".a", "a b", "a/b", "a\n", "\n", "\u202ea", "\uff10"])
def test_no_label_values(value):
    assert names.label_value(value) == (VALUE,)


def test_a_label_value_has_63_bytes():
    assert names.label_value("a" * 64) == ("must be no more than 63 bytes",)


@pytest.mark.parametrize("value", ["http", "a", "0a", "a-b-c", "a" * 15])
def test_port_names(value):
    assert names.port_name(value) == ()


CHARACTERS = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
LETTER = "must contain at least one letter (a-z)"


@each_row(
    "value, faults",
    [
        ("", (CHARACTERS, LETTER)),
        ("80", (LETTER,)),
        ("HTTP", (CHARACTERS, LETTER)),
        ("http\n", (CHARACTERS,)),
        ("a_b", (CHARACTERS,)),
        ("a--b", ("must not contain consecutive hyphens",)),
        ("-a", ("must not begin or end with a hyphen",)),
        ("a-", ("must not begin or end with a hyphen",)),
        ("a" * 16, ("must be no more than 15 characters",)),
        ("!@#$", (CHARACTERS, LETTER)),
    ],
)
def test_no_port_names(value, faults):
    assert names.port_name(value) == faults


@given(st.text(alphabet="aA0-_./\n é", max_size=8))
def test_a_valid_label_key_splits_into_a_subdomain_and_a_value(value):
    prefix, slash, name = value.rpartition("/")
    valid = bool(name) and not names.label_value(name) and (not slash or not names.dns_subdomain(prefix))
    assert (names.label_key(value) == ()) == valid


@given(st.text(alphabet="a0-.A\n", max_size=8))
def test_a_subdomain_is_labels_between_dots(value):
    valid = all(re.fullmatch("[a-z0-9-]+", part) and part.strip("-") == part for part in value.split("."))
    assert (names.dns_subdomain(value) == ()) == valid


@pytest.mark.parametrize("value", ["a-" * 200_000, "a." * 200_000 + "-", "a" * 400_000 + "!"])
def test_long_values_cost_little(value):
    for rule in (names.dns_label, names.dns_subdomain, names.label_key, names.label_value, names.port_name):
        assert rule(value)


def test_sizes_are_bytes_even_of_lone_surrogates():
    assert [names.size(text) for text in ("a", "é", "\U0001f600", "\ud800")] == [1, 2, 4, 3]
