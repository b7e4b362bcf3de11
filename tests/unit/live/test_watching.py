"""A watch: changes come in groups, and what ends it is told. The client is made up: CI has no lightkube."""

import threading
from types import SimpleNamespace

import pytest

from netpolc.live import watching
from netpolc.live.kubectl import Kubectl
from netpolc.live.refusals import ClusterError
from tests.stand_in import StandIn

LIST = '{{"kind": "{}List", "metadata": {{"resourceVersion": "7"}}, "items": []}}'
ANSWERS = {
    "get --raw /apis": [0, '{"groups": []}', ""],
    "get --raw /apis/networking.k8s.io/v1/networkpolicies?limit=1": [0, LIST.format("NetworkPolicy"), ""],
    "get --raw /api/v1/namespaces?limit=1": [0, LIST.format("Namespace"), ""],
}


def event(name, namespace=None):
    return "MODIFIED", SimpleNamespace(metadata=SimpleNamespace(name=name, namespace=namespace))


class Client:
    def __init__(self, *events):
        self.asked = []
        self.events = events
        self.over = threading.Event()

    def watch(self, resource, *, resource_version, namespace=None):
        self.asked.append((resource, namespace, resource_version))
        if resource == "NetworkPolicy":
            for each in self.events:
                if isinstance(each, Exception):
                    raise each
                yield each
        self.over.wait(10)


@pytest.fixture
def watched(tmp_path, monkeypatch):
    def watch(*events, proxy=(0, "Starting to serve\n", "", 10)):
        client = Client(*events)
        monkeypatch.setattr(watching, "QUIET_SECONDS", 0.02)
        monkeypatch.setattr(watching, "_client", lambda _: client)
        monkeypatch.setattr(watching, "_resource", lambda kind, *_, **__: kind)
        socket = tmp_path / "s"
        monkeypatch.setattr(watching.tempfile, "TemporaryDirectory", lambda **_: _Folder(tmp_path))
        asked = f"proxy --unix-socket={socket} --reject-methods=^(POST|PUT|PATCH|DELETE)$"
        stand_in = StandIn(tmp_path / "bin", {**ANSWERS, asked: list(proxy)})
        return client, watching.ClusterWatch(Kubectl(str(stand_in.program), "prod"))

    return watch


class _Folder:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        return str(self.path)

    def __exit__(self, *_):
        pass


def test_changes_are_told_in_groups(watched):
    client, watch = watched(event("web", "shop"), event("db", "shop"), event("web", "shop"))
    with watch as changes:
        assert changes.changed() == ["NetworkPolicy shop/db", "NetworkPolicy shop/web"]
    assert sorted(client.asked) == [("Namespace", None, "7"), ("NetworkPolicy", "*", "7")]
    client.over.set()


def test_a_watch_that_ends_is_told(watched):
    client, watch = watched(RuntimeError("too old"))
    with watch as changes, pytest.raises(ClusterError, match="cannot watch networkpolicies: too old") as error:
        changes.changed()
    assert error.value.cause == "cut off"
    assert error.value.advice == "nothing is to be done: it is watched and looked at anew"
    client.over.set()


def test_a_watch_that_may_not_be_is_told_with_the_roles(watched):
    refused = RuntimeError("403")
    refused.response = SimpleNamespace(status_code=403)
    client, watch = watched(refused)
    with watch as changes, pytest.raises(ClusterError) as error:
        changes.changed()
    assert error.value.cause == "forbidden"
    assert error.value.advice == "`netpolc drift --watch --rbac` prints the roles that suffice"
    client.over.set()


def test_a_proxy_that_does_not_begin_is_told(watched):
    _, watch = watched(proxy=(1, "", 'error: context "prod" does not exist'))
    with pytest.raises(ClusterError) as error, watch:
        pass
    assert error.value.cause == "no context"
