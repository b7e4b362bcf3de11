import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from netpolc.compiler.finding import SUFFIXES as INPUT_SUFFIXES
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.loading import load_files
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.model import Diagnostic
from netpolc.project import checkouts, commits
from netpolc.project import git as plumbing
from netpolc.project.discovery import SourceFile
from netpolc.project.git import Git
from netpolc.project.revisions import RevisionRequest, check_out, parse
from tests.rows import each_row

FLOW = "webapp -> database:5432\n"
ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "me",
    "GIT_AUTHOR_EMAIL": "me@example.com",
    "GIT_COMMITTER_NAME": "me",
    "GIT_COMMITTER_EMAIL": "me@example.com",
}


@pytest.fixture(autouse=True)
def isolated(monkeypatch, tmp_path):
    """No configuration of whoever runs the tests, and a temporary folder that can be looked into."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ISOLATED.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def git(folder, *command, given=None):
    done = subprocess.run(["git", *command], cwd=folder, input=given, capture_output=True, check=True)
    return os.fsdecode(done.stdout).strip()


def commit(folder, files, message="a change"):
    """Write files, None for one that is to go, and commit everything."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    git(tmp_path, "init", "-q", "-b", "main", str(folder))
    return folder


@pytest.fixture
def shop(repository):
    """A repository of one commit."""
    commit(repository, {"policies/shop.netpol": FLOW, "netpolc.toml": "", "readme.md": "", "deploy/web.yaml": "a: 1\n"})
    return repository


def files(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir())


def asked(text):
    found = parse(text)
    assert found is not None
    return found


def held(text, cwd):
    """The files of a revision, with what they hold."""
    with check_out(asked(text), cwd) as revision:
        assert not isinstance(revision, Diagnostic), revision
        return {name: (revision.root / name).read_bytes() for name in files(revision.root)}


def refusal(text, cwd):
    with check_out(asked(text), cwd) as found:
        assert isinstance(found, Diagnostic), found
        assert (found.code, found.severity, found.location) == ("NP810", "error", None)
        prefix = f"`{text}` cannot be read: "
        assert found.message.startswith(prefix)
        return found.message.removeprefix(prefix), found.help


def tree(folder, *entries):
    """A tree, however hostile, of (mode, object, name)."""
    raw = b"".join(f"{mode} ".encode() + os.fsencode(name) + b"\0" + bytes.fromhex(one) for mode, one, name in entries)
    return git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)


def blob(folder, content):
    return git(folder, "hash-object", "-w", "--stdin", given=content)


def branch_of(folder, name, root):
    git(folder, "branch", "-f", name, git(folder, "commit-tree", root, "-m", "hostile"))


@each_row(
    "text, revision, path",
    [
        ("git:main", "main", None),
        ("git:main:", "main", ""),
        ("git:HEAD~2:policies/", "HEAD~2", "policies/"),
        ("git:main:a:b.netpol", "main", "a:b.netpol"),
        ("git:HEAD@{2026-01-01 10:00:00}:a", "HEAD@{2026-01-01 10:00:00}", "a"),
        ("git:main...:a", "main...", "a"),
        ("git:main:{a:b}", "main", "{a:b}"),
        ("git:{", "{", None),
        ("git:", "", None),
    ],
)
def test_a_revision_is_told_from_its_path(text, revision, path):
    assert parse(text) == RevisionRequest(text, revision, path)


@each_row("text", ["main", "./git:main", "policies/git:main", "GIT:main", "", "-"])
def test_everything_else_is_a_path(text):
    assert parse(text) is None


def test_all_that_netpolc_reads_is_written():
    assert set(INPUT_SUFFIXES) <= set(checkouts.SUFFIXES)
    assert checkouts.is_read("a/netpolc.toml")
    assert not checkouts.is_read("a/other-netpolc.toml")


def test_a_revision_is_what_its_commit_held(shop):
    first = git(shop, "rev-parse", "HEAD")
    git(shop, "tag", "-a", "v1", "-m", "annotated")
    git(shop, "mv", "policies/shop.netpol", "policies/renamed.netpol")
    commit(shop, {"deploy/web.yaml": None, "templates/mine.yaml.j2": "{{ x }}", "policies/crlf.netpol": "a\r\n"})
    (shop / "policies/renamed.netpol").write_text("edited", "utf-8")
    before = {"policies/shop.netpol": FLOW.encode(), "netpolc.toml": b"", "deploy/web.yaml": b"a: 1\n"}
    for name in (first, first[:8], "v1", "HEAD~1", "main^", "@~1", "refs/tags/v1"):
        assert held(f"git:{name}", shop) == before
    assert held("git:HEAD", shop) == {
        "policies/renamed.netpol": FLOW.encode(),
        "policies/crlf.netpol": git_bytes(shop, "HEAD:policies/crlf.netpol"),
        "netpolc.toml": b"",
        "templates/mine.yaml.j2": b"{{ x }}",
    }
    git(shop, "stash", "-q")
    git(shop, "checkout", "-q", "--detach", first)
    assert held("git:HEAD", shop) == before


