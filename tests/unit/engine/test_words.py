import random

import pytest

from netpolc.engine import words
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.regions import IDENTITY
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.engine.witness import Witness
from netpolc.sets.addresses import NO_ADDRESS, AddressRange, AddressSet, block, union
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet, ports_of
from tests.rows import each_row

WEB = Pod(namespace="shop", labels={"tier": "x", "app": "web"})
NET = Address(block(4, (10 << 24) + 258, 32))


@each_row(
    "end, expected",
    [
        (WEB, "a pod [app=web, tier=x] of namespace shop"),
        (Pod(namespace="shop"), "a pod without labels of namespace shop"),
        (Pod(namespace=None, labels={"a": ""}), "a pod [a=] of the unnamed namespace"),
        (
            Pod(namespace="shop", namespace_labels={"z": "1", "team": "b"}),
            "a pod without labels of namespace shop [team=b, z=1]",
        ),
        (NET, "10.0.1.2"),
        (Address(block(6, 1, 128)), "::1"),
    ],
)
def test_ends(end, expected):
    assert words.end(end) == expected


def test_connections():
    server = Pod(namespace="data", ports=(PodPort("http", "TCP", 80), PodPort("web", "TCP", 80)))
    plain = Witness(WEB, NET, "UDP", 53)
    named = Witness(Pod(namespace="shop"), server, "TCP", 80)
    assert words.connection(plain) == "a pod [app=web, tier=x] of namespace shop reach 10.0.1.2 on UDP 53"
    assert words.port(named) == "TCP 80, which it names `http` and `web`"
    assert words.connection(named).endswith(" reach a pod without labels of namespace data on " + words.port(named))
    assert words.port(Witness(server, Pod(namespace="shop"), "TCP", 80)) == "TCP 80"


@pytest.mark.parametrize(
    ("family", "number", "expected"),
    [
        (4, 1, "0.0.0.1"),
        (4, 2**32 - 1, "255.255.255.255"),
        (4, (192 << 24) + (168 << 16) + 7, "192.168.0.7"),
        (6, 0, "::"),
        (6, 0x20010DB8 << 96, "2001:db8::"),
    ],
)
def test_addresses(family, number, expected):
    assert words.address(family, number) == expected


@each_row(
    "held, expected",
    [
        ((4, 0, 2**32 - 1), "0.0.0.0/0"),
        ((4, 10 << 24, (11 << 24) - 1), "10.0.0.0/8"),
        ((4, 7, 7), "0.0.0.7/32"),
        ((4, 0, 2), "0.0.0.0-0.0.0.2"),
        ((4, 1, 2), "0.0.0.1-0.0.0.2"),
        ((4, 2, 5), "0.0.0.2-0.0.0.5"),
        ((6, 0, 2**128 - 1), "::/0"),
        ((6, 8, 11), "::8/126"),
        ((6, 8, 10), "::8-::a"),
    ],
)
def test_ranges_of_addresses(held, expected):
    assert words.address_range(AddressRange(*held)) == expected


@each_row(
    "requirements, expected",
    [
        ([], ""),
        ([("app", "In", ("web",))], "app=web"),
        ([("app", "In", ("a", "b"))], "app in (a, b)"),
        ([("app", "NotIn", ("web",))], "app!=web"),
        ([("app", "NotIn", ("a", "b"))], "app notin (a, b)"),
        ([("app", "NotIn", ("",))], "app!="),
        ([("app", "Exists", ())], "app"),
        ([("app", "DoesNotExist", ())], "!app"),
        ([("app", "Exists", ()), ("tier", "In", ("x",))], "app, tier=x"),
        ([(IDENTITY, "In", ("shop",))], "kubernetes.io/metadata.name=shop"),
        ([(IDENTITY, "NotIn", ("data", "shop"))], "kubernetes.io/metadata.name notin (data, shop)"),
        ([(IDENTITY, "NotIn", ("shop",))], "kubernetes.io/metadata.name!=shop"),
        ([(IDENTITY, "NotIn", ("",))], "kubernetes.io/metadata.name"),
    ],
)
def test_selectors(requirements, expected):
    assert words.selector(LabelSelector(tuple(LabelRequirement(*each) for each in requirements))) == expected


@each_row(
    "held, expected",
    [
        (EVERY_PORT, "*"),
        (ports_of([PortInterval("TCP", 80, 80)]), "80"),
        (ports_of([PortInterval("UDP", 53, 53)]), "53/udp"),
        (ports_of([PortInterval("TCP", 8000, 8100)]), "8000-8100"),
        (ports_of([PortInterval("SCTP", 1, 65535)]), "*/sctp"),
        (ports_of([PortInterval("TCP", 1, 65535)]), "*/tcp"),
        (ports_of([PortInterval("TCP", 1, 65534)]), "1-65534"),
        (ports_of([PortInterval("TCP", 2, 65535)]), "2-65535"),
        (ports_of([NamedPort("TCP", "http")]), '"http"'),
        (ports_of([NamedPort("UDP", "dns")]), '"dns"/udp'),
        (
            ports_of([PortInterval("TCP", 80, 80), PortInterval("UDP", 53, 53), NamedPort("TCP", "http")]),
            '{80, 53/udp, "http"}',
        ),
        (PortSet(), "{}"),
    ],
)
def test_ports(held, expected):
    assert words.ports(held) == expected


