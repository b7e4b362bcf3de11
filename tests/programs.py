"""Command lines, as a shell runs them; but where one starts netpolc and nothing else, a fork of this process does it.

It has descriptors, an environment, a working folder and an end of its own, as any other process, and is spared what
takes nine tenths of a short run: starting Python and loading modules. Runs that start from nothing, and what signals do
to them, are what `tests/cli/test_processes.py` is about.
"""

import importlib
import os
import pkgutil
import re
import shlex
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import NamedTuple

import netpolc
from netpolc.__main__ import main

for module in pkgutil.walk_packages(netpolc.__path__, "netpolc."):
    importlib.import_module(module.name)  # once here, and not in each fork

WORD = r"""(?:[\w./:=,@%+-]|'[^']*'|"[^"$`\\]*")+"""
NETPOLC = re.compile(rf"netpolc(?: {WORD})*")


class Ended(NamedTuple):
    """How a command line ended, and what it wrote."""

    code: int
    out: str
    err: str


def run(command, folder, environment, *, merged=False):
    """Run a command line to its end, with nothing to read; `merged` puts its messages among its output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        streams = (nothing.fileno(), out.fileno(), (out if merged else err).fileno())
        code = end(start(command, folder, environment, streams))
        return Ended(code, _text(out), _text(err))


def start(command, folder, environment, streams):
    """Start a command line on the descriptors of its input, its output and its messages, and return the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads, of which pytest's hold no lock
        child = os.fork()
    if child == 0:
        try:
            _become(command, folder, environment, streams)
        except BaseException:  # noqa: BLE001 -- nothing of the tests may go on in a child
            traceback.print_exc()
        finally:
            os._exit(70)
    return child


def end(process):
    """Wait for a process, and return how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _become(command, folder, environment, streams):
    os.chdir(folder)
    for descriptor, given in enumerate(streams):
        os.dup2(given, descriptor)
    if not NETPOLC.fullmatch(command):
        os.execve("/bin/sh", ["sh", "-c", command], environment)  # noqa: S606 -- a shell is what it starts
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(descriptor, mode, encoding="utf-8", closefd=False) for descriptor, mode in enumerate("rww")
    )
    sys.argv = shlex.split(command)
    main()


def _text(file):
    file.seek(0)
    return file.read().decode()
