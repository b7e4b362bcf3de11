"""`make bench`: measures netpolc, writes benchmarks/results.md, and three of its figures into the project's README.

With `--quick`, it runs each case a few times, leaves the largest out, and only prints.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analyzers import config_analyzer, netpol_analyzer
from cases import TENFOLD, growing_program, large_program, one_policy, reviewed_program, verified_program
from checking import checked
from drawing import drawn
from editing import LINES
from guarding import GUARDRAILS, guarded
from history import FILES, compared_with_revision
from installing import install_checkout
from keys import GROWTH, keyed_baselines
from measuring import Case, Failed, Figures, Group, measure
from observed import held, learned
from peers import aerleon, kustomize
from queries import FACTOR, largest_world, queries, through_services
from recorded import recorded
from relating import FACTOR as LARGER
from relating import PARTIAL, SIZE, related, related_few, related_large, small_pairs
from reporting import reported
from rolling_out import TIMES, large_rollout, new_rollout, unchanged_rollout
from shapes import DUMP, SHAPES
from tables import (
    Row,
    added,
    answered,
    called_again,
    compared,
    cpu_table,
    duration,
    growth,
    kinds_table,
    planned,
    replace_block,
    summary,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
# Outside of the checkout, since no cache in a repository is believed.
BENCH = Path.home() / ".cache" / "netpolc-bench"

PROGRAM_GROWTH, WORLD_GROWTH = 12, 6
VERIFICATION_SHARE = 0.5
REVIEW_TIMES = 2
CAN_SHARE = 0.1
EDITED, EDITED_SHARE = 5, 0.25

RELATED = (
    f"Clusters of {SIZE:,} Deployments, twenty in each namespace, that differ in their policies. *edges*: each "
    "Deployment has a policy that admits three others. *dns*: the same, and each may go out to those that it reaches, "
    "and on UDP 53 to every namespace. *open*: no policies. *tenants*: each namespace lets itself in. *wide*: the "
    "same, but everybody may reach one namespace, and ten may reach everybody. *dump*: *edges* as `kubectl get` prints "
    "them, a List for each namespace, with four pods for each Deployment, owners, status and managed fields. "
    "CPU is, here and below, what all processes of a run spend on processors; reading is spread over these, too:\n"
)
RELATED_LARGE = f"The same {LARGER} times as large, each once; where a bare Python takes 12 ms, the limit is 5 s:\n"
DRAWN = "A picture is the relation, joined to nodes, folded by namespace, with the rules behind each edge:\n"
GUARDED = (
    f"{GUARDRAILS} ClusterNetworkPolicies beside NetworkPolicies: one for each of as many namespaces, which lets in "
    "itself and monitoring, and three for all, of which one is a Baseline that closes them:\n"
)
REPORTED = (
    "A report is a page of the whole relation with its reasons, and of what `check` finds, unless that is left out:\n"
)
CHECKED = "`check` asks of each rule whether any connection comes of it, which stands beside a check without that:\n"
PAIRS = (
    "`diff` of programs below 2 kB whose lines tell pods apart in many ways, each pair once, in CPU; where a bare "
    f"Python takes 12 ms, the limit is 3 s. Some are told only in part, and say so ({PARTIAL}):\n"
)
RECORDED = "Reading recorded flows stands beside decoding their lines, each in a process of its own:\n"
ROLLED_OUT = (
    "`plan` and `apply` ask kubectl, in whose place a stand-in answers from files, and says of what is applied that it "
    "is stored. The lists alone are read as `plan` reads them, and nothing is done with them; a build begins with an "
    "empty cache, as a plan does:\n"
)
OBSERVED = "Distinct records are held against a program, and a program is made of them:\n"
HISTORY = (
    f"`diff` in a repository of {FILES:,} files, each a Deployment with its policy. Of a revision, only what is asked "
    "for is read, and the project file:\n"
)


class Repetitions(NamedTuple):
    """How often each group is run."""

    one: int
    large: int
    growing: int
    verified: int
    queries: int
    served: int
    largest: int
    peers: int
    shapes: int
    dump: int
    few: int
    pairs: int
    """How many random pairs, each of which is run once."""


FULL = Repetitions(
    one=31,
    large=7,
    growing=2,
    verified=5,
    queries=5,
    served=15,
    largest=1,
    peers=3,
    shapes=5,
    dump=3,
    few=15,
    pairs=200,
)
QUICK = Repetitions(
    one=7, large=2, growing=0, verified=2, queries=2, served=2, largest=0, peers=1, shapes=1, dump=0, few=3, pairs=20
)


def main() -> None:
    """Measure, print, and keep the figures unless the run is a quick one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; print only")
    quick = parser.parse_args().quick
    try:
        text, short = figures(QUICK if quick else FULL)
    except Failed as failure:
        raise SystemExit(str(failure)) from None
    print(text)
    if not quick:
        (CHECKOUT / "benchmarks" / "results.md").write_text(f"# Results\n\n{text}", encoding="utf-8")
        readme = CHECKOUT / "README.md"
        readme.write_text(replace_block(readme.read_text(encoding="utf-8"), short), encoding="utf-8")


