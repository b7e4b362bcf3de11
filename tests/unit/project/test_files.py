import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from netpolc.project import writing
from netpolc.project.files import plan, plan_file
from netpolc.project.inventory import FILE_NAME
from netpolc.project.writing import is_temporary, locked

FILES = {"shop/web.yaml": "web\n", "shop/db.yaml": "db\n", "top.yaml": "top\n"}


def build(folder, files, *, force=False):
    return plan(folder, files, force=force).apply()


def content(folder):
    """Everything below a folder but the inventory."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.name != FILE_NAME}
    return {name: path.read_text() if path.is_file() else None for name, path in found.items()}


def codes(diagnostics):
    return [diagnostic.code for diagnostic in diagnostics]


def messages(diagnostics, folder):
    return [diagnostic.message.replace(f"{folder}/", "") for diagnostic in diagnostics]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deploy/out"


def test_a_first_build_creates_everything(out):
    first = plan(out, FILES)
    assert not out.exists()
    assert first.summary() == "create shop/db.yaml\ncreate shop/web.yaml\ncreate top.yaml\n"
    assert first.apply() == ()
    assert content(out) == {"shop": None, **FILES}


def test_a_second_build_touches_nothing(out, monkeypatch):
    build(out, FILES)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    opened = []
    read = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest: opened.append(Path(path).name) or read(path, *rest))
    again = plan(out, FILES)
    assert (again.unchanged, again.summary(), again.stale) == (tuple(sorted(FILES)), "", ())
    assert again.apply() == ()
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert sorted(opened) == [FILE_NAME, "db.yaml", "top.yaml", "web.yaml"]


def test_changes_and_removals(out):
    build(out, FILES)
    second = plan(out, {"top.yaml": "new\n", "other/x.yaml": "x"})
    assert second.summary() == "create other/x.yaml\nremove shop/db.yaml\nremove shop/web.yaml\nchange top.yaml\n"
    assert messages(second.stale, out) == [
        "`other/x.yaml` is missing",
        "`top.yaml` is not what the sources say",
        "`shop/db.yaml` comes from no source any more",
        "`shop/web.yaml` comes from no source any more",
    ]
    assert set(codes(second.stale)) == {"NP804"}
    assert second.diff() == (
        "--- /dev/null\n+++ b/other/x.yaml\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"
        "--- a/shop/db.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-db\n"
        "--- a/shop/web.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-web\n"
        "--- a/top.yaml\n+++ b/top.yaml\n@@ -1 +1 @@\n-top\n+new\n"
    )
    assert content(out) == {"shop": None, **FILES}
    assert second.apply() == ()
    assert content(out) == {"top.yaml": "new\n", "other": None, "other/x.yaml": "x"}


def test_folders_of_others_stay(out):
    (out / "shop").mkdir(parents=True)
    build(out, FILES)
    build(out, {})
    assert content(out) == {"shop": None}


def test_an_edited_file_is_a_conflict(out):
    build(out, FILES)
    (out / "top.yaml").write_text("mine\n")
    (out / "shop/db.yaml").write_text("mine, too\n")
    before = content(out)
    second = plan(out, {"top.yaml": "new\n", "shop/web.yaml": "new\n"})
    assert codes(second.conflicts) == ["NP803", "NP803"]
    assert messages(second.conflicts, out) == [
        "`top.yaml` was edited since netpolc wrote it",
        "`shop/db.yaml` was edited since netpolc wrote it",
    ]
    assert second.apply() == second.conflicts
    assert content(out) == before
    assert build(out, {"top.yaml": "new\n", "shop/web.yaml": "new\n"}, force=True) == ()
    assert content(out) == {"shop": None, "top.yaml": "new\n", "shop/web.yaml": "new\n"}


def test_a_comparison_says_what_a_mere_build_would_not_mend(out):
    build(out, FILES)
    for name in FILES:
        (out / name).write_text("edited")
    (out / "new.yaml").write_text("mine")
    (out / "pipe.yaml").mkdir()
    found = plan(out, {"shop/web.yaml": "new", "new.yaml": "new", "pipe.yaml": "new"}).stale
    assert dict(zip(messages(found, out), (each.help for each in found), strict=True)) == {
        "`new.yaml` is not what the sources say, and was not written by netpolc": (
            "move it away, or let `netpolc build --force` replace it"
        ),
        "`pipe.yaml` is not what the sources say, and cannot be written: a folder, pipe or device has its name": (
            "move it away"
        ),
        "`shop/web.yaml` is not what the sources say, and was edited since netpolc wrote it": (
            "put the change into the sources, and let `netpolc build --force` replace it"
        ),
        **{
            f"`{name}` comes from no source any more, and was edited since netpolc wrote it": (
                "put the change into the sources, and let `netpolc build --force` remove it"
            )
            for name in ("shop/db.yaml", "top.yaml")
        },
    }


def test_a_file_of_somebody_else_is_a_conflict_unless_it_is_the_same(out):
    out.mkdir(parents=True)
    (out / "top.yaml").write_text("mine\n")
    assert messages(plan(out, FILES).conflicts, out) == ["`top.yaml` was not written by netpolc"]
    (out / "top.yaml").write_text("top\n")
    assert build(out, FILES) == ()
    assert build(out, {"top.yaml": "new\n"}) == ()
    (out / "unrelated.yaml").write_text("mine\n")
    assert build(out, {}) == ()
    assert content(out) == {"unrelated.yaml": "mine\n"}


def test_two_outputs_share_a_folder(out):
    assert build(out, FILES) == ()
    assert plan_file(out / "prod.yaml", "prod").apply() == ()
    assert plan_file(out / "staging.yaml", "staging").apply() == ()
    assert build(out, {"top.yaml": "top\n"}) == ()
    assert plan_file(out / "prod.yaml", "new").apply() == ()
    assert content(out) == {"top.yaml": "top\n", "prod.yaml": "new", "staging.yaml": "staging"}


def test_outputs_do_not_take_each_others_files(out):
    build(out, FILES)
    taken = plan_file(out / "top.yaml", "other")
    assert messages(taken.apply(), out) == ["`top.yaml` belongs to the build into this folder"]
    assert plan_file(out / "top.yaml", "other", force=True).apply() == ()
    assert build(out, {}) == ()
    assert content(out) == {"top.yaml": "other"}
    assert messages(build(out, FILES), out) == ["`top.yaml` belongs to a build into a file"]


def test_a_file_that_two_outputs_write_alike_stays_until_both_let_go(out):
    build(out, {"top.yaml": "top"})
    plan_file(out / "top.yaml", "top").apply()
    build(out, {})
    assert content(out) == {"top.yaml": "top"}


def test_an_output_that_comes_second_says_whose_the_file_is(out):
    plan_file(out / "top.yaml", "one").apply()
    (out / "top.yaml").unlink()
    assert build(out, {"top.yaml": "two"}) == ()
    taken = plan_file(out / "top.yaml", "one")
    assert messages(taken.apply(), out) == ["`top.yaml` belongs to the build into this folder"]


def test_a_file_written_anew_belongs_to_its_writer_alone(out):
    plan_file(out / "top.yaml", "one").apply()
    (out / "top.yaml").unlink()
    build(out, {"top.yaml": "two"})
    build(out, {})
    assert content(out) == {}
    assert plan_file(out / "top.yaml", "one").apply() == ()


def test_a_build_in_between_is_not_forgotten(out):
    first = plan(out, FILES)
    plan_file(out / "prod.yaml", "prod").apply()
    assert first.apply() == ()
    assert plan_file(out / "prod.yaml", "new").apply() == ()


def test_a_file_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert plan_file(Path("x.yaml"), "x").apply() == ()
    assert plan_file(Path("x.yaml"), "y").apply() == ()
    assert content(tmp_path) == {"x.yaml": "y"}


@pytest.mark.parametrize("name", ["..", ".", ".netpolc-inventory", "folder", "/dev/null"])
def test_what_is_no_file_is_never_replaced(tmp_path, name):
    (tmp_path / "folder").mkdir()
    refused = plan_file(tmp_path / name, "x", force=True)
    assert codes(refused.apply()) == ["NP806"]
    assert content(tmp_path) == {"folder": None}


def test_the_output_folder_is_a_file(out):
    out.parent.mkdir()
    out.write_text("mine")
    for place in (out, out / "deeper", out / "deeper/still"):
        assert [fault.message for fault in build(place, FILES, force=True)] == [f"`{out}` is a file, not a folder"]
    assert out.read_text() == "mine"


@pytest.mark.parametrize("force", [False, True])
def test_links_are_never_written_through(out, tmp_path, force):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "top.yaml").write_text("mine")
    out.mkdir(parents=True)
    (out / "shop").symlink_to(elsewhere)
    assert set(codes(build(out, FILES, force=force))) == {"NP806"}
    (out / "shop").unlink()
    (out / "top.yaml").symlink_to(elsewhere / "top.yaml")
    assert codes(build(out, FILES, force=force)) == ([] if force else ["NP803"])
    assert content(elsewhere) == {"top.yaml": "mine"}


def test_nothing_is_removed_through_a_link(out, tmp_path):
    build(out, FILES)
    shutil.move(out / "shop", tmp_path / "moved")
    (out / "shop").symlink_to(tmp_path / "moved")
    assert build(out, {}, force=True) == ()
    assert sorted(content(tmp_path / "moved")) == ["db.yaml", "web.yaml"]


def test_the_output_folder_may_be_a_link(out, tmp_path):
    (tmp_path / "real").mkdir()
    out.parent.mkdir()
    out.symlink_to("../real")
    assert build(out, FILES) == ()
    assert build(out, {}) == ()
    assert content(tmp_path / "real") == {}


def test_modes_are_kept(out):
    umask = os.umask(0o027)
    try:
        build(out, FILES)
        assert (out / "top.yaml").stat().st_mode & 0o777 == 0o640
        (out / "top.yaml").chmod(0o604)
        build(out, {"top.yaml": "new"})
        assert (out / "top.yaml").stat().st_mode & 0o777 == 0o604
    finally:
        os.umask(umask)


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD",
        "",
        "[" * 100_000,
        "{}" + "\xff",
        '{"version": 2}',
        '{"outputs": {".": {"a": "b"}}}',
        '{"outputs": {".": {"../../victim": ["x"]}}}',
        '{"outputs": {".": {"/victim": ["x"]}}}',
        '{"folders": [".."]}',
    ],
)
def test_a_corrupt_inventory_counts_as_none(out, text):
    build(out, FILES)
    (out / FILE_NAME).write_text(text, encoding="latin-1")
    again = plan(out, {**FILES, "top.yaml": "new"})
    assert [(found.code, found.severity) for found in again.warnings] == [("NP803", "warning")]
    assert messages(again.conflicts, out) == ["`top.yaml` was not written by netpolc"]
    assert build(out, FILES) == ()
    assert plan(out, {**FILES, "top.yaml": "new"}).conflicts == ()


def test_an_inventory_that_is_a_link_or_pipe_is_not_read(out, tmp_path):
    build(out, FILES)
    (out / FILE_NAME).rename(tmp_path / "real")
    before = (tmp_path / "real").read_text()
    (out / FILE_NAME).symlink_to(tmp_path / "real")
    assert codes(plan(out, FILES).warnings) == ["NP803"]
    assert build(out, FILES) == ()
    assert (tmp_path / "real").read_text() == before
    (out / FILE_NAME).unlink()
    os.mkfifo(out / FILE_NAME)
    assert codes(plan(out, FILES).warnings) == ["NP803"]


def test_kubectl_would_not_read_the_inventory():
    assert not FILE_NAME.endswith((".json", ".yaml", ".yml"))


@pytest.mark.parametrize("step", range(5))
def test_a_full_disk_leaves_everything_as_it_was(out, monkeypatch, step):
    build(out, FILES)
    before = content(out), (out / FILE_NAME).read_text()
    left = iter(range(step))
    write = os.write

    def fill(descriptor, data):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[:3])

    monkeypatch.setattr(os, "write", fill)
    files = {"top.yaml": "a longer text", "new/folder/x.yaml": "x"}
    (found,) = build(out, files)
    assert found.code == "NP806"
    assert found.message.endswith("cannot be written: no space left on device")
    assert is_temporary(found.message) is False
    assert (content(out), (out / FILE_NAME).read_text()) == before
    monkeypatch.undo()
    assert build(out, files) == ()


def test_an_interruption_leaves_everything_as_it_was(out, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(out, FILES)
    assert not out.parent.exists()


def test_a_failed_rename_leaves_each_file_old_or_new(out, monkeypatch):
    build(out, FILES)
    replace = os.replace

    def refuse(source, target):
        if Path(target).name == "top.yaml":
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    files = dict.fromkeys(FILES, "new")
    (found,) = build(out, files)
    assert found.message == f"`{out}/top.yaml` cannot be written: operation not permitted"
    assert content(out) == {"shop": None, "shop/db.yaml": "new", "shop/web.yaml": "new", "top.yaml": "top\n"}
    monkeypatch.undo()
    assert build(out, files) == ()


def test_force_that_fails_halfway_does_not_make_an_edit_netpolcs(out, monkeypatch):
    build(out, FILES)
    (out / "top.yaml").write_text("mine\n")

    replace = os.replace

    def refuse(source, target):
        if Path(target).name != FILE_NAME:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    assert codes(build(out, {"top.yaml": "new\n"}, force=True)) == ["NP806"]
    monkeypatch.undo()
    assert messages(build(out, {"top.yaml": "new\n"}), out) == ["`top.yaml` was edited since netpolc wrote it"]
    assert (out / "top.yaml").read_text() == "mine\n"


KILLED = """
import os, signal, sys
from pathlib import Path
from netpolc.project.files import plan
steps = int(sys.argv[2])
def dying(function):
    def step(*arguments, **options):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step
