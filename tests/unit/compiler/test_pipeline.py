import datetime
from pathlib import Path

import msgspec
import pytest

from netpolc.checks.options import CheckOptions
from netpolc.compiler import pipeline
from netpolc.compiler.footprints import Change
from netpolc.compiler.loading import load_files, load_text
from netpolc.compiler.model import CompileOptions, Run
from netpolc.compiler.pipeline import build, compile_program
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import errors_in
from netpolc.project.discovery import SourceFile
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests.rows import each_row

NOWHERE = Path("/nonexistent")
TODAY = CheckOptions(today=datetime.date(2030, 6, 15))


def compiled(text, **options):
    return compile_program(load_text(Source("shop.netpol", text), NOWHERE), CompileOptions(**options))


def codes(text, **options):
    return [diagnostic.code for diagnostic in compiled(text, **options).diagnostics]


def test_a_program_without_faults():
    compilation = compiled("webapp -> database:5000")
    assert compilation.ok
    assert compilation.diagnostics == ()
    assert [policy.name for policy in compilation.policies] == ["default-deny", "database"]
    assert len(compilation.program.flows) == 1


def test_an_empty_program_is_nothing():
    for text in ("", "# nothing\n"):
        nothing = compiled(text)
        assert (nothing.ok, nothing.policies, nothing.diagnostics) == (True, (), ())


@each_row(
    "text",
    [
        "a -> b",
        "a -> b:80\na -> ",
        "a -> b:80\na -> 10.0.0.1:80",
        "namespace shop { }\na -> shop/b:80",
        "a -> b:80\nstrict names",
        "@expires(2030-06-14)\na -> b:80",
    ],
)
def test_where_there_is_an_error_there_are_no_policies(text):
    compilation = compiled(text, checks=TODAY)
    assert not compilation.ok
    assert errors_in(compilation.diagnostics)
    assert compilation.policies == ()


@pytest.mark.parametrize("text", ["a -> 10.0.0.0/8:80\nc -> d:1", "pods webapp = [a=b]\nwebap -> c:80"])
def test_warnings_keep_nothing_back(text):
    compilation = compiled(text)
    assert compilation.ok
    assert compilation.diagnostics
    assert compilation.policies


# What is said after what.


def test_errors_of_all_stages_that_could_run_are_reported():
    text = "a -> b\na -> 10.0.0.1:80\na -> c:80 sideways\na -> data_x/y:80"
    assert sorted(set(codes(text))) == ["NP101", "NP301", "NP305", "NP402"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("strict names\na -> b:1", "NP203"),
        ("pods database = [a=b]\ndatabse -> a:1", "NP204"),
        ("x -> p.x:1", "NP210"),
        ("param net v\nv -> a:1", "NP212"),
        ("env other { }", "NP213"),
        ("a -> b:gone", "NP304"),
        ("[a, !a] -> b:1", "NP503"),
    ],
)
def test_what_may_be_due_to_a_statement_that_could_not_be_read_is_not_said(text, code):
    environment = "prod" if code == "NP213" else None
    assert code in codes(text, environment=environment)
    assert code not in codes(f"{text}\npods gone = = [x=y]", environment=environment)
    assert BY_CODE[code].cascades


@pytest.mark.parametrize("wrong", ["a -> b:0", '@owner("")\na -> b:1', "a -> b:90-80", "# netpolc: ignore[NP501]"])
@pytest.mark.parametrize("unknown", ["strict names\nx -> y:1", "x -> y:gone", "x -> p.x:1", "param net v\nv -> a:1"])
def test_what_is_wrong_in_a_statement_that_could_be_read_hides_nothing(wrong, unknown):
    assert set(codes(f"{unknown}\n{wrong}")) == set(codes(unknown)) | set(codes(wrong))


def test_a_statement_that_could_not_be_read_counts_where_its_file_is_seen(tmp_path):
    (tmp_path / "netpolc.toml").write_text("")
    texts = {
        "broken": "pods gone = = [x=y]\n",
        "between": 'import "broken.netpol" as b\n',
        "user": 'import "between.netpol" as between\nx -> y:gone\n',
        "other": "x -> y:gone\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.netpol").write_text(text)
    found = compile_program(
        load_files([SourceFile(tmp_path / f"{name}.netpol", name) for name in texts], tmp_path), CompileOptions()
    ).diagnostics
    assert [(each.code, each.location.source.name) for each in found] == [("NP101", "broken"), ("NP304", "other")]


