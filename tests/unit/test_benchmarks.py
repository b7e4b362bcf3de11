"""The programs that the benchmarks measure with are what they say, and only the marked part of a README is replaced."""

from __future__ import annotations

import re

import pytest

import netpolc
from benchmarks.programs import change_one_line, write_program
from benchmarks.tables import BEGIN, END, replace_block
from benchmarks.worlds import APPS_PER_NAMESPACE, SOURCES_PER_POLICY, write_world
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

SERVICES, NAMESPACES, FLOWS = 12, 3, 150

BLOCK = f"{BEGIN}\nnew \\1 \\g<0>\n{END}"


@pytest.fixture
def program(tmp_path):
    write_program(tmp_path / "program", SERVICES, NAMESPACES, FLOWS)
    return tmp_path / "program"


def texts(folder):
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())}


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


def test_a_world_has_a_policy_for_each_deployment(tmp_path):
    write_world(tmp_path, 60)
    (tmp_path / "again").mkdir()
    write_world(tmp_path / "again", 60)
    found = combine(
        [read_manifests(Source(file.name, file.read_text("utf-8"))) for file in sorted(tmp_path.glob("*.yaml"))]
    )
    assert found.diagnostics == ()
    assert (len(found.workloads), len(found.policies)) == (60, 60)
    assert {workload.namespace for workload in found.workloads} == {
        f"team-{n}" for n in range(60 // APPS_PER_NAMESPACE)
    }
    assert {len(policy.ingress[0].peers) for policy in found.policies} == {SOURCES_PER_POLICY}
    for file in tmp_path.glob("*.yaml"):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
