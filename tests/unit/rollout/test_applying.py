"""Plans carried out against an API server in memory: what is sent, refused, taken over, deleted and left alone."""

import json

import msgspec
import pytest

from netpolc import api
from netpolc.live.kinds import POLICIES
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.rollout.applying import Applying, StoppedError
from netpolc.rollout.around import Around
from netpolc.rollout.drift import drifted
from netpolc.rollout.inventory import SetInventory
from netpolc.rollout.model import Order, by_key
from netpolc.rollout.objects import in_words_of_api, kept_objects, stored_objects
from netpolc.rollout.plan import Permissions, Situation, plan
from netpolc.rollout.saved import Replaced, SavedPlan, read_plan, read_replaced
from netpolc.source import Source
from tests.api_server import TIERS, ApiServer

SHOP = "namespace shop\nbaseline deny ingress\nweb -> db:5432\nweb -> cache:6379\n"
LESS = SHOP.replace("web -> cache:6379\n", "")
MANY = "namespace shop\nbaseline deny ingress\n" + "".join(f"web -> {name}:5432\n" for name in "abcd")
HAND = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}


def by_hand(name, *, labels=None, annotations=None, **spec):
    metadata = {"name": name, "namespace": "shop"} | ({"labels": labels} if labels else {})
    metadata |= {"annotations": annotations} if annotations else {}
    return {**HAND, "metadata": metadata, "spec": {"podSelector": {}, "policyTypes": ["Ingress"], **spec}}


def managers(server, name):
    path = f"/apis/networking.k8s.io/v1/namespaces/{name.replace('/', '/networkpolicies/')}"
    return json.loads(server.get(path))["metadata"]["managedFields"]


def planned(server, source, name="shop", **allowed):
    listed = json.loads(server.get("/apis/networking.k8s.io/v1/networkpolicies"))
    namespaces = json.loads(server.get("/api/v1/namespaces"))["items"]
    kind = next(each for each in POLICIES if each.path() == TIERS)
    tiers = json.loads(server.get(TIERS))["items"]
    compiled = api.compile_text(source)
    assert compiled.ok, compiled.diagnostics
    stored = stored_objects(listed["items"], kept_objects(listed["items"]), "cluster", by_key(compiled.policies))
    there = Situation(
        context=server.context,
        stored=stored | stored_objects(tiers, kept_objects(tiers, kind), "cluster"),
        around=Around({each["metadata"]["name"]: {} for each in namespaces}),
        tiers=kind if server.has_tiers else None,
        listed=SetInventory(server, name).read(),
        listed_before=SetInventory(server, allowed.get("renamed_from") or name).read(),
    )
    written = combine([read_manifests(Source(path, text)) for path, text in compiled.files.items()])
    return plan((*compiled.policies, *written.tier_policies), name, there, Permissions(**allowed))


def applied(server, source, **allowed):
    rollout = planned(server, source, **allowed)
    assert not rollout.refused
    applying = Applying(server, rollout)
    assert not applying.rehearse()
    applying.carry_out(lambda _: None)
    assert planned(server, source, **{k: v for k, v in allowed.items() if k == "name"}).is_nothing
    return rollout


def codes(rollout):
    return [each.code for each in rollout.refused]


@pytest.fixture
def server():
    return ApiServer("shop", "default")


def test_a_program_comes_changes_and_goes(server):
    applied(server, SHOP)
    assert server.names == ["shop/cache", "shop/db", "shop/default-deny"]
    assert SetInventory(server, "shop").read() == {("shop", "cache"), ("shop", "db"), ("shop", "default-deny")}
    applied(server, LESS)
    assert server.names == ["shop/db", "shop/default-deny"]
    applied(server, "")
    assert server.names == []


def test_what_has_not_changed_is_not_sent(server):
    applied(server, SHOP)
    server.calls.clear()
    applied(server, SHOP)
    assert server.calls == []


def test_an_empty_list_is_sent_so_that_it_is_owned(server):
    applied(server, SHOP)
    server.put(by_hand("default-deny", ingress=[{}]), "kubectl-patch")
    rollout = planned(server, SHOP)
    assert codes(rollout) == ["NP841"]
    assert "kubectl-patch" in rollout.refused[0].message
    assert [(each.key[1], each.kind, each.by) for each in drifted(rollout)] == [
        ("default-deny", "changed", ("kubectl-patch",))
    ]
    assert codes(planned(server, SHOP, force_conflicts=frozenset({"somebody"}))) == ["NP841"]
    applied(server, SHOP, force_conflicts=frozenset({"kubectl-patch"}))
    assert "ingress" not in server.policy("shop/default-deny")["spec"]


