import json
import random
import sys
from collections import Counter

import duckdb
import pytest

from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.flows.reading.edges.engine import TYPES, reduced
from netpolc.flows.reading.edges.statements import LOGS, statement
from netpolc.flows.reading.files import read_logs, told_apart
from netpolc.project.filesystem import DISK
from tests.strategies import hubble, vpc
from tests.unit.flows.reading.samples import line, netobserv

HEAD = (
    "record,log,verdict,is_reply,protocol,port,source_namespace,source_pod,destination_address,"
    "seen,first_seen,last_seen\n"
)
ROW = "flow,hubble,FORWARDED,false,TCP,5432,shop,web-1,203.0.113.9,7,1000000,3500000\n"


@pytest.fixture
def read(tmp_path):
    def read_paths(*paths):
        return read_logs(paths, tmp_path, DISK)

    return read_paths


MADE = {"hubble": hubble.lines, "vpc": vpc.lines}


def written(folder, lines, name="log", log="hubble"):
    """Lines as they are, and as Parquet."""
    (folder / f"{name}.json").write_bytes(b"".join(each + b"\n" for each in lines))
    with duckdb.connect() as connection:
        table = connection.read_json(str(folder / f"{name}.json"), format="newline_delimited", columns=TYPES[log])
        table.write_parquet(str(folder / f"{name}.parquet"))


def told(seen):
    """All that was read, whatever its order, and of stays those at addresses that are asked for."""
    bare = {end.address for flow in seen.flows for end in (flow.source, flow.destination) if end.namespace is None}
    stays = Counter((address, stay) for address, stays in seen.stays.items() if address in bare for stay in stays)
    return Counter(seen.flows), stays, Counter({each.reason: each.count for each in seen.passed_over})


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("log", LOGS)
def test_duckdb_reduces_as_python_does(read, tmp_path, log, seed, request):
    written(tmp_path, MADE[log](random.Random(seed + 2 * request.config.getoption("--seed")), 200), log=log)
    one, other = read("log.json"), read("log.parquet")
    assert told(one) == told(other)
    assert {each.code for each in one.diagnostics} == {each.code for each in other.diagnostics}


def test_what_an_engine_returns_is_the_same_as_csv_and_parquet_and_a_folder(read, tmp_path):
    written(tmp_path, hubble.lines(random.Random(1), 200))
    with duckdb.connect() as connection:
        connection.read_parquet(str(tmp_path / "log.parquet")).create_view("flows")
        edges = connection.sql(statement("hubble", "duckdb"))
        edges.write_csv(str(tmp_path / "edges.csv"))
        edges.write_parquet(str(tmp_path / "edges.parquet"))
        (tmp_path / "parts").mkdir()
        edges.filter("record = 'flow'").write_parquet(str(tmp_path / "parts/part-0.parquet"))
        edges.filter("record = 'stay'").write_parquet(str(tmp_path / "parts/part-1.parquet"))
        (tmp_path / "parts/_SUCCESS").touch()
    expected = told(read("log.json"))
    for name in ("edges.csv", "edges.parquet", "parts"):
        assert told(read(name)) == expected, name
        assert told_apart([name, "x.netpol"], tmp_path, DISK).logs == (name,)


def test_the_same_log_is_told_the_same_each_time(tmp_path):
    written(tmp_path, hubble.lines(random.Random(2), 500))
    one, other = ([*reduced("hubble", [tmp_path / "log.parquet"], "log")] for _ in range(2))
    assert one == other


def test_a_row_is_as_many_connections_as_it_says(read, tmp_path):
    (tmp_path / "edges.csv").write_text(HEAD + ROW, "utf-8")
    (flow,) = read("edges.csv").flows
    assert (flow.count, flow.first, flow.last, flow.verdict, flow.port) == (7, 1.0, 3.5, "forwarded", 5432)
    assert (flow.source.namespace, flow.source.pod, flow.destination.address) == ("shop", "web-1", "203.0.113.9")


def test_columns_may_be_large_and_quoted_as_engines_write_them(read, tmp_path):
    head = ",".join(f'"{name.upper()}"' for name in HEAD.strip().split(","))
    (tmp_path / "edges.csv").write_text(f"\ufeff{head}\n{ROW.replace('false', 'FALSE')}", "utf-8")
    assert len(read("edges.csv").flows) == 1