def git_bytes(folder, name):
    return subprocess.run(["git", "cat-file", "blob", name], cwd=folder, capture_output=True, check=True).stdout


def test_what_git_calls_the_commit_is_known(shop):
    first = git(shop, "rev-parse", "HEAD")
    with check_out(asked("git:main:policies"), shop) as revision:
        assert (revision.commit, revision.name, revision.path) == (first, "main", "policies")
        assert revision.notes == ()


def test_a_dozen_spellings_of_a_path(shop):
    inside = shop / "policies"
    for cwd, path, wanted in (
        (shop, "policies/", "policies"),
        (shop, "policies/shop.netpol", "policies/shop.netpol"),
        (shop, "./policies/shop.netpol", "policies/shop.netpol"),
        (inside, "policies/shop.netpol", "policies/shop.netpol"),
        (inside, "./shop.netpol", "policies/shop.netpol"),
        (inside, "../deploy/../policies", "policies"),
        (inside, ".", "policies"),
        (inside, "..", ""),
        (inside, "", ""),
    ):
        with check_out(asked(f"git:main:{path}"), cwd) as revision:
            assert revision.path == wanted, path
            (one,) = revision.inputs
            assert (revision.cwd / one).resolve() == revision.root / wanted
            assert revision.cwd.relative_to(revision.root) == cwd.relative_to(shop)


def test_a_named_file_is_read_whatever_its_name(shop):
    commit(shop, {"notes.txt": FLOW})
    assert held("git:main:notes.txt", shop)["notes.txt"] == FLOW.encode()
    assert "notes.txt" not in held("git:main", shop)


def test_a_folder_without_anything_to_read_is_there_and_empty(shop):
    commit(shop, {"docs/readme.md": ""})
    with check_out(asked("git:main:docs"), shop) as revision:
        assert list((revision.root / "docs").iterdir()) == []
        found = read_inputs(revision.inputs, Workspace(revision.cwd))
        assert [each.code for each in found.diagnostics] == ["NP807"]


def test_the_ordinary_entrances_read_it_and_names_are_as_git_has_them(shop):
    commit(shop, {"shared/base.netpol": "pods database = [app=db]\n"})
    importing = 'import "../shared/base.netpol"\nwebapp -> base.database:5432\n'
    commit(shop, {"policies/shop.netpol": importing, "policies/broken.netpol": "-> ->\n"})
    (shop / "shared/base.netpol").unlink()
    with check_out(asked("git:main:./shop.netpol"), shop / "policies") as revision:
        loaded = load_files([SourceFile(Path(one), one) for one in revision.inputs], revision.cwd)
        assert loaded.diagnostics == ()
        assert sorted(map(revision.name_of, loaded.paths.values())) == [
            "main:policies/shop.netpol",
            "main:shared/base.netpol",
        ]
        assert {source.label for source in loaded.paths} == {"policies/shop.netpol", "shared/base.netpol"}
        assert revision.project_file == revision.root / "netpolc.toml"
        assert revision.name_of(Path("../netpolc.toml")) == "main:netpolc.toml"
        assert revision.name_of(revision.root) == "main:"
        assert revision.name_of(Path("/elsewhere")) == "/elsewhere"
        assert revision.with_git_names(f"`{revision.root}/a` of `{revision.root}`") == "`main:a` of `main:`"
        git(shop, "cat-file", "-e", revision.name_of(Path("shop.netpol")))
    with check_out(asked("git:main:policies/broken.netpol"), shop) as revision:
        assert load_files([SourceFile(Path(one), one) for one in revision.inputs], revision.cwd).diagnostics != ()


def test_imports_end_at_the_root_of_the_repository(repository):
    commit(repository, {"a/b.netpol": 'import "../../outside.netpol"\n', "c.netpol": 'import "a/d.netpol"\n'})
    commit(repository, {"a/d.netpol": 'import "../e.netpol"\n', "e.netpol": ""})
    with check_out(asked("git:main:"), repository / "a") as revision:
        Path(revision.root.parent / "outside.netpol").touch()
        out = load_files([SourceFile(Path("b.netpol"), "b.netpol")], revision.cwd)
        assert [each.code for each in out.diagnostics] == ["NP209"]
        up = load_files([SourceFile(Path("../c.netpol"), "c.netpol")], revision.cwd)
        assert up.diagnostics == ()
        assert revision.project_file is None


def test_a_project_around_the_temporary_folder_is_refused(shop, tmp_path):
    (tmp_path / "netpolc.toml").touch()
    message, advice = refusal("git:main", shop)
    assert message == f"`{tmp_path / 'netpolc.toml'}` would be its project file"
    assert "TMPDIR" in advice