def test_dates_are_looked_at_whatever_else_is_wrong():
    text = "@expires(2020-01-01)\nx -> y:1\na -> b:nope"
    assert codes(text, checks=TODAY) == ["NP601", "NP304"]
    assert codes(f"{text}\na ->", checks=TODAY) == ["NP601", "NP101"]


def test_no_comment_is_called_unused_where_not_all_was_asked():
    text = "# netpolc: ignore[NP501] later\na -> 10.0.0.0/8:1\n"
    assert codes(text, checks=TODAY) == []
    assert codes(f"{text}x -> y:nope", checks=TODAY) == ["NP304"]


def test_lowering_and_checks_wait_for_resolution():
    assert codes("namespace shop { }\na -> shop/b:1\nassert allow a -> b:1") == ["NP214", "NP649", "NP701"]
    assert codes("namespace shop { }\na -> shop/b:1\nassert deny a -> b:1\na -> c") == ["NP301"]


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("a -> b:1", {"namespace": "Shop"}, "NP402"),
        ("a -> b:1", {"namespace": ""}, "NP402"),
        ("a -> b:1", {"labels": {"-x": "y"}}, "NP403"),
        ("a -> b:1", {"labels": {"x": "-y"}}, "NP404"),
        (f'@reason("{"x" * 300_000}")\na -> b:1', {}, "NP405"),
    ],
)
def test_what_the_api_server_would_say_is_said_first(text, options, code):
    found = compiled(text, **options)
    assert not found.ok
    assert {diagnostic.code for diagnostic in found.diagnostics if diagnostic.severity == "error"} == {code}
    assert all(
        diagnostic.label.startswith("becomes `metadata.") for diagnostic in found.diagnostics if diagnostic.label
    )


# Silence.


def test_what_is_silenced_is_not_said_and_stops_nothing():
    silenced = "# netpolc: ignore[NP501] documents what is open\na -> 10.0.0.0/8:80\nc -> d:1"
    assert codes(silenced) == []
    expired = "@expires(2030-06-14)\na -> b:80 # netpolc: ignore[NP601] until Friday\n"
    compilation = compiled(expired, checks=TODAY)
    assert (compilation.diagnostics, len(compilation.policies)) == ((), 2)


def test_errors_of_meaning_cannot_be_silenced():
    assert codes("a -> b # netpolc: ignore[NP301] no reason is good enough") == ["NP301", "NP112"]


def test_an_ignore_that_silences_nothing_is_told_by_checks_alone():
    text = "a -> b:80 # netpolc: ignore[NP601] long gone\n"
    assert codes(text) == []
    assert codes(text, checks=TODAY) == ["NP504"]


def test_builds_never_read_the_clock():
    text = "@expires(1999-01-01)\na -> b:80"
    assert codes(text) == []
    assert codes(text, checks=TODAY) == ["NP601"]
    assert compiled(text).policies


# CompileOptions.


def test_options_reach_every_stage():
    text = "env prod { a -> b:1 }\nc -> d:1"
    found = compiled(text, environment="prod", namespace="shop", labels={"team": "x"}).policies
    assert {policy.namespace for policy in found} == {"shop"}
    assert [policy.name for policy in found] == ["default-deny", "b", "d"]
    assert all(("team", "x") in policy.labels for policy in found)


def test_the_same_twice_is_the_same():
    text = "namespace shop\n{a, b} <-> {c:1, data/d:2}\nbaseline deny all\n[team=x]/* -> c:3"
    one, other = compiled(text), compiled(text)
    assert (one.program, one.policies, one.diagnostics) == (other.program, other.policies, other.diagnostics)


# Files.


