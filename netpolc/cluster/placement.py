"""The namespace that objects without one are taken to be in, where `-n` does not say it.

What leads to objects that name their namespace is beside these. All else is decided here for every command, and for
both sides of a comparison at once: first the only namespace of the program, or without a program, of the policies; else
`default`, where manifests name it beside objects that name none. A run goes on as if that namespace had been given with
`-n`. Where neither decides, such objects stay in a namespace of their own, the unnamed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.options import PoliciesBeside
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.standards import AS_FOUND
from netpolc.engine.enforced import denies_by_exceptions
from netpolc.manifests.companions import beside_companions
from netpolc.manifests.namespace_default import DEFAULT, becomes_twice, objects_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.checks.options import CheckOptions
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Compilation, CompileOptions
    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests, Route, Service, Workload
    from netpolc.policy.model import Policy


class PlacedInputs(msgspec.Struct, frozen=True):
    """Inputs, their sources compiled, and options whose namespace is the one of all that names none.

    It is None where nothing decides; `diagnostics` say where it was assumed.
    """

    inputs: Inputs
    compiled: Compilation | None
    options: CompileOptions
    diagnostics: tuple[Diagnostic, ...] = ()


def placed(parts: Iterable[tuple[Inputs, CompileOptions]]) -> list[PlacedInputs]:
    """Compile inputs, and decide for all of them together which namespace objects without one are in."""
    found = [_read(inputs, options) for inputs, options in parts]
    home = _home(found)
    return found if home is None else [_moved(each, *home) for each in found]


def _read(inputs: Inputs, options: CompileOptions) -> PlacedInputs:
    """Compile inputs, in which what leads to objects that name their namespace is beside them, unless one was given."""
    if options.namespace is not None:
        return PlacedInputs(inputs, _compiled(inputs, options), options)
    (manifests, put), *others = map(beside_companions, (inputs.manifests, *inputs.others))
    if put or any(more for _, more in others):
        put += tuple(each for _, more in others for each in more)
        inputs = msgspec.structs.replace(inputs, manifests=manifests, others=tuple(each for each, _ in others))
    return PlacedInputs(inputs, _compiled(inputs, options), options, tuple(_put(put)))


def _put(objects: Iterable[Service | Workload | Route]) -> Iterator[Diagnostic]:
    """Yield NP221 for each namespace in which objects were put beside others."""
    by_place: dict[str, list[Service | Workload | Route]] = {}
    for each in objects:
        by_place.setdefault(each.namespace or "", []).append(each)
    for place, there in by_place.items():
        them = "it" if len(there) == 1 else "them"
        yield _assumed(there, place, f"where the pods or services that belong with {them} are")


def _compiled(inputs: Inputs, options: CompileOptions) -> Compilation | None:
    if inputs.loaded is None:
        return None
    checks = checks_beside(options.checks, inputs.manifests)
    return _with_others(inputs.loaded, inputs.manifests, msgspec.structs.replace(options, checks=checks))


def checks_beside(options: CheckOptions, manifests: Manifests) -> CheckOptions:
    """Return how a program is checked beside manifests."""
    return msgspec.structs.replace(
        options,
        namespaces={each.name: each.labels for each in manifests.namespaces},
        pods=tuple((each.namespace, each.labels) for each in manifests.workloads),
        service_blocks=manifests.service_blocks,
        standards=AS_FOUND,  # what a project makes of findings is asked once all of them are known
    )


def _with_others(loaded: Loaded, manifests: Manifests, options: CompileOptions) -> Compilation:
    """Compile sources, and prove what they assert beside the policies of others, if some of these deny anything."""
    from netpolc.compiler.pipeline import compile_program  # manifests alone need no compiler

    policies, platform = manifests.policies, options.checks.platform
    may_deny = bool(manifests.tier_policies or (platform.denies_exceptions and policies))
    if not may_deny or not options.checks.proves_assertions:
        return compile_program(loaded, options)
    # What all policies are together depends on what the program becomes: on priorities, and on its own exceptions.
    unproved = msgspec.structs.replace(options.checks, proves_assertions=False)
    alone = compile_program(loaded, msgspec.structs.replace(options, checks=unproved))
    if not alone.program.assertions:
        return alone
    beside = None
    if manifests.tier_policies or denies_by_exceptions(platform, (*policies, *alone.policies)):
        tiers = (*alone.tier_policies, *manifests.tier_policies)
        beside = PoliciesBeside(policies, tiers, manifests.nodes, alone.policies)
    checks = msgspec.structs.replace(options.checks, beside=beside)
    return compile_program(loaded, msgspec.structs.replace(options, checks=checks))


def _home(parts: Sequence[PlacedInputs]) -> tuple[str, str] | None:
    """Return the namespace to assume, and why in words."""
    open_ones = [each.inputs.manifests for each in parts if each.options.namespace is None]
    if not any(one.namespace is None for manifests in open_ones for one in objects_of(manifests)):
        return None
    owned = frozenset[str | None]().union(*map(_decisive, parts))
    (only,) = owned if len(owned) == 1 else (None,)
    if only is not None:
        name, why = only, f"the only namespace of the {'program' if _have_programs(parts) else 'policies'}"
    elif any(one.namespace == DEFAULT for each in parts for one in objects_of(each.inputs.manifests)):
        name, why = DEFAULT, "in which other objects are"
    else:
        return None
    # Two policies of one name are meant for two namespaces: nobody could apply them to one.
    return None if any(becomes_twice(manifests, name) for manifests in open_ones) else (name, why)


def _decisive(part: PlacedInputs) -> frozenset[str | None]:
    """Return the namespace that is given, else those of the program, else those of policies."""
    if part.options.namespace is not None:
        return frozenset((part.options.namespace,))
    owned = frozenset[str | None]() if part.compiled is None else _owned(part.compiled.program)
    return owned or frozenset(policy.namespace for policy in part.inputs.manifests.policies)


def _owned(program: Program | None) -> frozenset[str | None]:
    return frozenset() if program is None else frozenset(each.name for each in program.namespaces)


def _have_programs(parts: Iterable[PlacedInputs]) -> bool:
    return any(each.compiled is not None and each.compiled.program.namespaces for each in parts)


def _moved(part: PlacedInputs, name: str, why: str) -> PlacedInputs:
    """Return a part as if a namespace had been given for it, unless another one was."""
    if part.options.namespace is not None:
        return part
    options = msgspec.structs.replace(part.options, namespace=name)
    compiled = part.compiled
    unnamed = compiled is not None and None in _owned(compiled.program)
    if unnamed:
        compiled = _compiled(part.inputs, options)
    said = _said(part.inputs.manifests, name, why, program=unnamed)
    return PlacedInputs(part.inputs, compiled, options, (*part.diagnostics, *said))


def _said(manifests: Manifests, name: str, why: str, *, program: bool) -> tuple[Diagnostic, ...]:
    """Return NP221, once for all objects, if there are any."""
    without = [one for one in objects_of(manifests) if one.namespace is None]
    return (_assumed(without, name, why, program=program),) if without else ()


def _assumed(
    objects: Sequence[Policy | Workload | Service | Route], name: str, why: str, *, program: bool = False
) -> Diagnostic:
    count = len(objects)
    said = f"{count} object{'s' * (count != 1)}{' and the program' if program else ''}"
    one = count == 1 and not program
    return Diagnostic(
        code="NP221",
        severity="note",
        message=f"{said} without a namespace {'is' if one else 'are'} taken to be in `{name}`, {why}",
        location=objects[0].location,
        label="" if count == 1 else "the first of them",
        help="to have them in another namespace, name it with `-n`",
    )
