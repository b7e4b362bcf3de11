import pytest

from netpolc.queries.endpoints import Endpoints
from tests.rows import each_row
from tests.unit.queries.clusters import cluster
from tests.unit.queries.ends.worlds import LISTED, NODE, OBJECTS, WORLD, asked, pod, policy, service, workload

CART = ("shop/cart", "TCP", 8080, "80 is the port of Service cart; its pods listen on 8080")
PG = ("data/pg", "TCP", 5432)
TAKEN = "cart-7d9f8b6c5d-x2k4q is taken for a Pod of shop/cart, by its name"
HEADLESS = "Service db is headless: its name leads to its pods, those of data/pg, on the same port"


@each_row(
    "destination",
    [
        "cart:80",
        "shop/cart:80",
        "svc/cart:80",
        "shop/svc/cart:80",
        "service/cart:main",
        "cart.shop:80",
        "cart.shop.svc.cluster.local:main",
        "http://cart.shop/checkout",
        "10.96.0.20:80",
        "cart:main",
        'shop/cart:"main"',
        "alias:80",
        "alias.shop:80",
        "{svc/cart:80}",
    ],
)
def test_a_service_leads_to_its_pods(destination):
    assert asked("front", destination) == CART


@each_row(
    "destination, expected",
    [
        ("cart:8080", CART[:3]),
        ("cart:http", CART[:3]),
        ("deploy/cart:8080", CART[:3]),
        ("pod/cart-7d9f8b6c5d-x2k4q:8080", (*CART[:3], TAKEN)),
        ("cart-7d9f8b6c5d-x2k4q:8080", (*CART[:3], TAKEN)),
        ("rs/cart-7d9f8b6c5d:8080", (*CART[:3], "cart-7d9f8b6c5d is taken for a ReplicaSet of shop/cart, by its name")),
        ("svc/cart:53/udp", ("shop/cart", "UDP", 53, "53/udp is the port of Service cart, and of its pods")),
        (
            "cart:53",
            ("shop/cart", "TCP", 53, "53 alone is TCP, and what is declared there is 53/udp: ask for `:53/udp`"),
        ),
        ("db:5432", (*PG, HEADLESS)),
        ("db.data:5432", (*PG, HEADLESS)),
        ("pg-0.db.data.svc:5432", ("data/pg-0", *PG[1:], HEADLESS.replace("data/pg", "data/pg-0"))),
        ("db.data:sql", (*PG, "5433 is the port of Service db; its pods, those of data/pg, listen on 5432")),
        ("db", (*PG, "5433 is the port of Service db; its pods, those of data/pg, listen on 5432")),
        ("both:80", ("shop/both", "TCP", 80)),
        ("svc/both:80", ("shop/both", "TCP", 8080, "80 is the port of Service both; its pods listen on 8080")),
        ("10.1.2.3:9", ("shop/probe", "TCP", 9)),
        ("10-1-2-3.shop.pod.cluster.local:9", ("shop/probe", "TCP", 9)),
        ("legacy:3306", ("203.0.113.9/32", "TCP", 3307, "3306 is the port of Service legacy; its endpoints, "
                         "203.0.113.9/32, listen on 3307")),
        ("old:90", ("shop/probe", "TCP", 9000, "90 is the port of Service old; its endpoints, shop/probe, "
                    "listen on 9000")),
        ("far:80", ("other/[app=far]", "TCP", 8080, "80 is the port of Service far; its pods, those of "
                    "other/[app=far], listen on 8080")),
        ("edge.shop", ("shop/front", "TCP", 3000, "80 is the port of Service edge; its pods, those of shop/front, "
                       "listen on 3000")),
        ("[fd00::20]:80", ("shop/front", "TCP", 3000, "80 is the port of Service edge; its pods, those of shop/front, "
                           "listen on 3000")),
        ("fd00::20:80", ("shop/front", "TCP", 3000, "80 is the port of Service edge; its pods, those of shop/front, "
                         "listen on 3000")),
    ],
)  # fmt: skip
def test_what_a_destination_is(destination, expected):
    assert asked("front", destination) == expected


@each_row(
    "destination, service",
    [
        ("203.0.113.80:80", "edge"),
        ("lb.example.com:80", "edge"),
        ("192.0.2.10:30080", "cart"),
        ("n1:30080", None),
    ],
)
def test_addresses_outside_lead_in(destination, service):
    found = asked("198.51.100.1", destination)
    if service is None:
        assert found.startswith("nothing is known of `n1`; known here: `data/db`, ")
        return
    assert found[3].startswith(f"{'30080 is the node port' if service == 'cart' else '80 is the port'} of Service")
    assert found[-1].startswith(f"as `externalTrafficPolicy` of Service {service} is not `Local`")


