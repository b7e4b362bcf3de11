import sys

import pytest

from netpolc.diagnostics.usage import UsageError
from netpolc.extras import needed


def test_a_package_that_is_there_is_loaded():
    assert needed("json", "flows", "JSON") is sys.modules["json"]


def test_one_that_is_missing_says_what_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError) as raised:
        needed("duckdb", "flows", "Parquet")
    assert raised.value.code == "NP880"
    assert str(raised.value) == (
        "Parquet needs duckdb, which is not installed; "
        "`pip install 'netpolc[flows]'`, or with pipx `pipx inject netpolc duckdb`"
    )
