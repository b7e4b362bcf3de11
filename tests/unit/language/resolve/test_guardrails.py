from tests.rows import each_row
from tests.unit.language.resolve.sources import ports, program, said, shown


def guardrails(text, others=None):
    return [
        (
            f"{each.tier} {each.action}",
            [shown(peer) for peer in each.sources],
            [f"{shown(end.peer)}:{ports(end)}" for end in each.destinations],
            each.directions,
        )
        for each in program(text, others).guardrails
    ]


BOTH = ("egress", "ingress")


def test_each_end_says_its_namespaces():
    assert guardrails("always deny */* -> {shop/db, 10.0.0.0/8}:22\ndefault allow [a=b]/x -> shop/*:* ingress") == [
        ("always deny", ["[]/"], ["shop/app=db:TCP22-22"], ("ingress",)),
        ("always deny", ["[]/"], ["10.0.0.0/8:TCP22-22"], ("egress",)),
        ("default allow", ["[a=b]/app=x"], ["shop/:SCTP1-65535 TCP1-65535 UDP1-65535"], ("ingress",)),
    ]


def test_to_allow_takes_both_ends_and_to_deny_one():
    text = "always deny a/* -> {b/*, any}:1\nalways allow a/* -> {b/*, any}:1\nalways deny a/* -> b/*:1 egress"
    assert [(what, directions) for what, _, _, directions in guardrails(text)] == [
        ("always deny", ("ingress",)),
        ("always deny", ("egress",)),
        ("always allow", BOTH),
        ("always deny", ("egress",)),
    ]


def test_a_service_brings_its_ports():
    text = "service dns = kube-system/[k8s-app=kube-dns]:53/udp\nalways allow */* -> dns"
    assert guardrails(text) == [("always allow", ["[]/"], ["kube-system/k8s-app=kube-dns:UDP53-53"], BOTH)]


@each_row(
    "end, left",
    [
        ("*/* except a/*", ["[kubernetes.io/metadata.name!=a]/"]),
        ("*/* except {a/*, b/*}", ["[kubernetes.io/metadata.name!=a|b]/"]),
        ("*/* except a/x", ["[kubernetes.io/metadata.name!=a]/", "a/app!=x"]),
        ("a/* except b/*", ["a/"]),
        ("a/* except */x", ["a/app!=x"]),
        ("a/x except [t]/*", ["[kubernetes.io/metadata.name=a,t!]/app=x"]),
        (
            "[t]/* except a/[x=y, z]",
            [
                "[kubernetes.io/metadata.name!=a,t?]/",
                "[kubernetes.io/metadata.name=a,t?]/x!=y",
                "[kubernetes.io/metadata.name=a,t?]/x=y,z!",
            ],
        ),
        ("{a/*, b/*} except a/*", ["b/"]),
    ],
)
def test_exceptions_are_taken_away_exactly(end, left):
    ((_, sources, destinations, _),) = guardrails(f"always deny {end} -> {end}:1")
    assert sources == left
    assert destinations == [f"{each}:TCP1-1" for each in left]


SAID = {
    "always deny x -> a/x:1": [("NP223", "x")],
    "always deny a/x -> *:1": [("NP223", "*")],
    "always deny */* except x -> a/x:1": [("NP223", "x")],
    "always deny */* except std -> a/x:1\nnet std = 10.0.0.0/8": [("NP223", "std")],
    "always deny any except a/* -> a/x:1": [("NP223", "a/*")],
    "always deny a/x except a/* -> a/x:1": [("NP223", "a/*")],
    "always deny */* -> a/x": [("NP301", "a/x")],
}


@each_row("text", SAID)
def test_what_cannot_be_said(text):
    assert said(text) == SAID[text]


def test_a_guardrail_opens_no_namespace():
    found = program("always deny */* -> a/x:1")
    assert found.namespaces == ()
    assert found.baselines == ()


def test_it_may_hold_in_an_environment():
    text = "env prod {\n  always deny */* -> a/x:1\n}\nenv dev {}"
    assert program(text, env="prod").guardrails
    assert not program(text, env="dev").guardrails


def test_an_import_brings_no_guardrails():
    assert guardrails(
        'import "lib.netpol"\nalways deny a/x -> lib.y:1', {"lib.netpol": "pods y = b/[y=z]\nalways deny a/q -> b/r:1"}
    ) == [("always deny", ["a/app=x"], ["b/y=z:TCP1-1"], ("ingress",))]
