from typing import get_args

from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES, WRITTEN_DIRECTIONS
from netpolc.policy.model import PolicyType
from netpolc.sets.ports import PROTOCOLS, Protocol


def test_the_constants_are_all_that_their_types_allow():
    assert sorted(DIRECTIONS) == sorted(WRITTEN_DIRECTIONS) == sorted(get_args(Direction)) == sorted(POLICY_TYPES)
    assert tuple(POLICY_TYPES) == WRITTEN_DIRECTIONS
    assert tuple(POLICY_TYPES.values()) == get_args(PolicyType)
    assert get_args(Protocol) == PROTOCOLS
