import random

import pytest

from netpolc.report.ports import in_words, ranges
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, PortSet, ports_of
from tests.rows import each_row

LOW = 'TCP 1-80 but not "http"; UDP 1-80 but not "http"'


@pytest.mark.search(200, block=200)
def test_ranges_are_the_same_ports_and_as_long_as_they_can_be(seeds):
    for seed in seeds:
        source = random.Random(seed)
        pairs = [sorted((source.randint(1, 15), source.randint(1, 15))) for _ in range(source.randrange(1, 6))]
        held = ports_of(PortInterval(source.choice(("TCP", "UDP")), *pair) for pair in pairs)
        found = ranges(held)
        numbers = [(each.protocol, n) for each in found for n in range(each.first, each.last + 1)]
        assert sorted(numbers) == numbers
        assert set(numbers) == {(p, n) for p in ("TCP", "UDP") for n in range(1, 16) if held.contains(p, n)}
        following = {(each.protocol, each.last + 1) for each in found}
        assert not following & {(each.protocol, each.first) for each in found}


@each_row(
    "ports, text",
    [
        (EVERY_PORT, "ANY"),
        (PortSet(), ""),
        (ports_of([PortInterval("TCP", 80, 80), PortInterval("TCP", 81, 81)]), "TCP 80-81"),
        (
            ports_of([PortInterval("UDP", 53, 53), PortInterval("TCP", 80, 80), PortInterval("TCP", 443, 443)]),
            "TCP 80, 443; UDP 53",
        ),
        (PortSet((PortInterval("TCP", 1, 65535),)), "TCP 1-65535"),
        (PortSet((), (NamedPort("UDP", "dns"),)), 'UDP "dns"'),
        (PortSet((), (NamedPort("TCP", "http", 80, 80),)), 'TCP "http" at 80'),
        (PortSet((), (NamedPort("TCP", "http", 80, 90, ("web",)),)), 'TCP "http" and "web" at 80-90'),
        (PortSet((), (NamedPort("TCP", "http", also=("web",)),)), 'TCP "http" and "web"'),
        (PortSet((), (NamedPort("TCP", "", but=("http",)),)), 'TCP 1-65535 but not "http"'),
        (PortSet((), (NamedPort("TCP", "", 80, 80, but=("http", "web")),)), 'TCP 80 but not "http" or "web"'),
        (PortSet((), (NamedPort("TCP", "http", 80, 80, but=("web",)),)), 'TCP "http" at 80 but not "web"'),
        (PortSet((), tuple(NamedPort(each, "", but=("http",)) for each in PROTOCOLS)), 'ANY but not "http"'),
        (PortSet((), tuple(NamedPort(each, "", 1, 80, but=("http",)) for each in ("TCP", "UDP"))), LOW),
    ],
)
def test_in_words(ports, text):
    assert in_words(ports) == text