@each_row(
    "destination, said",
    [
        ("pay:443", "is another name for `api.example.com`"),
        ("bare:1", "the Service `shop/bare` selects no pods, and nothing here shows its endpoints"),
        (
            "nobody:1",
            "the Service `shop/nobody` leads to nobody: no pod of its namespace has the labels that it selects",
        ),
        ("cart:81", "leads to the port `nope`, and no container of its pods calls one so"),
        ("svc/cart:82", "the Service `shop/cart` has no port 82; it has 80 (`main`), 53/udp (`dns`) and 81 (`lost`)"),
        ("svc/cart:8080", "its pods listen there, behind its port 80: write `:80`"),
        ("svc/cart:http", "its pods call a port so, behind its port 80"),
        ("svc/cart:53", "write `:53/udp`"),
        ("svc/cart", "no port is given for `svc/cart`; write one of its ports, `:80`, `:53/udp` and `:81`"),
        ("jdbc:postgresql://cart.shop/db", "no port is given for `cart.shop`"),
        ("front", "no port is given for `front`; write one of its ports, `:3000`"),
        ("shop/*", "no port is given for `shop/*`; write one of its ports, `:"),
        ("api.example.com:443", "no Service is called `api.example.com`, and policies know no domain names"),
        ("cart.nowhere:80", "no Service is called `cart.nowhere`, and policies know no domain names"),
        ("internet:80", "nothing is known of `internet`; write `any`, or addresses, as `0.0.0.0/0`"),
        ("svc/crat:80", "no Service is called `crat`; did you mean `shop/cart`?"),
        ("crat.shop.svc:80", "no Service is called `shop/crat`; did you mean `shop/cart`?"),
        ("front.shop:3000", "no Service is called `shop/front`; for the workload, write `shop/front`"),
        ("sts/cart:80", "no StatefulSet is called `cart`; known here: `"),
        ("ro:80", "nothing is known of `ro`; known here: `shop/front`"),
        ("team/shop/cart:80", "an endpoint has one `/`"),
        ("cart.shp:80", "no Service is called `cart.shp`; did you mean `cart.shop`?"),
        ("shop/pg:5432", "nothing is known of `shop/pg`; did you mean `data/pg`?"),
        ("shop/svc/db:5432", "no Service is called `shop/db`; did you mean `data/db`?"),
        ("kubernetes.default:443", "it is that of the API server, which is no pod"),
        ("default/svc/kubernetes:443", "it is that of the API server, which is no pod"),
        ("ns/shop:80", "all pods of a namespace are `name/*`"),
        ("nodes/n1:80", "ask about a node by its address"),
        ("ing/cart:80", "ask about the Service"),
        ("pod/nowhere:1", "no pod is called `nowhere`"),
        ("crat:80", "nothing is known of `crat`; did you mean `shop/cart`?"),
        ("cart-db-reads:80", "nothing is known of `cart-db-reads`"),
        ("192.0.2.10:30081", "no Service has the node port 30081"),
        ("10-9-9-9.shop.pod:1", "no pod here has the address `10.9.9.9`"),
        ("x-0.db.data.svc:1", "no pod of the Service `data/db` is called `x-0`"),
    ],
)
def test_what_leads_nowhere_says_why(destination, said):
    assert said in asked("front", destination)


def test_a_source_has_no_ports():
    for source in ("front:80", "svc/edge:80", "pod/front-5c9f8b6c5d-x2k4q:80"):
        assert "ports belong to a destination; remove them" in asked(source, "cart:80"), source


def test_other_names_of_services_may_lead_nowhere():
    texts = (
        service("one", "shop", "type: ExternalName, externalName: two.shop.svc.cluster.local"),
        service("two", "shop", "type: ExternalName, externalName: one.shop.svc.cluster.local"),
        service("lost", "shop", "type: ExternalName, externalName: no-one.shop.svc.cluster.local"),
    )
    world = cluster(None, "---\n".join((*OBJECTS, *texts)))
    assert "that leads back to it" in asked("front", "one:80", world)
    assert "no Service is called so" in asked("front", "lost:80", world)


def test_sources_by_their_services_and_kinds():
    for source in ("svc/edge", "edge.shop", "deploy/front", "front", "front-5c9f8b6c5d-x2k4q", "203.0.113.80"):
        assert [choice.peers[0].id for choice in Endpoints(WORLD).sources(source)] == ["shop/front"], source


