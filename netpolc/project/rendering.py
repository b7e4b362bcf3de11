"""Charts and kustomizations as the manifests that they make, rendered by the tools that people deploy them with.

The tools get no flag that would let them run plugins, fetch dependencies or ask a cluster, nor a cluster to ask.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.charts import NO_SETTINGS
from netpolc.project.discovery import CHART, RenderedFolder
from netpolc.project.processes import Ended, installed, run_bounded
from netpolc.project.reading import decode, read_source
from netpolc.project.rendered_names import rendered_name
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.project.charts import ChartSettings

PATIENCE_SECONDS = 60.0
"""How long one folder may take; most take a tenth of a second."""

LARGEST = 32 * 1024 * 1024
LONGEST_NAME = 53
"""What Helm takes for the name of a release (helm, pkg/chart/common/util/validate_name.go)."""

_ENVIRONMENT = {"KUBECONFIG": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
_MOST_LINES = 5

# What Helm 3 and 4 say beside a cause: warnings, such as of the modes of /dev/null, which is the cluster that they get.
_ASIDE = re.compile(r"WARNING: |(?:time=\S+ )?level=(?:DEBUG|INFO|WARN) |Use --debug flag to render out invalid YAML")

# Times, process ids and words that tools put before what they complain of.
_PREAMBLE = r'^(?:[EFIW]\d{4} [\d:.]+ +\d+ \S+\] )?(?:"command failed" err=(?:<\s*)?)?(?:[Ee]rror: )?'


class Tool(msgspec.Struct, frozen=True):
    """A program, and the words before and after the folder that it renders."""

    program: str
    words: tuple[str, ...]
    options: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The command without its arguments."""
        return f"{self.program} {self.words[0]}"

    def line(self, folder: str) -> str:
        """Return the command that a user would type."""
        return shlex.join((self.program, *self.words, folder, *self.options))


def render(
    folder: RenderedFolder,
    charts: ChartSettings = NO_SETTINGS,
    *,
    seconds: float = PATIENCE_SECONDS,
    limit: int = LARGEST,
) -> Source | Diagnostic:
    """Render the manifests of a folder as a text called `chart (helm template)`; NP811 where that fails."""
    marker = read_source(folder.path / folder.marker, _beside(folder, folder.marker))
    if isinstance(marker, Diagnostic):
        return marker
    tools = _tools(folder, marker, charts)
    if folder.marker == CHART and _stated(marker, "type") == "library":
        return Source(_name(folder, tools[0]), "")
    found = next(((tool, path) for tool in tools if (path := installed(tool.program)) is not None), None)
    if found is None:
        return _not_installed(folder, tools, marker)
    tool, path = found
    command = (path, *tool.words, ".", *tool.options)
    ended = run_bounded(command, folder.path, os.environ | _ENVIRONMENT, seconds=seconds, limit=limit)
    if ended.failure is not None:
        return _failed(folder, tool, ended, marker)
    return decode(ended.output, _name(folder, tool))


def not_rendered(folder: RenderedFolder) -> Diagnostic:
    """Say (NP811) that a folder would have to be rendered, and that no other programs are run here."""
    kind = "chart" if folder.marker == CHART else "kustomization"
    return Diagnostic(
        code="NP811",
        severity="error",
        message=f"`{folder.name}` is a {kind}, and no program that renders it is run here",
        help="give the manifests that it makes",
    )


def _tools(folder: RenderedFolder, marker: Source, charts: ChartSettings) -> tuple[Tool, ...]:
    """Return the tools that can render a folder, in the order in which they are looked for."""
    if folder.marker == CHART:
        return (Tool("helm", ("template", _release(folder, marker)), ("--skip-tests", *charts.options)),)
    return Tool("kubectl", ("kustomize",)), Tool("kustomize", ("build",))


def _name(folder: RenderedFolder, tool: Tool) -> str:
    return rendered_name(folder.name, tool.title)


def _beside(folder: RenderedFolder, name: str) -> str:
    return name if folder.name == "." else f"{folder.name}{os.sep}{name}"


def _release(folder: RenderedFolder, marker: Source) -> str:
    """Return the name of a release: the chart's own, which is the same in any clone, or else its folder's."""
    stated = _stated(marker, "name") or folder.path.resolve().name
    name = re.sub(r"[^a-z0-9]+", "-", stated.lower()).strip("-")
    return name[:LONGEST_NAME].rstrip("-") or "release"


def _stated(marker: Source, key: str) -> str:
    """Return the word at a key of a chart's file, empty where it is written in any but the usual way."""
    found = re.search(rf"(?m)^{key}:[ \t]+[\"']?([^\s\"'#]+)", marker.text)
    return "" if found is None else found[1]


def _not_installed(folder: RenderedFolder, tools: Sequence[Tool], marker: Source) -> Diagnostic:
    kind = "chart" if folder.marker == CHART else "kustomization"
    programs = [f"`{tool.program}`" for tool in tools]
    lacking = f"{programs[0]} is not" if len(programs) == 1 else f"neither {' nor '.join(programs)} is"
    return _unrendered(
        f"`{folder.name}` is a {kind}, and {lacking} installed",
        f"install it, or pipe what it makes: `{_piped(tools[-1], folder)}`",
        marker,
    )


def _failed(folder: RenderedFolder, tool: Tool, ended: Ended, marker: Source) -> Diagnostic:
    complaint = _shortened(ended.complaint)
    advice = f"see what `{tool.line(folder.name)}` says"
    if "helm dependency" in complaint:
        advice = f"fetch them with `{shlex.join(('helm', 'dependency', 'build', folder.name))}`"
    elif "external plugins disabled" in complaint:
        line = shlex.join(("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", folder.name))
        advice = f"it has functions, and none is run here; pipe what it makes: `{line} | netpolc check -`"
    elif re.search(r"kustomization(?:\.ya?ml)? is empty", complaint, re.IGNORECASE):
        advice = "list manifests at its `resources:`, or name them instead of their folder"
    elif ended.bounded:
        advice = f"pipe what it makes: `{_piped(tool, folder)}`"
    why = ended.failure if ended.bounded or not complaint else complaint
    return _unrendered(f"`{tool.title}` cannot render `{folder.name}`: {why}", advice, marker)


def _piped(tool: Tool, folder: RenderedFolder) -> str:
    return f"{tool.line(folder.name)} | netpolc check -"


def _shortened(complaint: str) -> str:
    """Return the first lines of a complaint as one, without characters that act on a terminal."""
    from netpolc.diagnostics.visible import in_one_line  # only a failed rendering needs it

    said = "\n".join(line for line in complaint.splitlines() if not _ASIDE.match(line)).strip()
    lines = [line.strip() for line in re.sub(_PREAMBLE, "", said).splitlines()]
    return in_one_line("\n".join([line for line in lines if line][:_MOST_LINES]))


def _unrendered(message: str, advice: str, marker: Source) -> Diagnostic:
    return Diagnostic(
        code="NP811", severity="error", message=message, location=Location(marker, Span(0, 0)), help=advice
    )
