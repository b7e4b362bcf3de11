"""`python -m netpolc`, and the command `netpolc`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    try:
        import gc  # noqa: PLC0415

        gc.disable()
        from netpolc.cli.app import run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:  # while modules are imported, which takes the better part of a short run
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
