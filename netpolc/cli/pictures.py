"""The way of a picture to its file, laid out where its form wants that."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from netpolc.cli.output import exit_code, say
from netpolc.cli.results import write_result
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import UsageError
from netpolc.extras import how_to_get
from netpolc.report.pictures.forms import FORMS, IMAGES, LAID_OUT, SUFFIXES
from netpolc.report.pictures.mermaid import LONGEST, MOST_DRAWN
from netpolc.report.pictures.words import folded
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.cli.session import Session
    from netpolc.queries.pictures.model import Drawing
    from netpolc.report.changes import Naming
    from netpolc.results import Picture


def form_of(form: str | None, output: str | None, other: str = "dot") -> str:
    """Return the form of a picture: the one that is asked for, or what the name of its file says.

    Raises:
        UsageError: the name is that of an image, which would hold a text.
    """
    file = PurePath(output or "")
    if form is None and file.suffix.lower() in IMAGES:
        advice = f"name it `{file.with_suffix('.svg')}`; other programs make images of SVG, and of `--format dot`"
        raise UsageError(f"netpolc draws no picture in the form of `{file.name}`", "--output", advice=advice)
    return form or SUFFIXES.get(file.suffix.lower(), other)


class PictureFile(NamedTuple):
    """A picture as it is to be written, where, and what there is to say of it; without parts, nothing is written."""

    parts: Iterable[str] | None
    output: str | None
    said: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()

    def write(self, session: Session) -> int:
        """Write it, and return how the run is to end by what was said."""
        for each in self.remarks:
            say(each, session.style)
        if self.parts is not None:
            write_result(self.parts, self.output, session)
        return exit_code(self.said)


def picture_file(
    pictures: Mapping[str | None, Picture], form: str, output: str | None, naming: Naming | None = None
) -> PictureFile:
    """Draw the picture that all environments have, in a form.

    Raises:
        UsageError: pictures of environments differ; a file holds one.
    """
    texts = {name: "".join(FORMS.get(form, FORMS["dot"])(each, naming)) for name, each in pictures.items()}
    if len({*texts.values()}) > 1:
        names = " and ".join(map(str, texts))
        raise UsageError(f"the pictures of {names} differ, and a file holds one", "--env", advice="choose one")
    text, picture = next(iter(texts.values())), next(iter(pictures.values()))
    drawn = _drawn(picture, text, form, output, naming) if form in LAID_OUT else PictureFile([text], output)
    return drawn._replace(remarks=(*_remarks(picture, naming), *_limits(picture, form, text)))


def _limits(picture: Picture, form: str, text: str) -> Iterator[str]:
    """Yield what a picture is too large for."""
    if form != "mermaid":
        return
    if not picture.drawing.listed and len(picture.drawing.edges) > MOST_DRAWN:
        yield f"Mermaid draws {MOST_DRAWN} edges, and more where `maxEdges` of its settings says so"
    if len(text) > LONGEST:
        yield f"Mermaid draws texts of {LONGEST:,} characters, and longer ones where its `maxTextSize` says so"


def _remarks(picture: Picture, naming: Naming | None) -> Iterator[str]:
    drawing = picture.drawing
    if drawing.too_much:
        part = _less(drawing) if naming is None else "`netpolc diff` without `--format` prints each change"
        too_much = "any picture holds" if drawing.beyond else "anybody reads"
        yield f"{_instead(drawing)}, because there is more to draw than {too_much}; {part}"
    elif drawing.listed:
        yield f"told in words, because there are more lines to draw than anybody can follow; {_less(drawing)}"
    if not drawing.nodes:
        yield f"the picture is empty, because {_why_empty(picture, naming)}"


def _instead(drawing: Drawing) -> str:
    """Say what is drawn in the place of lines between workloads."""
    if not drawing.listed:
        return folded(drawing)[0]
    return f"{folded(drawing)[0]}; told in words" if drawing.folded else "told in words, a card for each namespace"


def _less(drawing: Drawing) -> str:
    """Say how to ask for a picture with less in it, or with all."""
    if drawing.beyond:
        return "`--around` asks for a part"
    if drawing.folded:
        return "`--around` asks for a part, and `--by workload` for all"
    return "`--around` asks for a part, `--by namespace` folds, and `--by workload` draws all"


def _why_empty(picture: Picture, naming: Naming | None) -> str:
    if naming is not None:
        return "no connection is opened or closed"
    if picture.drawing.left_out:
        return "it leaves out what no policy closes between pods that no manifest shows; `netpolc reach` prints that"
    return "no such connection is allowed"


def _drawn(picture: Picture, dot: str, form: str, output: str | None, naming: Naming | None) -> PictureFile:
    from netpolc.report.pictures.graphviz import LAYERED, can_lay_out, lay_out  # texts need no other program
    from netpolc.report.pictures.html import as_html
    from netpolc.report.pictures.svg import titled

    if not can_lay_out():
        return PictureFile(None, output, (_no_graphviz(form),))
    laid = lay_out(dot)
    if laid.svg is None:
        instead = dot_beside(output) if form == "svg" else output
        parts = [dot] if form == "svg" else as_html(picture, None, dot, naming)
        return PictureFile(parts, instead, (_no_layout(laid.failures, instead),))
    said = () if laid.program == LAYERED else (_other_layout(laid.failures, laid.program),)
    if form == "svg":
        return PictureFile([titled(laid.svg, picture, naming)], output, said)
    return PictureFile(as_html(picture, laid.svg, dot, naming), output, said)


def dot_beside(output: str | None) -> str | None:
    """Return the file for the text of a picture that is no SVG: of the same name, but for its end."""
    return output if output in (None, STREAM) else str(PurePath(output).with_suffix(".dot"))


def _no_graphviz(form: str) -> Diagnostic:
    return Diagnostic(
        code="NP885",
        severity="error",
        message=f"{'a page' if form == 'html' else 'SVG'} is drawn by Graphviz, which is not installed",
        help=f"{how_to_get('graph', 'pygraphviz')}; `--format dot`, `mermaid` and `d2` need no other program",
    )


def _other_layout(failures: Iterable[str], program: str) -> Diagnostic:
    return Diagnostic(
        code="NP886",
        severity="warning",
        message=f"the picture is laid out by `{program}`, because {' and '.join(failures)}",
        help="draw a part: `--around shop/webapp`, or `--by namespace`",
    )


def _no_layout(failures: Iterable[str], output: str | None) -> Diagnostic:
    where = "" if output in (None, STREAM) else f" in `{output}`"
    return Diagnostic(
        code="NP887",
        severity="error",
        message=f"the picture could not be laid out: {', and '.join(failures)}; its text{where} is DOT",
        help="draw a part: `--around shop/webapp`, or `--by namespace`",
    )
