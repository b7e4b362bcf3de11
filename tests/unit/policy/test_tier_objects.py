"""ClusterNetworkPolicies in the shape of the API: what is written reads back as the same."""

import random

from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.tier_objects import tier_as_object
from netpolc.rollout.model import Meanings
from netpolc.source import Source
from tests.strategies.tiers import NEW, TierMaker


def read(*items):
    return combine([read_manifests(Source("tiers.json", in_json(items)))]).tier_policies


def test_what_is_written_is_read_back_as_the_same():
    maker = TierMaker(random.Random(0))
    policies = read(*(maker.tier_policy(NEW, f"tier-{number}", number) for number in range(40)))
    again = read(*(tier_as_object(each, "v1beta1") for each in policies))
    assert len(again) == 40
    assert all(Meanings().same(one, other) for one, other in zip(policies, again, strict=True))


def test_peers_that_nobody_can_judge_are_kept():
    egress = [
        {"action": "Deny", "to": [{"nodes": {"matchLabels": {"a": "b"}}}]},
        {"action": "Accept", "to": [{"domainNames": ["*.example.com"]}]},
    ]
    spec = {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, "egress": egress}
    item = {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": NEW,
        "metadata": {"name": "out", "labels": {"a": "b"}, "annotations": {"c": "d"}},
        "spec": spec,
    }
    (policy,) = read(item)
    assert tier_as_object(policy, "v1alpha2") == item
    (other,) = read({**item, "spec": {**spec, "egress": egress[:1]}})
    assert not Meanings().same(policy, other)
