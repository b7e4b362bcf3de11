from tests.cli.test_reach import deployment

PROGRAM = "namespace shop\nbaseline deny all\nwebapp -> database:5000\n"


def given(here):
    here.write("shop.netpol", PROGRAM)
    here.write("deploy/web.json", deployment("webapp", {"app": "webapp"}))
    here.write("deploy/db.json", deployment("database", {"app": "database"}))
    return here


def test_a_digraph_goes_to_standard_output(here, netpolc):
    given(here)
    run = netpolc("graph", "shop.netpol", "deploy")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("digraph netpolc {\n")
    assert '[label="TCP 5000", tooltip="shop.netpol:3: webapp -> database:5000"' in run.out
