"""Options that mean one thing in every command."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli.output import Style
from netpolc.policy.names import dns_label
from netpolc.project import config
from netpolc.project.charts import ChartSettings
from netpolc.project.filesystem import DISK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.project.model import Platform


class DiagnosticsForm(str, Enum):
    """A form of diagnostics that are no result."""

    HUMAN = "human"
    PLAIN = "plain"
    JSON = "json"
    GITHUB = "github"


class ResultForm(str, Enum):
    """A form of a result that people read, too, and that may be a comment for a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


class FindingsForm(str, Enum):
    """A form of diagnostics that are the result."""

    HUMAN = "human"
    PLAIN = "plain"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


class When(str, Enum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Unit(str, Enum):
    """The unit that a line of the relation, or a node of its picture, is about."""

    WORKLOAD = "workload"
    NAMESPACE = "namespace"


class FileLayout(str, Enum):
    """How policies are spread over files."""

    OBJECT = "object"
    NAMESPACE = "namespace"
    SINGLE = "single"


class TargetKind(str, Enum):
    """A kind of policy to compile to."""

    NETWORK_POLICY = "networkpolicy"
    CLUSTER_NETWORK_POLICY = "cluster-network-policy"


class PlatformName(str, Enum):
    """A platform, which enforces the policies."""

    KUBERNETES = "kubernetes"
    CILIUM = "cilium"
    CALICO = "calico"
    OPENSHIFT = "openshift"
    EKS = "eks"
    GKE = "gke"
    KUBE_NETWORK_POLICIES = "kube-network-policies"


class FlowsFormat(str, Enum):
    """A format of recorded flows."""

    HUBBLE = "hubble"
    CALICO = "calico"
    GKE = "gke"
    NETOBSERV = "netobserv"
    ANTREA = "antrea"
    AWS = "aws"
    VPC = "vpc"


def given(value: str | list[str] | None) -> str | list[str] | None:
    """Refuse an empty value: it is a variable of the shell that somebody forgot to set."""
    if value == "" or (isinstance(value, list) and "" in value):
        raise typer.BadParameter("it is empty")
    return value


def dns_name(value: str | None) -> str | None:
    """Refuse what can be no name of a namespace."""
    for fault in () if value is None else dns_label(value):
        raise typer.BadParameter(fault)
    return value


def _exclude(patterns: list[str] | None) -> list[str] | None:
    given(patterns)
    for pattern in patterns or ():
        if (why := config.unfit(pattern)) is not None:
            raise typer.BadParameter(f"`{pattern}` {why}; write it relative to the working folder, with `/`")
    return patterns


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


def platform(chosen: PlatformName | None) -> Platform | None:
    """Return the platform that an option chooses."""
    return None if chosen is None else chosen.value


def style_of_answer(
    error_format: DiagnosticsForm | None, form: Enum, color: When, *, quiet: bool, verbose: bool
) -> Style:
    """Return how to speak beside an answer; a program that asks for a document gets one where there is no answer."""
    return Style(
        form=DiagnosticsForm.HUMAN.value if error_format is None else error_format.value,
        refusal=DiagnosticsForm.JSON.value if error_format is None and form.value == "json" else None,
        color=color.value,
        quiet=quiet,
        verbose=verbose,
    )


def _complete_environment(incomplete: str) -> list[str]:
    file = config.find(Path.cwd())
    project = None if file is None else config.load(file)[0]
    return [] if project is None else [name for name in project.environments if name.startswith(incomplete)]


def _complete_namespace(ctx: typer.Context, incomplete: str) -> list[str]:
    from netpolc.cli.completing.endpoints import namespaces  # only a shell asks

    return namespaces(incomplete, *_inputs_before(ctx))


def complete_endpoint(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for an endpoint."""
    from netpolc.cli.completing.endpoints import endpoints  # only a shell asks

    return endpoints(incomplete, *_inputs_before(ctx))


def complete_destination(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for an endpoint with ports."""
    from netpolc.cli.completing.endpoints import destinations  # as above

    return destinations(incomplete, *_inputs_before(ctx))


def complete_port(ctx: typer.Context, incomplete: str) -> list[str]:
    """List what a shell offers for ports: those of the destination, if there is one."""
    from netpolc.cli.completing.endpoints import ports  # as above

    (destination,) = ctx.obj.get("destination", [None])[-1:]
    return [port for port in ports(destination, *_inputs_before(ctx)) if port.startswith(incomplete)]


def complete_revision(incomplete: str) -> list[str]:
    """List what a shell offers for a revision."""
    from netpolc.cli.completing.revisions import revisions  # as above

    return revisions(incomplete)


def complete_context(incomplete: str) -> list[str]:
    """List what a shell offers for a context."""
    from netpolc.cli.completing.contexts import contexts  # as above

    return contexts(incomplete)


def complete_side(incomplete: str) -> list[str]:
    """List what a shell offers for a side of a comparison."""
    from netpolc.cli.completing.inputs import sides  # as above

    return sides(incomplete)


def complete_input(incomplete: str) -> list[str]:
    """List what a shell offers for an input beside files."""
    from netpolc.cli.completing.inputs import inputs  # as above

    return inputs(incomplete)


def _inputs_before(ctx: typer.Context) -> tuple[list[str], str | None]:
    """Return the inputs and the environment that stand before what is completed."""
    given = ctx.obj
    return given.get("inputs") or given.get("paths") or given.get("manifests") or [], given.get("env", [None])[-1]


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        callback=given,
        help="Files, folders of `*.netpol` files, or `-` for standard input. "
        "Without any: the sources of netpolc.toml, or all files below the working folder.",
        show_default=False,
    ),
]
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
ResultPath = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="A file, or `-` for standard output.",
        show_default=False,
        callback=given,
    ),
]
Environment = Annotated[
    str | None,
    typer.Option(
        "--env",
        "-e",
        metavar="NAME",
        help="Only this environment.",
        show_default=False,
        callback=given,
        autocompletion=_complete_environment,
    ),
]
Namespace = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        "-n",
        metavar="NAME",
        help="The namespace of statements outside of any, of objects that name none, and of charts.",
        show_default=False,
        callback=dns_name,
        autocompletion=_complete_namespace,
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
Context = Annotated[
    str | None,
    typer.Option(
        "--context",
        metavar="NAME",
        help="The context of kubectl. Without it, its current one is taken.",
        show_default=False,
        callback=given,
        autocompletion=complete_context,
    ),
]
Rbac = Annotated[bool, typer.Option("--rbac", help="Print the roles that suffice, and ask no cluster.")]
ForceConflicts = Annotated[
    list[str] | None,
    typer.Option(
        "--force-conflicts", metavar="MANAGER", help="Take fields back from this field manager.", callback=given
    ),
]
PruneMax = Annotated[int, typer.Option("--prune-max", metavar="N", min=0, help="The most policies to delete.")]
RenamedFrom = Annotated[
    str | None,
    typer.Option("--renamed-from", metavar="NAME", help="What this project was called before.", callback=given),
]
Adopt = Annotated[bool, typer.Option("--adopt", help="Take over policies that are there already.")]
CreateNamespaces = Annotated[bool, typer.Option("--create-namespaces", help="Make namespaces that are not there.")]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="GLOB",
        help="Leave out files and folders below the given ones, as `exclude` of netpolc.toml does; "
        "may be given more than once.",
        show_default=False,
        callback=_exclude,
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
PlatformOption = Annotated[
    PlatformName | None,
    typer.Option(
        "--platform", help="What enforces the policies; the `platform` of netpolc.toml otherwise.", show_default=False
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
ErrorForm = Annotated[DiagnosticsForm, typer.Option("--error-format", help="The form of errors and warnings.")]
ErrorFormOfAnswer = Annotated[
    DiagnosticsForm | None,
    typer.Option("--error-format", help="The form of errors and warnings.  [default: human]", show_default=False),
]
Color = Annotated[When, typer.Option("--color", help="When to use colour; NO_COLOR and FORCE_COLOR are heeded, too.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also print notes, and what is done.")]
Source = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="ENDPOINT",
        help="Only connections from there.",
        callback=given,
        autocompletion=complete_endpoint,
    ),
]
Destination = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="ENDPOINT",
        help="Only connections to there.",
        callback=given,
        autocompletion=complete_endpoint,
    ),
]
OnlyPorts = Annotated[
    str | None,
    typer.Option(
        "--port",
        metavar="PORTS",
        help="Only these ports: `5432`, `53/udp`, `8000-8100`.",
        callback=given,
        autocompletion=complete_port,
    ),
]
Pairs = Annotated[bool, typer.Option("--pairs", help="List pairs of peers, and not groups of them.")]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Answer from what can be read of manifests, and say what is left out.")
]
NoHypothetical = Annotated[bool, typer.Option("--no-hypothetical", help="Leave out pods that no manifest shows.")]
