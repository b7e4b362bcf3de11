import pytest

from netpolc.diagnostics.formats import FORMATS, Appearance
from netpolc.diagnostics.private import without_private
from netpolc.manifests.reading import read_manifests
from netpolc.source import Location, Source, Span

SECRET = """\
kind: Secret
apiVersion: v1
stringData:
  a: *p4ss
  b: {p4ss
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    env:
    - name: A
      value: !!int p4ss
    - name: A
      value: "p4ss
"""


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", [SECRET, POD, SECRET.replace("*", ""), POD.replace("!!int ", "")])
def test_no_form_of_a_finding_quotes_a_secret(form, text):
    found = read_manifests(Source("a.yaml", text)).diagnostics
    assert found
    assert "p4ss" not in FORMATS[form](map(without_private, found), Appearance())


def test_the_place_and_the_key_are_shown():
    (found,) = read_manifests(Source("a.yaml", POD)).diagnostics
    text = FORMATS["human"]([without_private(found)], Appearance())
    assert "--> a.yaml:9:14\n" in text
    assert "9 |       value: …\n" in text


def test_a_line_of_several_objects_ends_with_the_one_that_is_meant():
    text = (
        '{"kind":"NetworkPolicy","spec":{"ingress":[{"from":[]}]}},{"apiVersion":"v1","data":{"a":"p4ss"}}' + " " * 200
    )
    start = text.index('{"from"')
    assert Location(Source("a.json", text), Span(start, start + 1)).line_text == '…{"from":[]}]}},…'
