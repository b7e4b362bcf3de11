import pytest

from netpolc.adopt.importer.model import BlockEnd
from netpolc.adopt.suggest.model import INTERNET
from netpolc.adopt.suggest.seen.blocks import MOST, address, blocks_of


def held(*addresses):
    return [
        (each.end.cidr if isinstance(each.end, BlockEnd) else each.end.name, len(each.addresses), each.adds)
        for each in blocks_of(map(address, addresses))
    ]


def test_few_addresses_are_themselves():
    assert held("10.0.0.7", "93.184.216.34", "2001:db8::1") == [
        ("10.0.0.7/32", 1, None),
        ("93.184.216.34/32", 1, None),
        ("2001:db8::1/128", 1, None),
    ]


def test_an_address_of_ipv4_within_ipv6_is_itself():
    assert address("::ffff:10.0.0.7") == address("10.0.0.7")
    assert address("web") is address("10.0.0.256") is None


def test_blocks_stand_for_addresses_that_are_not_known_apart_unless_they_may_be_pods():
    assert address("10.0.0.0/24") is None
    assert held("192.0.0.0/8") == [
        ("192.0.0.0/8", 1, "adds all of 192.0.0.0/8: too many of its addresses were seen to be told apart")
    ]
    assert held("93.184.216.0/24", *(f"93.184.216.{n}" for n in range(5)))[0][:2] == ("93.184.216.0/24", 6)


def test_addresses_of_few_networks_are_these_and_say_what_they_add():
    assert held(*(f"203.0.113.{n}" for n in range(9)), "198.51.100.4") == [
        ("198.51.100.4/32", 1, None),
        ("203.0.113.0/24", 9, "9 of the 256 addresses of 203.0.113.0/24 were seen"),
    ]
    assert held(*(f"2001:db8::{n}" for n in range(1, 9))) == [
        ("2001:db8::/64", 8, "8 of the 2^64 addresses of 2001:db8::/64 were seen")
    ]


def test_addresses_of_many_networks_are_the_world():
    found = held(*(f"93.{n}.1.{n}" for n in range(100)), *(f"2a00:{n}::1" for n in range(1, 9)))
    assert found == [(INTERNET.name, 108, "adds every public address: 108 in 108 networks were seen")]


def test_the_world_is_no_private_network():
    near = [f"10.{n}.1.1" for n in range(9)]
    assert held(*near, *(f"93.{n}.1.1" for n in range(9))) == [
        ("10.0.0.0/8", 9, "9 of the 16,777,216 addresses of 10.0.0.0/8 were seen"),
        (INTERNET.name, 9, "adds every public address: 9 in 9 networks were seen"),
    ]


@pytest.mark.parametrize("spread", ["169.254.{0}.1", "224.{0}.0.1"])
def test_addresses_that_are_neither_are_no_list_either(spread):
    assert len(held(*(spread.format(n) for n in range(200)))) <= MOST
