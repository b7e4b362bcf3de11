import re
import string
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.diagnostics import human
from netpolc.diagnostics.codes import BY_CODE
from netpolc.manifests import reading
from netpolc.manifests.combining import combine
from netpolc.manifests.objects import CUT_OFF
from netpolc.manifests.reading import LONGEST, Repeated, read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS

ROOT = Path(__file__).parents[3]
PAGES = {"NP120", "NP121", "NP122", "NP411", "NP412", "NP413", "NP414", "NP416", "NP417"}
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"


def read(text):
    return read_manifests(Source("shop.yaml", text))


def said(text):
    return [(one.code, one.severity, one.message, one.location.text) for one in read(text).diagnostics]


def section(code, name):
    page = (ROOT / "docs" / "codes" / BY_CODE[code].page).read_text("utf-8")
    return re.search(rf"^## {name}\n\n```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1]


@each_row("code", sorted(PAGES))
def test_pages_are_true(code):
    broken, mended = (combine([read(section(code, name))]) for name in ("An example", "Fixed"))
    assert {one.code for one in broken.diagnostics} == {code}
    assert not mended.diagnostics


@each_row(
    "text, expected",
    [
        ("kind: Pod", ("NP414", "error", "this object has `kind`, but no `apiVersion`", "k")),
        ("apiVersion: v1", ("NP414", "error", "this object has `apiVersion`, but no `kind`", "a")),
        ("replicas: 3", ("NP414", "warning", "this is no object of Kubernetes: it has no `kind`", "r")),
        ("just text", ("NP414", "error", "this is no object of Kubernetes", "just text")),
        ("- a", ("NP414", "error", "this is no object of Kubernetes", "- a")),
        ("apiVersion: v1\nkind: on", ("NP411", "error", "`kind` takes a string, and this is a boolean", "on")),
        ("apiVersion: 1\nkind: Pod", ("NP411", "error", "`apiVersion` takes a string, and this is a number", "1")),
        (
            "apiVersion: v1\nkind: List\nitems: {}",
            ("NP411", "error", "`items` takes a list, and this is a mapping", "{}"),
        ),
        ("apiVersion: v1\nkind: List\nitems: [~]", ("NP414", "error", "this is no object of Kubernetes", "~")),
        (
            "apiVersion: extensions/v1beta1\nkind: NetworkPolicy",
            (
                "NP413",
                "error",
                "`extensions/v1beta1` serves no NetworkPolicy since Kubernetes 1.16",
                "extensions/v1beta1",
            ),
        ),
        (
            "apiVersion: v1\nkind: NetworkPolicy",
            ("NP413", "error", "Kubernetes has no kind `NetworkPolicy` in `v1`", "v1"),
        ),
        (
            "apiVersion: networking.k8s.io/v1\nkind: Networkpolicy",
            (
                "NP413",
                "error",
                "Kubernetes has no kind `Networkpolicy` in `networking.k8s.io/v1`",
                "networking.k8s.io/v1",
            ),
        ),
        ("a: @NAME@", ("NP122", "error", "a placeholder stands where its value belongs", "@NAME@")),
        ("a: %NAME%", ("NP122", "error", "a placeholder stands where its value belongs", "%NAME%")),
        ("a: {{ .Values.x }}", ("NP122", "error", "this is a template, not YAML", "{{")),
        ("{{ if .x }}\na: 1\n{{ end }}", ("NP122", "error", "this is a template, not YAML", "{{")),
        ("a: '{{ .x }}'\nb: [", ("NP120", "error", "did not find expected node content", "")),
        ("# {{ x }}\na: : b", ("NP120", "error", "mapping values are not allowed in this context", ":")),
    ],
)
def test_what_is_no_object_is_said(text, expected):
    assert said(text) == [expected]


@each_row(
    "text, cut_off",
    [
        (f"{POD}spe", True),
        (f"{POD}spec: {{a: b\n", True),
        (f'{POD}spec: "we', True),
        ('{"kind": "List", "items": [{"kind": "Po', True),
        (f"{POD}spec: {{a: b\n---\n{POD}", False),
        (f"{POD}\tspec: 1\n", False),
        (f"{POD}spec: : b", False),
    ],
)
def test_a_text_that_ends_in_the_middle_of_an_object(text, cut_off):
    (found,) = read(text).diagnostics
    assert (found.code, found.help == CUT_OFF) == ("NP120", cut_off)


@each_row("text", ["", "\n", "---\n---\n", "# c\n", "~", "{}", "\ufeff", "{}\n---\n# c"])
def test_nothing_is_nothing(text):
    assert said(text) == []


def test_other_kinds_are_counted():
    calico = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec: {selector: all()}\n"
    secret = "apiVersion: v1\nkind: Secret\ndata: {a: .5, a: b}\n"
    manifests = read(f"{calico}---\n{secret}---\n{secret}---\napiVersion: apps/v1\nkind: Pod\n")
    assert manifests.skipped == {"projectcalico.org/v3/NetworkPolicy": 1, "v1/Secret": 2, "apps/v1/Pod": 1}
    assert not manifests.diagnostics


def test_repeated_keys_are_shown_with_both_places():
    (found,) = read(POLICY + "spec:\n  podSelector: {}\n  'podSelector': {}\n").diagnostics
    assert (found.code, found.location.text, found.labels[0].location.text) == ("NP121", "'podSelector'", "podSelector")
    assert found.message == "the key `podSelector` is there twice; Kubernetes takes the last"


LISTS = {
    "a list": "apiVersion: v1\nkind: List\nitems:\n"
    + "".join(f"- {{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}}}\n" for name in "ab"),
    "a list of pods": "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n",
    "nested lists": "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: "
    "[{apiVersion: v1, kind: Pod, metadata: {name: a}}]}, "
    "{apiVersion: v1, kind: PodList, items: [{metadata: {name: b}}]}]}",
    "JSON": '{"apiVersion": "v1", "kind": "PodList", '
    '"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}',
    "two texts of JSON": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}\n'
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}',
    "aliases": "apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
    "- {<<: *a, metadata: {name: b}}\n",
    "CRLF": (POD.replace("x", "a") + "---\n" + POD.replace("x", "b")).replace("\n", "\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_lists_are_opened(text):
    manifests = read(text)
    assert [one.name for one in manifests.workloads] == ["a", "b"]
    assert not manifests.diagnostics


def test_an_empty_list_is_empty():
    assert read("apiVersion: v1\nkind: NetworkPolicyList\nitems: ~") == read("")
    assert read("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [{metadata: {name: p}}]").policies


def test_a_file_is_read_however_it_breaks_its_lines():
    text = POLICY + "spec:\n  podSelector:\n    matchLabels:\n      a: b\n"
    expected = read(text).policies
    for end in ("\r\n", "\r", "\x85", "\u2028"):
        assert read(text.replace("\n", end)).policies == expected
    assert read("\ufeff" + text).policies == expected


def test_a_line_break_of_unicode_splits_values_as_it_does_in_kubernetes():
    (policy,) = read(POLICY + "spec:\n  podSelector: {}\n  policyTypes: [Egress]\u2028  egress: [{}]\n").policies
    assert policy.egress


def test_too_much_text_is_refused_at_once():
    assert [code for code, *_ in said("a" * (LONGEST + 1))] == ["NP120"]


HOSTILE = {
    "many errors": POLICY + "spec:\n  ingress: [" + "x, " * 20_000 + "]\n",
    "many documents": "a\n---\n" * 8_000,
    "many unknown fields": POLICY + "".join(f"f{n}: 1\n" for n in range(40_000)),
    "many aliases": POLICY
    + "spec:\n  ingress:\n  - &r {from: [&p {podSelector: {}}"
    + ", *p" * 90
    + "]}\n"
    + "  - *r\n" * 1200,
    "deep lists": "{apiVersion: v1, kind: List, items: [" * 3000,
    "deep aliases": "x: &a0 []\n" + "".join(f"x{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)),
    "one long line": POLICY + "# " + "x" * 2_000_000,
    "a long string": POLICY + "spec: {podSelector: {matchLabels: {a: '" + "b" * 1_000_000 + "'}}}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_soon(text):
    read(text)


TEXTS = [fact["text"] for fact in FACTS["policies"]] + list(LISTS.values()) + [POD, POLICY]
PIECES = st.sampled_from(
    ["\n", " ", "- ", ": ", "{", "}", "[", "]", "*a", "&a ", "<<: ", "~", "!!int ", '"', "'", "#", "---\n", "\t", "|",
     "0", "on", "{{", "\u2028", "\ufeff", "\x00", "é", "\ud800", "? "]
)  # fmt: skip


@st.composite
def mutations(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 8))
        text = text[:at] + draw(PIECES) + text[at + length :]
    return text


def survives(text):
    manifests = combine([read(text)])
    for one in manifests.diagnostics:
        assert one.code in BY_CODE
        assert 0 <= one.location.span.start <= one.location.span.end <= len(text) + 1
    human.render(manifests.diagnostics, color=False, width=100)


@given(mutations())
@settings(max_examples=80)
def test_mutated_manifests_are_read_or_refused(text):
    survives(text)


@given(st.text(max_size=60) | st.text(string.punctuation + " \nab1", max_size=60))
@settings(max_examples=80)
def test_any_text_is_read_or_refused(text):
    survives(text)
    survives(POLICY + text)
    survives(f"{{{text}")


def test_texts_that_share_what_is_repeated_are_read_as_each_alone(monkeypatch):
    monkeypatch.setattr(reading, "MOST_REPEATED", 30)
    peer = "- podSelector: {matchLabels: {app: %s}}"
    texts = [
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{number}}}\nspec:\n"
        f"  podSelector: {{}}\n  ingress:\n  - from:\n    {peer % app}\n    - podSelector:\n        matchLabels:\n"
        f"          app: {app}\n    ports:\n    - port: {port}\n    - {{port: 80}}\n"
        for number, (app, port) in enumerate((("web", 80), ("web", "http"), ("db", 0), ("web", 80), ("-", 80)) * 3)
    ]
    sources = [Source(f"{number}.yaml", text) for number, text in enumerate(texts)]
    encode = msgspec.msgpack.Encoder(
        enc_hook=lambda place: (place.source.name, place.span.start, place.span.end)
    ).encode
    repeated = Repeated()
    for source in sources:
        assert encode(read_manifests(source, repeated=repeated)) == encode(read_manifests(source))
        assert len(repeated.lines) <= 30 + source.text.count("\n") + 1
        assert len(repeated.parts) <= 30 + source.text.count("- ")
