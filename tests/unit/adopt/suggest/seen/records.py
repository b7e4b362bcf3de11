"""Records of flows in a few words, and what is proposed for them."""

from netpolc.adopt.suggest.suggesting import suggest
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.flows.record import FlowEnd, SeenFlow
from netpolc.flows.reduction import Reduction
from netpolc.manifests.combining import combine
from netpolc.queries.traffic.settled import settled
from tests.unit.adopt.suggest.world import manifests

DAY = 24 * 60 * 60
FIRST = 1_790_812_800.0
"""2026-10-01."""


def pod(name, namespace="shop", labels=None, **fields):
    """A pod of a workload, labelled `app` as that is called."""
    carried = {"app": name} if labels is None else labels
    fields.setdefault("owner", name)
    return FlowEnd(namespace=namespace, labels=tuple(sorted(carried.items())), **fields)


def bare(name, namespace="shop", **fields):
    """A pod of which the log has no labels."""
    return FlowEnd(namespace=namespace, owner=name, **fields)


def at(address, *names):
    return FlowEnd(address=address, names=names)


def seen(source, destination, port, *, count=10, verdict="forwarded", protocol="TCP", last=29):
    """A flow; `last` is the day of the month less one."""
    source, destination = (pod(each) if isinstance(each, str) else each for each in (source, destination))
    return SeenFlow(
        source=source,
        destination=destination,
        protocol=protocol,
        port=port,
        verdict=verdict,
        first=FIRST,
        last=FIRST + last * DAY,
        count=count,
    )


def settled_in(given, flows):
    """The flows, their ends joined with the workloads of manifests."""
    reduction = Reduction()
    for each in flows:
        reduction.add(each)
    cluster = cluster_of(Inputs(None, given, ()), CompileOptions())
    return tuple(settled(cluster, reduction.distinct()))


def proposed(*flows, documents=()):
    """The result for some flows, and manifests if there are any."""
    given = manifests(*documents) if documents else combine([])
    result = suggest(given, apart=False, flows=settled_in(given, flows))
    assert result.diagnostics == ()
    return result


def lines(*flows, documents=()):
    """What is proposed, but for what is in each proposal."""
    (text,) = proposed(*flows, documents=documents).files.values()
    known = {"* -> std.dns", "baseline deny all", 'import "std"'}
    found = [line for line in text.splitlines()[2:] if line and line not in known]
    return [line for line in found if not line.startswith(("namespace ", "# Places")) and not line.endswith(".")]