def figures(repetitions: Repetitions) -> tuple[str, str]:
    """Install netpolc from this checkout and measure it; all figures as Markdown, and those that sum them up."""
    bench = _Bench(install_checkout(CHECKOUT, BENCH), repetitions)
    text = [
        *bench.builds(),
        *bench.verification(),
        *bench.keys(),
        *bench.reviewed(),
        *bench.edited(),
        *bench.queries(),
        *bench.shapes(),
        *bench.drawn(),
        *bench.guarded(),
        *bench.checked(),
        *bench.reported(),
        *bench.pairs(),
        *bench.history(),
        *bench.recorded(),
        *bench.rolled_out(),
        *bench.peers(),
    ]
    return "\n".join((_conditions(bench.groups), *text)), summary(bench.headlines)


class _Bench:
    """The groups of a run, measured one after the other; each method gives paragraphs."""

    def __init__(self, commands: Path, repetitions: Repetitions) -> None:
        self.groups: list[Group] = []
        self.headlines: list[Figures] = []
        self._bare = (str(commands / "python"), "-c", "pass")
        self._netpolc = commands / "netpolc"
        self._repetitions = repetitions

    def builds(self) -> Iterator[str]:
        shown = [
            self._measure(one_policy(self._netpolc, BENCH), self._repetitions.one),
            self._measure(large_program(self._netpolc, BENCH), self._repetitions.large),
        ]
        self.headlines += [group.figures[0] for group in shown]
        if not self._repetitions.growing:
            yield table(shown)
            return
        growing = self._measure(growing_program(self._netpolc, BENCH), self._repetitions.growing)
        small, large = growing.figures
        yield table([*shown, growing._replace(figures=(large,))])
        yield growth(small, large, f"A program {TENFOLD} times as large", PROGRAM_GROWTH)

    def verification(self) -> Iterator[str]:
        group = self._measure(verified_program(self._netpolc, BENCH), self._repetitions.verified)
        verified, unverified = group.figures
        yield "Each build reads back what it writes, and proves that it allows what the program does:\n"
        yield table([group])
        yield added(verified, unverified, "Verification", VERIFICATION_SHARE)

    def keys(self) -> Iterator[str]:
        group = self._measure(keyed_baselines(self._netpolc, BENCH), self._repetitions.verified)
        yield "Baselines on some pods of a namespace, which tell them apart by different labels:\n"
        yield table([group])
        yield growth(*group.figures, "A baseline on twice as many keys", GROWTH)

    def reviewed(self) -> Iterator[str]:
        group = self._measure(reviewed_program(self._netpolc, BENCH), self._repetitions.verified)
        build, difference = group.figures
        yield "A review compares two versions, of which each is compiled:\n"
        yield table([group])
        yield compared(difference, build, REVIEW_TIMES)

    def edited(self) -> Iterator[str]:
        script = str(Path(__file__).with_name("editing.py"))
        python = (str(self._netpolc.with_name("python")), "-P", script)
        said = [subprocess.run(python, check=True, capture_output=True, text=True) for _ in range(EDITED)]
        first, later = (statistics.median(float(ran.stdout.split()[n]) for ran in said) for n in (0, 1))
        yield "A caller of the Python API stays, and compiles after each change of a line:\n"
        yield called_again(first, later, LINES, EDITED_SHARE)

    def queries(self) -> Iterator[str]:
        group = self._measure(queries(self._netpolc, BENCH), self._repetitions.queries)
        small, large, can, reading, _ = group.figures
        self.headlines.append(large)
        shown = [group]
        if self._repetitions.largest:
            shown.append(self._measure(largest_world(self._netpolc, BENCH), self._repetitions.largest))
        yield "Queries read YAML, here of Deployments, each with a policy that admits three others:\n"
        yield table(shown)
        yield growth(small, large, f"A cluster {FACTOR} times as large", WORLD_GROWTH)
        yield answered(can, large, reading, CAN_SHARE)
        served = self._measure(through_services(self._netpolc, BENCH), self._repetitions.served)
        workload, service = served.figures
        yield "A service as the end of a question, in turns with a workload:\n"
        yield cpu_table([Row(served, workload), Row(served, service, workload)], "a workload")

    def shapes(self) -> Iterator[str]:
        shown, larger = [], []
        for shape in SHAPES:
            repetitions = self._repetitions.dump if shape is DUMP else self._repetitions.shapes
            if not repetitions:
                continue
            group = self._measure(related(self._netpolc, BENCH, shape), repetitions)
            reading, whole, one = group.figures
            shown += [Row(group, reading), Row(group, whole, reading), Row(group, one, reading)]
            if self._repetitions.largest and not whole.ended:
                large = self._measure(related_large(self._netpolc, BENCH, shape), self._repetitions.largest)
                larger.append(Row(large, large.figures[0], whole))
        few = self._measure(related_few(self._netpolc, BENCH), self._repetitions.few)
        yield RELATED
        yield cpu_table([*shown, Row(few, few.figures[0])], "reading")
        if larger:
            yield RELATED_LARGE
            yield cpu_table(larger, f"that of {SIZE:,}")

    def drawn(self) -> Iterator[str]:
        shapes = [shape for shape in SHAPES if shape is not DUMP]
        pairs = [self._measure(drawn(self._netpolc, BENCH, shape), self._repetitions.shapes) for shape in shapes]
        yield DRAWN
        yield cpu_table([row for pair in pairs for row in _pair(pair)], "`reach`")

    def guarded(self) -> Iterator[str]:
        groups = [self._measure(pair, self._repetitions.shapes) for pair in guarded(self._netpolc, BENCH)]
        yield GUARDED
        yield cpu_table([row for group in groups for row in _pair(group)], "without")

    def checked(self) -> Iterator[str]:
        shapes = [shape for shape in SHAPES if shape is not DUMP or self._repetitions.dump]
        rows = []
        for shape in shapes:
            repetitions = self._repetitions.dump if shape is DUMP else self._repetitions.shapes
            rows += _pair(self._measure(checked(self._netpolc, BENCH, shape), repetitions))
        yield CHECKED
        yield cpu_table(rows, "without")

    def reported(self) -> Iterator[str]:
        group = self._measure(reported(self._netpolc, BENCH), self._repetitions.shapes)
        asked, *pages = group.figures
        yield REPORTED
        yield cpu_table([Row(group, asked), *(Row(group, each, asked) for each in pages)], "`reach`")

    def pairs(self) -> Iterator[str]:
        yield PAIRS
        yield kinds_table(self._measure(small_pairs(self._netpolc, BENCH, self._repetitions.pairs), 1), PARTIAL)

    def history(self) -> Iterator[str]:
        rows = []
        for pair in compared_with_revision(self._netpolc, BENCH):
            rows += _pair(self._measure(pair, self._repetitions.few))
        yield HISTORY
        yield cpu_table(rows, "on disk")

    def recorded(self) -> Iterator[str]:
        yield RECORDED
        yield cpu_table([*_pair(self._measure(recorded(self._netpolc, BENCH), self._repetitions.shapes))], "decoding")
        pairs = (self._measure(each(self._netpolc, BENCH), self._repetitions.shapes) for each in (held, learned))
        yield OBSERVED
        yield cpu_table([row for pair in pairs for row in _pair(pair)], "a build")

    def rolled_out(self) -> Iterator[str]:
        group = self._measure(unchanged_rollout(self._netpolc, BENCH), self._repetitions.verified)
        shown = [self._measure(new_rollout(self._netpolc, BENCH), self._repetitions.verified)]
        if self._repetitions.largest:
            shown.append(self._measure(large_rollout(self._netpolc, BENCH), self._repetitions.largest))
        lists, build, plan, sent = group.figures
        rows = [Row(group, lists), Row(group, build), Row(group, plan), Row(group, sent, plan), *_pair(shown[0])]
        rows += [Row(each, figures) for each in shown[1:] for figures in each.figures]
        yield ROLLED_OUT
        yield cpu_table(rows, "the plan")
        yield planned(plan, lists, build, TIMES)

    def peers(self) -> Iterator[str]:
        pairs, note = netpol_analyzer(self._netpolc, BENCH)
        groups = [self._measure(pair, 1) for pair in pairs]
        rows = [
            Row(group, each, group.figures[0] if each.case.target.cpu_times_least else None)
            for group in groups
            for each in group.figures
        ]
        if rows:
            yield cpu_table(rows, "netpolc")
        yield f"{note}\n"
        for compare in (config_analyzer, kustomize, aerleon):
            cases, note = compare(self._netpolc, BENCH)
            if cases:
                yield table([self._measure(cases, self._repetitions.peers)])
            yield f"{note}\n"

    def _measure(self, cases: tuple[Case, ...], repetitions: int) -> Group:
        self.groups.append(measure(self._bare, cases, repetitions))
        return self.groups[-1]


def _pair(group: Group) -> tuple[Row, Row]:
    """Return the rows of two cases, of which the second is compared with the first."""
    first, second = group.figures
    return Row(group, first), Row(group, second, first)


def _conditions(groups: list[Group]) -> str:
    starts = [start.seconds for group in groups for start in group.bare]
    return (
        f"Python {platform.python_version()} on {platform.system()}, {platform.machine()}, {os.cpu_count()} cores. "
        f"A bare `python -c pass` takes {duration(statistics.median(starts))} here; it ran before each case, and each "
        "group is compared with its own. Every run is a whole process, started afresh.\n"
    )


if __name__ == "__main__":
    main()