for name in ("write", "replace", "unlink", "rmdir", "mkdir"):
    setattr(os, name, dying(getattr(os, name)))
assert plan(Path(sys.argv[1]), {"top.yaml": "new\\n", "a/b.yaml": "b\\n"}).apply() == ()
"""


def test_a_killed_build_is_finished_by_the_next(tmp_path):
    after = {"top.yaml": "new\n", "a/b.yaml": "b\n"}
    for steps in range(100):
        out = tmp_path / str(steps)
        build(out, {"top.yaml": "top\n", "shop/db.yaml": "db\n"})
        done = subprocess.run([sys.executable, "-c", KILLED, out, str(steps)], check=False)
        texts = {
            name: text for name, text in content(out).items() if text is not None and not is_temporary(Path(name).name)
        }
        assert texts.items() <= {("top.yaml", "top\n"), ("shop/db.yaml", "db\n"), *after.items()}
        assert "top.yaml" in texts
        shutil.copytree(out, tmp_path / "copy")
        assert build(tmp_path / "copy", {"top.yaml": "third", "a/b.yaml": "third"}) == ()
        shutil.rmtree(tmp_path / "copy")
        assert build(out, after) == ()
        assert content(out) == {"a": None, **after}
        assert build(out, {}) == ()
        # A folder alone, made just before the end, is all that can be mistaken for somebody else's.
        assert content(out).keys() <= {"a"}
        if done.returncode == 0:
            assert steps > 8
            return
        assert done.returncode == -signal.SIGKILL
    pytest.fail("the build never ends")


def test_temporary_files_are_recognised_and_others_are_not(out):
    build(out, FILES)
    (out / "shop/.netpolc-0123456789abcdef.tmp").touch()
    kept = {".netpolc-x.tmp", ".netpolc-0123456789abcdeg.tmp", "0123456789abcdef.tmp", ".netpolc-0123456789abcdef.tmp~"}
    for name in kept:
        (out / "shop" / name).touch()
    assert build(out, FILES) == ()
    assert {Path(name).name for name in content(out)} - kept == {"shop", "web.yaml", "db.yaml", "top.yaml"}
    assert kept <= {path.name for path in (out / "shop").iterdir()}


def test_builds_into_one_folder_wait_for_each_other(out, monkeypatch):
    out.mkdir(parents=True)
    with locked(out):
        waiting = threading.Thread(target=build, args=(out, FILES))
        waiting.start()
        time.sleep(0.05)
        assert content(out) == {}
    waiting.join()
    assert content(out) == {"shop": None, **FILES}
    monkeypatch.setattr(writing, "_PATIENCE_SECONDS", 0)
    with locked(out):
        (found,) = build(out, {})
    assert found.message.endswith("another build is writing there")


def test_unsafe_names_are_a_fault_of_the_caller(out):
    with pytest.raises(ValueError, match="safe name"):
        plan(out, {"../x.yaml": "x"})


def test_a_large_output_is_written_quickly(out):
    files = {f"team{number % 60}/policy-{number}.yaml": "line\n" * 200 for number in range(1500)}
    assert build(out, files) == ()


class KilledError(BaseException):
    """The end of a simulated process, after which it does nothing any more."""


NAMES = ("a.yaml", "shop/a.yaml", "shop/b.yaml", "data/a.yaml")
STEPS = ("open", "write", "replace", "unlink", "rmdir", "mkdir", "chmod")


class Builds(RuleBasedStateMachine):
    """Builds, people and kills take turns; a model knows which text of which file a person wrote."""

    @initialize()
    def begin(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.out = Path(self.temporary.name)
        self.written = {}
        self.personal = {}

    def teardown(self):
        if hasattr(self, "temporary"):
            self.temporary.cleanup()

    @rule(
        files=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["1", "2", "3"])),
        into_file=st.booleans(),
        steps=st.none() | st.integers(0, 30),
    )
    def build(self, files, into_file, steps):
        for name, text in files.items():
            self.written.setdefault(name, set()).add(text)
        one = plan_file(self.out / "a.yaml", files["a.yaml"]) if into_file and "a.yaml" in files else None
        chosen = plan(self.out, files) if one is None else one
        wanted = files if one is None else {"a.yaml": files["a.yaml"]}
        for conflict in chosen.conflicts:
            name = conflict.message.split("`")[1].removeprefix(f"{self.out}/")
            assert name in self.personal or "belongs to" in conflict.message
        if steps is not None:
            self.kill(chosen, steps)
        elif not chosen.apply():
            assert {name: (self.out / name).read_text() for name in wanted} == wanted
            assert one or not any(is_temporary(path.name) for path in self.out.rglob("*"))

    def kill(self, chosen, steps):
        left = steps

        def dying(function):
            def step(*arguments, **options):
                nonlocal left
                left -= 1
                if left < 0:
                    raise KilledError
                return function(*arguments, **options)

            return step

        with pytest.MonkeyPatch.context() as patch:
            for name in STEPS:
                patch.setattr(os, name, dying(getattr(os, name)))
            with suppress(KilledError):
                chosen.apply()

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(["1", "mine", "my other"]))
    def edit(self, name, text):
        file = self.out / name
        file.parent.mkdir(exist_ok=True)
        if file.exists() and file.read_text() == text:
            return
        file.write_text(text)
        self.personal[name] = text

    @rule(name=st.sampled_from(NAMES))
    def remove(self, name):
        (self.out / name).unlink(missing_ok=True)
        self.personal.pop(name, None)

    @invariant()
    def what_people_wrote_is_there(self):
        for name, text in getattr(self, "personal", {}).items():
            if text not in self.written.get(name, ()):
                assert (self.out / name).read_text() == text

    @invariant()
    def every_file_is_whole(self):
        for name in NAMES if hasattr(self, "out") else ():
            file = self.out / name
            if file.exists():
                assert file.read_text() in self.written.get(name, set()) | {self.personal.get(name)}


TestBuilds = Builds.TestCase
TestBuilds.settings = settings(max_examples=30, stateful_step_count=20)
