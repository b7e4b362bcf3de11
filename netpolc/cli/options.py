"""Options that mean one thing in every command that has them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli.output import Style
from netpolc.policy.names import dns_label
from netpolc.project import config

if TYPE_CHECKING:
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


class VersionForm(str, Enum):
    """A form of what netpolc says of itself."""

    TEXT = "text"
    JSON = "json"


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

    return namespaces(incomplete, *inputs_before(ctx))


def inputs_before(ctx: typer.Context) -> tuple[list[str], str | None]:
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
PlatformOption = Annotated[
    PlatformName | None,
    typer.Option(
        "--platform", help="What enforces the policies; the `platform` of netpolc.toml otherwise.", show_default=False
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
