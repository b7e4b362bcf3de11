"""The versions of netpolc that a project takes, as PEP 440 specifies versions: `>=0.1,<0.3`, `==0.2.*`, `~=0.2.1`.

A version alone is that very one, as Ruff has it.
"""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?P<pre_number>\d*))?"
    r"(?:[-_.]?(?:post|rev|r)[-_.]?(?P<post>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d*))?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*(?P<sign>~=|===|==|!=|<=|>=|<|>)?\s*(?P<version>[^\s,<>=!~*]+?)(?P<any>\.\*)?\s*")
_PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}

LONGEST = 200
"""The characters of a requirement; none needs as many."""

Version = tuple[tuple[int, ...], tuple[int, int], int, int]
"""The release without zeros behind, then what puts before it pre-releases, and in the order of PEP 440 all else."""


def unreadable_clause(requirement: str) -> str | None:
    """Return the first part of a requirement that is none, or None."""
    clauses = requirement[:LONGEST].split(",") if len(requirement) <= LONGEST else [requirement[:LONGEST]]
    return next((clause.strip() for clause in clauses if len(requirement) > LONGEST or not _is_clause(clause)), None)


def fits(version: str, requirement: str) -> bool:
    """Tell whether a version is one that a requirement takes, which has to be readable."""
    return all(_holds(version, clause) for clause in requirement.split(","))


def _is_clause(clause: str) -> bool:
    found = _CLAUSE.fullmatch(clause)
    if found is None or _VERSION.fullmatch(found["version"]) is None:
        return False
    if found["any"]:
        return found["sign"] in (None, "==", "!=") and _parts(found["version"])[1:] == _parts("0")[1:]
    # What is compatible with a version of one number would be everything.
    return found["sign"] != "~=" or len(_numbers(found["version"])) > 1


def _holds(version: str, clause: str) -> bool:
    found = _CLAUSE.fullmatch(clause)
    if found is None:
        raise AssertionError("a requirement is read before it is held against a version")
    sign, wanted, has = found["sign"] or "==", _parts(found["version"]), _parts(version)
    if found["any"]:
        return _begins_with(version, _numbers(found["version"])) == (sign == "==")
    match sign:
        case "==" | "===":
            return has == wanted
        case "!=":
            return has != wanted
        case "<=":
            return has <= wanted
        case ">=":
            return has >= wanted
        case "~=":
            return has >= wanted and _begins_with(version, _numbers(found["version"])[:-1])
        case "<":
            return has < wanted and not _is_pre_of(has, wanted)
        case _:
            return has > wanted and not _is_post_of(has, wanted)


def _is_pre_of(version: Version, final: Version) -> bool:
    """Tell whether a version is a pre-release of another, which is below that and not meant by it (PEP 440)."""
    shared = 3 if final[2] else 1  # before a post-release, only its own developments are such
    return not _is_pre(final) and _is_pre(version) and version[:shared] == final[:shared]


def _is_post_of(version: Version, before: Version) -> bool:
    """Tell whether a version is a post-release of another, which is above that and not meant by it (PEP 440)."""
    return version[:2] == before[:2] and version[2] > before[2] == 0 and before[3] == _NEVER


def _begins_with(version: str, numbers: tuple[int, ...]) -> bool:
    own = _numbers(version)
    return (own + (0,) * len(numbers))[: len(numbers)] == numbers


def _numbers(version: str) -> tuple[int, ...]:
    found = _VERSION.match(version)
    return () if found is None else tuple(int(each) for each in found["release"].split("."))


_FINAL, _NEVER = (3, 0), 1 << 62


def _parts(version: str) -> Version:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise AssertionError(f"{version!r} is a version")
    release = _numbers(version)
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    pre = (_PHASES[found["pre"].lower()], int(found["pre_number"] or 0)) if found["pre"] else _FINAL
    post = 0 if found["post"] is None else int(found["post"] or 0) + 1
    if found["dev"] is None:
        return release, pre, post, _NEVER
    # A development of a final version comes before its pre-releases.
    return release, ((-1, 0) if pre == _FINAL and not post else pre), post, int(found["dev_number"] or 0)


def _is_pre(version: Version) -> bool:
    return version[1] != _FINAL or version[3] != _NEVER
