import json
import sys

import duckdb
import pytest

from tests.cli.test_reach import deployment

PROGRAM = "namespace shop\nbaseline deny ingress on database\nwebapp -> database:5432\n"


@pytest.fixture
def shop(here):
    here.write("shop.netpol", PROGRAM)
    for name in ("webapp", "database"):
        here.write(f"deploy/{name}.json", deployment(name, {"app": name}))
    return here


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_ndjson_has_a_row_on_each_line(netpolc, shop):
    code, out, err = netpolc("reach", "shop.netpol", "deploy", "--format", "ndjson", "--cluster", "eu")
    assert (code, err) == (0, "")
    rows = rows_of(out)
    assert {row["cluster"] for row in rows} == {"eu"}
    assert rows[0]["record"] == "cluster"
    assert netpolc("reach", "--cluster", "eu", "--format", "ndjson", "-o", "fleet/eu.ndjson")[0] == 0
    assert (shop / "fleet/eu.ndjson").read_text().startswith('{"record":"cluster","cluster":"eu"')


def test_parquet_has_the_same_rows(netpolc, shop):
    given = ("reach", "shop.netpol", "deploy", "--cluster", "eu")
    lines = rows_of(netpolc(*given, "--format", "ndjson").out)
    assert netpolc(*given, "--format", "parquet", "-o", "eu.parquet").code == 0
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(shop / "eu.parquet"))
        held = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    told = [{key: value for key, value in row.items() if value is not None} for row in held]
    assert sorted(map(str, map(sorted, map(dict.items, told)))) == sorted(map(str, map(sorted, map(dict.items, lines))))


def test_each_environment_is_a_cluster(netpolc, shop):
    shop.write("netpolc.toml", 'sources = ["shop.netpol"]\n[env.eu]\n[env.us]\n')
    rows = rows_of(netpolc("reach", "--format", "ndjson").out)
    assert [row["cluster"] for row in rows if row["record"] == "cluster"] == ["eu", "us"]
    code, _, err = netpolc("reach", "--format", "ndjson", "--cluster", "asia")
    assert code == 2
    assert "--cluster: it is one name for 2 environments\n   = help: choose one by `--env`" in err
    assert '"cluster":"asia"' in netpolc("reach", "--format", "ndjson", "--cluster", "asia", "--env", "eu").out


def test_a_context_is_the_name_of_its_cluster(netpolc, here):
    assert here.names() == []
    _, _, err = netpolc("reach", "cluster:", "--format", "ndjson")
    assert "--format: a row says of which cluster it is\n   = help: name it with `--cluster NAME`" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--by", "namespace"),
            "--by: `--format ndjson` has all groups of all peers\n   = help: ask for less of them in SQL",
        ),
        (
            ("--denied",),
            "--denied: `--format ndjson` has all groups of all peers\n   = help: ask for less of them in SQL",
        ),
        (
            ("--pairs",),
            "--pairs: `--format ndjson` has all groups of all peers\n   = help: ask for less of them in SQL",
        ),
        (("--format", "csv"), "--cluster: it names the cluster in `--format ndjson` and `parquet` only"),
    ],
)
def test_options_of_other_forms_are_refused(netpolc, shop, words, message):
    assert shop
    code, out, err = netpolc("reach", "shop.netpol", "--format", "ndjson", "--cluster", "eu", *words)
    assert (code, out) == (2, "")
    assert message in err


def test_parquet_without_duckdb_says_what_brings_it(netpolc, shop, monkeypatch):
    assert shop
    monkeypatch.setitem(sys.modules, "duckdb", None)
    code, out, err = netpolc("reach", "shop.netpol", "--format", "parquet", "--cluster", "eu", "-o", "x")
    assert (code, out) == (2, "")
    assert err.startswith("error[NP880]: `--format parquet` needs duckdb, which is not installed\n")
    assert "= help: `pip install 'netpolc[flows]'`, or with pipx `pipx inject netpolc duckdb`" in err
    assert not (shop / "x").exists()
