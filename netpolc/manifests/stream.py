"""A text of manifests as documents, each of them read by itself, so that a broken one hides no other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from netpolc import fast_paths
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.manifests.lines import LineCache
from netpolc.manifests.nodes import Node, Repetition, UnreadableError
from netpolc.manifests.plain import read_plain
from netpolc.manifests.untracked import NodeCache, read_untracked
from netpolc.source import Location, Source, Span

SEPARATOR = "---"


class Document(msgspec.Struct, frozen=True):
    """A part of a text between separators: its values, of which only JSON has several, or why it has none.

    Where positions were not `tracked`, all offsets of the nodes are zero.
    """

    start: int
    end: int
    roots: tuple[Node, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    fault: UnreadableError | None = None
    tracked: bool = True


def read_documents(text: str, nodes: NodeCache | None = None, lines: LineCache | None = None) -> Iterator[Document]:
    """Yield the documents of a text, split as Kubernetes splits it: at each line that begins with `---`.

    Other text on such a line is a fault (apimachinery, pkg/util/yaml/decoder.go, YAMLReader.Read). Given `nodes`, a
    cache to share between texts, positions are not tracked in the documents that `untracked` can read. Other documents
    share parsed `lines`, if these are given with other texts.
    """
    lines = None if fast_paths.are_off() else {} if lines is None else lines
    start = 0
    for first, last in _separators(text):
        yield _read(text, start, first, lines, nodes)
        rest = text[first + len(SEPARATOR) : last].strip()
        if rest and not rest.startswith("#"):
            at = text.index(rest, first + len(SEPARATOR))
            fault = UnreadableError(
                "text follows `---` on its line", at, at + len(rest), "write it on a line of its own"
            )
            yield Document(at, last, fault=fault)
        start = last
    yield _read(text, start, len(text), lines, nodes)


def repeated_keys(document: Document, source: Source) -> Iterator[Diagnostic]:
    """Yield NP121 for each key that a mapping of a document has twice."""
    for again in document.repetitions:
        yield Diagnostic(
            code="NP121",
            severity="error",
            message=f"the key `{again.key}` is there twice; Kubernetes takes the last",
            location=Location(source, Span(*again.second)),
            label="again here",
            labels=(Label(Location(source, Span(*again.first)), "first here"),),
            help="keep one of them",
        )


def begins_as_json(text: str) -> bool:
    """Tell whether Kubernetes would try to read a text as JSON."""
    return text.lstrip()[:1] == "{"


def _separators(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line that begins with a separator, its line end included."""
    begins = text.startswith(SEPARATOR)
    line_end = -1 if begins else text.find(f"\n{SEPARATOR}")
    while begins or line_end >= 0:
        last = text.find("\n", line_end + 1) + 1 or len(text)
        yield line_end + 1, last
        line_end, begins = text.find(f"\n{SEPARATOR}", last - 1), False


def _read(text: str, start: int, end: int, lines: LineCache | None, nodes: NodeCache | None) -> Document:
    part = text[start:end]
    if nodes is not None:
        root = read_untracked(part, nodes)
        if root is not None:
            return Document(start, end, (root,), tracked=False)
    root = None if lines is None else read_plain(part, start, lines)
    if root is not None:
        return Document(start, end, (root,))
    if part.isspace() or not part:
        return Document(start, end)
    try:
        roots, repetitions = _read_carefully(part, start)
    except UnreadableError as fault:
        return Document(start, end, fault=fault)
    return Document(start, end, tuple(roots), tuple(repetitions))


def _read_carefully(part: str, start: int) -> tuple[list[Node], list[Repetition]]:
    """Read JSON as such, and where it is none, as YAML, which is what Kubernetes tries next."""
    if begins_as_json(part):
        from netpolc.manifests.json_text import read_json  # few manifests are JSON

        try:
            return read_json(part, start)
        except UnreadableError:
            pass
    from netpolc.manifests.full import read_full  # loads PyYAML, which few manifests need

    root, repetitions = read_full(part, start)
    return ([] if root is None else [root]), repetitions
