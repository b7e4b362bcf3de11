"""A plan that is too long to be read one by one: what is counted, and what is left as it is."""

import pytest

from netpolc import api
from netpolc.diagnostics.paint import in_black
from netpolc.rollout import folding, text
from netpolc.rollout.planning import RolloutRequest, prepare
from tests.api_server import ApiServer
from tests.cli.conftest import PROJECT

PROGRAM = """\
namespace shop
baseline deny all
web -> db:5432
web -> bank/ledger:80
web -> 192.0.2.0/24:443
namespace bank
baseline deny ingress
api -> ledger:80
"""


@pytest.fixture
def found():
    files = dict(zip(("shop.netpol", "bank.netpol"), PROGRAM.split("namespace bank"), strict=True))
    files["bank.netpol"] = "namespace bank" + files["bank.netpol"]
    here = api.workspace({"netpolc.toml": PROJECT, **files}, remembers=False)
    return prepare(here, ApiServer("shop", "bank"), RolloutRequest())


def written(found, monkeypatch, *, lines, places=30, full=False):
    monkeypatch.setattr(text, "MOST_LINES", lines)
    monkeypatch.setattr(folding, "MOST_LINES", lines)
    monkeypatch.setattr(folding, "MOST_PLACES", places)
    return "".join(text.as_text(found.rollout, found.difference, in_black, full=full))


def test_what_is_short_is_listed_and_what_is_long_only_in_full(found, monkeypatch):
    listed = written(found, monkeypatch, lines=100)
    assert listed == written(found, monkeypatch, lines=3, full=True)
    assert "  + shop/default-deny\n" in listed


def test_what_is_long_is_counted_by_namespace(found, monkeypatch):
    counted = written(found, monkeypatch, lines=3)
    assert "closed  shop -> any namespace: " in counted
    assert "  bank: 2 to create\n  shop: " in counted
    assert "+ shop/" not in counted
    last = written(found, monkeypatch, lines=100).splitlines()[-1]
    assert counted.splitlines()[-1] == last
    assert "connections opened" in counted


def test_many_namespaces_are_counted_together(found, monkeypatch):
    counted = written(found, monkeypatch, lines=3, places=1)
    assert "other pair" in counted
    assert "  1 other namespace: " in counted
