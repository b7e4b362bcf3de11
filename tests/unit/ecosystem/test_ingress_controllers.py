import pytest

from netpolc.ecosystem.ingress_controllers import (
    ASIDE,
    INGRESS_CONTROLLERS,
    LIBRARY_OF_CLASS,
    LIBRARY_OF_GATEWAY,
    LOAD_BALANCERS,
    controller_of,
)
from netpolc.ecosystem.name_labels import COMPONENT, NAME


def test_no_two_controllers_share_a_name():
    names = [name for each in INGRESS_CONTROLLERS for name in each.names]
    assert len(set(names)) == len(names)
    assert all(each.source and each.classes for each in (*INGRESS_CONTROLLERS, *LOAD_BALANCERS))
    assert all(bool(each.names) != bool(each.key) for each in INGRESS_CONTROLLERS)


def test_the_library_knows_the_controllers_of_these_classes():
    assert {name: library.name for name, library in LIBRARY_OF_CLASS.items()} == {
        "nginx": "ingress-nginx",
        "traefik": "traefik",
        "contour": "contour",
        "istio": "istio-ingress",
        "openshift-default": "openshift-ingress",
    }
    assert LIBRARY_OF_GATEWAY.keys() == {"traefik", "contour", "ingressgateway"}


@pytest.mark.parametrize("controller", INGRESS_CONTROLLERS, ids=lambda each: each.names[0] if each.names else each.key)
def test_pods_are_those_of_a_controller_by_any_of_their_name_labels(controller):
    for name in controller.names:
        assert controller_of({NAME: name}, (NAME,)) == (name, controller)
        assert controller_of({"app": name}, ("app", NAME)) == (name, controller)
        assert controller_of({"app": name}, (NAME,)) is None
        assert all(controller_of({NAME: name, COMPONENT: aside}, (NAME,)) is None for aside in ASIDE)
    if controller.key is not None:
        assert controller_of({controller.key: "x", "app": "y"}, (NAME,)) == (controller.key, controller)
