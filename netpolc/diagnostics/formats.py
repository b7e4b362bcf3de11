"""The forms of reports, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from netpolc.diagnostics.model import Diagnostic


class Appearance(msgspec.Struct, frozen=True):
    """The abilities of the reader's terminal; only forms for people heed them."""

    color: bool = False
    width: int = 100


Formatter = Callable[[Iterable[Diagnostic], Appearance], str]


# Each form is imported when it is asked for: most runs have nothing to say, and no run says it twice.
def _human(diagnostics: Iterable[Diagnostic], appearance: Appearance) -> str:
    from netpolc.diagnostics import human

    return human.render(diagnostics, color=appearance.color, width=appearance.width)


def _plain(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import plain

    return plain.render(diagnostics)


def _json(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import as_json

    return as_json.render(diagnostics)


def _sarif(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import sarif

    return sarif.render(diagnostics)


def _github(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import github

    return github.render(diagnostics)


def _gitlab(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import gitlab

    return gitlab.render(diagnostics)


def _junit(diagnostics: Iterable[Diagnostic], _: Appearance) -> str:
    from netpolc.diagnostics import junit

    return junit.render(diagnostics)


FORMATS: Mapping[str, Formatter] = {
    "human": _human,
    "plain": _plain,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
}
