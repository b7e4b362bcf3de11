import math

import pytest

from netpolc.manifests.full import read_full
from netpolc.manifests.nodes import Scalar, UnreadableError
from netpolc.manifests.scalars import is_null, key_of, resolve, tagged, value_of
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS, typed, value

# Kubernetes stops reading where the first document ends; netpolc says so instead.
CUT_SHORT = {
    "[]: v\n",
    "{}: v\n",
    "!!binary !!: v\n",
    "!!python/name:os.system x: v\n",
    "v: !!python/name:os.system x\n",
}


@each_row("fact", FACTS["scalars"])
def test_a_scalar_means_what_it_means_to_kubernetes(fact):
    try:
        root, _ = read_full(fact["text"], 0)
    except UnreadableError:
        assert "error" in fact or fact["text"] in CUT_SHORT
    else:
        assert "json" in fact
        assert typed(value(root)) == typed(fact["json"])


@each_row(
    "text, expected",
    [("80", 80), ("80.0", 80.0), ("8e1", 80.0), ("012", 10), ("0o12", 10), ("1_0", 10), ("y", True), ("1:30", "1:30")],
)
def test_numbers_and_booleans_keep_their_types(text, expected):
    assert resolve(text) == expected
    assert type(resolve(text)) is type(expected)


@pytest.mark.parametrize("text", ["9" * 5000, "1" * 100_000, "0x" + "f" * 9000, "1e" + "9" * 9000, "0b" + "1" * 9000])
def test_endless_numbers_are_no_trouble(text):
    assert isinstance(resolve(text), str)


def test_only_plain_scalars_mean_something_else():
    assert value_of(Scalar("on", 0, 2)) is True
    assert value_of(Scalar("on", 0, 4, plain=False)) == "on"
    assert is_null(Scalar("~", 0, 1))
    assert not is_null(Scalar("~", 0, 3, plain=False))
    assert not is_null(None)


def test_infinities_are_read_though_json_has_none():
    assert resolve("-.inf") == -math.inf
    assert math.isnan(resolve(".NaN"))
    assert key_of(Scalar(".NAN", 0, 4)) == ".nan"


@pytest.mark.parametrize(
    ("text", "tag", "plain"),
    [("5", "int", True), ("yes", "int", None), ("yes", "bool", True), ("5", "str", False), ("~", "null", True)],
)
def test_a_tag_decides_what_a_text_is(text, tag, plain):
    assert tagged(text, f"tag:yaml.org,2002:{tag}") is plain


@pytest.mark.parametrize("text", ["~", "18446744073709551615"])
def test_null_and_the_largest_numbers_are_no_keys(text):
    assert key_of(Scalar(text, 0, len(text))) is None
