import pytest

from netpolc.adopt.importer.importing import import_manifests
from tests.unit.adopt.importer.test_naming import deployment
from tests.unit.adopt.importer.written import manifests, policy

DEPLOYED = (deployment("web", "app: web"), deployment("db", "app: db"))


@pytest.mark.parametrize(
    ("policies", "word"),
    [
        ([policy("web", "app=web", {}), policy("db", "app=db", {})], "ingress"),
        ([policy("web", "app=web", {}, {}), policy("db", "app=db", {}, {})], "all"),
        ([policy("web", "app=web", {}, {}), policy("db", "app=db", {})], "ingress"),
        ([policy("both", "app=web|db", None, {})], "egress"),
        # It says so already, some workload is open, or there is none.
        ([policy("web", "*", {})], None),
        ([policy("web", "app=web", {})], None),
        ([policy("web", "app=web", {}, namespace="other")], None),
    ],
)
def test_offers(policies, word):
    found = import_manifests(manifests(*policies, *DEPLOYED), apart=False).offers
    said = "every workload of `shop` among the manifests is closed by name"
    advice = f"`baseline deny {word}` would close pods that come later, too"
    assert found == (() if word is None else (f"{said}; {advice}",))