def test_the_folder_is_private_and_goes_however_the_context_ends(shop, tmp_path):
    for ending in (None, ValueError, KeyboardInterrupt, SystemExit):
        try:
            with check_out(asked("git:main"), shop) as revision:
                assert revision.root.stat().st_mode & 0o777 == 0o700
                assert revision.root.parent == tmp_path / "tmp"
                if ending is not None:
                    raise ending
        except (ValueError, KeyboardInterrupt, SystemExit) as error:
            assert type(error) is ending  # noqa: PT017 - each ending is asked for above
        assert list((tmp_path / "tmp").iterdir()) == []
    refusal("git:other", shop)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_interrupt_while_git_answers_ends_git_and_leaves_nothing(shop, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkouts.Checkout, "_contents", interrupted)
    with pytest.raises(KeyboardInterrupt), check_out(asked("git:main"), shop):
        pytest.fail("it was not interrupted")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_no_room_for_the_folder_is_said(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert refusal("git:main", shop)[0].startswith("there is no room for its files: ")


def test_a_merge_base(shop):
    base = commit(shop, {"base.netpol": FLOW})
    git(shop, "branch", "topic")
    commit(shop, {"later.netpol": FLOW})
    git(shop, "checkout", "-q", "topic")
    commit(shop, {"mine.netpol": FLOW})
    for text in ("git:main...", "git:main...topic", "git:...main", "git:topic...main"):
        with check_out(asked(text), shop) as revision:
            assert (revision.commit, revision.name, revision.notes) == (base, base[:12], ())
            assert "base.netpol" in files(revision.root)
            assert not {"later.netpol", "mine.netpol"} & set(files(revision.root))
    git(shop, "checkout", "-q", "--orphan", "alone")
    commit(shop, {})
    message, advice = refusal("git:main...", shop)
    assert message == "`main` and `HEAD` have no common ancestor here"
    assert advice == "name one commit"
    assert refusal("git:main...nowhere", shop)[0] == "`nowhere` is no commit of the repository"
    assert refusal("git:main..topic", shop)[0] == "`main..topic` is a range"


def test_several_merge_bases_are_said(shop):
    root = git(shop, "rev-parse", "HEAD^{tree}")
    one, two = (git(shop, "commit-tree", root, "-m", text) for text in "ab")
    for name, parents in (("left", (one, two)), ("right", (two, one))):
        merge = git(shop, "commit-tree", root, "-m", name, "-p", parents[0], "-p", parents[1])
        git(shop, "branch", name, merge)
    with check_out(asked("git:left...right"), shop) as revision:
        (note,) = revision.notes
        assert note.message == f"`left...right` has 2 merge bases, of which `{revision.name}` is read"
        assert revision.commit in {one, two}


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("mian", "use `main`"),
        ("mian~2", "use `main~2`"),
        ("topic", "use `origin/topic`"),
        ("V1.0", "use `v1.0`"),
        ("HEAD~9", "fetch it, or use a name that `git branch --all` or `git tag` lists"),
        ("", "fetch it, or use a name that `git branch --all` or `git tag` lists"),
        ("--all", "fetch it, or use a name that `git branch --all` or `git tag` lists"),
        ("^main", None),
        ("main^{tree}", None),
        ("f" * 40, None),
        ("x" * 200_000, None),
    ],
)
def test_an_unknown_revision_is_said_with_what_was_meant(shop, name, advice):
    git(shop, "update-ref", "refs/remotes/origin/topic", "HEAD")
    git(shop, "tag", "v1.0")
    message, found = refusal(f"git:{name}", shop)
    if len(name) < 1000:
        assert message == f"`{name}` is no commit of the repository"
    else:
        assert message.startswith("git cannot be run: ")
    assert advice is None or found == advice


def test_a_null_byte_is_no_traceback(shop):
    assert refusal("git:a\0b", shop)[0].startswith("git cannot be run: ")


def test_an_ambiguous_name_is_not_guessed(shop):
    git(shop, "tag", "v1")
    commit(shop, {"more.netpol": FLOW})
    git(shop, "branch", "v1")
    git(shop, "config", "core.warnAmbiguousRefs", "false")
    assert refusal("git:v1~0", shop) == (
        "`v1~0` is the name of more than one thing",
        "write `refs/heads/v1~0` or `refs/tags/v1~0`",
    )
    assert "more.netpol" not in held("git:refs/tags/v1", shop)
    assert "more.netpol" in held("git:refs/heads/v1", shop)


