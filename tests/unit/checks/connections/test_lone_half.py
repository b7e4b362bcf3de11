from pathlib import Path

import pytest

from netpolc.checks.connections.checked_connections import CheckedConnections
from netpolc.checks.connections.run import check_connections
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import rules_of_program
from netpolc.source import Source
from tests.unit.checks.workloads.worlds import policies
from tests.unit.engine.test_halves import DENY, egress, ingress


def of_policies(*written, **more):
    read = policies(*written)
    return list(check_connections(CheckedConnections(read, None, rules_of_policies(read, {}), **more)))


def of_program(text):
    compilation = compile_program(load_text(Source("a.netpol", text), Path("/")), CompileOptions())
    assert compilation.ok
    said = rules_of_program(compilation.program)
    return list(check_connections(CheckedConnections((), said, said, program=compilation.program)))


def told(found):
    return [
        (one.code, one.location.line, one.message, one.help, [label.location.line for label in one.labels])
        for one in found
    ]


def test_a_rule_is_named_with_what_closes():
    message = "this rule lets nobody in: no rule lets `shop/[app=web]` out to `shop/[app=db]:5432`"
    assert told(of_policies(DENY, ingress())) == [
        ("NP518", 10, message, "add a rule of `egress` to a policy for `shop/[app=web]`", [5])
    ]
    message = "this rule lets nobody out: no rule lets `shop/[app=web]` in at `shop/[app=db]:5432`"
    assert told(of_policies(DENY, egress())) == [
        ("NP518", 10, message, "add a rule of `ingress` to a policy for `shop/[app=db]`", [5])
    ]


def test_what_closes_is_what_denies_and_no_policy_that_lets_through():
    dns = egress("[{namespaceSelector: {}}]", "[{port: 53, protocol: UDP}]", subject="{}").replace(
        "name: out", "name: a"
    )
    for written in ((dns, DENY, ingress()), (DENY, dns, ingress())):
        (one,) = of_policies(*written)
        assert [each.location.line for each in one.labels] == [10 if written[0] is dns else 5]


@pytest.mark.parametrize(("assumed", "codes"), [("", ["NP518"]), ("assume ", [])])
def test_a_deny_that_is_left_to_others_may_be_opened_there(assumed, codes):
    text = f"namespace shop\nbaseline deny ingress\nbaseline {assumed}deny egress\nweb -> cache:81 ingress\n"
    assert [one.code for one in of_program(text)] == codes


def test_of_two_halves_on_different_ports_one_is_said():
    message = "this rule lets nobody out: no rule lets `shop/[app=web]` in at `shop/[app=db]:80`, but on `5432`"
    advice = "write the same port in both halves, the one on which the pods listen"
    assert told(of_policies(ingress(), egress(ports="[{port: 80}]"))) == [("NP519", 10, message, advice, [5])]


def test_two_that_miss_the_same_half_are_both_said():
    """The half that they miss comes to something with a third."""
    there = egress("[{podSelector: {}}]", "[{port: 80}]")
    pods = {name: f"{{matchLabels: {{app: {name}}}}}" for name in ("db", "cache", "c")}
    others = [ingress(subject=pods[name]).replace("name: in", f"name: {name}") for name in ("db", "cache")]
    third = ingress(ports="[{port: 80}]", subject=pods["c"])
    deny = DENY.replace("[Ingress, Egress]", "[Ingress]")
    found = of_policies(deny, there, *others, third)
    assert [(one.code, one.location.line) for one in found] == [("NP519", 15), ("NP519", 20)]


def test_every_port_is_not_written():
    (one,) = of_policies(DENY, ingress(ports="[]"))
    assert one.message.endswith("no rule lets `shop/[app=web]` out to `shop/[app=db]`")


def test_many_peers():
    peers = ", ".join(f"{{podSelector: {{matchLabels: {{app: a{n}}}}}}}" for n in range(5))
    (one,) = of_policies(DENY, ingress(f"[{peers}]"))
    assert "`shop/[app=a0]`, `shop/[app=a1]`, `shop/[app=a2]`, 2 more out" in one.message


def test_flows_that_say_one_half():
    text = "namespace shop\nbaseline deny all\nweb -> db:5432 ingress\nweb -> cache:6379\nweb -> edge/x:80\n"
    message = "this flow lets nobody through: no rule lets `shop/[app=web]` out to `shop/[app=db]:5432`"
    advice = "write the whole flow, without `ingress`, or its other half, too"
    assert told(of_program(text)) == [("NP518", 3, message, advice, [2])]
    assert told(of_program(f"{text}web -> db:5432 egress\n")) == []
    (one,) = of_program(f"{text}web -> db:5433 egress\n")
    assert (one.code, one.location.line, one.labels[0].location.line) == ("NP519", 6, 3)


def test_a_namespace_that_is_closed_without_a_word():
    text = "namespace shop\n[app=web, !x] -> db:80\nnamespace data\nbaseline deny egress\nweb -> shop/db:80 egress\n"
    (one,) = of_program(text)
    assert (one.code, one.location.line) == ("NP518", 5)
    (label,) = one.labels
    assert (label.location.text, label.message) == ("shop", "ingress is closed here unless a baseline says more")


def test_a_half_that_no_rule_is_written_for_is_none():
    """That is another finding, and what NP501 is about."""
    assert of_program("namespace shop\nweb -> db:80 egress\n") == []


def test_a_flow_to_what_policies_close():
    text = "namespace shop\nbaseline deny egress\nweb -> data/db:5432\n"
    compilation = compile_program(load_text(Source("a.netpol", text), Path("/")), CompileOptions())
    read = policies(DENY.replace("shop", "data"))
    ruleset = rules_of_policies((*compilation.policies, *read), {})
    checked = CheckedConnections(read, rules_of_program(compilation.program), ruleset)
    (one,) = check_connections(checked)
    assert (one.location.line, one.help) == (3, "add a rule of `ingress` to a policy for `data/[app=db]`")
    assert [label.location.source.name for label in one.labels] == ["policies.yaml"]


def test_addresses_of_pods_that_are_known():
    written = [DENY, ingress(), egress("[{ipBlock: {cidr: 10.0.0.0/8}}]")]
    assert of_policies(*written) == []
    assert of_policies(*written, pod_addresses=("10.244.0.0/16",)) == []
    assert [one.code for one in of_policies(*written, pod_addresses=("192.0.2.0/24",))] == ["NP518"]
