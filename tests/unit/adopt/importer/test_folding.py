import pytest

from tests.unit.adopt.importer.written import imported, policy

LABELS = {"apiVersion": "v1", "kind": "Namespace"}
DNS = {"kube-system/k8s-app=kube-dns": "53 53/udp"}


def tenant(name, subject="*"):
    """What many namespaces have in common."""
    return [policy("default-deny", "*", {}, {}, namespace=name), policy("dns", subject, None, DNS, namespace=name)]


def text_of(*documents):
    (text,) = imported(*documents).values()
    return text


def heads(*documents):
    return [line for line in text_of(*documents).splitlines() if line.startswith("namespace ")]


def labelled(name, **labels):
    return {**LABELS, "metadata": {"name": name, "labels": labels}}


def test_equal_sections_are_one():
    names = [f"tenant-{number}" for number in range(3)]
    documents = [each for name in names for each in (*tenant(name), policy("own", "app=db", {"*": 1}, namespace=name))]
    assert text_of(*documents) == (
        'import "std"\n\nnamespace {tenant-0, tenant-1, tenant-2}\n\n# policy default-deny\nbaseline deny all\n\n'
        "# policy dns\n* -> std.dns\n\n# policy own\n* -> db:1 ingress\n"
    )


def test_the_order_of_policies_is_no_difference():
    assert heads(*tenant("a"), *reversed(tenant("b"))) == ["namespace {a, b}"]


@pytest.mark.parametrize(
    ("ones", "others"),
    [
        (tenant("a"), tenant("b", "app=x")),
        (tenant("a"), [*tenant("b"), policy("more", "app=x", {}, namespace="b")]),
        (tenant("a"), tenant(None)),
        ([*tenant("a"), labelled("a", team="x")], [*tenant("b"), policy("x", "*", {"[team=x]/*": 1}, namespace="c")]),
        ([policy("x", "*", {"b/*": 1}, namespace="a")], [policy("x", "*", {"*": 1}, namespace="b")]),
        ([policy("x", "*", {"b/*": 1}, namespace="a")], [policy("x", "*", {"b/*": 1}, namespace="b")]),
        (["# for a", *tenant("a")][1:], [policy("other-name", "*", {}, {}, namespace="b"), tenant("b")[1]]),
    ],
)
def test_what_differs_stays_apart(ones, others):
    assert all("{" not in head for head in heads(*ones, *others))


def test_what_is_said_of_each_others_pods_is_the_same_where_it_is_mirrored():
    """Each lets in its own pods, and those of a third: the words are the same."""
    documents = [policy("x", "*", {"*": 1, "ops/app=probe": 2}, namespace=name) for name in "ab"]
    assert heads(*documents) == ["namespace {a, b}"]


def test_names_of_a_folded_section_leave_the_labels_of_others_alone():
    """`b/store` elsewhere means a label, and would mean what the section of `a` and `b` declared by that name."""
    long = "app=store, tier=back, zone=x"
    documents = [
        each
        for name in "ab"
        for each in (
            policy("store", long, {"app=x": 1, "app=y": 2}, namespace=name),
            policy("store-out", long, None, {"app=z": 3}, namespace=name),
        )
    ]
    documents += [policy("c", "*", None, {"b/app=store": 1}, namespace="c")]
    text = text_of(*documents)
    assert "namespace {a, b}" in text
    assert "pods store = " not in text
    assert "* -> b/store:1" in text


def test_namespaces_with_a_file_each_have_a_section_each():
    assert list(imported(*tenant("a"), *tenant("b"), apart=True)) == ["a.netpol", "b.netpol"]


def test_any_holds_the_rest():
    assert "* -> any:*" in text_of(policy("allow-egress", "*", {"*": None}, {"": None})).splitlines()
    assert "any -> db:1" in text_of(policy("x", "app=db", {"app=web": 1, "": 1})).splitlines()[-1]
