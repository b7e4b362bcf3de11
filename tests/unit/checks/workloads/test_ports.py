import msgspec
import pytest

from netpolc.checks.workloads.from_program import references_of_program
from netpolc.checks.workloads.ports import misfit_ports
from netpolc.checks.workloads.services import Services
from netpolc.checks.workloads.workloads import Workloads
from netpolc.manifests.model import Probe
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, found, mended, policies, policy, service, workload
from tests.unit.language.resolve.sources import program

DB = workload("shop/db", "app=db, tier=back", [(5432, "sql"), (9187, "metrics"), (53, "dns", "UDP")])
CACHE = workload("shop/cache", "app=cache, tier=back", [(6379, "redis")])
BARE = workload("shop/bare", "app=bare, tier=bare")
SERVICES = [
    service("shop/db", "app=db", (80, 5432), (81, "sql"), (9187, "metrics")),
    service("shop/bare", "app=bare", (80, 8080)),
]
THERE = [DB, CACHE, BARE]
PORTS = {"NP508", "NP509", "NP510"}


def ingress(port, selector="{matchLabels: {app: db}}"):
    return policy("shop/p", f"{{podSelector: {selector}, ingress: [{{ports: [{port}]}}]}}")


def egress(port, selector="{matchLabels: {app: db}}"):
    rule = f"{{to: [{{podSelector: {selector}}}], ports: [{port}]}}"
    return policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}")


def said(text, workloads=THERE, services=SERVICES):
    given = found(policies(text), workloads=workloads, services=services)
    return [one for one in given if one.code in PORTS]


@pytest.mark.parametrize("write", [ingress, egress])
@pytest.mark.parametrize(
    ("port", "code", "advice"),
    [
        ("{port: 5433}", "NP508", "of TCP, 5432, 9187 are declared; correct the port, or declare it"),
        ("{port: 5432, protocol: UDP}", "NP508", "of UDP, 53 is declared; correct the port, or declare it"),
        ("{port: 5432, protocol: SCTP}", "NP508", "correct the port, or declare it"),
        ("{port: 6000, endPort: 7000}", "NP508", "of TCP, 5432, 9187 are declared; correct the port, or declare it"),
        ("{port: 80}", "NP509", "write `5432`: policies see the ports of pods"),
        ("{port: 81}", "NP509", "write `5432`: policies see the ports of pods"),
        ("{port: sqll}", "NP510", "use `sql`"),
        ("{port: sql, protocol: UDP}", "NP510", "name the port in each of them, or write its number"),
        ("{port: dns}", "NP510", "name the port in each of them, or write its number"),
    ],
)
def test_what_the_pods_do_not_have(write, port, code, advice):
    (one,) = said(write(port))
    assert (one.code, one.help) == (code, advice)
    assert f"port: {one.location.text}" in port


@pytest.mark.parametrize("write", [ingress, egress])
@pytest.mark.parametrize(
    "port",
    [
        "{port: 5432}",
        "{port: sql}",
        "{port: dns, protocol: UDP}",
        "{port: 5000, endPort: 6000}",
        "{protocol: TCP}",
        "{protocol: SCTP}",
        "{port: 1, endPort: 65535}",
        "{port: 15008}",
    ],
)
def test_what_they_have(write, port):
    assert not said(write(port))


@pytest.mark.parametrize(
    "port",
    ["{port: 5433}", "{port: 80}", "{port: sql}", "{port: 5432}"],
)
def test_of_pods_that_nobody_knows_nothing_is_said(port):
    assert not said(ingress(port, "{matchLabels: {app: zzz}}"))
    everywhere = f"{{to: [{{namespaceSelector: {{}}, podSelector: {{}}}}], ports: [{port}]}}"
    anybody = f"{{ports: [{port}]}}"
    addresses = f"{{to: [{{ipBlock: {{cidr: 20.0.0.0/8}}}}], ports: [{port}]}}"
    for rule in (everywhere, anybody, addresses):
        text = policy("shop/p", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}")
        assert not [one for one in said(text) if one.code != "NP510" or "sql" not in port]


def test_pods_that_declare_nothing_may_listen_anywhere_but_where_their_service_leads():
    assert not said(ingress("{port: 5433}", "{matchLabels: {app: bare}}"))
    (one,) = said(ingress("{port: 80}", "{matchLabels: {app: bare}}"))
    assert one.code == "NP509"
    assert one.message == "`80` is the port of the service `shop/bare`, which leads to `8080` of its pods"
    assert not said(ingress("{port: 5433}", "{}")), "one of them declares nothing"
    assert not said(ingress("{port: 80}", "{matchLabels: {app: bare}}"), services=[])


