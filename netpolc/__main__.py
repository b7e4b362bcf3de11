"""`python -m netpolc`, and the command `netpolc`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line."""
    try:
        import gc  # to be caught below, as all imports

        # Nothing that a run makes is garbage before its end, and then the system takes everything back at once.
        gc.disable()
        _load_msgspec()
        from netpolc.cli.entry import run

        code = run()
    except KeyboardInterrupt:  # while modules are imported, which takes the better part of a short run
        code = 130
    os._exit(code)  # files and streams are closed by now; taking objects apart one by one takes a tenth of a run


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
