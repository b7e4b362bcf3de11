import pytest

from netpolc.delivery.redaction import UNREADABLE, redact
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.source import Location, Source, Span

TEXT = Source("<stdin>", "a: 1\npassword: hunter2\n")
PLACE = Location(TEXT, Span(5, 22))


@pytest.mark.parametrize(("code", "severity"), [*((code, "error") for code in UNREADABLE), ("NP412", "warning")])
def test_what_is_left_is_a_line_and_a_severity(code, severity):
    (said,) = redact(
        [
            Diagnostic(
                code=code,
                severity="error",
                message="`hunter2` is wrong" if code in UNREADABLE else "an unknown field",
                location=PLACE,
                label="hunter2",
                labels=(Label(PLACE, "hunter2"),),
                help="write hunter2" if code in UNREADABLE else "remove it",
                fixes=(Fix("x", (Edit(PLACE, "hunter2"),)),),
            )
        ]
    )
    assert (said.code, said.severity) == (code, severity)
    assert said.message.startswith("line 2 of `<stdin>`: ")
    assert "hunter2" not in repr(said)


@pytest.mark.parametrize("severity", ["note", "warning"])
def test_what_is_no_error_stays_what_it_is(severity):
    given = Diagnostic(code="NP608", severity=severity, message="it is so")
    assert redact([given]) == (given,)
