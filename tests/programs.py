"""Command lines, as a shell runs them; but each `netpolc` among them is a fork of one process that has loaded it.

It has descriptors, an environment, a working folder and an end of its own, as any other process, and is spared what
takes nine tenths of a short run: starting Python and loading modules. What stands on the `PATH` hands over what it is
given, and ends as the fork does. Runs that start from nothing, and what signals do to them, are what
`tests/cli/test_processes.py` is about.
"""

import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CLIENT = """\
import _socket, marshal, os, sys

asked = marshal.dumps((os.getcwdb(), [os.fsencode(each) for each in sys.argv[1:]], dict(os.environb)))
server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
server.connect({address!r})
streams = b"".join(each.to_bytes(4, sys.byteorder) for each in range(3))
server.sendmsg([len(asked).to_bytes(4, "little")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
while asked:
    asked = asked[server.send(asked) :]
ended = int.from_bytes(server.recv(4), "little", signed=True)
if ended < 0:
    os.kill(os.getpid(), -ended)
os._exit(ended)
"""


class Ended(NamedTuple):
    """How a command line ended, and what it wrote."""

    code: int
    out: str
    err: str


@functools.cache
def tools():
    """Return a folder with a `netpolc` for the `PATH`; a process answers it until this one ends."""
    folder = Path(tempfile.mkdtemp(prefix="netpolc-"))
    address = str(folder / "socket")
    (folder / "client.py").write_text(CLIENT.format(address=address))
    (folder / "netpolc").write_text(f'#!/bin/sh\nexec {sys.executable} -IS {folder}/client.py "$@"\n')
    (folder / "netpolc").chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        process = subprocess.Popen(
            (sys.executable, "-m", "tests.loaded", str(listening.fileno())),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=(listening.fileno(),),
            start_new_session=True,
        )

    def stop():
        process.communicate()
        shutil.rmtree(folder)

    atexit.register(stop)
    return folder


def start(command, folder, environment, *streams):
    """Start a command line on the descriptors of its input, its output and its messages, and return the process."""
    path = f"{tools()}{os.pathsep}{environment['PATH']}"
    stdin, stdout, stderr = streams
    return subprocess.Popen(
        ("/bin/sh", "-c", command),
        cwd=folder,
        env={**environment, "PATH": path},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    )


def run(command, folder, environment, *, merged=False):
    """Run a command line to its end, with nothing to read; `merged` puts its messages among its output."""
    messages = subprocess.STDOUT if merged else subprocess.PIPE
    with start(command, folder, environment, subprocess.DEVNULL, subprocess.PIPE, messages) as process:
        out, err = process.communicate()
    return Ended(process.returncode, out.decode(), "" if err is None else err.decode())
