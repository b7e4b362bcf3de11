import os
import stat
import subprocess

import pytest

LOOSE = "webapp->database : 5432   # why\n\n\n\n{b,a}  ->  c:{443,80}\n"
NEAT = "webapp -> database:5432  # why\n\n{b, a} -> c:{443, 80}\n"


@pytest.fixture
def neat(netpolc):
    """What `fmt` makes of a text."""

    def formatted(text):
        ran = netpolc("fmt", "-", stdin=text.encode())
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    return formatted


def written_at(file):
    """Which file it is, and when it was written; when it was read last is the system's own affair."""
    status = file.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def test_files_are_rewritten_in_place(netpolc, here, neat):
    file = here.write("a.netpol", LOOSE)
    here.write("sub/b.netpol", LOOSE)
    assert netpolc("fmt") == (0, "", "2 of 2 files formatted\n")
    assert file.read_text() == neat(LOOSE)
    assert netpolc("fmt") == (0, "", "2 files are formatted already\n")
    assert here.names() == ["a.netpol", "sub/b.netpol"]


def test_it_is_idempotent_and_keeps_comments(netpolc, here, neat):
    once = neat(LOOSE)
    assert "# why" in once
    assert neat(once) == once
    here.write("a.netpol", once)
    before = written_at(here / "a.netpol")
    assert netpolc("fmt", "a.netpol", "--check") == (0, "", "")
    netpolc("fmt", "a.netpol")
    assert written_at(here / "a.netpol") == before


def test_check_lists_files_and_writes_nothing(netpolc, here, neat):
    here.write("a.netpol", neat(LOOSE))
    here.write("b.netpol", LOOSE)
    here.write("c/d.netpol", LOOSE)
    before = here.files()
    assert netpolc("fmt", "--check") == (1, "b.netpol\nc/d.netpol\n", "")
    assert netpolc("fmt", "--check", "a.netpol") == (0, "", "")
    assert netpolc("fmt", "--check", "-", stdin=LOOSE.encode()) == (1, "<stdin>\n", "")
    assert here.files() == before


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_diff_is_a_patch(netpolc, here, neat, end):
    loose = LOOSE.rstrip("\n").replace("# why", "# a\x0bb\u2028c") + end
    here.write("a.netpol", loose)
    ran = netpolc("fmt", "--diff", "a.netpol")
    assert (ran.code, ran.err) == (1, "")
    assert (here / "a.netpol").read_bytes() == loose.encode()
    assert netpolc("fmt", "--diff", "-", stdin=loose.encode()).out == ran.out.replace("a.netpol", "<stdin>")
    patched = subprocess.run(["patch", "a.netpol"], input=ran.out.encode(), check=False, capture_output=True)
    assert patched.returncode == 0, patched.stdout
    assert (here / "a.netpol").read_bytes() == neat(loose).encode()


def test_standard_input(netpolc, here, neat):
    assert neat(LOOSE) == NEAT
    assert neat(NEAT) == NEAT
    assert neat("") == ""
    assert netpolc("fmt", "-", "--diff", stdin=neat(LOOSE).encode()) == (0, "", "")
    bad = netpolc("fmt", "-", stdin=b"web ->\n")
    assert (bad.code, bad.out) == (1, "")
    assert "<stdin>:1:" in bad.err
    assert here.files() == {}


@pytest.mark.parametrize("broken", ["web ->\n", "web -> db:1 }\n", b"\xff\n", b"a\0\n"])
def test_one_syntax_error_leaves_all_files_as_they_are(netpolc, here, broken):
    here.write("a.netpol", LOOSE)
    here.write("b.netpol", broken)
    here.write("c.netpol", LOOSE)
    before = here.files()
    for arguments in ([], ["--check"], ["--diff"]):
        ran = netpolc("fmt", *arguments)
        assert (ran.code, ran.out) == (1, "")
        assert "b.netpol:1:" in ran.err
    assert here.files() == before


def test_what_is_wrong_with_names_is_no_concern_of_the_layout(netpolc, here):
    here.write("a.netpol", "strict names\nweb   -> nobody:1\n")
    assert netpolc("fmt").code == 0


def test_a_link_stays_a_link(netpolc, here, neat):
    target = here.write("elsewhere/real.txt", LOOSE)
    (here / "a.netpol").symlink_to("elsewhere/real.txt")
    assert netpolc("fmt", "a.netpol").code == 0
    assert (here / "a.netpol").is_symlink()
    assert target.read_text() == neat(LOOSE)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_the_mode_is_kept(netpolc, here, mode):
    file = here.write("a.netpol", LOOSE)
    file.chmod(mode)
    assert netpolc("fmt", "a.netpol").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_line_ends_and_byte_order_marks(netpolc, here, neat):
    for text in (
        LOOSE.replace("\n", "\r\n"),
        "\ufeff" + LOOSE,
        "\ufeff" + neat(LOOSE),
        neat(LOOSE).replace("\n", "\r\n"),
    ):
        file = here.write("a.netpol", text)
        assert netpolc("fmt", "--check", "a.netpol").code == 1
        assert netpolc("fmt", "a.netpol").code == 0
        assert file.read_bytes() == neat(LOOSE).encode()
        assert netpolc("fmt", "--check", "a.netpol").code == 0


def test_a_named_file_needs_no_project(netpolc, here):
    here.write("netpolc.toml", "broken = [\n")
    here.write("a.netpol", LOOSE)
    assert netpolc("fmt", "--check").code == 2
    assert netpolc("fmt", "a.netpol").code == 0
    assert netpolc("fmt", "-", stdin=LOOSE.encode()).code == 0


def test_a_failed_write_loses_nothing(netpolc, here, monkeypatch):
    for name in "abc":
        here.write(f"{name}.netpol", LOOSE)
    before = here.files()
    real, left = os.write, [2]

    def fail(descriptor, data):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setenv("NETPOLC_CACHE", "off")
        patch.setattr("netpolc.project.writing.os.write", fail)
        ran = netpolc("fmt")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP806]: " in ran.err
    assert here.files() == before


def test_a_file_name_cannot_speak_to_the_terminal(netpolc, here):
    here.write("a\x1b[31m\nb.netpol", LOOSE)
    assert netpolc("fmt", "--check").out == "a\\x1b[31m\\nb.netpol\n"
    assert "\x1b" not in netpolc("fmt", "--diff").out
