from netpolc.delivery.settled_peers import settled
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, Rule, Selector

LABELS = Selector((("app", "a"), ("tier", "b")), (MatchExpression("env", "Exists"),))
EVERYBODY = Selector()


def test_only_pods_of_other_namespaces_are_written_otherwise():
    here, everybody, block = PodPeer(LABELS, None), PodPeer(None, EVERYBODY), IPBlock("10.0.0.0/8")
    peers = (PodPeer(LABELS, EVERYBODY), here, everybody, block)
    policy = Policy(name="p", namespace="n", pod_selector=LABELS, policy_types=("Ingress",), ingress=(Rule(peers, ()),))
    (rule,) = settled(policy).ingress
    assert rule.peers[1:] == (here, everybody, block)
    assert rule.peers[0].pod_selector == Selector(
        (),
        (MatchExpression("app", "In", ("a",)), MatchExpression("env", "Exists"), MatchExpression("tier", "In", ("b",))),
    )
    assert (settled(policy).pod_selector, settled(policy).egress) == (LABELS, None)
