import pytest

from netpolc.ecosystem.name_labels import NAME, NAME_KEYS
from netpolc.ecosystem.prometheus import is_prometheus


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({NAME: "prometheus"}, True),
        ({"app": "prometheus", "component": "server"}, True),
        ({"app": "prometheus", "component": "alertmanager"}, False),
        ({"app": "web"}, False),
        ({}, False),
    ],
)
def test_who_scrapes(labels, expected):
    assert is_prometheus(labels, NAME_KEYS) == expected


def test_labels_count_under_the_keys_that_are_asked_for():
    assert not is_prometheus({"app": "prometheus"}, (NAME,))
