import msgspec

from netpolc.diagnostics.files import WHOLE_RUN, file_about, file_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span
from tests.rows import each_row


@each_row(
    "name, file",
    [
        ("shop.netpol", "shop.netpol"),
        ("./a//b/./c.netpol", "a/b/c.netpol"),
        ("../c.netpol", "../c.netpol"),
        ("/etc/c.netpol", "/etc/c.netpol"),
        ("<stdin>", "<stdin>"),
        ("日\udc80.netpol", "日\\udc80.netpol"),
    ],
)
def test_files(name, file):
    assert file_of(Location(Source(name, ""), Span(0, 0))) == file


def test_the_run_as_a_whole_has_a_file():
    found = Diagnostic(code="NP804", severity="error", message="it is stale")
    assert file_about(found) == WHOLE_RUN
    assert file_about(msgspec.structs.replace(found, file="./deploy/a.yaml")) == "deploy/a.yaml"
    place = Location(Source("a.netpol", ""), Span(0, 0))
    assert file_about(msgspec.structs.replace(found, file="b", location=place)) == "a.netpol"
