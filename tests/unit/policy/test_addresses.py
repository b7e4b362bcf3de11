import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from netpolc.policy.addresses import AddressBlock, ambiguity, parse
from tests.rows import each_row

ZEROS = "must not have leading 0s in IP or prefix length"
MAPPED = "must not have an IPv4-mapped IPv6 address"
HOST_BITS = "must not have bits set beyond the prefix length"


@each_row(
    "value",
    [
        *("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "255.255.255.255/32", "::/0", "::1/128", "1::/16", "::2:0/112"),
        *("2001:db8::/32", "1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7::/112", "64:ff9b::1.2.3.4/128", "::1.2.3.4/128"),
        *("FE80:0:0::/64", "FE80:0abc:0:0:0:0:0:0/64", "0000::/0"),  # not canonical, which the server only warns of
    ],
)
def test_accepted(value):
    block = parse(value)
    assert block is not None
    assert ambiguity(value, block) is None
    network = ipaddress.ip_network(value)
    assert (block.network, block.prefix, block.bits) == (
        int(network.network_address),
        network.prefixlen,
        network.max_prefixlen,
    )


@each_row(
    "value",
    [
        *("", " ", "/", "aaaa", "10.0.0.0", "fd00:192:168::", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0/8"),
        *("10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", " 10.0.0.0/8"),
        *("10.0.0.0/8\n", "10.0.0.0\n/8", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.256/32", "10.0.0.0.0/8", "10..0.0/8"),
        *("\uff11\uff10.0.0.0/8", "10.0.0.0/\uff18", "0x0a.0.0.0/8", "fe80::1%eth0/64", "fe80::%1/64", "[::1]/128"),
        *(":::/0", "1::2::3/64", ":1/64", "1:/64", "::1:/64", "1:2:3:4:5:6:7/64", "1:2:3:4:5:6:7:8:9/64", "g::/16"),
        *("1:2:3:4:5:6:7:8::/64", "::1:2:3:4:5:6:7:8/64", "10000::/16", "1.2.3.4::/64", "::1.2.3/64", "::1.2.3.4:5/64"),
        *("1:2:3:4:5:6:7:1.2.3.4/128", "300.300.300.300", "1e1.0.0.0/8", "10.0.0.0/8e0", "1_0.0.0.0/8"),
    ],
)
def test_unreadable(value):
    assert parse(value) is None


@each_row(
    "value, reason",
    [
        ("010.0.0.0/8", ZEROS),
        ("10.00.0.0/8", ZEROS),
        ("1.1.01.0/24", ZEROS),
        ("10.0.0.0/08", ZEROS),
        ("0.0.0.0/00", ZEROS),
        ("00001::/16", ZEROS),
        ("::ffff:010.0.0.0/104", ZEROS),
        (f"{'0' * 5000}10.0.0.0/8", ZEROS),
        (f"10.0.0.0/{'0' * 5000}8", ZEROS),
        ("::ffff:10.0.0.0/104", MAPPED),
        ("::ffff:1.1.1.0/24", MAPPED),
        ("::ffff:a00:0/104", MAPPED),
        ("10.0.0.5/24", HOST_BITS),
        ("10.0.0.1/0", HOST_BITS),
        ("2001:db8::1/64", HOST_BITS),
    ],
)
def test_ambiguous(value, reason):
    block = parse(value)
    assert block is not None
    assert ambiguity(value, block) == reason


@each_row(
    "cidr, part, contained",
    [
        ("10.0.0.0/8", "10.1.0.0/16", True),
        ("10.0.0.0/8", "10.0.0.0/8", False),
        ("10.0.0.0/8", "0.0.0.0/0", False),
        ("10.0.0.0/8", "11.0.0.0/16", False),
        ("0.0.0.0/0", "255.255.255.255/32", True),
        ("::/0", "10.0.0.0/8", False),
        ("0.0.0.0/0", "2001:db8::/32", False),
        ("fd00:192:168:1::/64", "fd00:192:168:2::/64", False),
        ("::/0", "::1/128", True),
        (
            "10.0.0.0/8",
            "::ffff:10.1.0.0/112",
            True,
        ),  # Go takes mapped networks for IPv4, but compares lengths as written
        ("::ffff:10.0.0.0/104", "10.1.0.0/16", False),
    ],
)
def test_contains_strictly(cidr, part, contained):
    outer, inner = parse(cidr), parse(part)
    assert outer is not None
    assert inner is not None
    assert outer.contains_strictly(inner) is contained


@given(st.ip_addresses(network="0.0.0.0/0") | st.ip_addresses(v=6), st.integers(0, 128))
def test_what_ipaddress_prints_is_read_alike(address, prefix):
    prefix = min(prefix, address.max_prefixlen)
    expected = AddressBlock(address.max_prefixlen, int(address), prefix)
    assert parse(f"{address}/{prefix}") == expected
    assert parse(f"{address.exploded}/{prefix}") == expected


@given(st.text(alphabet="01fF:./ ", max_size=12))
def test_what_is_accepted_is_a_network_to_ipaddress(value):
    block = parse(value)
    if block is not None and ambiguity(value, block) is None:
        assert int(ipaddress.ip_network(value).network_address) == block.address
