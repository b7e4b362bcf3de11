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


def summary(figures: list[Figures]) -> str:
    """A table of what some cases take, and nothing else of them."""
    rows = [("", "median"), (":---", "---:"), *((one.case.name, duration(one.median)) for one in figures)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def growth(small: Figures, large: Figures, what: str, limit: float) -> str:
    """A sentence on how the time grows from one case to another, which is `what`."""
    ratio = large.median / small.median
    verdict = _verdict(held=ratio <= limit)
    return f"{what} takes {ratio:.1f} times as long (target: at most {limit:g} times, {verdict}).\n"


def added(one: Figures, without: Figures, what: str, limit: float) -> str:
    """A sentence on the share that something adds to what a case takes without it."""
    share = one.median / without.median - 1
    verdict = _verdict(held=share <= limit)
    return f"{what} adds {share:.0%} to a build without it (target: at most {limit:.0%}, {verdict}).\n"


def compared(difference: Figures, build: Figures, limit: float) -> str:
    """A sentence on how a comparison stands to a build."""
    ratio = difference.median / build.median
    verdict = _verdict(held=ratio <= limit)
    return f"`diff` takes {ratio:.1f} times as long as a build (target: at most {limit:g} times, {verdict}).\n"


def called_again(first: float, later: float, lines: int, share: float) -> str:
    """A sentence on what a call costs after one changed line, of what the first one took."""
    verdict = _verdict(held=later <= first * share)
    return (
        f"Of a program of {lines:,} lines, the first call takes {duration(first)} of CPU, and one after a changed line "
        f"{duration(later)}, which is {later / first:.0%} of that (target: at most {share:.0%}, {verdict}).\n"
    )


def answered(can: Figures, reach: Figures, reading: Figures, share: float) -> str:
    """A sentence on whether `can` takes at most a share of `reach`, or what reading takes, if that is more."""
    part = reach.median * share
    verdict = _verdict(held=can.median <= max(part, reading.median))
    return (
        f"`can` takes {duration(can.median)}, where {share:.0%} of what `reach` takes is {duration(part)}, and reading "
        f"alone, on one processor, takes {duration(reading.median)} (target: at most the larger of these two, "
        f"{verdict}).\n"
    )


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
    seconds, times, megabytes, other = figures.case.target
    said: list[str] = []
    if seconds is not None:
        said.append(f"at most {seconds:g} s: {_verdict(held=figures.median <= seconds)}")
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
