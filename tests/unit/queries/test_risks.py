import pytest

from netpolc.engine.from_policies import addresses_of
from netpolc.queries.review import review
from netpolc.queries.risks import is_most_of_the_world
from netpolc.sets.addresses import union
from tests.rows import each_row
from tests.unit.queries.clusters import cluster

HEAD = 'import "std"\nnamespace shop\nbaseline deny all\na -> b:1\n'
POD = """---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: a}}
spec: {containers: [{name: c, image: x}]}
"""


def risks(new, old="", manifests=""):
    """The codes that come with opening something."""
    found = review(cluster(HEAD + old, manifests), cluster(HEAD + new, manifests))
    return {code for each in found.findings if each.change.widened for code in each.risks}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("c -> b:1\n", set()),
        ("c -> b:{1-65534}\n", set()),
        ("10.0.0.0/8 -> b:1\n", set()),
        ("b -> 2001:db8::/32:1\n", set()),
        ("0.0.0.0/0 -> b:1\n", {"NP620"}),
        ("b -> ::/0:1\n", {"NP620"}),
        ("b -> std.internet:443\n", {"NP620"}),
        ("{0.0.0.0/1, 128.0.0.0/1} -> b:1\n", {"NP620"}),
        ("0.0.0.0/0 except 10.0.0.0/8 -> b:1\n", {"NP620"}),
        ("any -> b:1\n", {"NP620", "NP621"}),
        ("data/[app=x] -> b:1\n", {"NP621"}),
        ("b -> data/[app=x]:1\n", {"NP621"}),
        ("*/* -> b:1\n", {"NP621"}),
        ("[team=x]/* -> b:1\n", {"NP621"}),
        ("* -> std.dns\n", {"NP621"}),
        ("c -> b:*\n", {"NP622"}),
        ("c -> b:*/udp\n", {"NP622"}),
        ("any -> b:*\n", {"NP620", "NP621", "NP622"}),
    ],
)
def test_openings_are_told_by_what_is_risky_about_them(line, expected):
    assert risks(line) == expected
    assert risks("", line) == set()


def test_the_rest_of_all_ports_is_every_port():
    assert risks("c -> b:*\n", "c -> b:{80, 443}\n") == {"NP622"}


def test_the_last_part_of_the_world_is_not_the_world():
    assert risks("0.0.0.0/0 -> b:1\n", "0.0.0.0/0 except 10.0.0.0/8 -> b:1\n") == set()


@pytest.mark.parametrize(
    ("lines", "risky"),
    [
        ("b -> 0.0.0.0/0 except 10.0.0.0/8:443\nb -> 10.0.0.0/8:80\n", ["0.0.0.0/0 except 10.0.0.0/8"]),
        ("b -> 0.0.0.0/0 except 10.0.0.0/8:443\nb -> 10.0.0.0/8:{443, 80}\n", ["0.0.0.0/0 except 10.0.0.0/8"]),
        ("b -> 0.0.0.0/0 except 8.8.8.8/32:443\nb -> 8.8.8.8/32:{443, 80}\n", ["0.0.0.0/0", "8.8.8.8/32"]),
        ("b -> 0.0.0.0/0 except 8.8.8.8/32:443\nb -> 8.8.8.8/32:80\n", ["0.0.0.0/0 except 8.8.8.8/32"]),
        ("b -> 0.0.0.0/2:443\nb -> 64.0.0.0/2:80\nb -> 128.0.0.0/2:{80, 8080}\n", ["64.0.0.0/2", "128.0.0.0/2"]),
        ("b -> 0.0.0.0/2:443\nb -> 64.0.0.0/2:80\n", []),
        ('0.0.0.0/1 -> b:"web"\n172.16.0.0/12 -> b:80\n', ["0.0.0.0/1"]),
    ],
)
def test_only_what_is_part_of_the_world_on_one_port_is_the_world(lines, risky):
    found = review(cluster(HEAD), cluster(HEAD + lines)).findings
    told = {line.text for each in found if "NP620" in each.risks for line in each.lines}
    assert told == {line for line in lines.splitlines() if any(block in line for block in risky)}


def test_a_lost_deny_is_what_makes_all_of_its_changes_risky():
    old, new = f"{HEAD}", 'import "std"\nnamespace shop\nbaseline deny ingress\na -> b:1\n'
    found = review(cluster(old), cluster(new))
    assert found.findings
    assert all("NP623" in each.risks for each in found.findings)
    assert all(each.risks == () for each in review(cluster(new), cluster(old)).findings)


def test_pods_of_namespaces_that_no_manifest_shows_count():
    """With workloads of one namespace alone, a rule for all of them still is one for the others."""
    assert risks("*/* -> a:1\n", manifests=POD) == {"NP621"}
    assert risks("* -> a:1\n", manifests=POD) == set()


@each_row(
    "blocks, expected",
    [
        ((), False),
        (("0.0.0.0/0",), True),
        (("0.0.0.0/1",), True),
        (("0.0.0.0/2", "192.0.0.0/2"), True),
        (("0.0.0.0/2", "192.0.0.0/3"), False),
        (("::/0",), True),
        (("2000::/3",), True),
        (("2000::/4",), True),
        (("2000::/5",), False),
        (("4000::/2",), False),
        (("0.0.0.0/2", "2000::/5"), False),
    ],
)
def test_half_of_all_public_addresses_is_most_of_the_world(blocks, expected):
    assert is_most_of_the_world(union([addresses_of(cidr, ()) for cidr in blocks])) is expected
