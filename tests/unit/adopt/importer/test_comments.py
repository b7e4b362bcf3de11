import msgspec
import pytest

from netpolc.adopt.importer.comments import PolicyComments, comments_of_policy, is_note, notes_of
from tests.rows import each_row
from tests.unit.adopt.importer.written import imported, manifests, policies, policy

PLAIN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
      ports:
        - port: 1
    - from:
        - podSelector: {matchLabels: {app: api}}
"""


def remarks(text):
    found = manifests(text).policies
    return comments_of_policy(found[0])


def commented(old, new):
    assert old in PLAIN
    return remarks(PLAIN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "policy_says", "rules_say"),
    [
        pytest.param(PLAIN, (), {}, id="nothing"),
        pytest.param(f"# a\n#\n\n#b\n{PLAIN}", ("a", "b"), {}, id="above"),
        pytest.param(f"# a\n---\n{PLAIN}", ("a",), {}, id="above the first document"),
        pytest.param(f"{PLAIN}# a\n", ("a",), {}, id="below"),
        pytest.param(f"{PLAIN}# a\n---\n", ("a",), {}, id="below, in its document"),
        pytest.param(PLAIN.replace("name: db", "name: db # a"), ("a",), {}, id="at the end of a line"),
        pytest.param(PLAIN.replace("- from", "# a\n    - from", 1), (), {("ingress", 0): ("a",)}, id="above a rule"),
        pytest.param(PLAIN.replace("port: 1", "port: 1 # a"), (), {("ingress", 0): ("a",)}, id="within a rule"),
        pytest.param(
            PLAIN.replace("port: 1\n", "port: 1\n    # a\n\n    # b\n"),
            (),
            {("ingress", 1): ("a", "b")},
            id="between rules",
        ),
        pytest.param(PLAIN.replace("name: db", 'name: "db" # \'a'), ("'a",), {}, id="after a quoted text"),
        pytest.param(PLAIN.replace("\n", "\r\n").replace("db\r", "db # a\r", 1), ("a",), {}, id="lines of Windows"),
    ],
)
def test_comments_belong_where_they_stand(text, policy_says, rules_say):
    assert remarks(text) == PolicyComments(policy_says, rules_say)


def with_annotation(value):
    return remarks(PLAIN.replace("  name: db", f"  annotations:\n    note: {value}\n  name: db"))


@pytest.mark.parametrize("value", ["'a # b'", '"a # b"', "a#b", "|\n      # b\n      c", ">-\n      # b"])
def test_what_looks_like_a_comment_may_be_text(value):
    assert with_annotation(value) == PolicyComments()


def test_a_comment_belongs_to_one_policy():
    other = PLAIN.replace("name: db", "name: other")
    found = manifests(f"# first\n{PLAIN}# last\n---\n# second\n{other}").policies
    assert [comments_of_policy(each).policy for each in found] == [("first", "last"), ("second",)]


def test_a_list_and_json():
    one = "\n".join(f"  {line}" for line in PLAIN.splitlines())[2:]
    two = one.replace("name: db", "name: x", 1)
    text = f"apiVersion: v1\nkind: List\nitems:\n# one\n- {one}\n# two\n- {two}\n"
    found = manifests(text).policies
    assert [comments_of_policy(each).policy for each in found] == [("one",), ("two",)]
    assert [comments_of_policy(each) for each in policies(policy("a", "*", {}, annotations={"a": "# b"}))] == [
        PolicyComments()
    ]


def test_what_netpolc_says_of_its_own_output_is_no_remark():
    assert (
        remarks(PLAIN.replace("name: db", "name: db # a\n  labels: {app.kubernetes.io/managed-by: netpolc}"))
        == PolicyComments()
    )


@pytest.mark.parametrize(
    "comment",
    [
        "netpolc: ignore[NP606] as in the manifest",
        "netpolc ignore[NP1]",
        "netpolc:nonsense[NP606]",
        "\u202ea",
        "\u200ba",
    ],
)
def test_no_comment_is_a_directive_or_hides_anything(comment):
    (text,) = imported(PLAIN.replace("- from", f"# {comment}\n    - from", 1)).values()
    assert comment not in text.replace("in the manifest: netpolc", "")
    assert text.isascii()


def test_a_policy_of_no_file_has_no_remarks():
    (found,) = manifests(f"# a\n{PLAIN}").policies
    assert comments_of_policy(msgspec.structs.replace(found, location=None)) == PolicyComments()


@each_row(
    "key, value, note",
    [
        ("netpolc/owner", "a", True),
        ("netpolc/owner", " ", False),
        ("netpolc/expires", "2027-01-31", True),
        ("netpolc/expires", "20270131", False),
        ("netpolc/expires", "2027-02-30", False),
        ("netpolc/expires", "2027-01-31, 2028-01-31", False),
        ("netpolc/other", "a", False),
        ("owner", "a", False),
    ],
)
def test_notes(key, value, note):
    assert is_note(key, value) is note


def test_of_several_days_the_first_counts():
    documents = [
        policy(f"p{day}", "*", {}, annotations={"netpolc/expires": f"2027-01-{day}", "netpolc/reason": day})
        for day in ("31", "02")
    ]
    assert notes_of(policies(*documents)) == (("reason", "31, 02"), ("expires", "2027-01-02"))
