from netpolc.checks.workloads.from_program import references_of_program
from netpolc.engine import words
from netpolc.engine.peers import endpoint
from netpolc.sets.ports import ports_of
from tests.rows import each_row
from tests.unit.language.resolve.sources import program


@each_row(
    "text, mentions, openings",
    [
        ("web -> db:80", ["shop/[app=web]", "shop/[app=db]"], ["shop/[app=db]:80"]),
        (
            "web -> {db:80, x/db:{1-9, 53/udp}}",
            ["shop/[app=web]", "shop/[app=db]", "x/[app=db]"],
            ["shop/[app=db]:80", "x/[app=db]:1-9", "x/[app=db]:53/udp"],
        ),
        ("* -> 20.0.0.0/8:80", [], []),
        ("any -> *:80", [], ["shop/*:80"]),
        ("web -> any:80", ["shop/[app=web]"], []),
        ("web -> */[a=b]:*", ["shop/[app=web]", "*/[a=b]"], [f"*/[a=b]:*/{name}" for name in ("sctp", "tcp", "udp")]),
        ("baseline deny all on web", ["shop/[app=web]"], []),
        (
            "web -> db:80\ndb -> web:80\nweb -> db:81",
            ["shop/[app=web]", "shop/[app=db]"],
            ["shop/[app=db]:80", "shop/[app=web]:80", "shop/[app=db]:81"],
        ),
    ],
)
def test_what_a_program_speaks_of(text, mentions, openings):
    found = references_of_program(program(f"namespace shop\n{text}\n"))
    assert [endpoint(each.pods) for each in found.mentions] == mentions
    assert [f"{endpoint(each.pods)}:{words.ports(ports_of([each.port]))}" for each in found.openings] == openings
    assert found.owned == {"shop"}
    assert [each.location.text for each in found.homes][:1] == ["shop"]
