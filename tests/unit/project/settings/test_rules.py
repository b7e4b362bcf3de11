import pytest

from netpolc.project.model import RuleSettings
from netpolc.project.settings.rules import LEVELS, SETTABLE, rules
from netpolc.project.settings.values import Values

SAID = {"level": "off", "reason": "gateways face the internet"}


def read(value, folder):
    values = Values(folder)
    return rules(values, ("rules",), value), [(each.keys, each.message, each.help) for each in values.faults]


def test_every_rule_takes_every_level_by_code_and_by_name(tmp_path):
    for code in SETTABLE:
        for level, key in zip(LEVELS, [code.code, code.name] * 2, strict=True):
            found, faults = read({key: {**SAID, "level": level}}, tmp_path)
            assert faults == []
            assert found == {code.code: RuleSettings(level=level, reason=SAID["reason"])}


@pytest.mark.parametrize(
    ("value", "message", "advice"),
    [
        ("off", "`rules` is a string, not a table", 'write `[rules]`, and `NP501 = { level = "off", reason = "…" }`'),
        (
            {"NP606": "error"},
            "`rules.NP606` is a string, not a table",
            'write `NP606 = { level = "error", reason = "…" }`',
        ),
        (
            {"NP606": False},
            "`rules.NP606` is a boolean, not a table",
            'write `NP606 = { level = "off", reason = "…" }`',
        ),
        ({"np606": SAID}, "unknown rule `np606`", "use `NP606`"),
        ({"NP6": SAID}, "unknown rule `NP6`", "use `NP601`, expired, or another"),
        ({"NP6O6": SAID}, "unknown rule `NP6O6`", "use `NP606`, whole-world, or another"),
        ({"no-dsn": SAID}, "unknown rule `no-dsn`", "use `no-dns`"),
        ({"No-DNS": SAID}, "unknown rule `No-DNS`", "use `no-dns`"),
        ({"whole_world": SAID}, "unknown rule `whole_world`", "use `whole-world`"),
        ({"zzz": SAID}, "unknown rule `zzz`", "`netpolc rules` lists the rules"),
        ({"NP203": SAID}, "`NP203` cannot be set", "resolve it: only NP5xx and NP6xx are rules"),
        ({"unknown-name": SAID}, "`unknown-name` cannot be set", "resolve it: only NP5xx and NP6xx are rules"),
        ({"NP701": SAID}, "`NP701` cannot be set", "resolve it: only NP5xx and NP6xx are rules"),
        ({"NP606": SAID, "whole-world": SAID}, "`whole-world` is the same rule as `NP606`", "set it once"),
        ({"NP606": {"level": "off"}}, "`rules.NP606` has no `reason`", "say why in `reason`"),
        ({"NP606": {"reason": "a"}}, "`rules.NP606` has no `level`", "write one of `off`, `note`, `warning`, `error`"),
        ({"NP606": {**SAID, "level": "warn"}}, "unknown level `warn`", "use one of `off`, `note`, `warning`, `error`"),
        ({"NP606": {**SAID, "reason": ""}}, "`rules.NP606.reason` is empty", "write a value or leave the key out"),
        ({"NP606": {**SAID, "reason": "-"}}, "`-` is no reason", "say why in words"),
        ({"NP606": {**SAID, "resaon": "a"}}, "unknown key `rules.NP606.resaon`", "use `reason`"),
    ],
)
def test_what_is_wrong_is_said(value, message, advice, tmp_path):
    _, faults = read(value, tmp_path)
    ((_, said, helped),) = faults
    assert said == message
    assert helped.startswith(advice)
