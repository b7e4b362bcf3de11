"""Options of commands that read manifests or records of flows."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli.options import given
from netpolc.project.charts import ChartSettings
from netpolc.project.filesystem import DISK

if TYPE_CHECKING:
    from collections.abc import Sequence


class FlowsFormat(str, Enum):
    """A format of recorded flows."""

    HUBBLE = "hubble"
    CALICO = "calico"
    GKE = "gke"
    NETOBSERV = "netobserv"
    ANTREA = "antrea"
    AWS = "aws"
    VPC = "vpc"


def _values(paths: list[str] | None) -> list[str] | None:
    """Return the absolute paths of values; Helm would fetch what is none."""
    given(paths)
    for path in paths or ():
        if not DISK.is_file(Path(path)):
            raise typer.BadParameter(f"`{path}` is no file")
    return paths and [str(Path(path).absolute()) for path in paths]


def charts(
    namespace: str | None,
    values: Sequence[str] | None,
    sets: Sequence[str] | None,
    kube_version: str | None,
    *,
    demanded: bool = True,
) -> ChartSettings:
    """Return what charts are rendered with, of which there have to be some if they are `demanded`."""
    return ChartSettings(namespace, tuple(values or ()), tuple(sets or ()), kube_version, demanded)


def complete_input(incomplete: str) -> list[str]:
    """List what a shell offers for an input beside files."""
    from netpolc.cli.completing.inputs import inputs  # only a shell asks

    return inputs(incomplete)


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INPUT]...",
        callback=given,
        help="netpol files, YAML or JSON manifests, folders of them, `cluster:CONTEXT`, or `-` for standard input. "
        "Without any: the sources and manifests of netpolc.toml, or all netpol files below the working folder.",
        show_default=False,
        autocompletion=complete_input,
    ),
]
Flows = Annotated[
    list[str] | None,
    typer.Option(
        "--flows",
        metavar="FLOWS",
        help="Records of flows, told by their shape: a file, a folder, or `-`; may be given more than once.",
        show_default=False,
        callback=given,
    ),
]
FlowsFormatOption = Annotated[
    FlowsFormat | None,
    typer.Option(
        "--flows-format",
        help="The format of all records of flows, where what is in them does not tell it.",
        show_default=False,
    ),
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--values",
        metavar="FILE",
        help="Values for charts among the inputs, as `helm --values`; may be given more than once.",
        show_default=False,
        callback=_values,
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A value for charts among the inputs, as `helm --set`; may be given more than once.",
        show_default=False,
        callback=given,
    ),
]
KubeVersion = Annotated[
    str | None,
    typer.Option(
        "--kube-version",
        metavar="VERSION",
        help="The version of Kubernetes that charts among the inputs are rendered for.",
        show_default=False,
        callback=given,
    ),
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Answer from what can be read of manifests, and say what is left out.")
]
