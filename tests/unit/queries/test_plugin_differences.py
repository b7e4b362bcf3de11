"""Answers that depend on whether blocks of addresses hold pods whose own address nobody knows."""

import pytest

from netpolc import api
from netpolc.checks.options import CheckOptions
from netpolc.engine.relation import relation_of
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.plugin_differences import first_difference, plugin_warnings, undeclared_rules
from netpolc.queries.selection import select
from tests.rows import each_row
from tests.unit.queries.clusters import cluster

BLOCK = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: s}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
    - from: [{ipBlock: {cidr: CIDR}}]
      ports: [{port: 1, protocol: TCP}]
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: s, labels: {app: NAME}}
spec: {HOSTcontainers: [{name: c, image: x}]}
status: {STATUS}
---
"""


def pods(*names, status="", host=""):
    found = (POD.replace("NAME", name).replace("STATUS", status).replace("HOST", host) for name in names)
    return "".join(found)


def known(manifests, addresses=None):
    return cluster(None, manifests, checks=CheckOptions(pod_addresses=addresses))


def asked(world, source, destination):
    found = answer(world, Endpoints(world), source, destination)
    return found.allowed, [each.message for each in plugin_warnings(world, found.plugin_difference)]


def related(world, **options):
    """The pairs that are about pods alone, and what is said."""
    asked = {"source": None, "destination": None, "ports": None, "hypothetical": True, **options}
    selection = select(world, **asked)
    found = relation_of(selection.population, selection.ruleset)
    found = found if selection.ports is None else found.on(selection.ports)
    lines = [(each.source.id, each.destination.id) for each in found.connections()]
    inside = [pair for pair in lines if not any("/0" in each or "." in each for each in pair)]
    return inside, [each.message for each in plugin_warnings(world, first_difference(world, selection))]


IN_DOUBT = "`10.0.0.0/8` may hold addresses of pods: with most network plugins, s/db may reach s/db:1 by this rule"
TO_DB = ("s/web", "s/db")


def test_where_nobody_says_a_no_is_in_doubt():
    world = known(BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web", "db"))
    lines, said = related(world)
    assert TO_DB not in lines
    assert said == [IN_DOUBT]
    assert asked(world, "s/web", "s/db:1") == (False, [IN_DOUBT.replace("s/db may", "s/web may")])


@pytest.mark.parametrize(
    ("addresses", "allowed"),
    [(("10.244.0.0/16",), True), (("10.0.0.0/16", "fd00::/64"), True), (("172.16.0.0/12",), False), ((), False)],
)
def test_where_somebody_says_whatever_may_be_allowed_is_and_nothing_is_in_doubt(addresses, allowed):
    world = known(BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web", "db"), addresses)
    lines, said = related(world)
    assert (TO_DB in lines) is allowed
    assert said == []
    assert asked(world, "s/web", "s/db:1") == (allowed, [])
    assert asked(world, "s/[app=guest]", "s/db:1") == (allowed, [])


@pytest.mark.parametrize("cidr", ["203.0.113.0/24", "10.0.0.0/8"])
def test_what_makes_no_difference_is_not_said(cidr):
    """Public blocks hold no pods, and those that a rule for pods lets in are no matter of blocks."""
    opened = "" if cidr.startswith("203") else ", {namespaceSelector: {}}"
    world = known(BLOCK.replace("CIDR}}", f"{cidr}}}}}{opened}") + pods("web", "db"))
    assert related(world)[1] == []
    assert asked(world, "s/web", "s/db:1") == (not cidr.startswith("203"), [])
    assert asked(world, "s/web", "s/db:2") == (False, [])


def test_only_what_is_asked_for_is_said():
    world = known(BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web", "db"))
    assert related(world, destination="s/web")[1] == []
    assert related(world, ports="2")[1] == []
    assert related(world, source="s/web", ports="1")[1] == [IN_DOUBT.replace("s/db may", "s/web may")]
    assert asked(world, "s/web", "s/db:{1, 2}") == (False, [])


@pytest.mark.parametrize(("address", "allowed"), [("10.1.2.3", True), ("192.168.0.1", False)])
@pytest.mark.parametrize("addresses", [None, ("10.1.0.0/16",)])
def test_an_address_that_is_known_leaves_no_doubt(address, allowed, addresses):
    manifests = BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web", status=f"podIP: {address}")
    world = known(manifests + pods("db", status="podIP: 192.168.0.2"), addresses)
    lines, said = related(world)
    assert (TO_DB in lines) is allowed
    assert said == []
    assert asked(world, "s/web", "s/db:1") == (allowed, [])


def test_nodes_are_not_in_the_blocks_of_pods():
    world = known(BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web", host="hostNetwork: true, "), ("10.0.0.0/16",))
    assert ("s/web", "s/[app=db]") not in related(world)[0]


@pytest.mark.parametrize("addresses", [None, ("10.0.0.0/16",)])
def test_pods_that_could_exist_are_held_as_others_are(addresses):
    world = known(BLOCK.replace("CIDR", "10.0.0.0/8") + pods("web"), addresses)
    message = IN_DOUBT.replace("s/db", "s/[app=db]")
    lines, said = related(world)
    assert (("s/web", "s/[app=db]") in lines) is (addresses is not None)
    assert said == ([] if addresses else [message.replace("s/[app=db] may", "s/web may")])
    allowed, said = asked(world, "s/[app=other]", "s/[app=db]:1")
    assert allowed is (addresses is not None)
    assert said == ([] if addresses else [message.replace("s/[app=db] may", "s/[app=other] may")])


def test_a_flow_to_a_block_is_in_doubt_where_it_is_written():
    world = cluster("namespace s\nbaseline deny all\nweb -> 10.0.0.0/8:1\n[a=b] -> any:1 ingress\n")
    allowed, said = asked(world, "s/web", "s/[a=c]:1")
    assert (allowed, said) == (False, [])
    open_one = cluster("namespace s\nbaseline deny egress\nweb -> 10.0.0.0/8:1\n")
    found = answer(open_one, Endpoints(open_one), "s/web", "s/[a=c]:1")
    (diagnostic,) = plugin_warnings(open_one, found.plugin_difference)
    assert diagnostic.location.line == 3
    quiet = cluster("namespace s\nbaseline deny egress\nweb -> 10.0.0.0/8:1 # netpolc: ignore[NP609] no pods\n")
    found = answer(quiet, Endpoints(quiet), "s/web", "s/[a=c]:1")
    assert found.plugin_difference is not None
    assert plugin_warnings(quiet, found.plugin_difference) == ()


def test_each_source_is_held_against_what_is_certain_of_it():
    """With such a plugin both may reach the same; of one, the address is known, and it may in any case."""
    manifests = pods("a", status="podIP: 10.1.2.3") + pods("b") + pods("db", status="podIP: 192.168.0.2")
    lines, said = related(known(BLOCK.replace("CIDR", "10.0.0.0/8") + manifests), hypothetical=False)
    assert [pair for pair in lines if pair[1] == "s/db"] == [("s/a", "s/db")]
    assert said == [IN_DOUBT.replace("s/db may", "s/b may")]


UNDECLARED = BLOCK.replace("ingress:", "egress: [{}] # comment\n  ingress:").replace("CIDR", "192.0.2.0/24")


@pytest.mark.parametrize(
    ("source", "destination", "said"),
    [
        (None, None, True),
        ("s/db", "s/web", True),
        ("s/web", "s/db", False),
        ("s/[app=x]", "t/y", True),
        ("t/y", "s/db", False),
    ],
)
def test_rules_of_a_type_that_is_not_listed_are_said_of_the_pods_that_are_asked_about(source, destination, said):
    world = known(UNDECLARED + pods("db", "web"))
    found = undeclared_rules(world, source, destination)
    message = "rules of `egress` say nothing here: `s/db` is not of type `Egress`"
    assert [(each.code, each.message, each.location.text) for each in found] == [("NP511", message, "egress")] * said


def test_rules_that_are_listed_or_silenced_are_not():
    assert undeclared_rules(known(UNDECLARED.replace("[Ingress]", "[Ingress, Egress]"))) == []
    assert undeclared_rules(known(UNDECLARED.replace("comment", "netpolc: ignore[NP511] Calico here"))) == []


@each_row(
    "source, destination, allowed",
    [
        ("s/db", "s/db:1", True),
        ("s/db", "s/db:9", True),
        ("s/db", "s/web:1", False),
        ("s/jobs", "s/jobs:1", False),
        ("s/[app=db]", "s/db:1", False),
        ("pod/db", "s/po/db:1", True),
        ("{s/db, s/web}", "s/db:1", False),
        ("s/at", "10.1.2.3:1", True),
        ("10.1.2.3", "pod/at:1", True),
        ("10.1.2.3", "10.1.2.0/30:1", False),
        ("s/set-0", "s/set-0:1", True),
        ("pod/set-1", "s/pod/set-1:1", True),
        ("s/set-0", "s/set-1:1", False),
        ("s/set", "s/set:1", False),
        ("s/set-0", "s/set:1", False),
    ],
)
def test_one_pod_reaches_itself_by_its_own_address(source, destination, allowed):
    deny = BLOCK.replace("{matchLabels: {app: db}}", "{}").replace("CIDR", "192.0.2.0/24")
    jobs = POD.replace("v1\nkind: Pod", "batch/v1\nkind: Job").replace("spec: {HOST", "spec: {template: {spec: {")
    jobs = jobs.replace("image: x}]}", "image: x}]}}}").replace("NAME", "jobs").replace("STATUS", "")
    at = pods("at", status="podIPs: [{ip: 10.1.2.3}]")
    sets = jobs.replace("batch/v1", "apps/v1").replace("Job", "StatefulSet").replace("jobs", "set")
    texts = {"all.yaml": deny + pods("db", "web") + at + jobs + sets}
    assert api.can(texts, source, destination, ["all.yaml"]).allowed == allowed
