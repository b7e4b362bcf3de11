"""Clusters out of a program and manifests."""

from pathlib import Path

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def cluster(program=None, manifests="", **options):
    """What a program and manifests say together; nothing is wrong with them."""
    loaded = None if program is None else load_text(Source("shop.netpol", program), Path("/nowhere"))
    read = combine([read_manifests(Source("deploy.yaml", manifests))])
    found = cluster_of(Inputs(loaded, read, read.diagnostics), CompileOptions(**options))
    assert not [each for each in found.diagnostics if each.severity == "error"], found.diagnostics
    return found
