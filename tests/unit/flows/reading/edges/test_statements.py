import pytest
from sqlglot import parse_one

from netpolc.flows.reading.edges.model import EdgeRow
from netpolc.flows.reading.edges.statements import DIALECTS, LOGS, statement
from tests import dialects


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("log", LOGS)
def test_each_statement_is_what_the_definition_comes_to(log, dialect, request):
    """`--update-golden` writes them."""
    made = dialects.statement(log, dialect)
    if request.config.getoption("--update-golden"):
        (dialects.SQL / f"{log}.{dialect}.sql").write_text(made, "utf-8")
    assert statement(log, dialect) == made
    tree = parse_one(made, read=dialect)
    tables = {each.name for each in tree.find_all(dialects.exp.Table) if not each.find_ancestor(dialects.exp.Hint)}
    assert tables - {each.alias for each in tree.ctes} == {"flows"}


def test_the_columns_are_those_of_rows():
    assert (dialects.DIALECTS, dialects.LOGS) == (DIALECTS, LOGS)
    for log in LOGS:
        assert set(parse_one(statement(log, "duckdb"), read="duckdb").named_selects) <= {*EdgeRow.__struct_fields__}
