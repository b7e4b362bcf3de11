import duckdb
import pytest

from netpolc.report.parquet import parquet
from netpolc.report.rows import BlockRow, ClusterRow, LabelRow, PeerRow, PortRow, columns

HOSTILE = "'; DROP TABLE x; --\x1b[31m\u202e\n\x00"
ROWS = [
    ClusterRow(cluster="eu", format_version="1", netpolc_version="0"),
    PeerRow(cluster="eu", peer="shop/web", type="workload", ingress_isolated=False),
    *(LabelRow(cluster="eu", peer="shop/web", label=f"l{number}", value="x") for number in range(3000)),
    LabelRow(cluster="eu", peer="shop/web", label="hostile", value=HOSTILE),
    BlockRow(cluster="eu", peer="p", first_address="::1", last_address="::1", first_key="0", last_key="0"),
    PortRow(cluster="eu", group_id=1, protocol="UDP", first_port=53, last_port=65535),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    file = tmp_path_factory.mktemp("parquet") / "eu.parquet"
    file.write_bytes(b"".join(parquet(ROWS)))
    with duckdb.connect() as connection:
        yield connection.read_parquet(str(file))


def test_all_columns_are_there_however_late_they_come(table):
    assert dict(zip(table.columns, map(str, table.types), strict=True)) == columns()
    assert table.filter("record = 'port'").project("protocol, first_port, last_port").fetchall() == [("UDP", 53, 65535)]
    assert table.filter("ingress_isolated = false").project("peer").fetchall() == [("shop/web",)]


def test_text_is_data_whatever_it_says(table):
    assert table.filter("label = 'hostile'").project("value").fetchall() == [(HOSTILE,)]
    assert table.aggregate("count(*)").fetchall() == [(len(ROWS),)]


def test_a_relation_without_rows_is_a_file_all_the_same():
    assert b"".join(parquet([])).startswith(b"PAR1")
