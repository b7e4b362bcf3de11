from netpolc.adopt.suggest.lookup import Directory
from netpolc.adopt.suggest.pods import People
from netpolc.sets.ports import NamedPort, PortInterval
from tests.rows import each_row
from tests.unit.adopt.suggest.world import manifests, service, workload


def directory(*documents):
    found = manifests(*documents)
    return Directory(found, People(found.workloads))


def listeners(known):
    """The value of a label of those behind the service `x`, and their ports."""
    found = known.names.all["shop", "x"]
    return [(pods.selector.requirements[0].values[0], port) for pods, port in known.listeners(found, found.ports)]


def tcp(number):
    return PortInterval("TCP", number, number)


@each_row(
    "declared, ports, expected",
    [
        ((), ("80>8080",), [("x", tcp(8080))]),
        ((), ("80",), [("x", tcp(80))]),
        (("http=8080",), ("80>http",), [("x", tcp(8080))]),
        (("web=8080",), ("80>http",), [("x", NamedPort("TCP", "http"))]),
        ((), ({"port": 53, "protocol": "UDP"},), [("x", PortInterval("UDP", 53, 53))]),
        ((), ({"port": 53, "protocol": "SCTP", "targetPort": "a"},), [("x", NamedPort("SCTP", "a"))]),
    ],
)
def test_ports_of_services_lead_to_those_of_pods(declared, ports, expected):
    assert listeners(directory(workload("x", ports=declared), service("x", ports=ports))) == expected


def test_a_name_of_a_port_is_a_number_for_each_workload_and_none_for_those_without():
    known = directory(
        workload("a", labels={"app": "a", "of": "x"}, ports=["http=1"]),
        workload("b", labels={"app": "b", "of": "x"}, ports=["http=2"]),
        workload("c", labels={"app": "c", "of": "x"}, ports=["admin=3"]),
        service("x", selector={"of": "x"}, ports=["80>http"]),
    )
    assert listeners(known) == [("a", tcp(1)), ("b", tcp(2))]


def test_pods_that_no_manifest_shows_are_those_of_the_selector():
    assert listeners(directory(service("x", selector={"app": "gone"}, ports=["80>http"]))) == [
        ("gone", NamedPort("TCP", "http"))
    ]
    assert listeners(directory(service("x", type="ExternalName"))) == []
    assert listeners(directory(workload("x", hostNetwork=True), workload("y"), service("x"))) == [("x", tcp(80))]


def test_many_workloads_are_those_that_the_service_selects():
    many = [workload(f"w{n}", labels={"app": f"w{n}", "of": "x"}, ports=["http=1"]) for n in range(9)]
    ours = service("x", selector={"of": "x"}, ports=["80>http"])
    assert len(listeners(directory(*many[:8], ours))) == 8
    assert listeners(directory(*many, ours)) == [("x", NamedPort("TCP", "http"))]


def test_clients_of_a_headless_service_use_the_ports_of_pods():
    known = directory(workload("x", ports=[9094, 9093]), service("x", ports=[80]))
    found = known.names.all["shop", "x"]
    assert [port for _, port in known.direct(found, 9094)] == [tcp(9094)]
    assert list(known.direct(found, 80)) == list(known.direct(found, None)) == []
