"""Names of ports as platforms take them; what answers make of it is in the tests of platforms."""

from netpolc.ecosystem.platforms import KUBERNETES, Platform
from netpolc.engine.model import AllowRule, DirectionRules, RuleSet
from netpolc.engine.port_names import named_on, names_on, with_names_open
from netpolc.engine.regions import EVERY_POD
from netpolc.manifests.model import ContainerPort, Workload
from netpolc.policy.model import Policy, Selector
from netpolc.sets.ports import FIRST, LAST, NamedPort, PortInterval, ports_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row


def rules(*several):
    return DirectionRules((), tuple(AllowRule(EVERY_POD, EVERY_POD, ports_of(each), None) for each in several))


def test_names_open_all_ports_of_their_protocol_in_either_direction():
    number, name, every = PortInterval("TCP", 80, 80), NamedPort("UDP", "dns"), PortInterval("UDP", FIRST, LAST)
    plain, named, opened = rules([number]), rules([number], [name, number]), rules([number], [every, number])
    assert with_names_open(RuleSet(named, plain, {"a": {}})) == RuleSet(opened, plain, {"a": {}})
    assert with_names_open(RuleSet(plain, named, {})) == RuleSet(plain, opened, {})


WEB, MORE, DNS = ContainerPort(80, "TCP", "http"), ContainerPort(81, "TCP", "http"), ContainerPort(53, "UDP", "dns")
HTTP_UDP = ContainerPort(80, "UDP", "http")
SIDECAR, EARLY = ContainerPort(90, "TCP", "admin", sidecar=True), ContainerPort(70, "TCP", "early")


def without_name(port):
    return ContainerPort(port.number, port.protocol, None, port.sidecar)


def platform(**ways):
    return Platform(name="some", shown="Some", **ways)


@each_row(
    "of, ports, init_ports, expected",
    [
        (KUBERNETES, (WEB, MORE, SIDECAR), (EARLY,), (WEB, MORE, SIDECAR)),
        (platform(names_of_sidecars=False), (WEB, MORE, SIDECAR), (), (WEB, MORE, without_name(SIDECAR))),
        (platform(names_of_sidecars=False), (WEB, MORE), (), (WEB, MORE)),
        (platform(last_name_wins=True), (WEB, MORE, SIDECAR), (), (without_name(WEB), MORE, SIDECAR)),
        (platform(last_name_wins=True), (WEB, DNS), (EARLY,), (WEB, DNS)),
        (platform(first_name_wins=True), (WEB, MORE, SIDECAR), (), (WEB, without_name(MORE), SIDECAR)),
        (platform(first_name_wins=True), (WEB, HTTP_UDP), (EARLY,), (WEB, HTTP_UDP)),
        (platform(names_of_init_containers=True), (WEB, MORE), (EARLY,), (WEB, MORE, EARLY)),
        (platform(names_of_init_containers=True), (WEB, MORE), (), (WEB, MORE)),
        (platform(names_of_init_containers=True), (SIDECAR,), (EARLY,), (SIDECAR, EARLY)),
    ],
)
def test_ports_have_the_names_by_which_a_platform_finds_them(of, ports, init_ports, expected):
    here = Location(Source("", ""), Span(0, 0))
    known = {"kind": "Pod", "name": "a", "namespace": "a", "labels": {}, "location": here}
    workload = Workload(**known, ports=ports, init_ports=init_ports)
    found = named_on(workload, of)
    assert found.ports == expected
    assert (found is workload) is (expected == ports)


HTTP = ports_of([NamedPort("TCP", "http")])
HERE = Location(Source("", ""), Span(0, 0))


def serving(app, *ports):
    return Workload(kind="Pod", name=app, namespace="shop", labels={"app": app}, location=HERE, ports=ports)


def policy(app, namespace="shop"):
    return Policy(name=app, namespace=namespace, pod_selector=Selector((("app", app),)), policy_types=())


def test_names_are_resolved_before_only_where_a_platform_does():
    assert names_on(KUBERNETES) is None
    for ways in (
        {"names_of_all_selected": True},
        {"names_to_anybody": False},
        {"names_of_all_selected": True, "names_to_anybody": False},
    ):
        assert names_on(platform(**ways)) is not None


def test_a_name_is_its_numbers_on_all_pods_that_a_policy_selects():
    names = names_on(platform(names_of_all_selected=True), [serving("web", WEB, DNS), serving("api", MORE, HTTP_UDP)])
    for of, numbers in (
        (policy("web"), [80]),
        (policy("api"), [81]),
        (policy("none"), []),
        (policy("web", "lab"), []),
        (policy("web"), [80]),
    ):
        found = names.ports(of, HTTP, "ingress", by_address=False)
        assert found == ports_of([*HTTP.names, *(PortInterval("TCP", each, each) for each in numbers)])
        assert names.ports(of, HTTP, "egress", by_address=False) == HTTP


def test_a_name_is_nothing_to_addresses_where_only_pods_have_names():
    both = ports_of([*HTTP.names, PortInterval("TCP", 443, 443)])
    names = names_on(platform(names_to_anybody=False), [serving("web", WEB)])
    assert names.ports(policy("web"), both, "egress", by_address=True) == ports_of([PortInterval("TCP", 443, 443)])
    assert names.ports(policy("web"), both, "egress", by_address=False) == both
    assert names.ports(policy("web"), both, "ingress", by_address=True) == both
