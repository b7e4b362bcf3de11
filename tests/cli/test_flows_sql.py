import pytest

from netpolc.cli.commands.flows_sql import Dialect, ReducedLog
from netpolc.flows.reading.edges.statements import DIALECTS, LOGS, statement

EDGES = (
    "record,log,verdict,is_reply,protocol,port,source_namespace,source_pod,destination_namespace,destination_pod,"
    "seen,first_seen,last_seen\n"
    "flow,hubble,FORWARDED,false,TCP,5432,shop,web,shop,db,41300,1764489600000000,1764493200000000\n"
)
PROGRAM = "namespace shop\nbaseline deny ingress\nweb -> db:5432\n"


def test_each_engine_has_its_sql(netpolc):
    assert tuple(each.value for each in Dialect) == DIALECTS
    assert tuple(each.value for each in ReducedLog) == LOGS
    for dialect in DIALECTS:
        code, out, err = netpolc("flows", "sql", "--dialect", dialect)
        assert (code, out, err) == (0, statement("hubble", dialect), "")
    assert netpolc("flows-sql", "--dialect", "spark").out == statement("hubble", "spark")


def test_it_is_called_as_people_type_it(netpolc):
    helped = netpolc("flows", "sql", "--help")
    assert helped.out.startswith("Usage: netpolc flows sql [OPTIONS]\n")
    assert netpolc("help", "flows", "sql") == netpolc("flows", "sql", "-h") == helped
    assert "netpolc flows sql: `more`" in netpolc("flows", "sql", "--dialect", "duckdb", "more").err


@pytest.mark.parametrize("words", [(), ("--dialect", "oracle")])
def test_an_engine_has_to_be_said(netpolc, words):
    code, out, err = netpolc("flows", "sql", *words)
    assert (code, out) == (2, "")
    assert "--dialect" in err


def test_edges_are_held_against_a_program(netpolc, here):
    here.write("edges.csv", EDGES)
    here.write("shop.netpol", PROGRAM)
    for name in ("web", "db"):
        metadata = f'"metadata": {{"name": "{name}", "namespace": "shop", "labels": {{"app": "{name}"}}}}'
        here.write(f"{name}.json", f'{{"apiVersion": "v1", "kind": "Pod", {metadata}, "spec": {{"containers": []}}}}')
    inputs = ("shop.netpol", "web.json", "db.json")
    code, out, err = netpolc("flows", "--edges", "edges.csv", *inputs)
    assert (code, err) == (0, "")
    assert "41,300" in out
    assert netpolc("flows", "edges.csv", *inputs).out == out


def test_edges_that_are_none_are_refused(netpolc, here):
    here.write("edges.csv", EDGES.replace("seen,first", "times,first"))
    here.write("shop.netpol", PROGRAM)
    code, out, err = netpolc("flows", "--edges", "edges.csv", "shop.netpol")
    assert (code, out) == (2, "")
    assert "error[NP881]: `edges.csv` is no result of `netpolc flows sql`: it has no column `seen`" in err


def test_a_table_that_is_given_twice_counts_once(netpolc, here):
    here.write("edges.csv", EDGES)
    here.write("copy.csv", EDGES)
    here.write("other.csv", EDGES.replace("41300", "41301"))
    here.write("shop.netpol", PROGRAM)
    once = netpolc("flows", "--edges", "edges.csv", "shop.netpol").out
    ran = netpolc("flows", "--edges", "edges.csv", "--edges", "edges.csv", "--edges", "copy.csv", "shop.netpol", "-v")
    assert ran.out == once
    assert "note[NP874]: `copy.csv` is the same as `edges.csv`, and is counted once" in ran.err
    assert netpolc("flows", "--edges", "edges.csv", "--edges", "other.csv", "shop.netpol").out != once
