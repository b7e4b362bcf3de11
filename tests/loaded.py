"""A process that has loaded netpolc, and runs each command line that it is handed in a fork; `programs.py` starts it.

A request is three descriptors, the length of what follows in four bytes, and the working folder, the arguments and the
environment as `marshal` writes them. The answer is how the fork ended, in four bytes.
"""

import importlib
import marshal
import os
import pkgutil
import select
import signal
import socket
import sys
import traceback

import netpolc
from netpolc.__main__ import main

SIZE = 4


def load():
    """Import everything, and compile once, so that no fork has to."""
    for module in pkgutil.walk_packages(netpolc.__path__, "netpolc."):
        importlib.import_module(module.name)
    netpolc.compile_text("a -> b:80\n")


def serve(listening):
    """Run what is asked for until the standard input ends: with whoever started this."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that answer
    while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
        connection, _ = listening.accept()
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listening.close()
                answer(connection)
            finally:
                os._exit(0)
        connection.close()


def answer(connection):
    """Run one command line in a fork, and say how it ended."""
    size, streams, _, _ = socket.recv_fds(connection, SIZE, 3)
    with connection.makefile("rb") as rest:
        folder, arguments, environment = marshal.loads(rest.read(int.from_bytes(size, "little")))  # noqa: S302 -- ours
    child = os.fork()
    if child == 0:
        try:
            connection.close()
            become(folder, arguments, environment, streams)
        except BaseException:  # noqa: BLE001 -- a child goes no other way
            traceback.print_exc()
        finally:
            os._exit(70)
    for stream in streams:
        os.close(stream)  # else a pipe would not end with the fork
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(code.to_bytes(SIZE, "little", signed=True))


def become(folder, arguments, environment, streams):
    """Be the process of a command line."""
    os.chdir(folder)
    for descriptor, given in enumerate(streams):
        os.dup2(given, descriptor)
        os.close(given)
    os.environ.clear()
    os.environ.update({os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()})
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(descriptor, mode, encoding="utf-8", closefd=False) for descriptor, mode in enumerate("rww")
    )
    sys.argv = ["netpolc", *map(os.fsdecode, arguments)]
    main()


if __name__ == "__main__":
    load()
    serve(socket.socket(fileno=int(sys.argv[1])))
