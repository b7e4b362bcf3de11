"""Where pods have their addresses, as far as anybody knows."""

import pytest

from netpolc.engine.model import AllowRule, DirectionRules, RuleSet
from netpolc.engine.peers import Peer
from netpolc.engine.pod_addresses import held_by, in_question, peer_in, somewhere_in
from netpolc.engine.regions import ANYTHING, EVERY_POD
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets.addresses import NO_ADDRESS, block, union
from netpolc.sets.ports import EVERY_PORT

TEN, ELEVEN = block(4, 10 << 24, 8), block(4, 11 << 24, 8)


def test_blocks_hold_their_addresses():
    assert held_by(["10.0.0.0/8", "11.0.0.0/8"]) == union([TEN, ELEVEN])
    assert held_by([]) == NO_ADDRESS


@pytest.mark.parametrize(
    "end",
    [Address(ELEVEN), Pod(namespace="shop", addresses=ELEVEN), Pod(namespace="shop", host_network=True)],
)
def test_what_is_known_stays(end):
    assert somewhere_in(end, TEN) is end


def test_a_pod_of_unknown_address_is_somewhere_in_the_blocks():
    pod = Pod(namespace="shop", labels={"app": "web"})
    assert somewhere_in(pod, TEN) == Pod(namespace="shop", labels={"app": "web"}, may_have=TEN)
    assert somewhere_in(pod, NO_ADDRESS) is pod
    peer = Peer(id="web", end=pod)
    assert peer_in(peer, TEN) == Peer(id="web", end=somewhere_in(pod, TEN))
    assert peer_in(peer, NO_ADDRESS) is peer


@pytest.mark.parametrize(
    ("peers", "asked"),
    [([TEN], True), ([ELEVEN], False), ([EVERY_POD], False), (ANYTHING, False), ([ELEVEN, TEN], True)],
)
@pytest.mark.parametrize("inward", [True, False])
def test_rules_for_blocks_of_pods_are_in_question(peers, asked, inward):
    direction_rules, none = (
        DirectionRules((), tuple(AllowRule(EVERY_POD, peer, EVERY_PORT, None) for peer in peers)),
        DirectionRules((), ()),
    )
    assert (
        in_question(RuleSet(direction_rules, none, {}) if inward else RuleSet(none, direction_rules, {}), TEN) is asked
    )
