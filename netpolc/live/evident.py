"""What is written down of the texts that show who calls whom: hosts and their ports, and nothing that may be secret.

Nobody can tell a secret by its looks. So only what is a host, or what is asked for by a name such as DB_PORT, is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"[^\s\"'`;,&|<>()\[\]{}]+")
_URL = re.compile(
    r"((?:[A-Za-z0-9_.-]{1,80}[=:])?[A-Za-z][A-Za-z0-9+.:-]{0,30}://)(?:[^\s/?#]*@)?([A-Za-z0-9.-]+(?::[0-9]{1,5})?)"
)
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*"
_PAIR = re.compile(rf"(?:[A-Za-z0-9_.-]{{1,80}}=)?(?:{_HOST}):[0-9]{{1,5}}")
_INSIDE = re.compile(rf"(?:[A-Za-z0-9_.-]{{1,80}}=)?{_HOST}\.svc(?:\.{_HOST})?(?::[0-9]{{1,5}})?")
_SETTING = re.compile(rf"(?i:host|hostname|server|addr|address)=(?:{_HOST})|(?i:port)=[0-9]{{1,5}}")
_ASKED_HOST = re.compile(
    r"(?i)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVERS|ENDPOINT|URL|URI|SERVICE|BROKERS?|UPSTREAM)$"
)
_ASKED_PORT = re.compile(r"(?i)PORT$")
_ALONE = re.compile(_HOST)
_DIGITS = re.compile(r"[0-9]{1,5}")
_SECRET = re.compile(r"(?i)pass|secret|token|credential|private|apikey|api_key")


def with_hosts_only(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object in which the texts of containers and ConfigMaps have nothing but hosts and ports."""
    if item.get("kind") == "ConfigMap":
        data = item.get("data")
        texts = data if isinstance(data, dict) else {}
        return {**item, "data": {key: hosts_of(str(key), text) for key, text in texts.items()}}
    return {key: _cleaned(value) for key, value in item.items()}


def hosts_of(name: str, text: object) -> str:
    """Return what a text, known by some name, says of hosts and ports."""
    if not isinstance(text, str):
        return ""
    alone = text.strip()
    if not _SECRET.search(name):
        if _ASKED_HOST.search(name) and _ALONE.fullmatch(alone):
            return alone
        if _ASKED_PORT.search(name) and _DIGITS.fullmatch(alone):
            return alone
    lines = (" ".join(_hosts_in(line)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _hosts_in(line: str) -> list[str]:
    found = []
    for word in _WORD.findall(line):
        if (url := _URL.match(word)) is not None:
            found.append(url[1] + url[2])
        elif _PAIR.fullmatch(word) or _INSIDE.fullmatch(word) or _SETTING.fullmatch(word):
            found.append(word)
    return found


def _cleaned(value: Any) -> Any:
    """Return a part of an object, with the environment, commands and arguments of its containers cleaned."""
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        if key == "env" and isinstance(inner, list):
            found[key] = [_variable(each) for each in inner]
        elif key in ("command", "args") and isinstance(inner, list):
            found[key] = [text for each in inner if (text := hosts_of("", each))]
        else:
            found[key] = _cleaned(inner)
    return {key: inner for key, inner in found.items() if not (key in ("command", "args") and inner == [])}


def _variable(variable: Any) -> Any:
    if not isinstance(variable, dict) or "value" not in variable:
        return variable
    kept = hosts_of(str(variable.get("name", "")), variable["value"])
    return {**{key: value for key, value in variable.items() if key != "value"}, **({"value": kept} if kept else {})}
