"""Names that Kubernetes has to take, and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.policy.names import MANAGED_BY, dns_label, label_key, label_value

if TYPE_CHECKING:
    from netpolc.project.places import Keys
    from netpolc.project.settings.values import Values


def namespace(values: Values, keys: Keys, value: object) -> str | None:
    """Read the name of a namespace."""
    text = values.text(keys, value)
    for fault in () if text is None else dns_label(text):
        values.fault(keys, f"`{text}` cannot be a namespace: {fault}")
    return text


def labels(values: Values, keys: Keys, value: object) -> dict[str, str]:
    """Read labels for every policy."""
    if not isinstance(value, dict):
        values.wrong_type(keys, value, "a table", 'write `[labels]`, and `team = "payments"` below it')
        return {}
    if MANAGED_BY[0] in value:
        message = f"the label `{MANAGED_BY[0]}` is netpolc's own: each policy has it, and says `{MANAGED_BY[1]}`"
        values.fault((*keys, MANAGED_BY[0]), message, help="remove it", of_key=True)
    for key, text in value.items():
        for fault in label_key(key):
            values.fault((*keys, key), f"`{key}` cannot be the key of a label: {fault}", of_key=True)
        if not isinstance(text, str):
            values.wrong_type((*keys, key), text, "a string", "write it in quotes")
            continue
        for fault in label_value(text):
            values.fault((*keys, key), f"`{text}` cannot be the value of a label: {fault}")
    return value


def environment_name(values: Values, keys: Keys, name: str) -> None:
    """Report the name of an environment that is no name in the language."""
    signs = name.replace("_", "a").replace("-", "a")
    if name.isascii() and signs.isalnum() and name[0] != "-" and name[-1] != "-" and not name.isdigit():
        return
    values.fault(
        keys,
        f"`{name}` cannot name an environment",
        help="use letters, digits, `_` and `-`, not ending in `-`, and not digits alone",
        of_key=True,
    )