def test_ambiguous_digits_are_said(shop):
    root = git(shop, "rev-parse", "HEAD^{tree}")
    seen = set()
    for number in range(2000):
        raw = f"tree {root}\nauthor a <a> {number} +0000\ncommitter a <a> {number} +0000\n\nx\n".encode()
        digits = hashlib.sha1(b"commit %d\0%s" % (len(raw), raw), usedforsecurity=False).hexdigest()[:4]
        if digits in seen:
            break
        seen.add(digits)
    for each in range(number + 1):
        raw = f"tree {root}\nauthor a <a> {each} +0000\ncommitter a <a> {each} +0000\n\nx\n".encode()
        if hashlib.sha1(b"commit %d\0%s" % (len(raw), raw), usedforsecurity=False).hexdigest()[:4] == digits:
            git(shop, "hash-object", "-t", "commit", "-w", "--stdin", given=raw)
    assert refusal(f"git:{digits}", shop) == (
        f"`{digits}` is the beginning of more than one object's name",
        "write more of its digits",
    )


@pytest.fixture
def shallow(shop, tmp_path):
    """A clone of the newest commit of `main`, of a repository with a branch, a tag and a past."""
    git(shop, "branch", "topic")
    git(shop, "tag", "v1")
    commit(shop, {"new.netpol": FLOW})
    git(shop, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{shop}", "shallow")
    return tmp_path / "shallow"


def command_in(advice):
    return advice.split("`")[1].split()


@pytest.mark.parametrize("name", ["topic", "origin/topic", "v1"])
def test_a_shallow_clone_says_what_to_fetch_and_that_helps(shallow, name):
    message, advice = refusal(f"git:{name}", shallow)
    assert message == f"`{name}` is no commit of this shallow clone"
    assert "`FETCH_HEAD`" in advice
    assert "`fetch-depth: 0`" in advice
    command = command_in(advice)
    assert command[:3] == ["git", "fetch", "--depth=1"]
    git(shallow, *command[1:])
    assert "new.netpol" not in held("git:FETCH_HEAD", shallow)


@pytest.mark.parametrize("name", ["HEAD~1", "main^", "main~1"])
def test_a_shallow_clone_says_how_to_come_by_its_past(shallow, name):
    _, advice = refusal(f"git:{name}", shallow)
    assert command_in(advice) == ["git", "fetch", "--unshallow"]
    git(shallow, "fetch", "-q", "--unshallow")
    assert "new.netpol" not in held(f"git:{name}", shallow)


def test_a_shallow_clone_can_fetch_one_commit(shallow, shop):
    past = git(shop, "rev-parse", "topic")
    _, advice = refusal(f"git:{past}", shallow)
    git(shallow, *command_in(advice)[1:])
    assert "new.netpol" not in held(f"git:{past}", shallow)
    message, advice = refusal(f"git:{past}...", shallow)
    assert "no common ancestor" in message
    git(shallow, *command_in(advice)[1:])
    assert "new.netpol" not in held(f"git:{past}...", shallow)


def test_advice_holds_no_command_made_of_a_name():
    for name in ("$(touch x)", "a;b", "--upload-pack=x", "abc1234", "-x"):
        assert commits._fetch(name) == commits._WHOLE_HISTORY


def test_a_partial_clone_is_not_filled(shop, tmp_path):
    git(shop, "config", "uploadpack.allowFilter", "true")
    for kind in ("blob:none", "tree:0"):
        partial = tmp_path / kind.replace(":", "-")
        git(tmp_path, "clone", "-q", "--no-checkout", f"--filter={kind}", f"file://{shop}", str(partial))
        remote = tmp_path / "ran"
        git(partial, "config", "remote.origin.uploadpack", f"touch {remote}; git-upload-pack")
        git(partial, "config", "protocol.file.allow", "always")
        message, advice = refusal("git:HEAD", partial)
        assert message == "not all of its files are in this clone"
        assert not remote.exists()
        git(partial, "config", "--unset", "remote.origin.uploadpack")
        git(partial, *command_in(advice)[1:])
        assert "policies/shop.netpol" in held("git:HEAD", partial)


def test_a_damaged_repository_is_said(shop):
    one = git(shop, "rev-parse", "HEAD:policies/shop.netpol")
    (shop / ".git/objects" / one[:2] / one[2:]).unlink()
    assert refusal("git:HEAD", shop)[0] == "not all of its files are in this clone"


@pytest.mark.usefixtures("shop")
def test_folders_outside_of_a_repository(tmp_path):
    message, advice = refusal("git:main", tmp_path)
    assert message == "the working folder is in no git repository"
    assert "inside of one" in advice
    assert refusal("git:main:repository/policies", tmp_path)[0] == message


def test_a_repository_of_another_user_is_refused_as_git_does(shop, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    message, advice = refusal("git:main", shop)
    assert message == "git refuses a repository that belongs to another user"
    assert advice == f"if you trust it, `git config --global --add safe.directory {shop}`"


def test_a_repository_that_git_cannot_read(shop):
    (shop / ".git/config").write_text("[core\n", "utf-8")
    assert refusal("git:main", shop)[0].startswith("git says: bad config line 1")


def test_a_system_without_git(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal("git:main", shop) == ("git is not installed", "install it, or name files and folders")


def test_a_git_that_does_not_answer_is_ended(shop, tmp_path, monkeypatch):
    sleeping = tmp_path / "bin" / "git"
    sleeping.parent.mkdir()
    sleeping.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    sleeping.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sleeping.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(plumbing.RevisionError, match=r"more than 0\.05 seconds"):
        Git(shop, 0.05).ask("rev-parse")
    with pytest.raises(plumbing.RevisionError, match=r"more than 0\.05 seconds"):
        drain(Git(shop, 0.05))


def drain(late):
    with late.stream("ls-tree") as output:
        assert output.read() == b""
        raise plumbing.EndedEarlyError


def test_an_empty_and_a_bare_repository(shop, tmp_path):
    git(tmp_path, "init", "-q", "empty")
    assert refusal("git:HEAD", tmp_path / "empty")[0] == "`HEAD` is no commit of the repository"
    git(tmp_path, "clone", "-q", "--bare", str(shop), "bare.git")
    assert "policies/shop.netpol" in held("git:main", tmp_path / "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    with check_out(asked("git:main:./shop.netpol"), tmp_path / "linked" / "policies") as revision:
        assert revision.path == "policies/shop.netpol"


def test_a_path_that_is_not_there_is_said(shop):
    assert refusal("git:main:policies/shpo.netpol", shop) == (
        "it has no `policies/shpo.netpol`",
        "use `git:main:policies/shop.netpol`",
    )
    assert refusal("git:main:shop.netpol", shop / "policies") == (
        "it has no `shop.netpol` in its root",
        "use `git:main:./shop.netpol`",
    )
    assert refusal("git:main:policies/shop.netpol/x", shop)[0] == "it has no `policies/shop.netpol/x`"
    assert refusal("git:main:/etc/passwd", shop)[0] == "`/etc/passwd` is an absolute path"
    assert refusal("git:main:../../x", shop / "policies")[0] == "`../../x` leaves the repository"
    assert refusal("git:main:a/../../x", shop)[0] == "`a/../../x` leaves the repository"
    assert refusal("git:main:" + "x" * 10_000, shop)[0].startswith("it has no ")
    assert held("git:main:./policies/../policies", shop)


def test_a_working_folder_that_was_not_there(shop):
    (shop / "new").mkdir()
    with check_out(asked("git:main"), shop / "new") as revision:
        assert revision.cwd == revision.root / "new"
        assert revision.project_file == revision.root / "netpolc.toml"
    commit(shop, {"place.yaml": ""})
    commit(shop, {"place.yaml": None, "place.yaml/x.netpol": ""})
    assert refusal("git:HEAD~1", shop / "place.yaml")[0] == "the working folder, `place.yaml/`, is no folder in it"


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not have")
def test_odd_names_are_kept(repository):
    content = blob(repository, FLOW.encode())
    names = [
        "a b.netpol",
        "a\nb.netpol",
        "a\tb.netpol",
        '"q".netpol',
        "a\\b.netpol",
        "é.netpol",
        "aux.netpol",
        "-x.yaml",
    ]
    names.append(os.fsdecode(b"\xff.netpol"))
    git(repository, "config", "core.quotePath", "true")
    branch_of(repository, "main", tree(repository, *(("100644", content, name) for name in sorted(names))))
    assert held("git:main", repository) == dict.fromkeys(names, FLOW.encode())
    for name in names:
        with check_out(asked(f"git:main:{name}"), repository) as revision:
            assert revision.name_of(Path(revision.inputs[0])) == f"main:{name}"


def test_names_that_differ_by_case_stay_apart_where_the_system_does(repository, tmp_path):
    one, two = blob(repository, b"1"), blob(repository, b"2")
    branch_of(repository, "main", tree(repository, ("100644", one, "Shop.netpol"), ("100644", two, "shop.netpol")))
    (tmp_path / "probe").touch()
    if (tmp_path / "PROBE").exists():
        assert "have one name" in refusal("git:main", repository)[0]
    else:
        assert held("git:main", repository) == {"Shop.netpol": b"1", "shop.netpol": b"2"}


def test_names_that_no_system_tells_apart_are_refused(repository):
    one = blob(repository, b"1")
    inner = tree(repository, ("100644", one, "b.netpol"))
    outside = blob(repository, b"/etc")
    message = "and another of its files have one name on this system"
    for number, entries in enumerate(
        (
            [("100644", one, "a.netpol"), ("100644", one, "a.netpol")],
            [("100644", one, "a.yaml"), ("40000", inner, "a.yaml")],
            [("120000", blob(repository, b"c"), "a"), ("40000", inner, "a")],
        )
    ):
        branch_of(repository, f"b{number}", tree(repository, *entries))
        assert refusal(f"git:b{number}", repository)[0].endswith(message)
    branch_of(repository, "link", tree(repository, ("120000", outside, "a"), ("40000", inner, "a")))
    assert held("git:link", repository) == {"a/b.netpol": b"1"}


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", ""])
def test_paths_that_lead_elsewhere_are_refused(repository, tmp_path, name):
    inner = tree(repository, ("100644", blob(repository, b"1"), "x.netpol"))
    branch_of(repository, "main", tree(repository, ("40000", inner, name)))
    message, _ = refusal("git:main", repository)
    assert message in {
        f"its `{name}/x.netpol` is no path that a file can have here",
        "not all of its files are in this clone",
    }
    assert not (tmp_path / "x.netpol").exists()
    assert not (tmp_path / "tmp" / "x.netpol").exists()


def test_a_slash_in_a_name_leads_nowhere(repository, tmp_path):
    one = blob(repository, b"1")
    for number, name in enumerate(("../../x.netpol", "/x.netpol", "a/../../../x.netpol")):
        branch_of(repository, f"b{number}", tree(repository, ("100644", one, name)))
        assert refusal(f"git:b{number}", repository)[0] == f"its `{name}` is no path that a file can have here"
    assert not list(tmp_path.rglob("x.netpol"))


def test_names_that_only_some_systems_have(shop, monkeypatch):
    commit(shop, {"policies/aux.netpol": ""})
    monkeypatch.setattr(checkouts, "_PORTABLE_ONLY", True)
    assert refusal("git:main", shop)[0] == "its `policies/aux.netpol` is no path that a file can have here"


def test_links_that_stay_are_kept_and_others_left_out(shop, tmp_path):
    secret = tmp_path / "secret.netpol"
    secret.write_text("secret", "utf-8")
    (shop / "a/b").mkdir(parents=True)
    links = {
        "near.netpol": "policies/shop.netpol",
        "a/b/far.netpol": "../../policies/shop.netpol",
        "current": "policies",
        "through.netpol": "current/shop.netpol",
        "absolute.netpol": str(secret),
        "out.netpol": "../secret.netpol",
        "a/b/root": "../..",
        "sly.netpol": "a/b/root/../secret.netpol",
        "gone.netpol": "nowhere.netpol",
        "loop.netpol": "loop.netpol",
        "readme.link": "readme.md",
        "own.netpol": ".git/config",
    }
    for name, target in links.items():
        (shop / name).symlink_to(target)
    commit(shop, {"long.netpol": "replaced"})
    entries = git_bytes(shop, "HEAD:policies/shop.netpol")
    with check_out(asked("git:main"), shop) as revision:
        kept = {name for name in links if (revision.root / name).is_symlink()}
        assert kept == {"near.netpol", "a/b/far.netpol", "current", "through.netpol", "a/b/root"}
        for name in ("near.netpol", "a/b/far.netpol", "through.netpol", "a/b/root/near.netpol"):
            assert (revision.root / name).read_bytes() == entries
        (note,) = revision.notes
        assert note.severity == "warning"
        assert note.message.startswith("`absolute.netpol`, ")
        assert " and 3 more of `main` are left out" in note.message
        assert "readme" not in note.message
    assert held("git:main:current/shop.netpol", shop)
    assert refusal("git:main:out.netpol", shop)[0] == "`out.netpol` is a link that leads to no file of it"
    assert refusal("git:main:readme.link", shop)[0] == "`readme.link` is a link that leads to no file of it"


WIDE = {
    "netpolc.toml": "",
    "shop/web.yaml": "a: 1\n",
    "shop/more/db.yaml": "a: 2\n",
    "shop/shop.netpol": FLOW,
    "base/base.netpol": FLOW,
    "base/base.yaml": "a: 3\n",
    "shopping/cart.yaml": "a: 4\n",
}


@pytest.fixture
def wide(repository):
    """A repository of several folders."""
    commit(repository, WIDE)
    return repository


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git:main:shop", {"netpolc.toml", "shop/web.yaml", "shop/more/db.yaml", "shop/shop.netpol"}),
        ("git:main:shop/web.yaml", {"netpolc.toml", "shop/web.yaml"}),
        ("git:main:./shop/more/", {"netpolc.toml", "shop/more/db.yaml"}),
        ("git:main:", set(WIDE)),
        ("git:main", set(WIDE)),
    ],
)
def test_only_what_is_asked_for_is_read_with_the_project_file(wide, text, expected):
    assert set(held(text, wide)) == expected


def test_the_project_of_a_folder_is_all_that_is_read_of_it(wide):
    commit(wide, {"shop/netpolc.toml": ""})
    assert {name.split("/")[0] for name in held("git:main", wide / "shop/more")} == {"netpolc.toml", "shop"}
    assert "shop/more/db.yaml" in held("git:main", wide / "shop/more")
    commit(wide, {"shop/netpolc.toml": None, "netpolc.toml": None})
    assert set(held("git:main", wide / "shop/more")) == {"shop/more/db.yaml"}
    assert set(held("git:main:shop/web.yaml", wide / "base")) == {"shop/web.yaml"}


def test_imports_are_followed(wide):
    commit(wide, {"shop/shop.netpol": 'import "std"\nimport "../base/base.netpol"\n' + FLOW})
    commit(wide, {"base/base.netpol": '\nimport  "last.netpol" as l\n', "base/last.netpol": "", "base/x.netpol": ""})
    needed = {"netpolc.toml", "shop/shop.netpol", "base/base.netpol", "base/last.netpol"}
    assert set(held("git:main:shop/shop.netpol", wide)) == needed
    assert diagnosed("git:main:shop/shop.netpol", wide) == ()


def test_an_import_that_leads_nowhere_has_all_sources_beside_it(wide):
    """It may go through a link, or be a slip in the name of another."""
    commit(wide, {"shop/shop.netpol": 'import "../base/bse.netpol"\n'})
    found = set(held("git:main:shop/shop.netpol", wide))
    assert "base/base.netpol" in found
    assert "base/base.yaml" not in found
    (one,) = diagnosed("git:main:shop/shop.netpol", wide)
    assert one.help == "use `../base/base.netpol`"
    (wide / "common").symlink_to("base")
    commit(wide, {"shop/shop.netpol": 'import "../common/base.netpol"\n'})
    assert diagnosed("git:main:shop/shop.netpol", wide) == ()


def test_imports_that_go_on_and_on_get_all_sources(wide):
    chain = {f"base/{n}.netpol": f'import "{n + 1}.netpol"\n' for n in range(20)}
    commit(wide, {**chain, "base/20.netpol": "", "shop/shop.netpol": 'import "../base/0.netpol"\n'})
    assert diagnosed("git:main:shop/shop.netpol", wide) == ()
    many = "".join(f'import "../far/{n}.netpol" as n{n}\n' for n in range(300))
    commit(wide, {"shop/shop.netpol": many, **{f"far/{n}.netpol": "" for n in range(300)}})
    assert diagnosed("git:main:shop/shop.netpol", wide) == ()


def diagnosed(text, cwd):
    with check_out(asked(text), cwd) as revision:
        return load_files([SourceFile(Path(name), name) for name in revision.inputs], revision.cwd).diagnostics


def test_links_are_followed_and_those_elsewhere_are_nobodys_concern(wide):
    (wide / "shop/base").symlink_to("../base")
    (wide / "shop/out.yaml").symlink_to("/etc/passwd")
    (wide / "base/gone.yaml").symlink_to("nowhere.yaml")
    commit(wide, {})
    assert "base/base.yaml" in held("git:main:shop", wide)
    with check_out(asked("git:main:shop/base/base.yaml"), wide) as revision:
        assert (revision.cwd / revision.inputs[0]).read_text("utf-8") == WIDE["base/base.yaml"]
    with check_out(asked("git:main:shop"), wide) as revision:
        (note,) = revision.notes
        assert note.message.startswith("`shop/out.yaml` of `main` is left out")
    with check_out(asked("git:main:shopping"), wide) as revision:
        assert revision.notes == ()
        assert files(revision.root) == ["netpolc.toml", "shopping/cart.yaml"]


@pytest.mark.parametrize("place", ["shop/kustomization.yaml", "shop/more/kustomization.yaml"])
def test_a_kustomization_may_build_on_what_is_elsewhere(wide, place):
    commit(wide, {place: "resources: [../base/base.yaml]\n"})
    assert ("base/base.yaml" in held("git:main:shop", wide)) == (place == "shop/kustomization.yaml")
    commit(wide, {"shop/netpolc.toml": 'manifests = ["more"]\n'})
    assert "base/base.yaml" in held("git:main:shop", wide)


def test_a_path_has_no_magic(repository):
    commit(repository, {":(glob)*/x.yaml": "a: 1\n", "*.yaml": "a: 2\n", "other.yaml": "a: 3\n"})
    assert set(held("git:main::(glob)*/x.yaml", repository)) == {":(glob)*/x.yaml"}
    assert set(held("git:main:*.yaml", repository)) == {"*.yaml"}


def test_nothing_is_written_through_a_link_of_an_earlier_step(repository, tmp_path):
    """The step for one file makes the link, and that for all sources would write a file through it."""
    (tmp_path / "elsewhere").mkdir()
    target, text = blob(repository, os.fsencode(tmp_path / "elsewhere")), blob(repository, b'import "../gone.netpol"')
    near = blob(repository, b"../b")
    inner = tree(repository, ("120000", near, "x"), ("40000", tree(repository, ("100644", text, "y.netpol")), "x"))
    top = (
        ("40000", inner, "a"),
        ("40000", tree(repository, ("100644", text, "b.netpol")), "b"),
        ("120000", target, "c"),
    )
    branch_of(repository, "main", tree(repository, *top))
    for path in ("a", "b", "b/b.netpol"):
        assert refusal(f"git:main:{path}", repository)[0].startswith("its `a/x")
    assert not any((tmp_path / "elsewhere").iterdir())


def test_links_to_nothing_sensible(repository):
    branch_of(
        repository,
        "main",
        tree(
            repository,
            ("120000", blob(repository, b""), "empty.netpol"),
            ("120000", blob(repository, b"x" * 5000), "long.netpol"),
            ("120000", blob(repository, b"a\0b"), "null.netpol"),
            ("120000", blob(repository, b"x" * 300), "name.netpol"),
        ),
    )
    with check_out(asked("git:main"), repository) as revision:
        assert files(revision.root) == []
        assert "and 1 more" in revision.notes[0].message


def test_a_submodule_is_left_out_and_said(shop, tmp_path):
    git(tmp_path, "-c", "protocol.file.allow=always", "clone", "-q", str(shop), "other")
    git(shop, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "other"), "vendor/other")
    commit(shop, {})
    with check_out(asked("git:main"), shop) as revision:
        assert not any(name.startswith("vendor") for name in files(revision.root))
        (note,) = revision.notes
        assert (note.severity, note.code) == ("note", "NP810")
        assert note.message.startswith("`vendor/other` of `main` is left out")
    assert refusal("git:main:vendor/other/policies", shop)[0] == "`vendor/other` is a submodule"
    assert "policies/shop.netpol" in held("git:HEAD", shop / "vendor/other")


def test_nothing_that_a_repository_configures_is_run(shop, tmp_path):
    mark = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", "utf-8")
    trap.chmod(0o755)
    commit(shop, {".gitattributes": "* filter=trap diff=trap\npolicies export-ignore\n"})
    hooks = shop / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (hooks / hook).symlink_to(trap)
    for key, value in {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.pager": str(trap),
        "filter.trap.smudge": str(trap),
        "filter.trap.process": str(trap),
        "diff.trap.textconv": str(trap),
        "alias.cat-file": f"!{trap}",
        "alias.ls-tree": f"!{trap}",
        "alias.rev-parse": f"!{trap}",
        "core.autocrlf": "true",
    }.items():
        git(shop, "config", key, value)
    mark.unlink(missing_ok=True)
    before = state(shop / ".git")
    assert held("git:main...:policies", shop)["policies/shop.netpol"] == FLOW.encode()
    refusal("git:mian", shop)
    assert not mark.exists()
    assert state(shop / ".git") == before


def state(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_commit_holds_what_its_name_says_and_no_replacement(shop):
    one = git(shop, "rev-parse", "HEAD:policies/shop.netpol")
    git(shop, "replace", one, blob(shop, b"replaced"))
    assert git(shop, "cat-file", "blob", one) == "replaced"
    assert held("git:main", shop)["policies/shop.netpol"] == FLOW.encode()


def test_too_many_files_are_refused(shop, monkeypatch):
    monkeypatch.setattr(checkouts, "MOST_FILES", 2)
    message, advice = refusal("git:main", shop)
    assert message == "it has more than 2 files that netpolc would read"
    assert "git worktree add" in advice


def test_too_many_bytes_are_refused_before_they_are_read(shop, monkeypatch):
    commit(shop, {"large.yaml": "x" * (1 << 20)})
    monkeypatch.setattr(checkouts, "MOST_BYTES", 1 << 20)
    assert refusal("git:main", shop)[0] == "its files have more than 1 MiB"


def test_a_tree_that_unfolds_without_end_is_refused(repository, monkeypatch):
    inner = tree(repository, ("100644", blob(repository, b""), "x.md"))
    for _ in range(12):
        inner = tree(repository, *(("40000", inner, f"{number:x}") for number in range(16)))
    branch_of(repository, "main", inner)
    monkeypatch.setattr(checkouts, "MOST_LISTED_BYTES", 4 << 20)
    assert refusal("git:main", repository)[0] == "it has too many files to list"


def test_a_tree_too_deep_is_refused(repository):
    inner = tree(repository, ("100644", blob(repository, b""), "x.netpol"))
    for _ in range(checkouts.DEEPEST):
        inner = tree(repository, ("40000", inner, "d"))
    branch_of(repository, "main", inner)
    assert refusal("git:main", repository)[0].endswith("is no path that a file can have here")


def test_a_blob_that_is_none_is_refused(repository):
    inner = tree(repository)
    branch_of(repository, "main", tree(repository, ("100644", inner, "x.netpol")))
    assert refusal("git:main", repository)[0] == "not all of its files are in this clone"
