import json

import netpolc
from netpolc.engine.bits import numbers
from netpolc.policy.constants import DIRECTIONS

PROGRAM = """namespace shop
baseline deny all
{web, api} -> {db, cache}:1
backup -> db:1
api -> db:2
ops/* -> db:1
"""


def workload(name, namespace="shop", **spec):
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x"}], **spec}}
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
    )


def texts(*names, program=PROGRAM):
    return {"shop.netpol": program, **{f"{name}.json": workload(name) for name in names}}


def explained(given, **options):
    """The lines of each end of each group, by the ids of its members."""
    found = netpolc.reach(given, tuple(given), hypothetical=False, **options).explained
    return {
        tuple(",".join(peer.id for peer in side) for side in (each.group.sources, each.group.destinations)): (
            each.egress,
            each.ingress,
        )
        for each in found
    }


def lines(end):
    return [(rule.policy, rule.source.line) for rule in end.rules]


def test_each_rule_has_the_lines_of_its_own_members():
    """Policies of two sources have the same peer, and each only the lines that open its own pods."""
    program = "namespace shop\nbaseline deny all\nweb -> db:1\nbackup -> db:1\n"
    ((_, (egress, ingress)),) = explained(texts("web", "backup", "db", program=program)).items()
    assert lines(egress) == [("shop/backup", 4), ("shop/web", 3)]
    assert lines(ingress) == [("shop/db", 4), ("shop/db", 3)]


def test_lines_that_are_for_other_ports_or_pods_of_a_rule_are_left_out():
    found = explained(texts("web", "api", "backup", "db"))
    egress, ingress = found["shop/api", "shop/db"]
    assert lines(egress) == [("shop/api", 3), ("shop/api", 5)]
    assert lines(ingress) == [("shop/db", 3), ("shop/db", 5)]
    egress, ingress = found["shop/backup,shop/web", "shop/db"]
    assert lines(egress) == [("shop/backup", 4), ("shop/web", 3)]
    assert lines(ingress) == [("shop/db", 4), ("shop/db", 3)]


def test_ports_that_are_asked_for_leave_others_out():
    found = explained(texts("web", "api", "backup", "db"), ports="2")
    ((ends, (egress, ingress)),) = found.items()
    assert ends == ("shop/api", "shop/db")
    assert [*lines(egress), *lines(ingress)] == [("shop/api", 5), ("shop/db", 5)]


def test_pods_that_nothing_closes_are_told_from_those_that_rules_let_through():
    given = {
        "shop.netpol": "namespace shop\nbaseline deny ingress on db\nbaseline deny egress on web\n{web, x} -> db:1\n",
        "web.json": workload("web"),
        "x.json": workload("x"),
        "node.json": workload("node", hostNetwork=True),
        "db.json": workload("db"),
    }
    egress, ingress = explained(given)["shop/web,shop/x", "shop/db"]
    assert egress.closed
    assert [peer.id for peer in egress.open] == ["shop/x"]
    assert lines(egress) == [("shop/web", 4)]
    assert ingress.closed
    assert (ingress.open, lines(ingress)) == ((), [("shop/db", 4)])


def test_where_nothing_is_closed_there_are_no_rules():
    found = explained({"web.json": workload("web"), "node.json": workload("node", hostNetwork=True)})
    for egress, ingress in found.values():
        for end in (egress, ingress):
            assert (end.closed, end.rules) == (False, ())


def test_rules_of_manifests_beside_a_program_have_their_own_lines():
    policy = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: more, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
    - ports: [{port: 1}]
      from: [{podSelector: {matchLabels: {app: web}}}, {podSelector: {}}]
"""
    given = {**texts("web", "db", program="namespace shop\nbaseline deny ingress\nweb -> db:1\n"), "more.yaml": policy}
    _, ingress = explained(given)["shop/db,shop/web", "shop/db"]
    assert [(rule.policy, rule.source.file, rule.source.line) for rule in ingress.rules] == [
        ("shop/db", "shop.netpol", 3),
        ("shop/more", "more.yaml", 8),
    ]


def test_parts_tell_apart_whom_a_tier_lets_through_and_whom_rules_do():
    program = """always allow {shop/[app=web]} -> {shop/[app=db], shop/[app=cache]}:9090
namespace shop
baseline deny ingress on {db, cache}
{web, x} -> db:9090
x -> cache:9090
"""
    given = texts("web", "x", "db", "cache", program=program)
    relation = netpolc.reach(given, tuple(given), hypothetical=False)
    explanations, ids = relation.explanations(), [peer.id for peer in relation.peers]
    found = {
        (direction, ids[subject], ids[other], part.rule.source.line)
        for group in relation.related.bit_groups()
        for direction in DIRECTIONS
        for part in explanations.parts(direction, group)
        for subject in numbers(part.subjects)
        for other in numbers(part.others)
    }
    assert found == {
        ("egress", "shop/web", "shop/cache", 1),
        ("egress", "shop/web", "shop/db", 1),
        ("ingress", "shop/cache", "shop/web", 1),
        ("ingress", "shop/cache", "shop/x", 5),
        ("ingress", "shop/db", "shop/web", 1),
        ("ingress", "shop/db", "shop/x", 4),
    }
