"""Hosts that a text names, as far as that is plain: in URLs, with their ports, or where a host is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.url_schemes import NO_HOSTS, USUAL_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.manifests.settings import Setting

ASKING = frozenset(
    (
        "ADDR",
        "ADDRESS",
        "ADDRESSES",
        "ADDRS",
        "BROKER",
        "BROKERS",
        "DSN",
        "ENDPOINT",
        "ENDPOINTS",
        "HOST",
        "HOSTNAME",
        "HOSTS",
        "SERVER",
        "SERVERS",
        "SERVICE",
        "UPSTREAM",
        "URI",
        "URIS",
        "URL",
        "URLS",
    )
)
"""Last words of names whose values are hosts."""

OWN = frozenset(
    (
        "ADVERTISE",
        "ADVERTISED",
        "ALLOW",
        "ALLOWED",
        "BIND",
        "CALLBACK",
        "CORS",
        "EXTERNAL",
        "LISTEN",
        "LISTENER",
        "LISTENERS",
        "NO",
        "ORIGIN",
        "ORIGINS",
        "PUBLIC",
        "REDIRECT",
        "SELF",
        "TRUSTED",
    )
)
"""Words in names whose values are about the workload itself, or about who calls it."""

OWN_NAMES = frozenset((("SERVICE",), *((word, "SERVICE") for word in ("DD", "K", "OTEL"))))
"""Names whose values say what the workload itself is called."""

MOST = 100
"""How many hosts of one text are looked at."""

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_PORT = r"[0-9]{1,5}"
_URL = r"([A-Za-z][A-Za-z0-9+.-]{0,30})://([^\s/?#\"'<>;`|\\]{1,500})([^\s\"']*)"
_NEXT_URL = r",(?=[A-Za-z][A-Za-z0-9+.-]{0,30}://)"
_DRIVER = rf"\b(?:tcp|udp)\(({_HOST}):({_PORT})\)"
_SETTING = rf"(?i:\b(?:host|hostname|server|data source|address|addr)\s*=\s*(?:tcp:)?)({_HOST})(?:[:,]({_PORT}))?"
_PAIR = rf"(?<![A-Za-z0-9_.@/:$-])({_HOST})\.?:({_PORT})(?![A-Za-z0-9_.:-])"
_QUALIFIED = rf"(?<![A-Za-z0-9_.@/$-])((?:[A-Za-z0-9-]+\.){{2,4}}svc(?:\.[A-Za-z0-9-]+){{0,4}})\.?(?::({_PORT}))?"
_OF_A_POD = r"\$[({][A-Za-z_][A-Za-z0-9_]*[)}]\.(?=[a-z0-9-]+\.[a-z0-9-]+\.svc\b)"
_OF_A_PORT = r"(?<![A-Za-z0-9_.-])_[a-z0-9-]+\._(?:tcp|udp)\."


class HostMention(msgspec.Struct, frozen=True):
    """A host, and its port if that is said. It is `plain` where nothing but a host can be meant.

    `usual` is the port of its URL's scheme. What is not plain counts only with a port that is the host's.
    """

    host: str
    port: int | None = None
    usual: int | None = None
    plain: bool = True


def mentions(setting: Setting) -> list[HostMention]:
    """Return the hosts that a text names, except the workload's own and those of its callers."""
    if OWN.intersection(setting.words) or setting.words in OWN_NAMES:
        return []
    found: dict[HostMention, None] = {}
    for mention in _mentions(setting.value, asked=not ASKING.isdisjoint(setting.words[-1:])):
        found[mention] = None
        if len(found) == MOST:
            break
    return list(found)


def _mentions(text: str, *, asked: bool) -> Iterator[HostMention]:
    # A pod that a variable names, and the port that an SRV record is of, stand before the name of the service.
    text = re.sub(f"{_OF_A_POD}|{_OF_A_PORT}", "", re.sub(_NEXT_URL, " ", text))
    for url in re.finditer(_URL, text):
        if "@" not in url[3]:  # where a password is not escaped, nobody can tell what the host is
            yield from _in_authority(url[1].lower().partition("+")[0], url[2])
    rest = re.sub(_URL, " ", text)
    for pattern in (_DRIVER, _SETTING, _QUALIFIED):
        for found in re.finditer(pattern, rest):
            yield HostMention(found[1], _number(found[2]))
        rest = re.sub(pattern, " ", rest)
    for found in re.finditer(_PAIR, rest):
        yield HostMention(found[1], _number(found[2]), plain=asked)
    words = re.split(r"[\s,;]+", rest.strip())
    if asked and all(re.fullmatch(_HOST, word) for word in words):
        yield from map(HostMention, words)


def _in_authority(scheme: str, authority: str) -> Iterator[HostMention]:
    """Yield the hosts of a URL; some schemes take several (RFC 3986, and the connection strings of databases)."""
    if scheme in NO_HOSTS:
        return
    for each in authority.rpartition("@")[2].split(","):
        host, _, port = each.partition(":")
        host = host.removesuffix(".")  # which says that a name is whole
        if re.fullmatch(_HOST, host) and (not port or _number(port) is not None):
            yield HostMention(host, _number(port), USUAL_PORTS.get(scheme))


def _number(text: str | None) -> int | None:
    number = int(text) if text and re.fullmatch(_PORT, text) else 0
    return number if 0 < number <= 65535 else None  # noqa: PLR2004 -- the last port there is


def sibling_port(setting: Setting, values: dict[tuple[str, ...], str]) -> int | None:
    """Return the port that stands beside a host, such as `DB_PORT` beside `DB_HOST`, or None."""
    stem: Sequence[str] = setting.words[:-1]
    return _number(values.get((*stem, "PORT"), "").strip() or None)
