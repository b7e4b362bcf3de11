import pytest

from netpolc.checks.workloads.ambiguous_port_name import ambiguous_names
from netpolc.checks.workloads.from_program import references_of_program
from netpolc.checks.workloads.services import Services
from netpolc.checks.workloads.workloads import Workloads
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import found, policies, policy, service, workload
from tests.unit.language.resolve.sources import program

WEB = workload("shop/web", "app=web", [(8080, "http"), (9090, "metrics"), (9091, "metrics"), (53, "dns"), (54, "x")])
API = workload("shop/api", "app=api", [(8080, "http"), (8080, "http"), (53, "dns"), (53, "dns", "UDP")])
ADVICE = "give each port of a pod a name of its own, or write the number"


def ingress(port, selector="{}"):
    return policy("shop/p", f"{{podSelector: {selector}, ingress: [{{ports: [{port}]}}]}}")


def egress(port, selector="{}"):
    rule = f"{{to: [{{podSelector: {selector}}}], ports: [{port}]}}"
    return policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}")


def said(text, *services):
    given = found(policies(text), workloads=[WEB, API], services=services)
    return [one for one in given if one.code == "NP515"]


@pytest.mark.parametrize("write", [ingress, egress])
def test_a_rule_by_a_name_that_a_pod_gives_twice(write):
    (one,) = said(write("{port: metrics}"))
    message = "`metrics` stands for several ports of `shop/web`: network plugins differ in which"
    assert (one.message, one.help, one.location.text) == (message, ADVICE, "metrics")
    assert [label.message for label in one.labels] == ["here, TCP 9090 and TCP 9091"]


def test_names_that_are_given_in_two_protocols():
    (one,) = said(ingress("{port: dns, protocol: UDP}"))
    assert [label.message for label in one.labels] == ["here, TCP 53 and UDP 53"]


@each_row(
    "text",
    [
        ingress("{port: http}"),
        ingress("{port: 9090}"),
        ingress("{port: x}"),
        ingress("{port: metrics}", "{matchLabels: {app: api}}"),
        ingress("{port: metrics}", "{matchLabels: {app: other}}"),
        policy("data/p", "{podSelector: {}, ingress: [{ports: [{port: metrics}]}]}"),
    ],
)
def test_what_is_not_twice_or_not_spoken_of(text):
    assert not said(text)


def test_a_service_leads_to_the_first_of_its_protocol():
    (one,) = said(ingress("{port: 1}"), service("shop/web", "app=web", (80, "metrics"), (81, "http")))
    assert one.message == "`shop/web` leads to the first port that `shop/web` names `metrics`: TCP 9090"
    assert (one.location, one.help) == (WEB.location, ADVICE)
    assert not said(ingress("{port: 1}"), service("shop/api", "app=api", (53, "dns"), (54, "dns", "UDP")))
    assert not said(ingress("{port: 1}"), service("shop/web", "app=api", (80, 8080)))


def test_flows_are_judged_as_rules_are():
    references = references_of_program(program('namespace shop\nany -> web:"metrics"\nany -> api:"metrics"'))
    workloads = Workloads([WEB, API], {})
    (one,) = ambiguous_names(references.openings, workloads, Services([], workloads))
    assert one.location.text == "metrics"
