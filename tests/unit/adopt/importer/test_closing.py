import pytest

from netpolc.adopt.importer.closing import by_direction, closing
from netpolc.adopt.importer.facts import facts_of
from netpolc.engine.words import selector as written
from tests.unit.adopt.importer.written import policies, policy


def groups(**closed):
    """What policies close: `a="app=a"` in ingress, `b=("app=b", …)` in both directions."""
    documents = [
        policy(name, subject, {}) if isinstance(subject, str) else policy(name, subject[0], {}, {})
        for name, subject in closed.items()
    ]
    return by_direction(facts_of(policies(*documents), apart=False).isolations)


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ({"a": "app=a", "b": "app=b"}, {"ingress": ["app=a", "app=b"]}),
        ({"a": "app=a", "b": "*"}, {"ingress": ["*"]}),
        ({"a": ("app=a",), "b": "*"}, {"ingress": ["*"], "egress": ["app=a"]}),
        # Pods that another of the selectors holds are named once.
        ({"a": "app=a, x=y", "b": "app=a"}, {"ingress": ["app=a"]}),
        ({"a": "app=a", "b": "app"}, {"ingress": ["app"]}),
        ({"a": "app=a", "b": "app=a|b, x=y"}, {"ingress": ["app=a", "app in (a, b), x=y"]}),
        ({"a": ("app=a, x=y",), "b": "app=a"}, {"ingress": ["app=a"], "egress": ["app=a, x=y"]}),
        ({"a": "app=a, x=y", "b": ("x=y",)}, {"all": ["x=y"]}),
        ({"a": "app=a", "b": "app!=b"}, {"ingress": ["app!=b"]}),
        ({"a": "x=b", "b": "x=a|b"}, {"ingress": ["x in (a, b)"]}),
    ],
)
def test_as_few_selectors_as_say_it(closed, expected):
    found = {kind: [written(each) or "*" for each in selectors] for kind, selectors in groups(**closed).items()}
    assert found == expected


def test_what_closes_pods():
    found = groups(a="app=a, x=y", b="app=a", c="app=c")
    narrow = next(iter(groups(a="app=a, x=y").values()))[0]
    wide, other = found["ingress"]
    assert closing(found, narrow) == wide
    assert closing(found, other) == other
