"""The rules of a project: which of NP5xx and NP6xx are off or at another level, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.codes import BY_CODE, CODES, Code
from netpolc.diagnostics.standards import Level
from netpolc.project.model import RuleSettings
from netpolc.project.settings.values import written

if TYPE_CHECKING:
    from netpolc.project.places import Keys
    from netpolc.project.settings.values import Values

LEVELS: tuple[str, ...] = get_args(Level)
SETTABLE = tuple(code for code in CODES if code.is_rule)
FORM = '{ level = "off", reason = "…" }'

_BY_NAME = {code.name: code for code in CODES}


def rules(values: Values, keys: Keys, value: object) -> dict[str, RuleSettings]:
    """Read the rules, by their codes."""
    if not isinstance(value, dict):
        values.wrong_type(keys, value, "a table", f"write `[rules]`, and `{SETTABLE[0].code} = {FORM}` below it")
        return {}
    found: dict[str, RuleSettings] = {}
    names: dict[str, str] = {}
    for key, table in value.items():
        settings = _settings(values, (*keys, key), key, table)
        code = _code(values, (*keys, key), key)
        if code is None:
            continue
        other = names.setdefault(code.code, key)
        if other != key:
            message = f"`{key}` is the same rule as `{other}`"
            values.fault((*keys, key), message, help="set it once", of_key=True)
        elif settings is not None:
            found[code.code] = settings
    return found


def _code(values: Values, keys: Keys, key: str) -> Code | None:
    """Return the rule that a key names, by its code or its name, and report one that cannot be set."""
    code = BY_CODE.get(key) or _BY_NAME.get(key)
    if code is None:
        values.fault(keys, f"unknown rule `{key}`", help=_instead_of(key), of_key=True)
        return None
    if code.is_rule:
        return code
    values.fault(keys, f"`{key}` cannot be set", help="resolve it: only NP5xx and NP6xx are rules", of_key=True)
    return None


def _settings(values: Values, keys: Keys, key: str, table: object) -> RuleSettings | None:
    if not isinstance(table, dict):
        given = table if isinstance(table, str) and table in LEVELS else "off"
        advice = f"write `{key} = {FORM.replace('off', given)}`"
        values.wrong_type(keys, table, "a table", advice)
        return None
    values.known(keys, table, RuleSettings.__struct_fields__)
    level = values.choice((*keys, "level"), table["level"], LEVELS) if "level" in table else None
    reason = values.text((*keys, "reason"), table["reason"]) if "reason" in table else None
    for name in RuleSettings.__struct_fields__:
        if name not in table:
            why = "say why in `reason`" if name == "reason" else f"write one of {', '.join(map(_quoted, LEVELS))}"
            values.fault(keys, f"`{written(keys)}` has no `{name}`", help=why, of_key=True)
    if reason is not None and not any(character.isalnum() for character in reason):
        values.fault((*keys, "reason"), f"`{reason}` is no reason", help="say why in words")
    return None if level is None or reason is None else RuleSettings(level=cast("Level", level), reason=reason)


def _instead_of(key: str) -> str:
    """Name the rule that is nearest to a key."""
    if key.upper() in BY_CODE:
        return f"use `{key.upper()}`"
    if key[:2].upper() == "NP":
        near = min(SETTABLE, key=lambda code: (_apart(code.code, key.upper()), code.code))
        return f"use `{near.code}`, {near.name}, or another of those that `netpolc rules` lists"
    name = closest(key.lower(), [code.name for code in SETTABLE]) or _sharing(key.lower())
    return "`netpolc rules` lists the rules" if name is None else f"use `{name}`"


def _apart(code: str, key: str) -> int:
    """Count the places in which a code and a key differ."""
    return sum(one != other for one, other in zip(code, key.ljust(len(code)), strict=False)) + abs(len(code) - len(key))


def _sharing(key: str) -> str | None:
    """Return the only name that begins as a key does, or has all of its words."""
    words = {*key.replace("_", "-").split("-")}
    found = [code.name for code in SETTABLE if code.name.startswith(key) or words <= {*code.name.split("-")}]
    return found[0] if len(found) == 1 else None


def _quoted(word: str) -> str:
    return f"`{word}`"
