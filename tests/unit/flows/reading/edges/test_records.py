from netpolc.flows.reading.edges.records import add_records, format_with
from netpolc.flows.reading.tally import Tally
from netpolc.flows.reduction import Reduction
from tests.unit.flows.reading.samples import HEADING, netobserv, vpc


def read(*rows):
    reduction, tally = Reduction(), Tally()
    add_records(reduction, tally, rows, format_with(rows[0]), "log.parquet")
    return reduction.distinct().flows, tally.passed_over()


def test_rows_of_netobserv_are_its_records_in_which_null_is_nothing():
    reply = netobserv(SrcPort=5432, DstPort=55644, Flags=0x110)
    flows, passed = read(netobserv(_HashId=None, SrcK8S_Namespace=None), reply)
    assert [(each.source.address, each.port, each.destination.owner) for each in flows] == [("10.0.0.1", 5432, "db")]
    assert [(each.reason, each.count, each.line) for each in passed] == [("replies", 1, 2)]


def test_rows_of_vpc_flow_logs_have_underscores():
    row = dict(zip(HEADING.replace("-", "_").split(), vpc().split(), strict=True))
    flows, passed = read({**row, "srcport": 55644, "dstport": 5432, "account_id": None})
    assert [(each.source.address, each.port, each.verdict) for each in flows] == [("10.0.0.1", 5432, "forwarded")]
    assert passed == ()


def test_other_columns_are_of_no_log():
    assert format_with(["source", "count"]) is None
