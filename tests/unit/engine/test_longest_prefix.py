import yaml

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.engine.longest_prefix import add_up
from netpolc.engine.regions import PodSet
from netpolc.engine.verdicts import Address, Evaluator, Pod, PodPort
from netpolc.manifests.reading import read_manifests
from netpolc.sets.addresses import block
from netpolc.sets.ports import NamedPort, PortInterval, ports_of
from netpolc.source import Source
from tests.rows import each_row

WIDE = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}], "ports": [{"port": 443}]}
DNS = {"ports": [{"port": 53, "protocol": "UDP"}]}
EVERYBODY, WEB = {}, {"matchLabels": {"app": "web"}}


def policy(name, rules, pods=EVERYBODY):
    spec = {"podSelector": pods, "policyTypes": ["Egress"], "egress": rules}
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def in_direction(direction, rules, pods=EVERYBODY):
    """A policy with rules of egress, or with what they would be for who is let in."""
    written = policy("all", rules, pods)
    if direction == "ingress":
        written["spec"]["policyTypes"] = ["Ingress"]
        turned = [{"from" if key == "to" else key: value for key, value in each.items()} for each in rules]
        written["spec"] |= {"ingress": turned}
        del written["spec"]["egress"]
    return written


def to(cidr, port, *excepts):
    return {"to": [{"ipBlock": {"cidr": cidr, "except": list(excepts)}}], "ports": [{"port": port}]}


def ruleset(*policies, platform="eks"):
    found = read_manifests(Source("all.yaml", yaml.safe_dump_all(policies)))
    assert found.diagnostics == ()
    options = CompileOptions(checks=CheckOptions(platform=PLATFORMS[platform]))
    return cluster_of(Inputs(None, found, ()), options).ruleset


def address(text):
    first, second, third, fourth = map(int, text.split("."))
    return Address(block(4, (first << 24) + (second << 16) + (third << 8) + fourth, 32))


def allows(rules, there, asked, labels=(("app", "web"),)):
    number, _, protocol = asked.partition("/")
    source = Pod(namespace="shop", labels=dict(labels))
    return Evaluator(rules).allows(source, there, protocol.upper() or "TCP", int(number))


@each_row(
    "rules, there, asked, expected",
    [
        ([WIDE, DNS], "192.0.2.1", "443", True),
        ([WIDE, DNS], "192.0.2.1", "53/udp", True),
        ([WIDE, DNS], "10.1.2.3", "53/udp", False),
        ([WIDE, to("0.0.0.0/0", 80)], "10.1.2.3", "80", False),
        ([WIDE, DNS, to("10.0.0.0/8", 80)], "10.1.2.3", "80", True),
        ([WIDE, DNS, to("10.0.0.0/8", 80)], "10.1.2.3", "53/udp", False),
        ([WIDE, to("10.1.0.0/16", 80)], "10.1.2.3", "80", True),
        ([WIDE, to("10.1.0.0/16", 80)], "10.2.2.3", "80", False),
        # The entry of 10/8 takes the port of a wider block, and hands it on to what that leaves out.
        ([to("0.0.0.0/0", 443, "10.1.0.0/16"), to("10.0.0.0/8", 80), to("10.1.0.0/16", 22)], "10.1.2.3", "443", True),
        # It asks for its first address alone.
        ([to("0.0.0.0/0", 443, "10.0.0.0/9"), to("10.0.0.0/8", 80)], "10.200.0.1", "443", False),
        ([to("0.0.0.0/0", 443, "10.128.0.0/9"), to("10.0.0.0/8", 80)], "10.1.0.1", "443", True),
    ],
)
def test_the_longest_prefix_counts(rules, there, asked, expected):
    assert allows(ruleset(policy("all", rules)), address(there), asked) is expected


def test_rules_count_for_the_pods_that_their_policies_select():
    rules = ruleset(policy("some", [WIDE], WEB), policy("all", [DNS]))
    assert not allows(rules, address("10.1.2.3"), "53/udp")
    assert allows(rules, address("10.1.2.3"), "53/udp", (("app", "other"),))


