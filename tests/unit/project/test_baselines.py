import pytest

from netpolc.diagnostics.baseline import KnownFinding, text_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.baselines import empty_baseline, read_baseline

ENTRY = '{"code": "NP606", "file": "a.netpol", "line": "a", "about": ["b"], "count": 2, "since": "new keys may appear"}'


def read(folder, text):
    file = folder / "known.json"
    file.write_text(text)
    return read_baseline(file, "known.json", folder)


def test_what_was_written_is_read(tmp_path):
    found = read(tmp_path, f'{{"format_version": "1", "findings": [{ENTRY}]}}')
    assert found.counts == {KnownFinding("a.netpol", "NP606", "a", ("b",)): 2}
    assert read(tmp_path, text_of(found)) == found
    assert empty_baseline(tmp_path / "known.json", tmp_path).folder == str(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<<<<<<< ours", "`known.json` cannot be used: JSON is malformed: invalid character (byte 0)"),
        ('{"format_version": "2", "findings": []}', "`known.json` cannot be used: its `format_version` is not `1`"),
        (
            '{"format_version": "1"}',
            "`known.json` cannot be used: object missing required field `findings`",
        ),
        (
            f'{{"format_version": "1", "findings": [{ENTRY.replace("NP606", "NP203x")}]}}',
            "`known.json` cannot be used: `NP203x` is no code of findings that can be known",
        ),
        (
            f'{{"format_version": "1", "findings": [{ENTRY.replace("NP606", "NP701")}]}}',
            "`known.json` cannot be used: `NP701` is no code of findings that can be known",
        ),
        ('{"a": ' + "[" * 100_000, "`known.json` cannot be used: it is nested too deep"),
        ("\0", "`known.json` cannot be used: it is no text"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path, text, why):
    found = read(tmp_path, text)
    assert isinstance(found, Diagnostic)
    assert (found.code, found.message) == ("NP825", why)


def test_a_file_that_is_not_there_is_said(tmp_path):
    found = read_baseline(tmp_path / "none.json", "none.json", tmp_path)
    assert (found.code, found.message) == ("NP825", "`none.json` cannot be read: no such file or directory")
