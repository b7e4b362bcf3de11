"""`python -m netpolc`, and the command `netpolc`."""

from __future__ import annotations

import os


def main() -> None:
    """Run the command line."""
    try:
        import gc  # to be caught below, as all imports

        # Nothing that a run makes is garbage before its end, and then the system takes everything back at once.
        gc.disable()
        from netpolc.cli.entry import run

        code = run()
    except KeyboardInterrupt:  # while modules are imported, which takes the better part of a short run
        code = 130
    os._exit(code)  # files and streams are closed by now; taking objects apart one by one takes a tenth of a run


if __name__ == "__main__":
    main()
