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

    An exception within the first import of msgspec is lost, and what is loaded crashes later (msgspec 0.23).
    """
    import signal

    catching = signal.getsignal(signal.SIGINT)
    if catching is signal.default_int_handler:  # else somebody wants it to be ignored
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    _load_msgspec()
    from netpolc.cli.entry import run

    signal.signal(signal.SIGINT, catching)
    return run


def _load_msgspec() -> None:
    """Load msgspec without typing_extensions, from which it takes what Python's own `typing` has since 3.11.

    Loading that takes as long as starting Python does, and only some commands need it, for Typer.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # Python's own way to say that it is not there
    try:
        import msgspec  # noqa: F401 -- for all that imports it later
    finally:
        del sys.modules["typing_extensions"]


if __name__ == "__main__":
    main()
