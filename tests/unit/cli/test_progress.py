import io
import sys
import time

import pytest

from netpolc.cli import progress
from netpolc.cli.output import Style


class Terminal(io.StringIO):
    terminal = True

    def isatty(self):
        return self.terminal


@pytest.fixture
def told(monkeypatch):
    """What a terminal is told while work goes on that takes longer than `patience`."""

    def work(patience, style=Style(), *, error=None, term="xterm", terminal=True):  # noqa: B008 -- a value
        stream = Terminal()
        stream.terminal = terminal
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            patch.setattr(progress, "PATIENCE_SECONDS", patience)
            patch.setenv("TERM", term)
            with progress.working("compiling", style):
                time.sleep(0.05)
                if error is not None:
                    stream.write("(interrupted)")
                    raise error
        return stream.getvalue()

    return work


def test_short_work_says_nothing(told):
    assert told(10) == ""


def test_long_work_says_so_and_leaves_nothing(told):
    assert told(0.001) == "compiling …\r\x1b[K"


def test_an_error_passes(told):
    with pytest.raises(KeyboardInterrupt):
        told(0.001, error=KeyboardInterrupt())


def test_only_people_are_told(told):
    assert told(0.001, Style(quiet=True)) == ""
    assert told(0.001, term="dumb") == ""
    assert told(0.001, terminal=False) == ""
