"""`python -m netpolc`, and the command `netpolc`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    import gc  # noqa: PLC0415

    gc.disable()
    from netpolc.cli.app import run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
