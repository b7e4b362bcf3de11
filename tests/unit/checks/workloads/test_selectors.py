import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.checks.workloads.from_policies import references_of_policies
from netpolc.checks.workloads.from_program import references_of_program
from netpolc.checks.workloads.made_later import MadeLater
from netpolc.checks.workloads.selectors import unmatched
from netpolc.checks.workloads.workloads import Workloads
from netpolc.engine.regions import names_of
from netpolc.manifests.model import Manifests, PodMaker, VaryingLabel
from tests.strategies.worlds import made_up
from tests.unit.checks.workloads.worlds import (
    PLACE,
    codes,
    found,
    mended,
    namespace,
    policies,
    policy,
    service,
    stream,
    workload,
)
from tests.unit.language.resolve.sources import program

HOMES = ("shop", "data", None)
APPS = ("a", "b", "c")


def of_program(text, workloads):
    references = references_of_program(program(text))
    return list(unmatched(references.mentions, Workloads(workloads, {}, references.owned)))


def pods(where, app, **more):
    return workload(f"{where or ''}/{app}" if where else app, **more)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(("shop/", "data/", "")), st.sampled_from(APPS)), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(HOMES), st.sampled_from(APPS)), max_size=5),
)
def test_exactly_those_that_no_workload_can_be(ends, there):
    """The program opens shop; a workload without a namespace will be in shop or elsewhere, but nobody knows."""
    text = "namespace shop\n" + "".join(f"{where}{app} -> {where}{app}:1\n" for where, app in ends)
    said = {one.location.line for one in of_program(text, [pods(*each) for each in there])}
    named = [((where or "shop/").removesuffix("/"), app) for where, app in ends]
    for number, (home, app) in enumerate(named, 2):
        homes = {home, None} if home == "shop" else {home}
        known = [each for each in there if each[0] in homes]
        missing = bool(known) and app not in {each[1] for each in known}
        first = named.index((home, app)) == number - 2
        assert (number in said) == (missing and first)


@pytest.mark.search(10)
def test_against_each_pod_in_turn(seed):
    """A selector of a known namespace is said exactly if it asks for labels that no pod there has."""
    world, _ = made_up(seed)
    references = references_of_policies(policies(stream(world.documents)))
    workloads = Workloads([workload(f"{pod.namespace}/{pod.name}", pod.labels) for pod in world.pods], {})
    homes = {pod.namespace for pod in world.pods}
    for mention in references.mentions:
        requirements = mention.pods.pods.requirements
        asks = any(each.operator in {"In", "Exists"} for each in requirements)
        names = names_of(mention.pods.namespaces)
        said = bool(list(unmatched([mention], workloads)))
        held = [pod for pod in world.pods if names is None or pod.namespace in names]
        matched = any(all(each.matches(pod.labels) for each in requirements) for pod in held)
        if names and len(mention.pods.namespaces.requirements) == 1:
            assert said == (asks and homes.issuperset(names) and not matched)
        else:
            assert not (said and matched and names is not None)


WEB, CARTS, NODE = workload("shop/web"), workload("shop/carts"), workload("shop/agent", host_network=True)
LABELLED = workload("shop/orders", "app=orders", own_labels={"tier": "back", "app": "orders"})
FAR = workload("data/orders-db", "app=orders-db")
CALLED = workload("shop/pay", "app.kubernetes.io/name=payment")
ALL = [WEB, CARTS, NODE, LABELLED, FAR, CALLED]


def subject(selector):
    return policies(policy("shop/p", f"{{podSelector: {selector}, policyTypes: [Egress]}}"))


def peer(selector):
    return policies(policy("shop/p", f"{{podSelector: {{}}, ingress: [{{from: [{{podSelector: {selector}}}]}}]}}"))


def abroad(where, app):
    there = f"{{namespaceSelector: {where}, podSelector: {{matchLabels: {{app: {app}}}}}}}"
    return policies(policy("shop/p", f"{{podSelector: {{}}, ingress: [{{from: [{there}]}}]}}"))


