from netpolc.engine.peers import Peer
from netpolc.engine.regions import EVERY_POD
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.queries.port_meetings import PortMeetings
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet
from tests.rows import each_row

WEB = Pod(namespace="s", ports=(PodPort("http", "TCP", 8080), PodPort("dns", "UDP", 53)))
OTHER = Pod(namespace="s", ports=(PodPort("http", "TCP", 80),))
PEERS = (
    Peer(id="web", end=WEB),
    Peer(id="other", end=OTHER),
    Peer(id="outside", end=Address(EVERY_ADDRESS)),
    Peer(id="*/*", end=Pod(namespace="s", hypothetical=True), pods=EVERY_POD),
)
REAL, SETS = 0b0111, 0b1000


def tcp(first, last=None):
    return PortSet((PortInterval("TCP", first, last or first),))


def named(name, protocol="TCP", **more):
    return PortSet(names=(NamedPort(protocol, name, **more),))


@each_row(
    "shown, several, destinations, expected",
    [
        (tcp(80), (EVERY_PORT,), REAL, True),
        (tcp(80), (EVERY_PORT,), 0, False),
        (tcp(80), (tcp(1, 79), EVERY_PORT), REAL, False),
        (tcp(1, 100), (tcp(80), tcp(81)), REAL, False),
        (tcp(80), (named("http"),), 0b001, False),
        (tcp(8080), (named("http"),), 0b001, True),
        (tcp(80), (named("http"),), 0b011, True),
        (tcp(80), (named("http"), tcp(8080)), 0b011, False),
        (EVERY_PORT, (named("http"), tcp(8080)), 0b010, False),
        (EVERY_PORT, (named("http"), named("http", "UDP")), REAL, False),
        (EVERY_PORT, (named("dns", "UDP"), EVERY_PORT), 0b100, False),
        (tcp(80), (named("http"),), SETS, False),
        (tcp(80), (tcp(1, 80),), SETS, True),
        (named("http"), (named("http"),), SETS, True),
        (named("http"), (named("http", "UDP"),), SETS, False),
        (named("http"), (tcp(80),), SETS, False),
        (named("http"), (tcp(1, 65535),), SETS, True),
        (named("http", first=80, last=80), (tcp(1, 80),), SETS, True),
        (named("http", also=("web",)), (named("web"), EVERY_PORT), SETS, True),
        (named("http"), (EVERY_PORT, tcp(80)), SETS, False),
    ],
)
def test_ports_that_meet(shown, several, destinations, expected):
    assert PortMeetings(PEERS).any(shown, several, destinations) is expected
