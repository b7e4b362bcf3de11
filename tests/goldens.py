"""Golden files: a case a file, its inputs and below them what netpolc makes of these.

    ===== options.toml
    env = "prod"
    ===== shop.netpol
    webapp -> database:5000
    ===== expected.yaml
    …

A heading is the mark of the file, a blank and a name. The mark is what the first line begins with: five `=`, or more
than any line of the texts begins with, so that no text is taken for a heading. A text ends with a newline unless its
heading says that it does not. `--update-golden` writes the sections called `expected.…`; one that is missing says that
there is nothing of its kind.
"""

from pathlib import Path
from typing import NamedTuple

SHORTEST = 5
OPEN_ENDED = " (no newline at its end)"
EXPECTED = "expected."


class Golden(NamedTuple):
    """A case: its inputs and what is expected of them, each a text by the name of its file."""

    path: Path
    inputs: dict[str, str]
    expected: dict[str, str]

    def unpack(self, folder: Path) -> None:
        """Write the inputs into a folder."""
        for name, text in self.inputs.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="")

    def compare(self, found: dict[str, str], *, update: bool) -> None:
        """Fail where something else is found than what is expected, or write what is found."""
        if update:
            self.path.write_text(written({**self.inputs, **found}), "utf-8", newline="")
        else:
            assert found == self.expected


def cases(folder: Path) -> list[str]:
    """Return the names of the golden files of a folder, in order."""
    return sorted(path.stem for path in folder.glob("*.golden"))


def read(path: Path) -> Golden:
    """Read a golden file."""
    texts = sections(path.read_bytes().decode())
    inputs = {name: text for name, text in texts.items() if not name.startswith(EXPECTED)}
    return Golden(path, inputs, {name: text for name, text in texts.items() if name not in inputs})


def sections(text: str) -> dict[str, str]:
    """Return the texts of a golden file by their names, in its order."""
    mark = text.partition(" ")[0]
    assert len(mark) >= SHORTEST
    assert set(mark) == {"="}
    found: dict[str, list[str]] = {}
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith(f"{mark} "):
            heading = line.removeprefix(f"{mark} ")
            assert heading not in found
            found[heading] = lines = []
        else:
            lines.append(f"{line}\n")
    return {
        heading.removesuffix(OPEN_ENDED): "".join(lines).removesuffix("\n" if heading.endswith(OPEN_ENDED) else "")
        for heading, lines in found.items()
    }


def written(texts: dict[str, str]) -> str:
    """Return the golden file that holds some texts: `sections` reads them from it as they are."""
    lines = [line for text in texts.values() for line in text.split("\n")]
    mark = "=" * max(SHORTEST, *(len(line) - len(line.lstrip("=")) + 1 for line in lines))
    parts = []
    for name, text in texts.items():
        ends = not text or text.endswith("\n")
        parts.append(f"{mark} {name}\n{text}" if ends else f"{mark} {name}{OPEN_ENDED}\n{text}\n")
    return "".join(parts)


def texts(folder: Path, ending: str) -> dict[str, str]:
    """Return the texts of a folder's golden files whose names end so, each by its case and its name."""
    found = (read(folder / f"{case}.golden") for case in cases(folder))
    return {
        f"{golden.path.stem}/{name}": text
        for golden in found
        for name, text in {**golden.inputs, **golden.expected}.items()
        if name.endswith(ending)
    }
