"""`python -m netpolc`, and the command `netpolc`."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in the package
if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
"""How a process ends that Ctrl-C has ended."""


def main() -> None:
    """Run the command line."""
    try:
        import gc  # to be caught below, as all imports

        # Nothing that a run makes is garbage before its end, and then the system takes everything back at once.
        gc.disable()
        run = _loaded()
        code = run()
    except KeyboardInterrupt:  # while modules are imported, which takes the better part of a short run
        code = INTERRUPTED
    os._exit(code)  # files and streams are closed by now; taking objects apart one by one takes a tenth of a run


def _loaded() -> Callable[[], int]:
    """Load what every run needs; Ctrl-C ends the process at once until then.

    An exception within the first import of msgspec is lost, and what is loaded crashes later (msgspec 0.23). What
    `signal` adds to the module that it is made of, enumerations of all signals, takes a hundredth of a short run.
    """
    import _signal as signal  # type: ignore[import-not-found]

    catching = signal.getsignal(signal.SIGINT)
    if catching is signal.default_int_handler:  # else somebody wants it to be ignored
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    _load_msgspec()
    from netpolc.cli.entry import run

    signal.signal(signal.SIGINT, catching)
    return run


class _System:
    """The part of `platform` that `uuid` asks on Linux until Python 3.12: all of it takes a fiftieth of a run."""

    @staticmethod
    def system() -> str:
        """Return the name of the system."""
        return "Linux"


def _load_msgspec() -> None:
    """Load msgspec without `platform`, and without typing_extensions, whose place Python's own `typing` takes.

    Loading the latter takes as long as starting Python does, and only some commands need it, for Typer. Neither has a
    part in what msgspec does (0.23), and both can be loaded afterwards, by whoever needs them.
    """
    # None is Python's own way to say that a module is not there.
    absent = {"typing_extensions": None} | ({"platform": _System} if sys.platform == "linux" else {})
    stand_ins = {name: each for name, each in absent.items() if name not in sys.modules}
    sys.modules.update(stand_ins)  # type: ignore[arg-type]  # what asks them needs no more
    try:
        import msgspec  # noqa: F401 -- for all that imports it later
    finally:
        for name in stand_ins:
            del sys.modules[name]


if __name__ == "__main__":
    main()