def files(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.netpol").write_text(text, "utf-8")
    return folder


def compiled_files(folder, *sources, **options):
    named = [SourceFile(Path(f"{name}.netpol"), f"{name}.netpol") for name in sources]
    return compile_program(load_files(named, folder), CompileOptions(**options))


def test_programs_of_several_files(tmp_path):
    folder = files(
        tmp_path,
        shop='import "platform.netpol"\nnamespace shop\nbaseline deny egress\nweb -> platform.pg\n',
        platform="namespace data\nservice pg = [role=pg]:5432\nx -> pg\n",
    )
    alone = compiled_files(folder, "shop")
    assert {policy.namespace for policy in alone.policies} == {"shop"}
    assert [(d.code, d.location.source.name) for d in alone.diagnostics] == [("NP502", "shop.netpol")]
    both = compiled_files(folder, "shop", "platform")
    assert {policy.namespace for policy in both.policies} == {"shop", "data"}
    assert both.diagnostics == ()


def test_files_that_import_each_other_are_one_error(tmp_path):
    folder = files(tmp_path, a='import "b.netpol"\npods x = b.y\nx -> z:1\n', b='import "a.netpol"\npods y = a.x\n')
    for sources in (("a",), ("b",), ("a", "b")):
        found = compiled_files(folder, *sources).diagnostics
        assert [d.code for d in found if d.severity == "error"] == ["NP208"], sources


def test_the_order_of_files_changes_no_policy(tmp_path):
    folder = files(
        tmp_path,
        a="namespace shop\nx -> y:1\n",
        b="baseline deny all\nnamespace shop\nx -> y:2\nnamespace data\ny -> shop/x:3\n",
        c="z -> x:1\n",
    )
    one, other = (compiled_files(folder, *sources, namespace="shop") for sources in ("abc", "cba"))
    assert one.ok
    assert one.policies == other.policies
    assert {policy.namespace for policy in one.policies} == {"shop", "data"}


def test_a_faulty_import_spoils_no_good_file_with_more(tmp_path):
    folder = files(tmp_path, a='import "gone.netpol"\nimport "b.netpol"\ngone.x -> b.y:1\n', b="pods y = [=]\n")
    assert {d.code for d in compiled_files(folder, "a").diagnostics if d.code[2] != "1"} == {"NP207"}


# The whole way.


def run(**options):
    return Run(options=CompileOptions(**options), layout="object", renderer=Renderer())


def built(text, *runs, changes=None):
    return build(lambda: load_text(Source("shop.netpol", text), NOWHERE), runs, changes).outcomes


def test_each_run_has_its_policies_as_files():
    text = "env prod { a -> b:1 }\nc -> d:1"
    plain, prod = built(text, run(), run(environment="prod", namespace="shop"))
    assert list(plain.output.files) == ["default-deny.yaml", "d.yaml"]
    assert list(prod.output.files) == ["shop/default-deny.yaml", "shop/b.yaml", "shop/d.yaml"]
    assert plain.output.faults == prod.output.faults == ()


def test_what_has_errors_has_no_files():
    wrong, right = built("env prod { a -> b }\nc -> d:1", run(environment="prod"), run())
    assert (wrong.compilation.ok, wrong.output.files, wrong.output.faults) == (False, {}, ())
    assert right.output.files


def test_a_template_that_cannot_be_used_is_a_fault(tmp_path):
    (tmp_path / "networkpolicy.yaml.j2").write_text("{{ nothing }}", "utf-8")
    (found,) = built("a -> b:1", Run(options=CompileOptions(), layout="object", renderer=Renderer(tmp_path)))
    assert (found.compilation.ok, found.output.files) == (True, {})
    assert [each.code for each in found.output.faults] == ["NP802"]


def test_what_a_change_does_not_touch_is_taken_from_the_last_build():
    before = "namespace one\na -> b:1\nnamespace two\nc -> d:1\n"
    remembered = msgspec.structs.replace(run(), remembered=True)
    (last,) = built(before, remembered)
    after = before.replace("c -> d:1", "c -> d:2")

    def changes(loaded):
        (file,) = loaded.files
        return [Change({**last.output.files, "one/b.yaml": "kept"}, last.footprints, frozenset({file.outline.source}))]

    (found,) = built(after, remembered, changes=changes)
    (whole,) = built(after, remembered)
    assert found.compilation.part.namespaces == {"two"}
    assert found.output.files == {**whole.output.files, "one/b.yaml": "kept"}
    assert found.footprints == whole.footprints


def test_it_fits_on_one_screen():
    assert len(Path(pipeline.__file__).read_text("utf-8").splitlines()) <= 80
