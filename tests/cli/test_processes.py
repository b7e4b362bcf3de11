"""What only a process of its own shows: pipes, signals, terminals, encodings, and what differs from run to run."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from netpolc.project.writing import is_temporary

ROOT = Path(__file__).parents[2]
NETPOLC = (sys.executable, "-P", "-m", "netpolc")
TICKS = os.sysconf("SC_CLK_TCK")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")


def program(flows):
    return "namespace shop\nbaseline deny all\n" + "".join(
        f"web{i} -> db{i % 100}:{i % 60000 + 1}\n" for i in range(flows)
    )


@pytest.fixture
def environment(here):  # noqa: ARG001 -- it is set up there
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}


def shell(script, environment):
    """Run a script, in which `netpolc` is the command."""
    text = f'netpolc() {{ {" ".join(NETPOLC)} "$@"; }}\n{script}'
    return subprocess.run(
        ["bash", "-c", text], env=environment, capture_output=True, check=False, timeout=60, text=True
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("netpolc rules", 0),
        ("netpolc --help", 0),
        ("netpolc build big.netpol", 0),
        ("netpolc check bad.netpol", 1),
        ("netpolc build bad.netpol 2>&1", 1),
        ("netpolc build missing.netpol 2>&1", 2),
        ("netpolc buidl 2>&1", 2),
    ],
)
def test_a_reader_who_goes_away_is_no_error(here, environment, command, code):
    here.write("big.netpol", program(300))
    here.write("bad.netpol", "web -> db\n")
    ran = shell(f"(sleep 0.02; {command}; echo $? >&3) 3>&2 | true", environment)
    assert (ran.stdout, ran.stderr) == ("", f"{code}\n")


def test_the_first_line_of_a_long_result(here, environment):
    here.write("big.netpol", program(3000))
    ran = shell("set -o pipefail; netpolc build big.netpol | head -n 1", environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("# Written by netpolc")


def test_files_are_written_although_nobody_listens(here, environment):
    here.write("a.netpol", "x -> 10.0.0.0/8:1\nx -> y:1\n")
    ran = shell("(sleep 0.02; netpolc build a.netpol -v -o out 2>&1; echo $? >&3) 3>&2 | true", environment)
    assert (ran.stdout, ran.stderr) == ("", "0\n")
    assert here.names("out") == ["default-deny.yaml", "y.yaml"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110 -- a string
@pytest.mark.parametrize("command", ["netpolc build a.netpol", "netpolc rules", "netpolc fmt - < a.netpol"])
@pytest.mark.parametrize(("place", "why"), [("/dev/full", "no space left on device"), ("&-", "it is closed")])
def test_a_result_that_cannot_be_written_is_an_error(here, environment, command, place, why):
    here.write("a.netpol", "web -> db:5432\n")
    ran = shell(f"{command} >{place}", environment)
    assert ran.returncode == 2
    assert ran.stderr == f"error[NP806]: the standard output cannot be written: {why}\n\n1 error\n"


def test_closed_streams_do_no_harm(here, environment):
    here.write("a.netpol", "web -> db:5432\n")
    assert shell("netpolc build a.netpol -o out <&- >&- 2>&-", environment).returncode == 0
    assert here.names("out") == ["db.yaml", "default-deny.yaml"]
    assert shell("netpolc build out.netpol >&- 2>&-", environment).returncode == 2
    closed = shell("netpolc build - <&-", environment)
    assert (closed.returncode, closed.stdout) == (2, "")
    assert closed.stderr.startswith("error[NP805]: `<stdin>` cannot be read: it is closed\n")


def test_stdin(environment):
    ran = shell("echo 'web -> db:5432' | netpolc build -", environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "# <stdin>:1: web -> db:5432" in ran.stdout
    empty = shell("netpolc build - < /dev/null", environment)
    assert (empty.returncode, empty.stderr) == (0, "")
    assert [line for line in empty.stdout.splitlines() if not line.startswith("#")] == []


def started(arguments, here, environment):
    """A run that has begun to work: it has had a third of a second of CPU, however busy the machine is."""
    process = subprocess.Popen(
        [*NETPOLC, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here.path
    )
    figures = Path(f"/proc/{process.pid}/stat")
    time.sleep(0.02 if figures.exists() else 0.5)
    while figures.exists() and sum(map(int, figures.read_text().rpartition(")")[2].split()[11:13])) < TICKS / 3:
        time.sleep(0.02)
    return process


def test_an_interrupt_ends_a_run_with_130(here, environment):
    here.write("big.netpol", program(60_000))
    process = started(["build", "big.netpol", "-o", "out"], here, environment)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert not (here / "out").exists()


@pytest.mark.parametrize("module", ["msgspec", "typer"])
def test_an_interrupt_before_the_work_begins(here, environment, module):
    """As early as Python can tell: a module in the way of one that every run loads waits, and one that few do."""
    waits = "import sys, time\nsys.stdout.write('up')\nsys.stdout.flush()\ntime.sleep(60)\n"
    here.write(f"slow/{module}/__init__.py", waits)
    path = f"{here / 'slow'}{os.pathsep}{ROOT}"
    process = subprocess.Popen(
        [*NETPOLC, "rules"], env={**environment, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.read(2) == b"up"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 130


def test_a_killed_build_leaves_every_file_old_or_new(here, environment):
    def sources(port):
        lines = (f"namespace n{i}\nweb -> db:{port}\n" for i in range(150))
        here.write("a.netpol", "".join(lines))
        ran = subprocess.run(
            [*NETPOLC, "build", "a.netpol", "-o", f"ref{port}"], env=environment, check=True, capture_output=True
        )
        assert ran.returncode == 0
        return {name.partition("/")[2]: text for name, text in here.files().items() if name.startswith(f"ref{port}/")}

    new, old = sources(2), sources(1)
    shutil.copytree(here / "ref1", here / "out")
    here.write("a.netpol", here.files()["a.netpol"].replace(b"db:1", b"db:2"))
    seen = set()
    for attempt in range(4):
        process = subprocess.Popen([*NETPOLC, "build", "a.netpol", "-o", "out", "-q"], env=environment)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.25 + 0.08 * attempt)
        process.kill()
        process.wait()
        for name, text in here.files().items():
            inside = name.removeprefix("out/")
            if inside not in (name, ".netpolc-inventory") and not is_temporary(name.rpartition("/")[2]):
                seen.add("old" if text == old[inside] else "new")
                assert text in (old[inside], new[inside])
    assert subprocess.run([*NETPOLC, "build", "a.netpol", "-o", "out"], env=environment, check=False).returncode == 0
    after = {name.removeprefix("out/"): text for name, text in here.files().items() if name.startswith("out/")}
    assert after == new
    assert "old" in seen


def on_a_terminal(arguments, environment):
    """What a run writes to a terminal, for both streams."""
    main, other = pty.openpty()
    process = subprocess.Popen([*NETPOLC, *arguments], env=environment, stdout=other, stderr=other, stdin=other)
    os.close(other)
    text = b""
    with suppress(OSError):  # Linux says so when the last writer has gone
        while data := os.read(main, 65536):
            text += data
    os.close(main)
    process.wait(60)
    return text.decode().replace("\r\n", "\n"), process.returncode


def test_color_on_a_terminal(here, environment):
    here.write("bad.netpol", "web -> db\n")
    text, code = on_a_terminal(["check", "bad.netpol"], {**environment, "TERM": "xterm"})
    assert code == 1
    assert "\x1b[" in text
    assert "\x1b[" in on_a_terminal(["build", "bad.netpol"], {**environment, "TERM": "xterm"})[0]


@pytest.mark.parametrize(
    ("changes", "options"),
    [({"NO_COLOR": "1"}, []), ({"TERM": "dumb"}, []), ({"TERM": "xterm"}, ["--color", "never"])],
)
def test_no_color_on_a_terminal_that_wants_none(here, environment, changes, options):
    here.write("bad.netpol", "web -> db\n")
    text, code = on_a_terminal(["check", *options, "bad.netpol"], {"TERM": "xterm", **environment, **changes})
    assert code == 1
    assert "NP301" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "utf-16"},
    ],
)
def test_output_does_not_depend_on_the_locale(here, process, locale):
    here.write("ünï.netpol", 'web -> db:5432  # naïve “quotes”\n@reason("日本")\nweb -> x:1\n')
    here.write("bad.netpol", "wéb -> db:1\n")
    plain = process("build", "ünï.netpol")
    ran = process("build", "ünï.netpol", env=locale)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, plain.stdout, b"")
    assert "ünï.netpol" in ran.stdout.decode()
    checked = process("check", "bad.netpol", env=locale)
    assert (checked.returncode, checked.stderr) == (1, b"")
    assert "wéb" in checked.stdout.decode()


def test_a_file_name_may_be_no_text(here, process):
    name = b"caf\xe9.netpol"
    try:
        (Path(os.fsdecode(bytes(here.path))) / os.fsdecode(name)).write_bytes(b"web   -> db:5432\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    ran = process("build", os.fsdecode(name))
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith(b"# Written by netpolc from caf\\xe9.netpol.")
    assert process("check").returncode == 0
    assert process("fmt", "--check").stdout == b"caf\\udce9.netpol\n"
    assert process("fmt").returncode == 0


def test_output_does_not_depend_on_the_order_of_hashes(here, process):
    names = [f"svc-{i}" for i in range(40)]
    lines = [f"{{{a}, {b}}} -> {c}:{{80, 53/udp, 443}}" for a, b, c in zip(names, names[7:], names[3:], strict=False)]
    here.write(
        "a.netpol", "namespace shop [team=a, env=b]\nbaseline deny all\n" + "\n".join(lines) + "\n{a, b, c} -> dbb\n"
    )
    here.write("good.netpol", "\n".join(["namespace shop", "baseline deny all", *lines, ""]))
    runs = [
        [
            process(name, path, env={"PYTHONHASHSEED": seed})
            for name, path in (("build", "good.netpol"), ("check", "a.netpol"))
        ]
        for seed in ("0", "1", "4711")
    ]
    assert len({tuple((ran.returncode, ran.stdout, ran.stderr) for ran in run) for run in runs}) == 1
    assert [ran.returncode for ran in runs[0]] == [0, 1]


def test_many_flows(here, process):
    here.write("big.netpol", program(1_000))
    ran = process("build", "big.netpol", "-o", "out")
    assert ran.returncode == 0
    assert process("build", "big.netpol", "-o", "out", "--check").returncode == 0


def test_python_m_netpolc(process):
    ran = process("--version")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith(b"netpolc ")
