"""Variables in texts, as far as manifests show what they are (kubernetes.io, "Define Dependent Environment Variables").

Arguments and variables are expanded by Kubernetes, `$(NAME)`, or by a shell, `${NAME}`; which of them it is does not
matter to who is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 5
"""How often variables may stand in the values of variables."""

MOST = 4_000
"""How many characters a text may have with the values of its variables."""

_VARIABLE = r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(?::-?|-)([^{}$]{0,200}))?\}"
_IN_SHELLS = rf"{_VARIABLE}|\$([A-Za-z_][A-Za-z0-9_]*)"
_OF_SERVICE = r"([A-Z][A-Z0-9_]*)_SERVICE_HOST"
_PORT_OF_SERVICE = r":\$[({][A-Z][A-Z0-9_]*_SERVICE_PORT(?:_[A-Z0-9_]+)?[)}]"


class Variables:
    """The variables of the pods of one workload."""

    def __init__(self, told: Iterable[tuple[str, str]], namespace: str | None) -> None:
        """Take names with their values, of which those of one name may differ, and the namespace of the pods."""
        values: dict[str, set[str]] = {}
        for name, value in told:
            values.setdefault(name, set()).add(value)
        self._known = {name: found.pop() for name, found in values.items() if len(found) == 1}
        self._namespace = namespace

    def within(self, text: str, *, in_shell: bool = False) -> str:
        """Return a text with the values of its variables; what is not known stays, but for a default that is said."""
        if "$" not in text:
            return text
        pattern = _IN_SHELLS if in_shell else _VARIABLE
        text = re.sub(_PORT_OF_SERVICE, "", text)
        for _ in range(DEEPEST):
            further = re.sub(pattern, self._value, text)
            if further == text or len(further) > MOST:
                break
            text = further
        return text

    def _value(self, found: re.Match[str]) -> str:
        by_kubernetes, in_braces, default, bare, *_ = (*found.groups(), None)
        name = by_kubernetes or in_braces or bare or ""
        return self._known.get(name) or default or self._supposed(name) or found[0]

    def _supposed(self, name: str) -> str | None:
        """Return what a variable is by its name: the namespace of the pods, or a service among their variables."""
        if self._namespace is not None and "NAMESPACE" in name.split("_"):
            return self._namespace
        service = re.fullmatch(_OF_SERVICE, name)
        return None if service is None else service[1].lower().replace("_", "-")