@pytest.mark.parametrize(
    ("selector", "code", "place", "advice"),
    [
        ("{matchLabels: {app: cart}}", "NP506", "cart", "use `app=carts`, which pods of `shop/carts` have"),
        ('{matchLabels: {app: "cart"}}', "NP506", '"cart"', "use `app=carts`, which pods of `shop/carts` have"),
        ("{matchLabels: {name: carts}}", "NP506", "carts", "use `app=carts`, which pods of `shop/carts` have"),
        (
            "{matchLabels: {app: payment}}",
            "NP506",
            "payment",
            "use `app.kubernetes.io/name=payment`, which pods of `shop/pay` have",
        ),
        (
            "{matchExpressions: [{key: app, operator: In, values: [cart, crt]}]}",
            "NP506",
            "cart",
            "use `app=carts`, which pods of `shop/carts` have",
        ),
        (
            "{matchLabels: {app: agent}}",
            "NP506",
            "agent",
            "no policy sees `shop/agent`, which is on the network of its node",
        ),
        (
            "{matchLabels: {tier: back}}",
            "NP507",
            "back",
            "add them to the labels of its pod template, or select labels that the pods have",
        ),
        (
            "{matchLabels: {zzz: qqq}}",
            "NP506",
            "qqq",
            "correct the labels, or the name; a workload that others deploy is none of these",
        ),
    ],
)
@pytest.mark.parametrize("role", [subject, peer])
def test_what_was_meant(role, selector, code, place, advice):
    (one,) = (each for each in found(role(selector), workloads=ALL) if each.code in {"NP506", "NP507"})
    assert (one.code, one.location.text, one.help) == (code, place, advice)


def test_labels_of_another_namespace():
    """A peer without a namespace selector is of the policy's own namespace; a subject can be nowhere else."""
    for role, more in ((peer, "; a peer in another namespace needs its `namespaceSelector`"), (subject, "")):
        (one,) = (
            each for each in found(role("{matchLabels: {app: orders-db}}"), workloads=ALL) if each.code == "NP506"
        )
        assert one.help.startswith("pods of `data/orders-db` have these labels")
        assert one.help.endswith(more)


@pytest.mark.parametrize(
    "selector",
    [
        "{}",
        "{matchLabels: {app: web}}",
        "{matchLabels: {service.istio.io/canonical-name: shop-web}}",
        "{matchLabels: {cnpg.io/instanceRole: primary}}",
        "{matchExpressions: [{key: app, operator: Exists}, {key: app, operator: NotIn, values: [web]}]}",
        "{matchExpressions: [{key: app, operator: NotIn, values: [web, carts, orders, payment, agent]}]}",
        "{matchExpressions: [{key: zzz, operator: DoesNotExist}, {key: app, operator: NotIn, values: [web]}]}",
    ],
)
@pytest.mark.parametrize("role", [subject, peer])
def test_nothing_is_said_where_pods_are_or_where_none_are_asked_for(role, selector):
    assert not {"NP506", "NP507"}.intersection(codes(role(selector), workloads=ALL))


GIVEN = [
    workload("shop/web", varying=(VaryingLabel("pod-template-hash"),)),
    workload("shop/db", kind="StatefulSet", varying=(VaryingLabel("statefulset.kubernetes.io/pod-name", "db-", 1),)),
]


@pytest.mark.parametrize("role", [subject, peer])
@pytest.mark.parametrize(
    ("selector", "there"),
    [
        ("{app: web, pod-template-hash: abc}", True),
        ("{app: db, pod-template-hash: abc}", False),
        ("{statefulset.kubernetes.io/pod-name: db-7}", True),
        ("{statefulset.kubernetes.io/pod-name: db-0}", False),
        ("{statefulset.kubernetes.io/pod-name: web-1}", False),
        ("{app: web, statefulset.kubernetes.io/pod-name: db-1}", False),
        ("{job-name: db}", False),
    ],
)
def test_labels_that_controllers_give_are_looked_for_where_they_may_be(role, selector, there):
    found = codes(role(f"{{matchLabels: {selector}}}"), workloads=GIVEN)
    assert ("NP506" not in found) is there
    strange = workload("shop/made", kind="Database", labels={})
    assert "NP506" not in codes(
        role(f"{{matchLabels: {selector.replace('app: ', 'job-name: ')}}}"), workloads=[strange]
    )


@pytest.mark.parametrize(
    "where",
    [
        "{}",
        "{matchLabels: {kubernetes.io/metadata.name: monitoring}}",
        "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [shop, monitoring]}]}",
        "{matchLabels: {team: other}}",
    ],
)
def test_pods_of_namespaces_that_are_not_known_are_not_judged(where):
    assert "NP506" not in codes(abroad(where, "zzz"), workloads=ALL)


def test_pods_of_namespaces_by_label_are_judged_by_what_is_like_them():
    for app, said in (("carts", 0), ("cart", 1), ("zzz", 0)):
        written = abroad("{matchLabels: {team: x}}", app)
        given = codes(written, workloads=ALL, namespaces=[namespace("shop", "team=x"), namespace("data")])
        assert given.count("NP506") == said


