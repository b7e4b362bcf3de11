"""A text of manifests as documents, each of them read by itself, so that a broken one hides no other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from netpolc import fast_paths
from netpolc.manifests.lines import Lines
from netpolc.manifests.nodes import Node, Repetition, UnreadableError
from netpolc.manifests.plain import read_plain
from netpolc.manifests.untracked import Known, read_unplaced

SEPARATOR = "---"


class Document(msgspec.Struct, frozen=True):
    """A part of a text between separators: its values, of which only JSON has several, or why it has none.

    Nodes that are not `placed` say nothing of where they stand.
    """

    start: int
    end: int
    roots: tuple[Node, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    fault: UnreadableError | None = None
    placed: bool = True


def read_documents(text: str, repeated: Known | None = None) -> Iterator[Document]:
    """The documents of a text, as Kubernetes splits it: at each line that begins with `---`, whatever surrounds it.

    What follows on such a line is a fault (apimachinery, pkg/util/yaml/decoder.go, YAMLReader.Read). Given what is
    `repeated`, documents that can be read without places are.
    """
    known: Lines = {}
    start = 0
    for first, last in _separators(text):
        yield _read(text, start, first, known, repeated)
        rest = text[first + len(SEPARATOR) : last].strip()
        if rest and not rest.startswith("#"):
            at = text.index(rest, first + len(SEPARATOR))
            fault = UnreadableError(
                "text follows `---` on its line", at, at + len(rest), "write it on a line of its own"
            )
            yield Document(at, last, fault=fault)
        start = last
    yield _read(text, start, len(text), known, repeated)


def _separators(text: str) -> Iterator[tuple[int, int]]:
    """Where each line that begins with a separator begins and ends, its line end included."""
    begins = text.startswith(SEPARATOR)
    line_end = -1 if begins else text.find(f"\n{SEPARATOR}")
    while begins or line_end >= 0:
        last = text.find("\n", line_end + 1) + 1 or len(text)
        yield line_end + 1, last
        line_end, begins = text.find(f"\n{SEPARATOR}", last - 1), False


def _read(text: str, start: int, end: int, known: Lines, repeated: Known | None) -> Document:
    part = text[start:end]
    if repeated is not None:
        root = read_unplaced(part, repeated)
        if root is not None:
            return Document(start, end, (root,), placed=False)
    root = None if fast_paths.are_off() else read_plain(part, start, known)
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
    from netpolc.manifests.full import read_full  # noqa: PLC0415 - most manifests are read without
    from netpolc.manifests.json_text import begins_as_json, read_json  # noqa: PLC0415

    if begins_as_json(part):
        try:
            return read_json(part, start)
        except UnreadableError:
            pass
    root, repetitions = read_full(part, start)
    return ([] if root is None else [root]), repetitions