def test_a_port_of_a_service_that_others_lead_to_is_one():
    services = [*SERVICES, service("shop/other", "app=bare", (8000, 80))]
    assert not said(ingress("{port: 80}", "{matchLabels: {app: bare}}"), services=services)


def test_a_port_that_some_of_the_pods_declare_is_fine():
    assert not said(ingress("{port: 6379}", "{matchLabels: {tier: back}}"))
    (one,) = said(ingress("{port: 6380}", "{matchLabels: {tier: back}}"))
    assert one.message == "no container of `shop/db` and `shop/cache` declares port `6380`"


def test_a_name_that_some_lack():
    (one,) = said(ingress("{port: sql}", "{matchLabels: {tier: back}}"))
    assert one.message == "no container of `shop/cache` has a port named `sql`, which other selected pods have"
    assert not said(ingress("{port: sql}", "{}")), "of all pods, those are meant that have it"
    (one,) = said(ingress("{port: nosql}", "{}"))
    assert one.message == "no container of `shop/db`, `shop/cache` and `shop/bare` has a port named `nosql`"


@pytest.mark.parametrize(("port", "wanted"), [("80", "5432"), ("sqll", "sql")])
def test_a_fix_mends_what_it_is_said_of(port, wanted):
    text = policy(
        "shop/p-80", f"{{podSelector: {{matchLabels: {{app: db}}}}, ingress: [{{ports: [{{port: {port}}}]}}]}}"
    )
    assert mended(text, said(text)) == text.replace(f"port: {port}", f"port: {wanted}")


def test_no_fix_where_there_are_several_ways():
    services = [service("shop/a", "app=db", (80, 5432)), service("shop/b", "app=db", (80, 9187))]
    (one,) = said(ingress("{port: 80}"), services=services)
    assert (
        one.message == "`80` is the port of the service `shop/a`, `shop/b`, which leads to `5432` or `9187` of its pods"
    )
    assert one.fixes == ()


@each_row(
    "text, place, wanted",
    [
        ("web -> db:80", "80", "web -> db:5432"),
        ("web -> {db:80, x:80}", "80", "web -> {db:5432, x:80}"),
        ("web -> db:80/tcp", "80", "web -> db:5432/tcp"),
        ("service d = db:80\nweb -> d", "d", None),
        ("port sql = 80\nweb -> db:sql", "db", None),
        ("web -> {db, x}:80", "db", None),
    ],
)
def test_a_port_in_a_program(text, place, wanted):
    source = f"namespace shop\n{text}\n"
    there = Workloads(THERE, {})
    references = references_of_program(program(source))
    (one,) = (each.diagnostic for each in misfit_ports(references.openings, there, Services(SERVICES, there)))
    assert (one.code, one.location.text) == ("NP509", place)
    assert bool(one.fixes) == (wanted is not None)
    if wanted is not None:
        assert mended(source, [one]) == f"namespace shop\n{wanted}\n"


def test_many_ports_take_no_product_of_steps():
    ports = ", ".join(f"{{port: {number}}}" for number in range(1000, 3000))
    text = policy("shop/p", f"{{podSelector: {{}}, ingress: [{{ports: [{ports}]}}]}}")
    there = [workload(f"shop/w{number}", ports=[999]) for number in range(3000)]
    assert len(said(text, there, [])) == 2000


@pytest.mark.parametrize(
    ("port", "code", "message"),
    [
        (30080, "NP509", "`30080` is the node port of the service `shop/db`, which leads to `5432` of its pods"),
        (80, "NP509", "`80` is the port of the service `shop/db`, which leads to `5432` of its pods"),
        (30081, "NP508", "no container of `shop/db` declares port `30081`"),
    ],
)
def test_ports_of_nodes(port, code, message):
    (given,) = service("shop/db", "app=db", (80, 5432)).ports
    door = msgspec.structs.replace(
        service("shop/db", "app=db"), ports=(msgspec.structs.replace(given, node_port=30080),), type="NodePort"
    )
    (one,) = said(ingress(f"{{port: {port}}}"), services=[door])
    assert (one.code, one.message) == (code, message)
    assert [fix.message for fix in one.fixes] == ["use `5432`"] * (code == "NP509")


def test_a_port_that_is_seen_to_be_listened_on_needs_no_declaration():
    probed = msgspec.structs.replace(DB, probes=(Probe("liveness", 8081, PLACE),))
    assert [one.code for one in said(ingress("{port: 8081}"))] == ["NP508"]
    assert not said(ingress("{port: 8081}"), workloads=[probed])
