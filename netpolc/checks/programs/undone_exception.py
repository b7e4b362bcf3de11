"""NP635: exceptions of a block that another flow of the same pods lets in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.exceptions import Letting, labels_of, leave_some, message_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.from_program import allow_rules_of, regions_of, rules_of_program
from netpolc.ir.isolation import opened_by
from netpolc.ir.model import Direction, Flow, Net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.model import Reason


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each block with exceptions of which some are let in again, for all pods that are isolated by it."""
    flows = [(flow, half, net) for flow in checked.program.flows for half, net in _nets(flow)]
    if not flows:
        return
    ruleset = rules_of_program(checked.program)
    letting = {half: Letting(ruleset.of(half)) for half in {half for _, half, _ in flows}}
    for flow, half, net in flows:
        undone: dict[str, Reason] = {}
        for rule in allow_rules_of(flow, half):
            if rule.peer in regions_of(net):
                undone |= letting[half].undoing(rule.subject, net.excepts, rule.ports)
        if undone and any(checked.isolations.subjects(peer, half) for peer in opened_by(flow, half)):
            yield Diagnostic(
                code="NP635",
                severity="warning",
                message=message_of(undone),
                location=net.location,
                label="exceptions narrow their own block only",
                labels=labels_of(undone),
                help="except it there, too, or leave the exception out",
            )


def _nets(flow: Flow) -> Iterator[tuple[Direction, Net]]:
    """Yield the blocks with exceptions at the far end of each half of a flow."""
    for half in flow.directions:
        far = flow.sources if half == "ingress" else tuple(end.peer for end in flow.destinations)
        yield from ((half, peer) for peer in far if isinstance(peer, Net) and leave_some(peer.cidr, peer.excepts))
