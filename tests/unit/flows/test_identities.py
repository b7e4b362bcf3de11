import pytest

from netpolc.flows.identities import Identities, is_private
from netpolc.flows.record import FlowEnd


def test_addresses_that_pods_have():
    private = ("10.0.0.1", "172.31.0.1", "192.168.4.5", "100.64.0.1", "fd00::1")
    assert [each for each in (*private, "8.8.8.8", "172.32.0.1", "2001:db8::1", "none") if is_private(each)] == [
        *private
    ]
    assert [each for each in ("10.1.0.0/16", "10.0.0.0/7", "fd00::/64", "8.8.8.0/24") if is_private(each)] == [
        "10.1.0.0/16",
        "fd00::/64",
    ]


@pytest.mark.parametrize(
    ("of", "blocks"),
    [
        ("203.0.113.{}", ["203.0.113.0/24"]),
        ("2001:db8:1:2:3:4:5:{:x}", ["2001:db8:1:2:0:0:0:0/64"]),
    ],
)
def test_of_too_many_addresses_blocks_stand_for_the_rest(of, blocks, monkeypatch):
    monkeypatch.setattr("netpolc.flows.identities.MOST_OUTSIDE", 3)
    identities = Identities()
    numbers = [identities.of(FlowEnd(address=of.format(number))).number for number in range(1, 101)]
    assert [end.address for end in identities.ends] == [*(of.format(number) for number in range(1, 5)), *blocks]
    assert numbers[4:] == [4] * 96


def test_blocks_grow_with_the_number_of_addresses(monkeypatch):
    monkeypatch.setattr("netpolc.flows.identities.MOST_OUTSIDE", 3)
    identities = Identities()
    for number in range(1, 2_000):
        identities.of(FlowEnd(address=f"{11 + number // 500}.{number % 250}.{number % 250}.7"))
    assert len(identities.ends) < 20
    assert identities.ends[-1].address == "14.0.0.0/8"


def test_private_addresses_are_kept_apart(monkeypatch):
    monkeypatch.setattr("netpolc.flows.identities.MOST_OUTSIDE", 3)
    identities = Identities()
    assert len({identities.of(FlowEnd(address=f"10.0.0.{number}")).number for number in range(100)}) == 100


def test_of_too_many_private_addresses_private_blocks_stand_for_the_rest_but_for_those_of_pods(monkeypatch):
    monkeypatch.setattr("netpolc.flows.identities.MOST_PRIVATE", 3)
    identities = Identities()
    identities.of(FlowEnd(namespace="shop", owner="web", address="192.168.9.9"))
    ends = [f"192.168.{number}.7" for number in range(100)] + ["192.168.9.9"]
    known = [identities.of(FlowEnd(address=each)) for each in ends]
    assert [each.may_be_pod for each in known] == [*(True,) * 4, *(False,) * 96, True]
    assert [end.address for end in identities.ends[-2:]] == ["192.168.0.0/16", "192.168.9.9"]
    assert len(identities.ends) < 20