def test_a_label_that_somebody_else_wrote_is_taken_back_if_that_is_said(server):
    """As of Helm, which rewrites `managed-by`: the server would refuse it each time it is tried."""
    applied(server, SHOP)
    (key, _), *_ = server.policy("shop/db")["metadata"]["labels"].items()
    server.put(by_hand("db", labels={key: "other", "seen": "yes"}) | {"spec": {}}, "kubectl-label")
    (refused,) = planned(server, SHOP).refused
    assert refused.code == "NP841"
    assert refused.message == f"`shop/db` was changed by `kubectl-label`, which owns .metadata.labels.{key}"
    assert codes(planned(server, SHOP, force_conflicts=frozenset({"somebody"}))) == ["NP841"]
    applied(server, SHOP, force_conflicts=frozenset({"kubectl-label"}))
    assert server.policy("shop/db")["metadata"]["labels"][key] != "other"
    assert server.policy("shop/db")["metadata"]["labels"]["seen"] == "yes"


def test_a_label_that_others_own_too_is_no_conflict(server):
    applied(server, SHOP)
    labels = server.policy("shop/db")["metadata"]["labels"]
    server.objects["/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/db"]["owners"]["helm", "Apply"] = {
        ("metadata", "labels", key) for key in labels
    }
    assert planned(server, SHOP).is_nothing
    assert not planned(server, SHOP).refused


def test_what_is_there_already_is_adopted_if_that_is_said(server):
    server.put(by_hand("default-deny"), "kubectl", "Apply")
    assert codes(planned(server, SHOP)) == ["NP841"]
    applied(server, SHOP, adopt=True)
    assert not server.objects["/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/default-deny"][
        "owners"
    ].keys() - {("netpolc:shop", "Apply")}


@pytest.mark.parametrize(
    ("labels", "annotations", "tool"),
    [
        ({}, {"argocd.argoproj.io/tracking-id": "shop"}, "Argo CD"),
        ({"kustomize.toolkit.fluxcd.io/name": "shop"}, {}, "Flux"),
        ({}, {"meta.helm.sh/release-name": "shop"}, "Helm"),
    ],
)
def test_what_is_delivered_from_elsewhere_is_left_alone(server, labels, annotations, tool):
    server.put(by_hand("default-deny", labels=labels, annotations=annotations), "somebody")
    rollout = planned(server, SHOP, adopt=True)
    assert codes(rollout) == ["NP843"]
    assert tool in rollout.refused[0].message


def test_two_programs_leave_each_other_alone(server):
    applied(server, SHOP)
    bank = "namespace shop\nbaseline deny ingress on bank\ntill -> bank:1\n"
    applied(server, bank, name="bank")
    assert "shop/bank" in server.names
    applied(server, SHOP)
    assert "shop/bank" in server.names
    assert set(codes(planned(server, SHOP, name="bank"))) == {"NP842"}


def test_a_renamed_project_is_refused_until_that_is_said(server):
    applied(server, SHOP)
    assert codes(planned(server, SHOP, name="store")) == ["NP842"] * 3
    rollout = planned(server, LESS, name="store", renamed_from="shop")
    assert not rollout.refused
    Applying(server, rollout).carry_out(lambda _: None)
    assert server.names == ["shop/db", "shop/default-deny"]
    assert planned(server, LESS, name="store").is_nothing


def test_what_only_the_inventory_of_the_name_before_has_moves_with_the_others(server):
    applied(server, SHOP)
    for name in ("db", "cache"):
        del server.policy(f"shop/{name}")["metadata"]["labels"]["netpolc.dev/set"]
    server.put(by_hand("other"), "kubectl-create")
    rollout = planned(server, LESS, name="store", renamed_from="shop")
    assert not rollout.refused
    assert not rollout.foreign
    assert [step.key[1] for step in rollout.steps if step.verb == "delete"] == ["cache"]
    Applying(server, rollout).carry_out(lambda _: None)
    assert server.names == ["shop/db", "shop/default-deny", "shop/other"]
    assert planned(server, LESS, name="store").is_nothing


def test_deletions_have_a_limit(server):
    applied(server, SHOP)
    assert codes(planned(server, "", prune_max=2)) == ["NP844"]
    assert not codes(planned(server, "", prune_max=3))
    (one,) = planned(server, LESS, prune_max=0).refused
    assert one.message == "`shop/cache` would be deleted, and none may be"


