import pytest

from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.diagnostics import ignores
from netpolc.manifests.ignore_comments import comments_of
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

IGNORE = "# netpolc: ignore[NP610] on purpose"


def texts(text):
    return [text[span.start : span.end] for span in comments_of(Source("shop.yaml", text))]


@each_row(
    "text",
    [
        f"a: b {IGNORE}",
        f"{IGNORE}\na: b\n",
        f"a: b\n  {IGNORE}\nc: d\n",
        f"a: [b, {IGNORE}\n c]\n",
        f"a: {{b: c, {IGNORE}\n d: e}}\n",
        f"a: {IGNORE}\n  b: c\n",
        f"a: |\n  text\n{IGNORE}\nb: c\n",
        f"- a {IGNORE}\r\n- b\r\n",
        f"a: 'b' {IGNORE}\n",
        f"a: b\n--- {IGNORE}\nc: d\n",
        f"a: b\n---\n'{{' : a {IGNORE}\n",
        f"a: it's {IGNORE}\nb: it's\n",
        IGNORE,
    ],
)
def test_comments(text):
    assert texts(text) == [IGNORE]


@each_row(
    "text",
    [
        f'a: "b {IGNORE}"',
        f"a: 'b {IGNORE}'",
        f"a: 'b\n  {IGNORE}\n  c'\n",
        f"a: |\n  {IGNORE}\n",
        f"a: >-\n  b\n  {IGNORE}\nc: d\n",
        f"a: b{IGNORE}",
        f'"a {IGNORE}": b\n',
        f"'it''s {IGNORE}': b\n",
        f'{{"a": "b {IGNORE}"}}',
        f"a: [b {IGNORE}\n",
        "a: netpolc\n",
        "# written by netpolcs\na: b\n",
        "",
    ],
)
def test_no_comments(text):
    assert texts(text) == []


@pytest.mark.parametrize(
    "comment", ["#netpolc: ignore[NP610]", "## netpolc ignore NP610", "# Netpolc: ignore[NP610] x"]
)
def test_what_only_looks_like_an_ignore_comment_is_for_others_to_judge(comment):
    assert texts(f"a: b {comment}") == [comment]


def test_one_unreadable_document_hides_no_other():
    text = f"a: [b {IGNORE}\n---\na: b {IGNORE}\n---\na: '{IGNORE}'\n"
    (span,) = comments_of(Source("shop.yaml", text))
    assert span.start == text.index(IGNORE, text.index("---"))


def test_aliases_cost_no_time():
    levels = "".join(f"l{number}: &l{number} [{f'*l{number - 1}, ' * 8}]\n" for number in range(1, 3))
    assert texts(f"l0: &l0 [a, b] {IGNORE}\n{levels}") == [IGNORE]


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database
  namespace: shop
spec:{behind}
  podSelector: {{}}
  egress:
    - ports:
{above}        - port: 5432
"""


@each_row(
    "behind, above, left",
    [
        ("", "", ["NP610", "NP611"]),
        (f" {IGNORE}", "", ["NP611"]),
        ("", "        # netpolc: ignore[NP611] it is TCP\n", ["NP610"]),
        (f" {IGNORE}", "        # netpolc: ignore[NP611] it is TCP\n", []),
        (" # netpolc: ignore[NP610]", "", ["NP112", "NP610", "NP611"]),
        (" # netpolc: ignore[NP611] not here", "", ["NP504", "NP610", "NP611"]),
    ],
)
def test_findings_are_silenced_on_their_line_or_above_it(behind, above, left):
    source = Source("shop.yaml", POLICY.format(behind=behind, above=above))
    found = read_manifests(source, checking=CHECKING_READERS).diagnostics
    assert sorted(one.code for one in ignores.apply(found, {source: comments_of(source)})) == left
