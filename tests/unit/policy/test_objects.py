import json

import pytest
import yaml

from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.policy.objects import ADVISED, as_object, too_large
from netpolc.targets.render import Renderer

WEB = Selector((("app", "web"),), (MatchExpression("tier", "In", ("a", "b")), MatchExpression("old", "DoesNotExist")))


def policy(**changes):
    return Policy(**{"name": "web", "namespace": "shop", "pod_selector": WEB, "policy_types": ("Ingress",)} | changes)


POLICIES = (
    policy(),
    policy(namespace=None, pod_selector=Selector(), labels=(("a", "b"),), annotations=(("c", "d: #"),)),
    policy(
        policy_types=("Ingress", "Egress"),
        ingress=(
            Rule((), ()),
            Rule((PodPeer(WEB, None), PodPeer(None, Selector())), (PolicyPort("TCP", 80, 90),)),
            Rule((PodPeer(Selector(), WEB),), (PolicyPort("UDP"), PolicyPort("TCP", "http"))),
        ),
        egress=(Rule((IPBlock("10.0.0.0/8", ("10.1.0.0/16",)), IPBlock("2001:db8::/32")), ()),),
    ),
)


@pytest.mark.parametrize("policy", POLICIES)
def test_an_object_is_what_the_template_lays_out(policy):
    assert as_object(policy) == yaml.safe_load(Renderer().render(policy, ()))


def large(count):
    blocks = tuple(IPBlock(f"10.{n >> 8}.{n & 255}.0/24") for n in range(count))
    return policy(ingress=(Rule(blocks, ()),))


def test_a_policy_is_large_where_its_copy_is():
    assert too_large(policy()) is None
    assert too_large(large(4_000)) is None
    size = too_large(large(9_000))
    assert size == len(json.dumps(as_object(large(9_000)), separators=(",", ":")))
    assert size > ADVISED