SHARED = tuple(
    service("cart-front", place, "selector: {app: cart}, ports: [{port: 80}]") for place in ("shop", "staging")
)


def test_a_name_is_looked_for_where_it_is():
    twice = (*OBJECTS, workload("Deployment", "cart", "staging", "{containerPort: 8080}"))
    world = cluster(None, "---\n".join(twice))
    said = "could be in several namespaces: `shop/cart` and `staging/cart`; name one, as in `shop/cart`"
    assert said in asked("front", "cart:80", world)
    assert asked("front", "svc/cart:80", world) == CART
    assert "name one, as in `shop/deployment/cart`" in asked("front", "deploy/cart:80", world)
    assert "name one" in asked("front", "svc/cart-front:80", cluster(None, "---\n".join(twice + SHARED)))
    within = cluster(None, "---\n".join(twice), namespace="shop")
    assert asked("front", "cart:80", within) == CART
    assert asked("front", "staging/cart:80", within) == ("staging/cart", "TCP", 80)
    assert "nothing is known of `shop/pg`" in asked("front", "pg:5432", within)


def test_a_namespace_that_is_called_like_a_kind_is_one():
    world = cluster(None, "---\n".join((*OBJECTS, workload("Deployment", "cart", "svc", "{containerPort: 9}"))))
    assert asked("front", "svc/cart:9", world) == ("svc/cart", "TCP", 9)


def test_pods_that_rules_tell_apart_are_all_asked_about():
    pods = [pod(f"web-{n}", "shop", "StatefulSet/web", app="web", n=f"x{n}") for n in (0, 1)]
    closed = policy("p", "shop", "podSelector: {matchLabels: {n: x1}}, policyTypes: [Ingress]")
    world = cluster(
        None, "---\n".join((*pods, closed, service("web", "shop", "selector: {app: web}, ports: [{port: 1}]")))
    )
    for destination in ("sts/web:1", "svc/web:1", "web:1", "web-1:1"):
        assert asked("web-0", destination, world)[0] == "shop/web-1", destination
    assert asked("web-0", "pod/web-0:1", world)[0] == "shop/web-0"


def test_a_declared_name_has_the_port_of_the_service_that_is_called_the_same():
    program = "namespace shop\nbaseline deny ingress\npods cart = [app=cart]\nfront -> cart:8080\n"
    world = cluster(program, "---\n".join(OBJECTS))
    assert asked("front", "cart:80", world) == CART
    assert asked("front", "cart:8080", world) == CART[:3]


@pytest.mark.parametrize("source", ["198.51.100.1", "front"])
def test_a_node_that_is_not_shown(source):
    world = cluster(None, "---\n".join(one for one in OBJECTS if one not in (NODE, LISTED)))
    found = asked(source, "192.0.2.10:30080", world)
    assert found[0] == ("shop/cart" if source[0] == "1" else "192.0.2.10/32")
    assert "node" in found[3]


def test_a_service_is_kept_of_a_relation():
    def kept(text):
        return Endpoints(WORLD).kept(text)

    assert kept("svc/cart") == kept("cart.shop") == kept("10.96.0.20") == {"shop/cart"}
    assert kept("db") == {"data/pg"}
    assert kept("10.1.2.3") == {"shop/probe"}
    assert kept("{svc/cart, db.data}") == {"shop/cart", "data/pg"}


def test_a_pod_that_is_shown_is_one_of_the_workload_that_it_names():
    owned = (
        pod("cart-7d9f8b6c5d", "shop", "Deployment/cart", app="cart").replace(
            "v1\nkind: Pod", "apps/v1\nkind: ReplicaSet"
        ),
        pod("cart-7d9f8b6c5d-x2k4q", "shop", "ReplicaSet/cart-7d9f8b6c5d", app="cart"),
        pod("oddly-named", "shop", "ReplicaSet/cart-7d9f8b6c5d", app="cart"),
        workload("Deployment", "cart", "staging", "{containerPort: 8080}"),
    )
    world = cluster(None, "---\n".join((*OBJECTS, *owned)))
    for destination in ("pod/cart-7d9f8b6c5d-x2k4q", "cart-7d9f8b6c5d-x2k4q", "po/oddly-named", "rs/cart-7d9f8b6c5d"):
        assert asked("front", f"{destination}:8080", world) == CART[:3], destination
    assert "did you mean `shop/oddly-named`?" in asked("front", "pod/odly-named:8080", world)
