from netpolc.adopt.importer.proof import in_one_folder
from netpolc.adopt.suggest.pods import People
from netpolc.adopt.suggest.seen.finding import traffic_of
from netpolc.adopt.suggest.seen.parties import Parties
from netpolc.adopt.suggest.seen.verifying import denied_of
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from tests.unit.adopt.suggest.seen.records import at, seen


def test_what_was_seen_and_is_denied_is_told():
    flows = [seen("web", "db", 5432), seen("web", at("93.184.216.34"), 443), seen("x", "db", 1, verdict="denied")]
    parties = Parties((), flows)
    found = traffic_of(flows, parties, People(parties.only_seen), {"shop"})

    def denied(text):
        policies = compile_program(in_one_folder({"a.netpol": text}), CompileOptions()).policies
        return denied_of(found, found.connections, policies, {})

    closed = "namespace shop\nbaseline deny all\n"
    assert denied(f"{closed}web -> db:5432\nweb -> 93.184.216.34/32:443\n") is None
    assert denied(f"{closed}web -> db:5432\n") == "shop/web -> 93.184.216.34/32:443/tcp"
    assert denied(f"{closed}web -> 0.0.0.0/0:*\n") == "shop/web -> shop/db:5432/tcp"
