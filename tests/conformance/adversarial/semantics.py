"""Cases 63 to 78: what policies allow between pods that are not what one expects."""

from tests.conformance.adversarial.case import blocks, by, case, deployment, expressions, pod, policy

WEB, DB = pod("web", labels={"app": "web"}), pod("db", labels={"app": "db"})
BARE = pod("bare")
CLOSED = policy("closed", ingress=[])
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "data", "labels": {"team": "data"}}}
CLUSTER_API = "policy.networking.k8s.io/v1alpha2"


def to_db(*peers, ports=()):
    """A policy by which these peers reach the database."""
    return policy(pods=by(app="db"), ingress=[{"from": list(peers), **({"ports": list(ports)} if ports else {})}])


def cluster_policy(name, priority):
    """A baseline that denies everything."""
    return {
        "apiVersion": CLUSTER_API,
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "tier": "Baseline",
            "priority": priority,
            "subject": {"namespaces": {}},
            "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}],
        },
    }


def service(name, **spec):
    """A service of the shop."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def from_addresses(*each):
    """The database, and a pod of each of some addresses."""
    return [DB, *(pod(f"pod-{number}", ip=ip) for number, ip in enumerate(each))]


def reached(signs):
    """Which of those pods reach the database: `+` for one that does, `-` for one that does not."""
    return {f"shop/pod-{number} -> shop/db : TCP 80": sign == "+" for number, sign in enumerate(signs)}


WITHIN, BEYOND = "10.1.2.3", "10.2.3.4"

CASES = [
    *(
        case(63, f"an exception that {what}", [policy(ingress=blocks(("10.0.0.0/8", out)))], codes="NP409")
        for what, out in [
            ("is the block", "10.0.0.0/8"),
            ("is wider", "0.0.0.0/0"),
            ("is outside", "11.0.0.0/16"),
            ("is of the other family", "2001:db8::/64"),
        ]
    ),
    case(
        63,
        "an exception that is there twice",
        [*from_addresses(WITHIN, BEYOND), policy(ingress=blocks(("10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16")))],
        verdicts=reached("-+"),
    ),
    case(
        63,
        "exceptions that leave nothing",
        [*from_addresses(WITHIN, "10.200.0.1"), policy(ingress=blocks(("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9")))],
        verdicts=reached("--"),
    ),
    case(
        64,
        "an exception is of its own block only",
        [
            *from_addresses("10.1.1.1", WITHIN, BEYOND),
            policy(ingress=blocks(("10.0.0.0/8", "10.1.0.0/16"), ("10.1.1.0/24",))),
        ],
        verdicts=reached("+-+"),
    ),
    case(
        64,
        "two blocks that except each other's part",
        [
            *from_addresses("10.1.1.1", WITHIN, BEYOND, "11.0.0.1"),
            policy(ingress=blocks(("10.0.0.0/8", "10.1.0.0/16"), ("10.1.0.0/16", "10.1.1.0/24"))),
        ],
        verdicts=reached("-++-"),
    ),
    case(
        65,
        "every address of one family",
        [*from_addresses(WITHIN, "2001:db8::1"), policy(ingress=blocks(("0.0.0.0/0",)))],
        verdicts=reached("+-"),
    ),
    case(
        65,
        "every address of the other",
        [*from_addresses(WITHIN, "2001:db8::1"), policy(ingress=blocks(("::/0",)))],
        verdicts=reached("-+"),
    ),
    case(
        65,
        "single addresses",
        [
            *from_addresses(WITHIN, "10.1.2.4", "2001:db8::1", "2001:db8::2"),
            policy(ingress=blocks((f"{WITHIN}/32",), ("2001:db8::1/128",))),
        ],
        verdicts=reached("+-+-"),
    ),
    case(
        66,
        "a selector of nothing is everybody",
        [DB, BARE, WEB, policy(pods={"matchLabels": {}, "matchExpressions": []}, ingress=[])],
        verdicts={"shop/web -> shop/db : TCP 80": False, "shop/db -> shop/bare : TCP 80": False},
    ),
    case(
        66,
        "nothing in nothing is everybody everywhere",
        [DB, pod("far", namespace="data"), to_db({"namespaceSelector": {}, "podSelector": {}})],
        verdicts={"data/far -> shop/db : TCP 80": True, "shop/db -> data/far : UDP 9": True},
    ),
    case(
        66,
        "nothing by itself is everybody here",
        [DB, WEB, pod("far", namespace="data"), to_db({"podSelector": {}})],
        verdicts={"data/far -> shop/db : TCP 80": False, "shop/web -> shop/db : TCP 80": True},
    ),
    case(
        67,
        "a peer that contradicts itself is nobody",
        [WEB, DB, BARE, to_db({"podSelector": expressions(("app", "In", "web"), ("app", "NotIn", "web"))})],
        verdicts={"shop/web -> shop/db : TCP 80": False, "shop/bare -> shop/db : TCP 80": False},
    ),
    case(
        67,
        "a subject that contradicts itself closes nobody",
        [WEB, DB, policy(pods=expressions(("app", "Exists"), ("app", "DoesNotExist")), ingress=[])],
        verdicts={"shop/web -> shop/db : TCP 80": True},
    ),
    case(
        68,
        "NotIn holds where the key is absent",
        [WEB, DB, BARE, to_db({"podSelector": expressions(("app", "NotIn", "web"))})],
        verdicts={"shop/web -> shop/db : TCP 80": False, "shop/bare -> shop/db : TCP 80": True},
    ),
    case(
        68,
        "an empty value is not an absent key",
        [
            pod("empty", labels={"app": ""}),
            DB,
            BARE,
            to_db({"podSelector": by(app="")}),
        ],
        verdicts={"shop/empty -> shop/db : TCP 80": True, "shop/bare -> shop/db : TCP 80": False},
    ),
    case(
        69,
        "replicas that reach each other by a rule about themselves",
        [deployment("db", labels={"app": "db"}), WEB, to_db({"podSelector": by(app="db")}, ports=[{"port": 7000}])],
        verdicts={
            "shop/db -> shop/db : TCP 7000": True,
            "shop/db -> shop/db : TCP 7001": False,
            "shop/db -> shop/db : UDP 7000": False,
            "shop/web -> shop/db : TCP 7000": False,
        },
    ),
    case(
        69,
        "replicas behind a deny do not",
        [deployment("db", labels={"app": "db"}), CLOSED],
        verdicts={"shop/db -> shop/db : TCP 80": False},
    ),
    case(
        70,
        "a pod without labels is closed by an empty selector",
        [BARE, WEB, CLOSED],
        verdicts={"shop/web -> shop/bare : TCP 80": False},
    ),
    case(
        70,
        "a pod without an address is in no block that is known",
        [*from_addresses(None, WITHIN), policy(ingress=blocks(("10.0.0.0/8",)))],
        verdicts=reached("-+"),
    ),
    case(
        70,
        "a namespace without an object has its name, and no other label",
        [
            DB,
            pod("far", namespace="data"),
            to_db({"namespaceSelector": by(**{"kubernetes.io/metadata.name": "data"})}, ports=[{"port": 1}]),
            {**to_db({"namespaceSelector": by(team="data")}), "metadata": {"name": "q", "namespace": "shop"}},
        ],
        verdicts={"data/far -> shop/db : TCP 1": True, "data/far -> shop/db : TCP 2": False},
    ),
    case(
        70,
        "a namespace with an object has both",
        [
            NAMESPACE,
            DB,
            pod("far", namespace="data"),
            to_db({"namespaceSelector": by(team="data", **{"kubernetes.io/metadata.name": "data"})}),
        ],
        verdicts={"data/far -> shop/db : TCP 1": True},
    ),
    case(
        71,
        "a pod on the network of its node is no pod to policies",
        [
            WEB,
            DB,
            pod("agent", labels={"app": "web"}, host_network=True),
            CLOSED,
            to_db({"podSelector": by(app="web")}),
        ],
        codes="NP608",
        verdicts={
            "shop/web -> shop/agent : TCP 80": True,
            "shop/agent -> shop/db : TCP 80": False,
            "shop/web -> shop/db : TCP 80": True,
        },
    ),
    case(
        71,
        "but its node has an address",
        [DB, pod("agent", ip="192.0.2.7", host_network=True), policy(ingress=blocks(("192.0.2.0/24",)))],
        codes="NP608",
        verdicts={"shop/agent -> shop/db : TCP 80": True},
    ),
    case(
        72,
        "pods that have ended are none, for their addresses are used again",
        [WEB, pod("done", phase="Succeeded"), pod("gone", phase="Failed"), pod("soon", phase="Pending")],
        workloads=("shop/web", "shop/soon"),
    ),
    case(
        73,
        "two pods of one address are in the same blocks",
        [*from_addresses(WITHIN, WITHIN), policy(ingress=blocks((f"{WITHIN}/32",)))],
        verdicts=reached("++"),
    ),
    case(
        73,
        "and each is closed by its own labels",
        [
            pod("web", labels={"app": "web"}, ip=WITHIN),
            pod("db", labels={"app": "db"}, ip=WITHIN),
            policy(pods=by(app="db"), ingress=[]),
        ],
        verdicts={"shop/web -> shop/db : TCP 80": False, "shop/db -> shop/web : TCP 80": True},
    ),
    case(
        74,
        "a name is the number that the destination gives it",
        [
            WEB,
            pod("old", ports=[[("http", 80)]]),
            pod("new", ports=[[("http", 8080)]]),
            BARE,
            policy(ingress=[{"ports": [{"port": "http"}]}]),
        ],
        verdicts={
            "shop/web -> shop/old : TCP 80": True,
            "shop/web -> shop/old : TCP 8080": False,
            "shop/web -> shop/new : TCP 80": False,
            "shop/web -> shop/new : TCP 8080": True,
            "shop/web -> shop/bare : TCP 80": False,
            "shop/web -> shop/old : UDP 80": False,
        },
    ),
    case(
        74,
        "two containers may give it two numbers",
        [WEB, pod("both", ports=[[("http", 80)], [("http", 8080)]]), policy(ingress=[{"ports": [{"port": "http"}]}])],
        verdicts={"shop/web -> shop/both : TCP 80": True, "shop/web -> shop/both : TCP 8080": True},
    ),
    case(
        75,
        "services of every kind",
        [
            service("plain", selector={"app": "db"}, ports=[{"port": 80}]),
            service("named", selector={"app": "db"}, ports=[{"port": 80, "targetPort": "http"}]),
            service("moved", selector={"app": "db"}, ports=[{"port": 80, "targetPort": 8080}]),
            service("headless", clusterIP="None", selector={"app": "db"}, ports=[{"port": 80}]),
            service("endpoints", ports=[{"port": 80}]),
            service("elsewhere", type="ExternalName", externalName="db.example.com", selector={"app": "db"}),
        ],
        services={
            "plain": ({"app": "db"}, [80]),
            "named": ({"app": "db"}, ["http"]),
            "moved": ({"app": "db"}, [8080]),
            "headless": ({"app": "db"}, [80]),
            "endpoints": (None, [80]),
            "elsewhere": (None, []),
        },
    ),
    case(
        76,
        "one pod in two files is one pod, and the last counts",
        [BARE, DB],
        [pod("bare", labels={"app": "web"}), to_db({"podSelector": by(app="web")})],
        codes="NP417",
        workloads=("shop/bare", "shop/db"),
        verdicts={"shop/bare -> shop/db : TCP 80": True},
    ),
    case(76, "the same text in two files", [BARE, DB], [DB, BARE], workloads=("shop/bare", "shop/db")),
    case(76, "one policy in two files", [CLOSED], [CLOSED], codes="NP417", policies=("closed",)),
    case(
        77,
        "a policy of one direction is final for its pods, so that no baseline judges them in the other",
        [WEB, DB, policy(pods=by(app="db"), egress=[]), cluster_policy("base", 1)],
        verdicts={"shop/web -> shop/db : TCP 80": True, "shop/db -> shop/web : TCP 80": False},
    ),
    case(
        78,
        "cluster policies of one priority have no order, and need none where they say the same",
        [WEB, DB, cluster_policy("one", 5), cluster_policy("other", 5)],
        verdicts={"shop/web -> shop/db : TCP 80": False},
    ),
]
