"""The programs that the benchmarks measure with are what they say, and only the marked part of a README is replaced."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

import netpolc
from benchmarks.measuring import Case, Failed, Figures, Group, Run, Target, measure
from benchmarks.programs import change_one_line, write_program
from benchmarks.tables import BEGIN, END, added, answered, growth, replace_block, summary, table
from benchmarks.worlds import APPS_PER_NAMESPACE, SOURCES_PER_POLICY, write_world
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

SERVICES, NAMESPACES, FLOWS = 12, 3, 150

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
UNVERIFIED = "not verified"

BLOCK = f"{BEGIN}\nnew \\1 \\g<0>\n{END}"


@pytest.fixture
def program(tmp_path):
    write_program(tmp_path / "program", SERVICES, NAMESPACES, FLOWS)
    return tmp_path / "program"


def texts(folder):
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())}


def run(*command, cwd):
    return subprocess.run([sys.executable, *command], cwd=cwd, check=True, capture_output=True, text=True)


def compiled(folder):
    result = netpolc.compile_paths([folder])
    assert result.ok, result.diagnostics
    return result


def test_a_program_has_the_promised_size(program):
    files = texts(program)
    assert len(files) == NAMESPACES
    assert len(set(re.findall(r"\bsvc-\d+-\d+\b", "".join(files.values())))) == SERVICES
    flows = [line for text in files.values() for line in text.splitlines() if line.startswith("svc-")]
    assert len(flows) == FLOWS
    assert all(" -> " in flow for flow in flows)


def test_a_program_compiles_to_policies_of_all_its_services(program):
    result = compiled(program)
    assert {policy.namespace for policy in result.policies} == {f"team-{n}" for n in range(NAMESPACES)}
    assert len(result.policies) >= SERVICES + NAMESPACES


def test_a_program_is_the_same_each_time(program, tmp_path):
    write_program(tmp_path / "again", SERVICES, NAMESPACES, FLOWS)
    assert texts(tmp_path / "again") == texts(program)


def test_each_change_is_of_another_line_and_of_what_is_allowed(program):
    changed = set()
    for repetition in range(2 * NAMESPACES):
        before, policies = texts(program), compiled(program).policies
        change_one_line(program, repetition)
        after = texts(program)
        (name,) = [name for name in before if before[name] != after[name]]
        pairs = zip(before[name].splitlines(), after[name].splitlines(), strict=True)
        (line,) = [at for at, (old, new) in enumerate(pairs) if old != new]
        changed.add((name, line))
        assert compiled(program).policies != policies
    assert len(changed) == 2 * NAMESPACES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"before\n{BEGIN}\nold\n{END}\nafter\n", f"before\n{BLOCK}\nafter\n"),
        (f"{BEGIN}{END}", BLOCK),
        (f"{BEGIN}\na\n{END}\n{BEGIN}\nb\n{END}\n", f"{BLOCK}\n{BEGIN}\nb\n{END}\n"),
        (f"{END}\n{BEGIN}\nold\n{END}", f"{END}\n{BLOCK}"),
    ],
    ids=["between", "empty", "first", "after-a-stray-end"],
)
def test_what_is_between_the_markers_is_replaced(text, expected):
    block = "new \\1 \\g<0>\n"
    assert replace_block(text, block) == expected
    assert replace_block(expected, block) == expected


@pytest.mark.parametrize("text", ["", "no markers\n", f"{BEGIN} only\n", f"{END} only\n", f"{END}\n{BEGIN}\n"])
def test_without_both_markers_in_order_nothing_is_replaced(text):
    assert replace_block(text, "new") == text


@pytest.fixture
def world(tmp_path):
    return tmp_path / "world", write_world(tmp_path / "world", 60)


def test_a_world_has_a_policy_for_each_deployment(world, tmp_path):
    folder, edges = world
    found = combine([read_manifests(Source(name, text)) for name, text in texts(folder).items()])
    assert found.diagnostics == ()
    assert (len(found.workloads), len(found.policies)) == (60, 60)
    assert {workload.namespace for workload in found.workloads} == {
        f"team-{n}" for n in range(60 // APPS_PER_NAMESPACE)
    }
    assert {len(policy.ingress[0].peers) for policy in found.policies} == {SOURCES_PER_POLICY}
    assert write_world(tmp_path / "again", 60) == edges
    assert texts(tmp_path / "again") == texts(folder)


def test_a_world_admits_its_edges_and_nothing_else(world):
    folder, edges = world
    rows = run(
        "-m", "netpolc", "reach", "--format=csv", "--pairs", "--no-hypothetical", "world", cwd=folder.parent
    ).stdout
    inside = {row for row in rows.splitlines() if row.count("team-") == 2}
    assert inside == {f"{ns}/{source},{ns}/{destination},TCP {port}" for ns, source, destination, port in edges}
    assert len(inside) == len(edges) == 60 * SOURCES_PER_POLICY


def test_reading_alone_reads_everything(world):
    folder, _ = world
    for options in ((), ("--one",)):
        ran = run(BENCHMARKS / "reading.py", *options, "world", cwd=folder.parent)
        assert ran.stderr == "60 workloads, 60 policies\n"


def test_a_build_without_verification_writes_the_same_and_holds_it_against_nothing(tmp_path):
    (tmp_path / "shop.netpol").write_text("webapp -> database:5000\n", encoding="utf-8")
    verified = run("-m", "netpolc", "build", "shop.netpol", "-o", "one", cwd=tmp_path)
    unverified = run(BENCHMARKS / "unverified.py", "build", "shop.netpol", "-o", "two", cwd=tmp_path)
    assert UNVERIFIED in unverified.stderr
    assert UNVERIFIED not in verified.stderr
    assert texts(tmp_path / "one") == texts(tmp_path / "two")


CASE = Case("case", (), Path(), print)


def taking(seconds, *, case=CASE, peak=0):
    return Figures(case, (Run(seconds, seconds, peak, 0, "", 0),))


@each_row(
    "said, verdict",
    [
        (growth(taking(1), taking(6), "It", 6), "6.0 times as long (target: at most 6 times, met)"),
        (growth(taking(1), taking(6.1), "It", 6), "6.1 times as long (target: at most 6 times, missed)"),
        (added(taking(1.5), taking(1), "It", 0.5), "adds 50% to a build without it (target: at most 50%, met)"),
        (added(taking(1.6), taking(1), "It", 0.5), "adds 60% to a build without it (target: at most 50%, missed)"),
        (
            answered(taking(1), taking(10), taking(0.5), 0.1),
            "500 ms (target: at most the larger of these two, met)",
        ),
        (answered(taking(1), taking(5), taking(1), 0.1), "1.00 s (target: at most the larger of these two, met)"),
        (
            answered(taking(2), taking(5), taking(1), 0.1),
            "1.00 s (target: at most the larger of these two, missed)",
        ),
    ],
)
def test_a_target_is_met_up_to_its_limit(said, verdict):
    assert verdict in said


@pytest.mark.parametrize(("seconds", "megabytes"), [(1, 60), (2, 60), (1, 40), (2, 40)])
def test_a_row_says_which_targets_are_met(seconds, megabytes):
    case = Case("case", (), Path(), print, target=Target(seconds=1, megabytes=50))
    group = Group(taking(1).runs, (taking(seconds, case=case, peak=megabytes * 1_000_000),))
    time, memory = ("met" if held else "missed" for held in (seconds <= 1, megabytes <= 50))
    assert f"| at most 1 s: {time}, at most 50 MB: {memory} |" in table([group])


def test_a_summary_has_a_row_for_each_case_with_what_it_takes():
    assert (
        summary([taking(0.0714), taking(1.5)])
        == "|  | median |\n| :--- | ---: |\n| case | 71 ms |\n| case | 1.50 s |\n"
    )


@pytest.mark.parametrize(
    ("script", "fails"),
    [
        ("print(1); print(2)", False),
        ("print(1)", True),
        ("print(1); print(2); raise SystemExit(1)", True),
    ],
    ids=["enough", "too-few-lines", "exit-code"],
)
def test_a_run_is_held_to_its_lines_and_its_code(script, fails, tmp_path):
    case = Case("case", (sys.executable, "-c", script), tmp_path, lambda _: None, lines=2)
    with pytest.raises(Failed) if fails else nullcontext():
        measure((sys.executable, "-c", "pass"), (case,), 1)
