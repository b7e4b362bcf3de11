"""The figures as Markdown, and their place in the project's README."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measuring import Figures, Group

BEGIN = "<!-- benchmarks:begin -->"
END = "<!-- benchmarks:end -->"

MEGABYTE = 1_000_000


def replace_block(text: str, block: str) -> str:
    """A text with what is between the markers replaced; the text as it is where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return text
    return f"{before}{BEGIN}\n{block.strip()}\n{END}{after}"


def table(groups: list[Group]) -> str:
    """A table with a row for each case; its last column is there where a case has a target."""
    rows = [_row(group, figures) for group in groups for figures in group.figures]
    header = ("", "median", "fastest", "times bare Python", "peak memory", "target")
    lines = [header, (":---", "---:", "---:", "---:", "---:", ":---"), *rows]
    columns = len(header) if any(row[-1] for row in rows) else len(header) - 1
    return "".join(f"| {' | '.join(line[:columns])} |\n" for line in lines)


def growth(group: Group, factor: int, limit: float) -> str:
    """A sentence on how the time grows from the first case of a group to the last."""
    ratio = group.figures[-1].median / group.figures[0].median
    verdict = _verdict(held=ratio <= limit)
    return f"{factor} times as much takes {ratio:.1f} times as long (target: at most {limit:g} times, {verdict}).\n"


def _row(group: Group, figures: Figures) -> tuple[str, ...]:
    return (
        figures.case.name,
        duration(figures.median),
        duration(min(figures.seconds)),
        f"{group.times_bare(figures):.1f}",
        f"{figures.peak / MEGABYTE:.0f} MB",
        _target(group, figures),
    )


def _target(group: Group, figures: Figures) -> str:
    times, megabytes, other = figures.case.target
    said: list[str] = []
    if times is not None:
        said.append(f"at most {times:g} times: {_verdict(held=group.times_bare(figures) <= times)}")
    if megabytes is not None:
        said.append(f"at most {megabytes:g} MB: {_verdict(held=figures.peak <= megabytes * MEGABYTE)}")
    if other is not None:
        (rival,) = (one for one in group.figures if one.case.name == other)
        said.append(f"faster than the row above: {_verdict(held=figures.median < rival.median)}")
    return ", ".join(said)


def _verdict(*, held: bool) -> str:
    return "met" if held else "missed"


def duration(seconds: float) -> str:
    """Seconds, or milliseconds below one."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