@pytest.mark.parametrize("written", ["cart", "'cart'", '"cart"'])
def test_a_fix_mends_what_it_is_said_of(written):
    text = policy("shop/cart", f"{{podSelector: {{matchLabels: {{app: {written}}}}}}}")
    (one,) = (each for each in found(policies(text), workloads=ALL) if each.code == "NP506")
    text = mended(text, [one])
    assert f"app: {written.replace('cart', 'carts')}" in text
    assert "name: cart," in text
    assert "NP506" not in codes(policies(text), workloads=ALL)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("a -> cart:1", "a -> carts:1"),
        ("a -> [app=cart]:1", "a -> [app=carts]:1"),
        ("pods x = [app=cart]\na -> x:1", "pods x = [app=carts]\na -> x:1"),
        ("a -> shop/cart:1", "a -> shop/carts:1"),
    ],
)
def test_a_fix_of_a_program(written, wanted):
    text = f"namespace shop\n{written}\n"
    there = [workload("shop/a"), CARTS]
    given = of_program(text, there)
    assert [one.code for one in given] == ["NP506"]
    assert mended(text, given) == f"namespace shop\n{wanted}\n"
    assert not of_program(mended(text, given), there)


def test_a_fix_is_no_other_type():
    """A label value is a text, which `true` is not without quotes."""
    there = [workload("shop/a", {"backup": "true"})]
    (one,) = (each for each in found(subject("{matchLabels: {backup: ture}}"), workloads=there) if each.code == "NP506")
    assert one.help == "use `backup=true`, which pods of `shop/a` have"
    assert one.fixes == ()


def test_a_workload_on_its_node_is_not_seen_by_policies():
    (one,) = of_program("namespace shop\na -> *:1\n", [workload("shop/a", host_network=True)])
    assert one.code == "NP506"


@pytest.mark.parametrize(
    "text", ["a -> *:1\n", "a -> any:1\n", "a -> 20.0.0.0/8:1\n", "a -> */b:1\n", "a -> [team=x]/b:1\n"]
)
def test_what_is_in_no_namespace_by_name_is_not_judged(text):
    assert of_program(f"namespace shop\n{text}", [workload("shop/a")]) == []


def test_a_service_without_pods():
    given = [
        service("shop/cart", "app=cart", (80, 80)),
        service("far/x", "app=x", (80, 80)),
        service("shop/y", "", (1, 1)),
    ]
    (one,) = found((), workloads=ALL, services=given)
    assert one.message == "no workload in namespace `shop` has pods `[app=cart]`, which the service `cart` selects"


def test_many_of_both_take_no_product_of_steps():
    flows = "".join(f"a{number} -> b{number}:1\n" for number in range(1500))
    there = [workload(f"shop/{side}{number}") for side in "ab" for number in range(1500)]
    assert of_program(f"namespace shop\n{flows}", there) == []


def test_many_slips_take_no_product_of_steps():
    there = [workload(f"shop/orders-{number:04}-x") for number in range(3000)]
    written = policies(
        *(policy(f"shop/p{n}", f"{{podSelector: {{matchLabels: {{app: orders-{n:04}}}}}}}") for n in range(3000))
    )
    references = references_of_policies(written)
    assert len(list(unmatched(references.mentions, Workloads(there, {})))) == 3000


def test_a_slip_of_a_value_is_said_though_pods_are_made_later():
    """That another label has the same value says little where pods are made that nobody sees."""
    there = [workload("shop/adapter", "app=adapter, part=agents", service_account="maker"), workload("shop/orders")]
    maker = PodMaker(kind="Prometheus", name="main", namespace="shop", location=PLACE)
    text = "namespace shop\n{oders, [app=agents], database} -> adapter:1\n"
    references = references_of_program(program(text))
    workloads = Workloads(there, {}, references.owned)
    said = list(unmatched(references.mentions, workloads, MadeLater((), Manifests(makers=(maker,)), workloads)))
    assert [(one.code, one.location.text) for one in said] == [("NP506", "oders"), ("NP646", "[app=agents]")]
    assert [label.location.text for label in said[1].labels] == ["database", PLACE.text]


def test_the_same_pods_are_said_once_and_fixed_everywhere():
    wanted = "{podSelector: {matchLabels: {app: oders}}"
    text = policy("shop/p", f"{wanted}, policyTypes: [Egress]}}")
    text += policy("shop/q", f"{{podSelector: {{}}, ingress: [{{from: [{wanted}}}]}}]}}")
    (one,) = (each for each in found(policies(text), workloads=ALL) if each.code == "NP506")
    assert [label.message for label in one.labels] == ["here, too"]
    assert mended(text, [one]).count("app: orders") == 2
