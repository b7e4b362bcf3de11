from netpolc.diagnostics.baseline import KnownFindings
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.standards import Standards


def found(code):
    return Diagnostic(code=code, severity="warning", message=code)


def test_findings_are_at_their_levels_and_known_ones_left_out():
    known = KnownFindings("/work", "/work").rewritten([found("NP605"), found("NP609")])
    standards = Standards({"NP606": "off", "NP607": "error", "NP602": "note", "NP605": "error"}, known)
    judged = standards.judged(map(found, ["NP602", "NP605", "NP606", "NP607", "NP608"]))
    assert [(each.code, each.severity) for each in judged.diagnostics] == [
        ("NP602", "note"),
        ("NP607", "error"),
        ("NP608", "warning"),
    ]
    assert (judged.known, [each.code for each in judged.lost]) == (1, ["NP609"])
    assert (standards.off, standards.errors) == ({"NP606"}, {"NP607", "NP605"})
