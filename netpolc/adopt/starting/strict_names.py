"""`strict names` in sources that were written for somebody, each name declared, where nothing else changes by that."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from netpolc.adopt.importer.proof import compilation_of
from netpolc.adopt.starting.beside import DENIED, MARK
from netpolc.adopt.starting.written import WrittenFile, edited, names_offered, shapes_of
from netpolc.adopt.suggest.writing import UNDECIDED
from netpolc.language.formatting import format_source
from netpolc.language.syntax import tree
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.adopt.starting.written import Shape
    from netpolc.compiler.memory import Memory
    from netpolc.compiler.model import Compilation
    from netpolc.manifests.model import Workload

STRICT = "strict names\n"
NOBODY: Mapping[str, Sequence[Workload]] = MappingProxyType({})


def with_strict_names(
    files: Mapping[str, str], memory: Memory | None = None, workloads: Mapping[str, Sequence[Workload]] = NOBODY
) -> dict[str, str]:
    """Return files of which those say `strict names` that build the same with it, and of which it finds nothing new.

    `workloads` are those of each file's namespace: the lines that wait as comments may name them.
    """
    before = compilation_of(files, memory)
    strict = {name: _strict(name, text, workloads.get(name, ())) for name, text in files.items()}
    for _ in range(2):
        after = compilation_of(strict, memory)
        new = _found_in(after) - _found_in(before)
        if not new and _built(after) == _built(before):
            return strict
        faulty = {file for file, _ in new} or files.keys()
        strict = {name: files[name] if name in faulty else text for name, text in strict.items()}
    return dict(files)


def _built(compilation: Compilation) -> tuple[list[Shape], int]:
    """Return what is built, as far as names that are declared could make a difference."""
    return shapes_of(compilation.policies), len(compilation.tier_policies)


def _found_in(compilation: Compilation) -> set[tuple[str, str]]:
    """Return what was found, by file and code: lines move."""
    return {("" if each.location is None else each.location.source.name, each.code) for each in compilation.diagnostics}


def _strict(name: str, text: str, workloads: Sequence[Workload]) -> str:
    """Return a file that says `strict names`, and that declares each bare name that it uses.

    Names of imported lines are declared among these, names that only a suggestion has among its own. So are those of
    workloads in lines that wait as comments: who uncomments one should not have to declare anything.
    """
    file = WrittenFile(text)
    elsewhere = file.bare_names(elsewhere=True)
    # What is declared in a section is no name for pods of another namespace.
    outside = _declared(elsewhere, file.key)
    head = STRICT + (f"\n{outside}" if outside else "") + ("" if file.head else "\n")
    edits = [(Span(file.head, file.head), head)]
    known = elsewhere | file.declared.keys()
    mark = text.find(MARK) if MARK in text else len(text)
    waiting = names_offered(text, (UNDECIDED, DENIED)) & {each.labels.get(file.key, "") for each in workloads}
    for part in (range(mark), range(mark, len(text))):
        names = (file.bare_names(part) | (waiting if part.stop == len(text) else set())) - known
        known |= names
        if names:
            edits.append(_declarations(file, part, _declared(names, file.key)))
    return format_source(Source(name, edited(text, edits))).text


def _declarations(file: WrittenFile, part: range, lines: str) -> tuple[Span, str]:
    """Return where the lines of declarations go in a part of a file, with the blank lines around them."""
    ends = [each.span.end for each in file.declared.values() if isinstance(each, tree.PodsDeclaration)]
    own = [end for end in ends if end in part]
    if own:
        at = file.line_end(max(own))
    elif part.start:
        at, lines = file.text.index("\n\n", part.start) + 2, f"{lines}\n"
    else:
        at = file.body
        # With a section, a blank line stands below its head already.
        lines = f"\n{lines}" if at else f"{lines}\n"
    return Span(at, at), lines


def _declared(names: Iterable[str], key: str) -> str:
    return "".join(f"pods {each} = [{key}={each}]\n" for each in sorted(names))