def test_what_somebody_else_owns_a_part_of_is_not_deleted(server):
    applied(server, SHOP)
    server.put(by_hand("cache", ingress=[{}]), "kubectl-edit")
    rollout = planned(server, LESS)
    assert [each.code for each in rollout.noted] == ["NP849"]
    assert not [step for step in rollout.steps if step.verb == "delete"]


GUARDED = f"always deny */[stage=dev] -> shop/*:*\ndefault deny */* -> shop/[app=old]:*\n{SHOP}"
GUARDS = ["/always-deny-shop", "/default-deny-shop-app-old"]


def test_guardrails_come_change_and_go_as_policies_do(server):
    assert codes(planned(server, GUARDED)) == ["NP852"]
    server.has_tiers = True
    rollout = applied(server, GUARDED)
    assert not rollout.noted
    assert [name for name in server.names if name.startswith("/")] == GUARDS
    # Empty lists are sent, so that they are owned.
    assert server.objects[f"{TIERS}/always-deny-shop"]["body"]["spec"]["egress"] == []
    assert ("", "always-deny-shop") in SetInventory(server, "shop").read()
    edited = json.loads(json.dumps(server.objects[f"{TIERS}/always-deny-shop"]["body"]))
    edited["spec"]["ingress"][0]["action"] = "Accept"
    server.put(edited, "kubectl-edit")
    rollout = planned(server, GUARDED)
    assert codes(rollout) == ["NP841"]
    assert "`ClusterNetworkPolicy/always-deny-shop` was changed by `kubectl-edit`" in rollout.refused[0].message
    assert [(each.key, each.kind) for each in drifted(rollout)] == [(("", "always-deny-shop"), "changed")]
    applied(server, GUARDED, force_conflicts=frozenset({"kubectl-edit"}))
    rollout = applied(server, SHOP)
    replaced = read_replaced(Replaced.by(rollout).text().encode())
    assert [each["kind"] for each in replaced.objects] == ["ClusterNetworkPolicy"] * 2
    assert not [name for name in server.names if name.startswith("/")]


def test_what_somebody_took_the_label_from_is_known_by_the_inventory(server):
    applied(server, SHOP)
    for name in ("cache", "db"):
        del server.policy(f"shop/{name}")["metadata"]["labels"]["netpolc.dev/set"]
    rollout = applied(server, LESS)
    assert [(step.verb, step.key[1]) for step in rollout.steps] == [("delete", "cache"), ("change", "db")]
    assert server.policy("shop/db")["metadata"]["labels"]["netpolc.dev/set"] == "shop"
    # What somebody else has made since under that name is not the set's.
    server.put(by_hand("cache"), "kubectl-create")
    assert planned(server, LESS).is_nothing


def test_a_namespace_has_to_be_there(server):
    elsewhere = "namespace bank\nbaseline deny ingress\n"
    assert codes(planned(server, elsewhere)) == ["NP847"]
    applied(server, elsewhere, create_namespaces=True)
    assert server.names == ["bank/default-deny"]


def test_one_refusal_changes_nothing(server):
    server.refuses["apply", "db"] = "forbidden"
    found = Applying(server, planned(server, SHOP)).rehearse()
    assert [each.code for each in found] == ["NP846"]
    assert server.names == []


def test_a_run_that_stops_says_where_and_the_next_one_goes_on(server):
    rollout = planned(server, SHOP)
    server.refuses["apply", rollout.steps[1].key[1]] = "other"
    with pytest.raises(StoppedError) as stopped:
        Applying(server, rollout).carry_out(lambda _: None)
    assert stopped.value.done == 1
    assert stopped.value.diagnostic.code == "NP846"
    server.refuses.clear()
    applied(server, SHOP)


def test_of_a_batch_that_stops_it_is_said_what_is_done(server):
    rollout = planned(server, MANY)
    assert [len(batch) for batch in rollout.batches] == [4, 1]
    server.refuses["apply", "b"] = "other"
    told = []
    with pytest.raises(StoppedError) as stopped:
        Applying(server, rollout).carry_out(lambda step: told.append(step.key[1]))
    assert told == ["a", "c", "d"]
    assert server.names == ["shop/a", "shop/c", "shop/d"]
    assert (stopped.value.done, [step.key[1] for step in stopped.value.left]) == (3, ["b", "default-deny"])
    assert stopped.value.diagnostic.message.startswith("`shop/b`: it cannot be created")
    server.refuses.clear()
    applied(server, MANY)


