"""What `check` and `report` do without Typer is what they do with it; tests of `reach` and `graph` say so of these."""

import pytest

from netpolc.cli import entry
from netpolc.cli.options import FindingsForm

PROGRAM = "namespace shop\nbaseline deny all\nweb -> db:1\nweb -> db:1\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "shop.netpol", "--strict"),
        ("check", "shop.netpol", "--format", "json"),
        ("check", "none.netpol"),
        ("report",),
        ("report", "shop.netpol", "-o", "-", "--title", "A <shop>", "--no-findings"),
        ("report", "shop.netpol", "--output", "a.html", "--against", "old.netpol", "--no-hypothetical"),
        ("report", "none.netpol"),
    ],
)
def test_what_scripts_ask_without_typer_is_what_it_would_say(here, netpolc, arguments):
    here.write("shop.netpol", PROGRAM)
    here.write("old.netpol", PROGRAM[:-1])
    assert entry._asked(arguments[1:], entry.OPTIONS[arguments[0]]) is not None
    quick = netpolc(*arguments)
    quickly = here.files()
    assert netpolc(*arguments, "--color", "never") == quick
    assert here.files() == quickly


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("check", ("-",)),
        ("check", ("--format", "text")),
        ("check", ("--fix",)),
        ("report", ("-o",)),
        ("report", ("-o", "--title", "x")),
        ("report", ("--env", "prod")),
    ],
)
def test_typer_reads_what_is_less_common_or_wrong(command, arguments):
    assert entry._asked(arguments, entry.OPTIONS[command]) is None


def test_each_form_of_findings_is_known():
    assert {*entry.OPTIONS["check"].values["form"]} == {each.value for each in FindingsForm}
