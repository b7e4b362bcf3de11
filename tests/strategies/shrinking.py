"""Smaller programs of which something still holds: what a failure shows."""

import itertools
import time

from msgspec.structs import replace

from tests.naive.programs import (
    Baseline,
    Declaration,
    Environment,
    Flow,
    In,
    Labels,
    Net,
    Section,
    SetOf,
    Target,
)
from tests.seeds import SECONDS_TO_SHRINK


def shrunk(program, still):
    """The smallest program that taking parts away leads to, and of which `still` holds; it must hold of this one.

    It is the smallest that is found before the time for shrinking is over.
    """
    end = time.monotonic() + SECONDS_TO_SHRINK
    while True:
        candidates = itertools.takewhile(lambda _: time.monotonic() < end, _programs(program))
        smaller = next((candidate for candidate in candidates if still(candidate)), None)
        if smaller is None:
            return program
        program = smaller


def _programs(program):
    for statements in _lists(program.statements, _statements):
        yield replace(program, statements=statements)
    for library in _lists(program.library, _statements):
        yield replace(program, library=library)
    if program.environment is not None:
        yield replace(program, environment=None)
    if program.namespace is not None:
        yield replace(program, namespace=None)


def _lists(items, simpler, least=0):
    """A list without one of its items, then with one of them simplified."""
    for at in range(len(items) if len(items) > least else 0):
        yield (*items[:at], *items[at + 1 :])
    for at, item in enumerate(items):
        for other in simpler(item):
            yield (*items[:at], other, *items[at + 1 :])


def _statements(statement):
    match statement:
        case Section() | Environment():
            for body in _lists(statement.body, _statements):
                yield replace(statement, body=body)
            if isinstance(statement, Section) and statement.labels:
                yield replace(statement, labels=())
        case Flow():
            yield from (replace(statement, source=source) for source in _endpoints(statement.source))
            yield from (replace(statement, target=target) for target in _targets(statement.target))
            if statement.both or statement.half:
                yield replace(statement, both=False, half=None)
        case Baseline():
            yield from (replace(statement, on=on) for on in _endpoints(statement.on))
            if statement.assume:
                yield replace(statement, assume=False)
        case Declaration():
            yield from (replace(statement, value=value) for value in _values(statement.value))


def _values(value):
    if isinstance(value, Target):
        return _targets(value)
    return _lists(value, _nothing, least=1) if isinstance(value, tuple) else _endpoints(value)


def _targets(target):
    if target.ports is None and isinstance(target.endpoint, SetOf):
        yield from target.endpoint.members
    yield from (replace(target, ports=ports) for ports in _lists(target.ports or (), _nothing, least=1))
    yield from (replace(target, endpoint=endpoint) for endpoint in _endpoints(target.endpoint))


def _endpoints(endpoint):
    match endpoint:
        case SetOf(members):
            yield from (member.endpoint for member in members if member.ports is None)
            yield from map(SetOf, _lists(members, _targets, least=1))
        case Labels(requirements):
            yield from map(Labels, _lists(requirements, _nothing, least=1))
        case In(namespace, pods):
            yield from (In(namespace, part) for part in _endpoints(pods))
        case Net(cidr, excepts) if excepts:
            yield from (Net(cidr, rest) for rest in _lists(excepts, _nothing))


def _nothing(_):
    return ()