def test_what_is_in_a_batch_and_there_by_now_is_not_taken_over(server):
    rollout = planned(server, MANY)
    server.put(by_hand("c", podSelector={"matchLabels": {"app": "c"}}), "somebody")
    with pytest.raises(StoppedError, match=r"`shop/c`: .*it is there by now") as stopped:
        Applying(server, rollout).carry_out(lambda _: None)
    assert (stopped.value.done, [step.key[1] for step in stopped.value.left]) == (2, ["c", "d", "default-deny"])
    assert all("netpolc" not in each["manager"] for each in managers(server, "shop/c"))


def test_many_are_tried_and_sent_together_and_each_refusal_is_said(server, monkeypatch):
    sent = []
    together = type(server).apply_all
    monkeypatch.setattr(
        server, "apply_all", lambda bodies, **how: sent.append(len(bodies)) or together(server, bodies, **how)
    )
    server.refuses |= {("apply", "a"): "forbidden", ("apply", "d"): "invalid"}
    refused = Applying(server, planned(server, MANY)).rehearse()
    assert [each.message.partition(":")[0] for each in refused] == ["`shop/a`", "`shop/d`"]
    assert sent == [5]
    server.refuses.clear()
    applied(server, MANY.replace(":5432", ":5433"))
    applied(server, MANY)
    assert sent == [5, 5, 4, 4, 4]


def test_an_object_beyond_the_limits_of_a_server_has_a_way_out(server):
    server.refuses |= {("apply", "db"): "too large"}
    (refused,) = Applying(server, planned(server, SHOP)).rehearse()
    assert refused.help.startswith("no server stores more than 1.5 MB")


def test_what_moved_on_is_not_overwritten(server):
    applied(server, SHOP)
    rollout = planned(server, SHOP.replace("5432", "5433"))
    server.put(by_hand("db", labels={"seen": "yes"}, podSelector={"matchLabels": {"app": "db"}}), "kubectl-label")
    with pytest.raises(StoppedError) as stopped:
        Applying(server, rollout).carry_out(lambda _: None)
    assert "modified" in stopped.value.diagnostic.message
    created = planned(server, SHOP + "web -> queue:1\n", force_conflicts=frozenset({"kubectl-label"}))
    server.put(by_hand("queue"), "somebody")
    with pytest.raises(StoppedError, match="by now"):
        Applying(server, created).carry_out(lambda _: None)


def test_plans_and_what_is_replaced_are_read_back(server):
    applied(server, SHOP)
    rollout = planned(server, LESS)
    assert read_plan(SavedPlan.of(rollout).text().encode()) == SavedPlan.of(rollout)
    replaced = read_replaced(Replaced.by(rollout).text().encode())
    assert [each["metadata"]["name"] for each in replaced.objects] == ["cache"]
    assert read_plan(b"{}") is None
    assert read_replaced(b"[]") is None
    assert SavedPlan.of(rollout) != SavedPlan.of(planned(server, SHOP.replace("5432", "5433")))


def test_what_no_order_can_keep_is_told(server, monkeypatch):
    monkeypatch.setattr("netpolc.rollout.plan.order", lambda *_: Order((), ("some pods may be cut off on the way",)))
    (noted,) = planned(server, SHOP).noted
    assert (noted.code, noted.message) == ("NP851", "some pods may be cut off on the way")


def test_what_is_stored_as_it_is_wanted_is_not_read_anew():
    server = ApiServer("shop", "default")
    applied(server, SHOP)
    server.put(by_hand("db", ingress=[{}]), "kubectl-edit")
    annotated = {"name": "cache", "namespace": "shop", "annotations": {"team": "a"}}
    server.put({**HAND, "metadata": annotated}, "kubectl-annotate")
    listed = json.loads(server.get("/apis/networking.k8s.io/v1/networkpolicies"))["items"]
    wanted = by_key(api.compile_text(SHOP).policies)
    read, known = (stored_objects(listed, kept_objects(listed), "cluster", each) for each in ({}, wanted))
    assert [key for key, each in known.items() if each.policy.ingress == wanted[key].ingress] == [
        ("shop", "cache"),
        ("shop", "default-deny"),
    ]
    for key, each in read.items():
        assert in_words_of_api(each.policy) == in_words_of_api(known[key].policy)
        assert each == msgspec.structs.replace(known[key], policy=each.policy)