def test_rows_that_cannot_be_read_are_said_once_with_their_count(read, tmp_path):
    wrong = [ROW.replace(",7,", ",many,"), ROW.replace("hubble", "other"), ROW.replace("false", "maybe"), "flow\n"]
    (tmp_path / "edges.csv").write_text(HEAD + ROW + "".join(wrong), "utf-8")
    seen = read("edges.csv")
    assert len(seen.flows) == 1
    (said,) = seen.diagnostics
    assert (said.code, said.message) == ("NP869", "4 rows that cannot be read, the first in line 2 of `edges.csv`")


@pytest.mark.parametrize("name", ["'; DROP TABLE flows; --.parquet", "[a-z]*?.parquet", "x\u202e\x1b[31m.parquet"])
def test_names_of_files_are_data(read, tmp_path, name):
    written(tmp_path, hubble.lines(random.Random(3), 20))
    (tmp_path / "log.parquet").rename(tmp_path / name)
    assert told(read(name)) == told(read("log.json"))


def test_names_in_records_are_data(read, tmp_path):
    record = hubble.json.dumps(
        {
            "flow": {
                "verdict": "FORWARDED",
                "is_reply": False,
                "source": {"namespace": "'; DROP TABLE flows; --", "pod_name": "\x1b[31m\u202e"},
                "IP": {"destination": "203.0.113.9"},
                "l4": {"TCP": {"destination_port": 1}},
            }
        }
    ).encode()
    written(tmp_path, [record])
    assert told(read("log.parquet")) == told(read("log.json"))


def test_a_column_that_a_mask_left_out_is_unknown(read, tmp_path):
    with duckdb.connect() as connection:
        connection.sql("SELECT {'verdict': 'FORWARDED', 'is_reply': FALSE} AS flow").write_parquet(
            str(tmp_path / "a.parquet")
        )
    (found,) = read("a.parquet").passed_over
    assert (found.reason, found.count) == ("records without a protocol or its port", 1)


def test_a_table_of_vpc_flow_logs_may_lack_columns_or_have_them_as_texts(read, tmp_path):
    row = {"srcaddr": "10.0.0.1", "dstaddr": "10.0.0.2", "srcport": 55644, "dstport": 5432, "protocol": 6}
    for name, kind in (("numbers", int), ("texts", str)):
        made = {key: kind(value) if isinstance(value, int) else value for key, value in row.items()}
        (tmp_path / f"{name}.json").write_bytes(line(made))
        with duckdb.connect() as connection:
            connection.read_json(str(tmp_path / f"{name}.json")).write_parquet(str(tmp_path / f"{name}.parquet"))
        assert told(read(f"{name}.parquet")) == told(read(f"{name}.json"))
        (flow,) = read(f"{name}.parquet").flows
        assert (flow.port, flow.source.address, flow.first) == (5432, "10.0.0.1", None)


def test_records_of_addresses_alone_are_kept_apart_by_day(tmp_path):
    row = {"srcaddr": "10.0.0.1", "dstaddr": "10.0.0.2", "srcport": 55644, "dstport": 5432, "protocol": 6}
    days = [json.dumps(row | {"start": 86_400 * day + 60 * minute}).encode() for day in (9, 10) for minute in (1, 2, 3)]
    written(tmp_path, days, log="vpc")
    assert [row["seen"] for row in reduced("vpc", [tmp_path / "log.parquet"], "log")] == [3, 3]


def test_a_log_without_sql_is_read_row_by_row(read, tmp_path):
    records = [netobserv(), netobserv(DstPort=53, Proto=17, NetworkEvents=...), netobserv(Proto=1)]
    (tmp_path / "log.json").write_bytes(b"\n".join(map(line, records)))
    with duckdb.connect() as connection:
        connection.read_json(str(tmp_path / "log.json")).write_parquet(str(tmp_path / "log.parquet"))
    assert told(read("log.parquet")) == told(read("log.json"))
    assert len(read("log.parquet").flows) == 2


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"PAR1 and no more", "NP882", "`a` cannot be read as Parquet: "),
        (None, "NP881", "`a` is no result of `netpolc flows sql`: it has no column `record`"),
    ],
)
def test_what_is_no_table_is_said(read, tmp_path, content, code, message):
    if content is None:
        with duckdb.connect() as connection:
            connection.sql("SELECT 1 AS other").write_parquet(str(tmp_path / "a"))
    else:
        (tmp_path / "a").write_bytes(content)
    with pytest.raises(InputError) as raised:
        read("a")
    (said,) = raised.value.diagnostics
    assert said.code == code
    assert said.message.startswith(message)


def test_parquet_takes_duckdb(read, tmp_path, monkeypatch):
    written(tmp_path, [])
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match=r"`log\.parquet` needs duckdb"):
        read("log.parquet")
