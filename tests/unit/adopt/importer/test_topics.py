import pytest

from netpolc.adopt.importer.facts import facts_of
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.importer.topics import Topics, parts
from netpolc.ir.model import InNamespace
from tests.unit.adopt.importer.written import policies, policy


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("database", ("database",)),
        ("argocd-server-network-policy", ("argocd-server",)),
        ("allow-prometheus-to-longhorn-manager", ("prometheus", "longhorn-manager")),
        ("allow-from-office", ("office",)),
        ("default-deny-all", ()),
        ("np", ()),
        ("p", ()),
        ("from", ()),
        ("Web.Access", ("web",)),
    ],
)
def test_parts(name, expected):
    assert parts(name) == expected


@pytest.mark.parametrize(
    ("name", "subject", "expected"),
    [
        ("singleuser", "app=hub, component=singleuser-server", ["singleuser"]),
        ("allow-to-database", "x=database", ["database"]),
        # What the pods connect to is no name for them.
        ("dns", "x=shop", []),
        ("allow-metrics-ingress", "x=shop", []),
        # Nor is a word that says nothing by itself.
        ("api-server", "x=repo-server", []),
        ("katib-controller", "x=controller", ["katib-controller"]),
        ("server", "app=hub, x=server", ["server"]),
        ("controller", "app=repo, x=server", []),
    ],
)
def test_what_is_about_the_pods(name, subject, expected):
    facts = facts_of(policies(policy(name, subject, {})), apart=True)
    pods = PodsEnd(InNamespace("shop"), facts.isolations[0].selector)
    assert list(Topics(facts).of_subject(pods)) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"allow-vpn": "*"}, "vpn"),
        ({"allow-from-office": "app=web"}, "office"),
        ({"card-processor": "app=ledger"}, "card-processor"),
        # `singleuser -> …` would read as if it were the pods.
        ({"singleuser": "app=singleuser-server"}, None),
        ({"webhook-from-webhook": "app=webhook"}, None),
        ({"health-checks": "app=web", "web": "app=web"}, None),
        ({"allow-from-office": "app=web", "web": "app=web"}, "office"),
        ({"allow-from-office": "app=web", "from-vpn": "app=db"}, None),
        ({"card-processor": "app=ledger", "shop-egress": "*"}, "card-processor"),
        ({"shop-egress": "*"}, None),
    ],
)
def test_what_is_about_their_peers(names, expected):
    facts = facts_of(policies(*(policy(name, subject, {}) for name, subject in names.items())), apart=True)
    assert Topics(facts).of_peers([("shop", name) for name in names]) == expected
