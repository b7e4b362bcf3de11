"""The questions of docs/fleet.md are asked of the clusters that it records, and have the answers that it shows.

A block of SQL is run by DuckDB. Below a question stands what it answers, as a table; `--update-golden` writes that.
"""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

import netpolc
from netpolc.report.parquet import parquet
from netpolc.report.rows import ROWS, columns
from netpolc.report.table import ndjson, rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/fleet.md"
CLUSTERS = ("eu", "us")
BLOCK = re.compile(r"^```sql\n(?P<sql>(?:[^`\n].*\n|\n)+)```\n(?P<table>(?:\n(?:\|.*\n)+)?)", re.MULTILINE)


@pytest.fixture
def connection(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples/fleet", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet").mkdir()
    for name in CLUSTERS:
        found = [*rows(netpolc.reach(netpolc.workspace(root=tmp_path), [f"{name}.yaml"]), name)]
        Path("fleet", f"{name}.parquet").write_bytes(b"".join(parquet(found)))
        Path("fleet", f"{name}.ndjson").write_bytes(b"".join(ndjson(found)))
    with duckdb.connect() as opened:
        yield opened


def answered(connection, sql):
    """What a block answers, as a table; nothing where it only makes views."""
    if sql.startswith("CREATE"):
        connection.execute(sql)
        return ""
    found = connection.sql(sql)
    shown = [["" if value is None else str(value) for value in row] for row in found.fetchall()]
    lines = [found.columns, ["---"] * len(found.columns), *shown]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace(
        "--- |", "---|"
    )


def test_each_question_has_the_answer_that_stands_there(connection, request):
    text = PAGE.read_text("utf-8")
    shown = BLOCK.sub(lambda block: f"```sql\n{block['sql']}```\n{answered(connection, block['sql'])}", text)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(shown, "utf-8")
    else:
        assert text.splitlines() == shown.splitlines()
    assert text.count("\n### ") == 10
    assert sum(bool(block["table"]) for block in BLOCK.finditer(shown)) == 10
    held = "SELECT record, count(*) FROM {} GROUP BY record ORDER BY record"
    assert connection.sql(held.format("lines")).fetchall() == connection.sql(held.format("fleet")).fetchall()


def test_the_page_has_every_column_of_every_record():
    text = PAGE.read_text("utf-8")
    listed = {
        record: ["record", "cluster", *re.findall(r"`(\w+)`", names)]
        for record, names in re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE)
    }
    assert listed == {
        kind.__struct_config__.tag: ["record", *kind.__struct_fields__[:1], *kind.__struct_fields__[1:]]
        for kind in ROWS
    }
    assert dict(re.findall(r"(\w+): '(\w+)'", text)) == columns()
