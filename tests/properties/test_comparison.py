"""The comparison of policies with their program, against models that share nothing with it."""

import ipaddress
import random

import msgspec
import pytest

from netpolc.engine.agreement import agree
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import rules_of_program, with_assumed
from netpolc.engine.regions import Namespaces
from netpolc.engine.verdicts import Pod
from netpolc.engine.witness import witness
from netpolc.policy.constants import NAME_LABEL
from tests.naive import policies as naive
from tests.naive.programs import UNNAMED, Meaning
from tests.properties.building import compiled, documents, made_up, rendered
from tests.strategies.universe import connections


def both(compilation, policies):
    said = rules_of_program(compilation.program)
    return said, with_assumed(rules_of_policies(policies, said.namespaces), compilation.program)


@pytest.mark.search(50, block=50)
def test_what_is_lowered_is_what_was_said(seeds):
    for seed in seeds:
        program, text = made_up(seed)
        compilation = compiled(text, program)
        if compilation.ok:
            found = list(differences(*both(compilation, compilation.policies)))
            assert not found, f"seed {seed}:\n{text}\n{found[0]}"


def spoiled(policies, source):
    """One policy with one of its parts taken away, or opened wide; None where that part is not there."""
    chosen = source.choice(policies)
    direction = source.choice(("ingress", "egress"))
    rules = getattr(chosen, direction) or ()
    match source.randrange(6):
        case 0:
            changed = None
        case 1 if rules:
            gone = source.randrange(len(rules))
            changed = msgspec.structs.replace(chosen, **{direction: (*rules[:gone], *rules[gone + 1 :])})
        case 2 if rules:
            place = source.randrange(len(rules))
            wide = msgspec.structs.replace(rules[place], ports=())
            changed = msgspec.structs.replace(chosen, **{direction: (*rules[:place], wide, *rules[place + 1 :])})
        case 3 if rules:
            place = source.randrange(len(rules))
            wide = msgspec.structs.replace(rules[place], peers=rules[place].peers[1:])
            changed = msgspec.structs.replace(chosen, **{direction: (*rules[:place], wide, *rules[place + 1 :])})
        case 4:
            changed = msgspec.structs.replace(chosen, policy_types=("Ingress", "Egress"))
        case 5 if len(chosen.policy_types) > 1:
            changed = msgspec.structs.replace(chosen, policy_types=chosen.policy_types[:1])
        case _:
            return None
    return [each for policy in policies if (each := changed if policy is chosen else policy) is not None]


def to_naive(end):
    if isinstance(end, Pod):
        name = end.namespace or UNNAMED
        ports = tuple((port.name, port.protocol, port.number) for port in end.ports)
        return naive.Pod(name, {**end.namespace_labels, NAME_LABEL: name}, end.labels, ports)
    (held,) = end.addresses.ranges
    return naive.Address(ip_text(held.family, held.first))


def ip_text(family, number):
    return str(ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number))


@pytest.mark.search(50, block=50)
def test_what_is_spoiled_is_found_and_what_is_found_is_true(seeds):
    found_any = 0
    for seed in seeds:
        source = random.Random(seed)
        program, text = made_up(seed)
        compilation = compiled(text, program)
        policies = spoiled(compilation.policies, source) if compilation.ok and compilation.policies else None
        if policies is None:
            continue
        said, read = both(compilation, policies)
        found = list(differences(said, read))
        assert not (agree(said, read) and found), f"seed {seed}:\n{text}"
        meaning = Meaning(program)
        applied = [
            *documents(rendered(msgspec.structs.replace(compilation, policies=tuple(policies)))),
            *meaning.assumed_denies(),
        ]
        for difference in found[:20]:
            connection = witness(difference.box, Namespaces(said.namespaces))
            ends = to_naive(connection.source), to_naive(connection.destination)
            expected = difference.allowed_by == "one"
            where = f"seed {seed}:\n{text}\n{difference}\n{connection}"
            assert meaning.allows(*ends, connection.protocol, connection.port) is expected, where
            assert naive.allows(applied, *ends, connection.protocol, connection.port) is not expected, where
        found_any += bool(found)
        if not found:
            for connection in connections(source, meaning, 200):
                assert meaning.allows(*connection) == naive.allows(applied, *connection), (
                    f"seed {seed}:\n{text}\n{connection}"
                )
    assert seeds.meet(found_any, 1 / 5)
