from netpolc.report.rows import PeerRow, columns
from netpolc.report.table import ndjson


def test_every_value_is_of_a_plain_column():
    known = columns()
    assert [*known][:2] == ["record", "cluster"]
    assert {*known.values()} == {"VARCHAR", "INTEGER", "BOOLEAN"}
    assert (known["group_id"], known["open"], known["line"]) == ("INTEGER", "BOOLEAN", "INTEGER")
    row = PeerRow(cluster="a", peer="b", type="net", ingress_isolated=False)
    assert b"".join(ndjson([row])) == (
        b'{"record":"peer","cluster":"a","peer":"b","type":"net","ingress_isolated":false}\n'
    )