def test_pods_that_labels_find_are_let_in_by_wider_blocks():
    found = {"to": [{"podSelector": {"matchLabels": {"app": "db"}}}], "ports": [{"port": 5432}]}
    rules = ruleset(policy("all", [WIDE, DNS, to("8.0.0.0/6", 80), found]))
    for app, port, expected in (
        ("db", "5432", True),
        ("db", "80", True),
        # Of 0.0.0.0/0 by itself neither of these, but by what 8.0.0.0/6 has of that.
        ("db", "53/udp", True),
        ("db", "443", True),
        ("x", "80", False),
    ):
        there = Pod(namespace="shop", labels={"app": app}, addresses=address("10.1.2.3").addresses)
        assert allows(rules, there, port) is expected, (app, port)


def test_rules_and_exceptions_are_named_by_their_places():
    several = [WIDE, DNS, to("8.0.0.0/6", 80), {"to": [{"podSelector": {}}], "ports": [{"port": 22}]}]
    for direction, item in (("egress", "to"), ("ingress", "from")):
        written = in_direction(direction, several)
        found = ruleset(written).of(direction)
        assert {each.name for each in found.before} == {"longest prefix"}
        decisions = [each for tier in found.before for each in tier.decisions]
        assert {(each.action, each.reason and each.reason.path) for each in decisions} == {
            ("next", None),
            *(("allow", f"spec.{direction}[{number}]") for number in range(4)),
            ("deny", f"spec.{direction}[0].{item}[0].ipBlock.except"),
        }
        shown = yaml.safe_dump_all([written]).splitlines()
        for each in decisions:
            if each.reason is not None:
                assert (each.reason.policy, each.reason.text) == ("shop/all", "")
                line = shown[each.reason.location.line - 1]
                assert ("ipBlock" in line or "cidr" in line) is (each.action == "deny"), line


def test_a_rule_of_names_that_mean_nothing_there_is_none_and_those_behind_it_count():
    named = {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}, {"podSelector": {}}], "ports": [{"port": "http"}]}
    rules = ruleset(policy("all", [WIDE, DNS, named, to("10.1.0.0/16", 80)]))
    assert allows(rules, address("10.1.2.3"), "80")
    pods = Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),), addresses=address("10.1.2.3").addresses)
    assert allows(rules, pods, "8080")


def test_names_are_the_numbers_of_selected_pods_for_who_is_let_in_and_those_of_the_other_end_for_who_is_let_out():
    ports = [{"name": "http", "containerPort": 8081}]
    metadata = {"name": "web", "namespace": "shop", "labels": {"app": "web"}}
    containers = [{"name": "main", "image": "example.com/web:1", "ports": ports}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}
    named = [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/9"}}]
    for direction, numbers in (("egress", []), ("ingress", [8081])):
        several = [WIDE, DNS, to("8.0.0.0/6", 80), {"to": named, "ports": [{"port": "http"}]}]
        written = in_direction(direction, several, WEB)
        decisions = [each for tier in ruleset(written, pod).of(direction).before for each in tier.decisions]
        found = {(isinstance(each.peer, PodSet), each.ports) for each in decisions if of_rule(each, 3)}
        to_pods = ports_of([NamedPort("TCP", "http"), *(PortInterval("TCP", each, each) for each in numbers)])
        to_addresses = {(False, to_pods)} if numbers else set()
        assert found == {(True, to_pods)} | to_addresses, direction


def test_rules_of_each_namespace_count_beside_those_of_others():
    several = [policy("all", [WIDE, DNS, to("8.0.0.0/6", 80), {"to": [{"podSelector": {}}]}]) for _ in range(2)]
    several[1]["metadata"]["namespace"] = "lab"
    decisions = [each for tier in ruleset(*several).egress.before for each in tier.decisions if of_rule(each, 3)]
    assert [each.reason.policy for each in decisions] == ["shop/all", "lab/all"]


def of_rule(decision, number):
    return decision.reason is not None and decision.reason.path.endswith(f"[{number}]")


def test_policies_add_up_unless_an_exception_is_decided_otherwise():
    for rules, expected in (([WIDE], True), ([WIDE, DNS], False)):
        found = read_manifests(Source("all.yaml", yaml.safe_dump(policy("all", rules))))
        assert add_up(found.policies) is expected


def test_nothing_is_added_where_rules_add_up():
    for rules in ([WIDE], [WIDE, to("192.0.2.0/24", 80)], [DNS], [WIDE, to("10.1.0.0/16", 80)]):
        assert not ruleset(policy("all", rules)).is_tiered
    assert not ruleset(policy("all", [WIDE, DNS]), platform="calico").is_tiered
