"""Texts against the program that they are of: what is wrong with them is found, by an example that is true."""

import random

import msgspec
import pytest

from netpolc.compiler import pipeline
from netpolc.compiler.verification import Verifier
from netpolc.diagnostics.model import errors_in
from netpolc.policy.model import PodPeer, Selector
from netpolc.targets.kinds import LoweredProgram, lower
from tests.naive import policies as naive
from tests.naive.programs import Meaning
from tests.properties.building import compiled, documents, made_up, rendered
from tests.strategies.universe import connections

SHOP = """
namespace shop
baseline deny all
webapp -> database:5000
webapp -> 10.0.0.0/8 except 10.1.0.0/16:443
monitor/prometheus -> *:9090-9099 ingress
namespace lab [team=web]
baseline assume deny ingress
[team=web]/* -> x:"http"
"""


def faults(text, change=lambda written: written, *, own=True, namespaces=None):
    compilation = compiled(text)
    assert compilation.ok, compilation.diagnostics
    files = {"shop.yaml": change(rendered(compilation))}
    return [(found.code, found.message) for found in Verifier(compilation.program, namespaces).faults(files, own=own)]


def test_what_netpolc_writes_is_what_the_program_says():
    assert faults(SHOP) == []
    assert faults("") == []


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("port: 5000", "port: 5001", "on TCP"),
        ("endPort: 9099", "endPort: 9100", "on TCP 9100"),
        ("          endPort: 9099\n", "", "the program lets"),
        ("protocol: TCP", "protocol: UDP", "does not"),
        ("app: database", "app: databases", "the program lets"),
        ("app: webapp", "app: guest", "does not"),
        ("kubernetes.io/metadata.name: monitor", "kubernetes.io/metadata.name: lab", "namespace monitor"),
        ("- 10.1.0.0/16", "- 10.2.0.0/16", "reach 10."),
        ("cidr: 10.0.0.0/8", "cidr: 10.0.0.0/9", "reach 10."),
        ("- Egress", "- Ingress", "does not"),
        ("podSelector: {}", "podSelector:\n    matchLabels:\n      app: x", "the YAML lets"),
        ("namespace: shop", "namespace: store", "does not"),
        ("port: http", "port: https", "which it names"),
        ("name: default-deny", "name: database", "another policy has the same namespace and name"),
        ("kind: NetworkPolicy", "kind: NetworkPolicies", "does not"),
        ("policyTypes:", "policyType:", "Kubernetes does not read"),
        ("spec:", "spec", "Kubernetes does not read"),
        ("      ports:", "    ports:", "Kubernetes does not read"),
    ],
)
def test_what_differs_is_found_with_an_example(before, after, said, own):
    found = faults(
        SHOP, lambda written: written.replace(before, after, 1) if before in written else pytest.fail(written), own=own
    )
    assert found
    assert {code for code, _ in found} == {"NP902" if own else "NP808"}
    assert any(said in message for _, message in found), found


def test_what_means_the_same_is_no_difference():
    def turned(written):
        documents = written.split("---\n")[1:]
        again = documents[0].replace("  name: ", "  name: again-", 1)
        return "---\n".join([*reversed(documents), again])

    assert faults(SHOP, turned) == []
    assert faults(SHOP, lambda written: written.replace("podSelector: {}", "podSelector:", 1)) == []
    # The other end lets nothing else through.
    assert faults(SHOP, lambda written: written.replace("          port: 5000\n", "", 1)) == []
    assert faults(SHOP, lambda written: written.replace("          port: 5000\n", ""))


def test_namespaces_are_judged_by_themselves():
    compilation = compiled(SHOP)
    written = {
        name: rendered(
            msgspec.structs.replace(compilation, policies=tuple(p for p in compilation.policies if p.namespace == name))
        )
        for name in ("shop", "lab")
    }
    lab, shop = (Verifier(compilation.program, {name}) for name in ("lab", "shop"))
    assert lab.faults({"lab.yaml": written["lab"]}, own=True) == ()
    assert shop.faults({"shop.yaml": written["shop"]}, own=True) == ()
    (astray,) = shop.faults({"lab.yaml": written["lab"]}, own=True)
    assert "does not belong" in astray.message


def without_rules(policies):
    return [msgspec.structs.replace(p, ingress=(p.ingress and p.ingress[1:]) or None) for p in policies]


def with_wide_ports(policies):
    return [
        msgspec.structs.replace(p, ingress=p.ingress and tuple(msgspec.structs.replace(r, ports=()) for r in p.ingress))
        for p in policies
    ]


def with_any_peer(policies):
    wide = PodPeer(Selector(), Selector())
    return [
        msgspec.structs.replace(
            p, egress=p.egress and tuple(msgspec.structs.replace(r, peers=(*r.peers, wide)) for r in p.egress)
        )
        for p in policies
    ]


def without_deny(policies):
    return [p for p in policies if p.name != "default-deny"]


def open_types(policies):
    return [msgspec.structs.replace(p, policy_types=("Ingress",), egress=None) for p in policies]


WRONG_LOWERINGS = (without_rules, with_wide_ports, with_any_peer, without_deny, open_types)


@pytest.mark.parametrize("wrong", WRONG_LOWERINGS, ids=lambda wrong: wrong.__name__)
def test_a_wrong_lowering_is_caught(wrong, monkeypatch):
    def spoiled(*arguments):
        found = lower(*arguments)
        return LoweredProgram(tuple(wrong(found.policies)), (), found.diagnostics)

    monkeypatch.setattr(pipeline, "lower", spoiled)
    assert {code for code, _ in faults(SHOP)} == {"NP902"}


@pytest.mark.search(30, block=30)
def test_random_programs_are_written_as_they_are_said(seeds):
    for seed in seeds:
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if not errors_in(compilation.diagnostics):
            found = Verifier(compilation.program).faults({"all.yaml": rendered(compilation)}, own=True)
            assert not found, f"seed {seed}:\n{text}\n{found}"


@pytest.mark.search(30, block=30)
def test_a_character_more_or_less_is_found_or_means_nothing(seeds):
    """Scribbles on the text: whatever is not found allows the same by the naive model, too."""
    told = 0
    for seed in seeds:
        source = random.Random(seed)
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if not compilation.ok or not compilation.policies:
            continue
        written = rendered(compilation)
        at = source.randrange(written.index("---"), len(written))
        scribbled = written[:at] + source.choice(["", "x", "1", " ", "\n", "-"]) + written[at + source.randrange(2) :]
        found = Verifier(compilation.program).faults({"all.yaml": scribbled}, own=True)
        told += bool(found)
        if not found:
            meaning = Meaning(program)
            applied = [*documents(scribbled), *meaning.assumed_denies()]
            for connection in connections(source, meaning, 60):
                assert naive.allows(applied, *connection) == meaning.allows(*connection), f"seed {seed}:\n{scribbled}"
    assert seeds.meet(told, 1 / 10)