def held_by(*cidrs, without=()):
    return union([addresses_of(cidr, ()) for cidr in cidrs]) - union([addresses_of(cidr, ()) for cidr in without])


@each_row(
    "held, expected",
    [
        (NO_ADDRESS, []),
        (held_by("0.0.0.0/0"), ["0.0.0.0/0"]),
        (held_by("::/0", "0.0.0.0/0"), ["0.0.0.0/0", "::/0"]),
        (held_by("10.0.0.0/8"), ["10.0.0.0/8"]),
        (held_by("10.0.0.7/32"), ["10.0.0.7/32"]),
        (held_by("10.0.0.0/9", "10.128.0.0/9"), ["10.0.0.0/8"]),
        (held_by("10.0.0.0/8", "12.0.0.0/8"), ["10.0.0.0/8", "12.0.0.0/8"]),
        (held_by("10.0.0.0/9", "10.128.0.0/10"), ["10.0.0.0/9", "10.128.0.0/10"]),
        (held_by("0.0.0.0/0", without=["10.0.0.0/8"]), ["0.0.0.0/0 except 10.0.0.0/8"]),
        (
            held_by("0.0.0.0/0", without=["10.0.0.0/8", "192.168.0.0/16"]),
            ["0.0.0.0/0 except {10.0.0.0/8, 192.168.0.0/16}"],
        ),
        (held_by("::/0", "10.0.0.0/8", without=["fd00::/8"]), ["10.0.0.0/8", "::/0 except fd00::/8"]),
    ],
)
def test_addresses_as_blocks(held, expected):
    assert words.blocks(held) == expected


@pytest.mark.search(30)
def test_blocks_are_the_addresses_and_nothing_else(seed):
    source = random.Random(seed)
    prefixes = [source.choice((4, 8, 10, 12)) for _ in range(source.randint(1, 6))]
    few = [block(4, source.getrandbits(prefix) << (32 - prefix), prefix) for prefix in prefixes]
    held = union(few) if source.random() < 0.5 else union(few).complement()
    found = []
    for text in words.blocks(held):
        around, _, excepted = text.partition(" except ")
        found.append(held_by(around, without=[each for each in excepted.strip("{}").split(", ") if each]))
        assert "-" not in text
    assert union(found) == held


TEN = 10 << 24


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (TEN, TEN, ["10.0.0.0/32"]),
        (TEN, TEN + 2, ["10.0.0.0/31", "10.0.0.2/32"]),
        (TEN + 1, TEN + 4, ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"]),
        (0, 2, ["0.0.0.0/31", "0.0.0.2/32"]),
        (0, 2**32 - 1, ["0.0.0.0/0"]),
    ],
)
def test_a_range_is_the_fewest_blocks(first, last, expected):
    assert words.blocks(AddressSet((AddressRange(4, first, last),))) == expected


def test_most_of_a_block_is_told_as_that_but_for_others_where_it_is_shorter():
    ten = block(4, TEN, 8)
    assert words.blocks(ten - block(4, TEN + (32 << 16), 11)) == ["10.0.0.0/8 except 10.32.0.0/11"]
    assert words.blocks(ten - block(4, TEN + (64 << 16), 10)) == ["10.0.0.0/10", "10.128.0.0/9"]


HOLED = held_by("10.0.0.0/8", without=["10.1.0.0/16"])
HOLED_IN_6 = held_by("2001:db8::/32", without=["2001:db8:1::/48"])


@each_row(
    "held, asked, expected",
    [
        (HOLED, held_by("10.1.2.3/32"), ("10.0.0.0/8", "10.1.0.0/16")),
        (HOLED, held_by("10.1.0.0/16"), ("10.0.0.0/8", "10.1.0.0/16")),
        (HOLED, held_by("10.2.0.1/32"), None),
        (HOLED, held_by("10.1.2.3/32", "10.2.0.1/32"), None),
        (HOLED, NO_ADDRESS, None),
        (held_by("10.0.0.0/8"), held_by("10.1.2.3/32"), None),
        (HOLED_IN_6, held_by("10.1.2.3/32"), None),
        (
            union([held_by("10.0.0.0/8"), HOLED_IN_6]),
            held_by("2001:db8:1::1/128"),
            ("2001:db8::/32", "2001:db8:1::/48"),
        ),
        (union([HOLED, HOLED_IN_6]), held_by("10.1.2.3/32"), ("10.0.0.0/8", "10.1.0.0/16")),
    ],
)
def test_a_block_leaves_out_what_lies_within_an_exception_whole(held, asked, expected):
    assert words.exception(held, asked) == expected
