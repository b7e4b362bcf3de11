import pytest

from netpolc.manifests.printed import not_objects
from netpolc.manifests.reading import read_manifests
from netpolc.source import STDIN, Source
from tests.rows import each_row

TABLE = "NAME   POD-SELECTOR   AGE\ndeny   <none>         5d\n"
PODS = "NAMESPACE  NAME     READY  STATUS    RESTARTS     AGE\nshop       web-0    1/1    Running   0 (2d ago)   5d\n"


@each_row(
    "text, what",
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        (TABLE, "is a table, "),
        (PODS, "is a table, "),
        (
            "NAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nx   ClusterIP   1.2.3.4   <none>   80/TCP   5d",
            "is a table, ",
        ),
        (f"\n{TABLE}", "is a table, "),
        (
            "deny   <none>    5d\nother-1  app=web,tier in (a,b)  3d2h\nlast  <none>  <unknown>",
            "is a table without its head",
        ),
        ("networkpolicy.networking.k8s.io/deny\npod/web-0\n", "is a list of names"),
        ("Name:         deny\nNamespace:    shop\n", "is a description"),
        ("No resources found in default namespace.\n", "finds nothing"),
        ('Error from server (Forbidden): networkpolicies is forbidden: User "alice"\n', "is the complaint of"),
        ("error: You must be logged in to the server\n", "is the complaint of"),
        ('E1130 11:39:08.857173   29452 memcache.go:381] "Couldn\'t get current server API group list"\n', "complaint"),
        ("The connection to the server localhost:8080 was refused\n", "is the complaint of"),
    ],
)
def test_what_is_printed_for_people(text, what):
    found = not_objects(Source(STDIN, text))
    assert (found.code, found.message.startswith("standard input ")) == ("NP818", True)
    assert what in found.message
    assert found.help


@each_row(
    "text",
    [
        "# nothing yet\n",
        "web -> db:80\n",
        "namespace shop\nweb/x  -> db:80\n",
        "pods name = [app=web]\n",
        "NAMES are fine\n",
        "kind: List\n",
        "{}",
        "a" * 100_000,
        "a/" + "b" * 100_000 + " B",
        "a  " * 50_000,
        "NAME" + " A" * 50_000 + "a",
    ],
)
def test_anything_else(text):
    assert not_objects(Source("a", text)) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{kind: Status, apiVersion: v1, status: Failure, message: x}", "what the API server says of a request"),
        ("{kind: Table, apiVersion: meta.k8s.io/v1, rows: []}", "a table, which the API server makes"),
        ("{kind: List, apiVersion: v1, items: [{kind: Status, apiVersion: v1}]}", "what the API server says"),
        ("{kind: PartialObjectMetadataList, apiVersion: meta.k8s.io/v1, items: []}", "the metadata of objects alone"),
        ("{kind: Status, apiVersion: example.com/v1}", None),
    ],
)
def test_what_the_server_answers_in_the_place_of_objects(text, what):
    found = read_manifests(Source("a.yaml", text)).diagnostics
    assert [(each.code, each.location.text) for each in found] == ([] if what is None else [("NP818", "kind")])
    assert what is None or what in found[0].message


def test_an_event_is_no_object_but_holds_one():
    (found,) = read_manifests(Source("a.yaml", "{type: ADDED, object: {kind: Pod, apiVersion: v1}}")).diagnostics
    assert (found.code, found.message) == ("NP818", "this is an event of `kubectl get --watch`, which holds an object")


@pytest.mark.parametrize(
    ("kind", "counted"), [("List", {}), ("NetworkPolicyList", {}), ("AllowList", {"v1/AllowList": 1})]
)
def test_a_list_without_items_holds_nothing(kind, counted):
    assert read_manifests(Source("a.yaml", f"{{kind: {kind}, apiVersion: v1}}")).skipped == counted
