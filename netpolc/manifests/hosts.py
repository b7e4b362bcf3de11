"""Hosts that a text names, as far as that is plain: in URLs, with their ports, or where a host is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from netpolc.ecosystem.clients import CLIENTS
from netpolc.ecosystem.names_like_hosts import NAMING_HOSTS
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
        "BOOTSTRAP",
        "BROKER",
        "BROKERS",
        "DSN",
        "ENDPOINT",
        "ENDPOINTS",
        "HOST",
        "HOSTNAME",
        "HOSTS",
        "JOIN",
        "PEERS",
        "SEEDS",
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

FOR_PEOPLE = frozenset(
    (
        "COMMENT",
        "DESCRIPTION",
        "DOC",
        "DOCS",
        "DOCUMENTATION",
        "HELP",
        "HOMEPAGE",
        "LICENCE",
        "LICENSE",
        "RUNBOOK",
    )
)
"""Words in names whose values are for people to read, or to click on, unless it is a service that they name."""

OWN_NAMES = frozenset((("SERVICE",), *((word, "SERVICE") for word in ("DD", "K", "OTEL"))))
"""Names whose values say what the workload itself is called."""

PRIVATE = frozenset(
    (
        "AUTH",
        "CREDENTIALS",
        "CREDS",
        "KEY",
        "LOGIN",
        "PASS",
        "PASSWD",
        "PASSWORD",
        "SECRET",
        "TOKEN",
        "USER",
        "USERPASS",
    )
)
"""Words in names whose values are nobody's business: a name and a password look like a host and a port."""

VAGUE = frozenset(("ADDRESS", "ENDPOINT", "ENDPOINTS", "SERVER", "SERVICE"))
"""Last words of names that in files often have other values than hosts."""

OTHER_PAIRS = frozenset(("IMAGE", "IMAGES", "REPOSITORY", "TAG", "TIME", "VERSION"))
"""Words in names whose values look like a host and a port, and are none."""

MOST = 100
"""How many hosts of one text are looked at."""

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_PORT = r"[0-9]{1,5}"
_URL = r"([A-Za-z][A-Za-z0-9+.-]{0,30})://([^\s/?#\"'<>;`|\\]{1,500})([^\s\"']*)"
_NEXT_URL = r",(?=[A-Za-z][A-Za-z0-9+.-]{0,30}://)"
_DRIVER = rf"\b(?:tcp|udp)\(({_HOST}):({_PORT})\)"
_ORACLE = rf"(?<=:@)(?://)?({_HOST})(?::({_PORT}))?"
_SETTING = (
    rf"(?i:(?<![\w-])(?:host|hostname|server|data source|address|addr)\s*=\s*(?:tcp:)?)"
    rf"({_HOST}(?:,{_HOST}){{0,20}})(?::({_PORT}))?(?![A-Za-z0-9.:-])"
)
_SETTING_OF_PORT = rf"(?i:\bport\s*=\s*)({_PORT})(?![0-9,])"
_PAIR = rf"(?<![A-Za-z0-9_.@/:$-])({_HOST})\.?:({_PORT})(?![A-Za-z0-9_.:-])"
_CLIENT = (
    rf"(?<![\w./-])({'|'.join(sorted(CLIENTS, reverse=True))})(?=\s)"
    rf"(?=([^;&|\n]{{0,200}}))[^;&|\n]{{0,200}}?\s(?:-h|--host)[ =]?\s*({_HOST})(?![A-Za-z0-9.:$-])"
)
_PORT_OF_CLIENT = rf"\s(?:-p|-P|--port)[ =]?\s*({_PORT})\b"
_WAITING = (
    rf"\bnc(?:at)?\s+(?:-[A-Za-z]+\s+(?:[0-9]+\s+)?){{0,5}}({_HOST})[ :]\s*({_PORT})\b"
    rf"|\bwait-for(?:-it)?(?:\.sh)?\s+(?:-[A-Za-z-]+\s+){{0,5}}({_HOST}):({_PORT})\b"
)
_QUALIFIED = rf"(?<![A-Za-z0-9_.@/$-])((?:[A-Za-z0-9-]+\.){{2,4}}svc(?:\.[A-Za-z0-9-]+){{0,4}})\.?(?::({_PORT}))?"
_OF_A_POD = r"\$[({][A-Za-z_][A-Za-z0-9_]*[)}]\.(?=[a-z0-9-]+\.[a-z0-9-]+\.svc\b)"
_OF_A_PORT = r"(?<![A-Za-z0-9_.-])_[a-z0-9-]+\._(?:tcp|udp)\."
_LOOKED_UP = r"\bdns(?:srv(?:noa)?)?\+"
_NAMES_ONLY = (
    r"\bxmlns(?::[\w.-]{1,60})?\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    r"|\bschemaLocation\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    r"|\"\$(?:schema|id|ref)\"\s*:\s*\"[^\"]*\""
    r"|<!(?:DOCTYPE|ENTITY)[^>]*>"
)
_ANSWERS = frozenset(
    (
        "auto",
        "console",
        "default",
        "disabled",
        "enabled",
        "false",
        "na",
        "no",
        "none",
        "null",
        "off",
        "on",
        "stdout",
        "true",
    )
)


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
    asked = not ASKING.isdisjoint(setting.words[-1:])
    for_people = not FOR_PEOPLE.isdisjoint(setting.words)
    for mention in _mentions(setting.value, asked=asked, alone=asked or _may_be_a_host_alone(setting)):
        if mention.host.lower() not in NAMING_HOSTS:
            vague = for_people or (setting.kind == "file" and _is_vague(mention, setting.words[-1:]))
            found[replace(mention, plain=False) if vague else mention] = None
        if len(found) == MOST:
            break
    return list(found)


def _is_vague(mention: HostMention, last: tuple[str, ...]) -> bool:
    """Tell whether a bare word may well be something else than a host, such as `utf8` for `character_set_server`."""
    said = mention.port or mention.usual or "." in mention.host
    return not said and not VAGUE.isdisjoint(last)


def _may_be_a_host_alone(setting: Setting) -> bool:
    """Tell whether a value that is nothing but hosts with ports is that, though nothing asks for hosts."""
    return setting.kind != "file" and bool(setting.words) and (PRIVATE | OTHER_PAIRS).isdisjoint(setting.words)


def _mentions(text: str, *, asked: bool, alone: bool) -> Iterator[HostMention]:
    # A pod that a variable names, and the port that an SRV record is of, stand before the name of the service.
    text = re.sub(_NAMES_ONLY, " ", text)
    text = re.sub(f"{_OF_A_POD}|{_OF_A_PORT}|{_LOOKED_UP}", "", re.sub(_NEXT_URL, " ", text))
    for url in re.finditer(_URL, text):
        if "@" not in url[3]:  # where a password is not escaped, nobody can tell what the host is
            yield from _in_authority(url[1].lower().partition("+")[0], url[2])
    rest = re.sub(_URL, " ", text)
    for pattern in (_DRIVER, _ORACLE, _QUALIFIED):
        for found in re.finditer(pattern, rest):
            yield HostMention(found[1], _number(found[2]))
        rest = re.sub(pattern, " ", rest)
    for found in re.finditer(_CLIENT, rest):
        said = re.search(_PORT_OF_CLIENT, found[2])
        yield HostMention(found[3], None if said is None else _number(said[1]), CLIENTS[found[1]])
    for found in re.finditer(_WAITING, rest):
        yield HostMention(found[1] or found[3], _number(found[2] or found[4]))
    rest = re.sub(f"{_CLIENT}|{_WAITING}", " ", rest)
    yield from _in_settings(rest)
    rest = re.sub(_SETTING, " ", rest)
    pairs = [(found[1], _number(found[2])) for found in re.finditer(_PAIR, rest)]
    left = re.sub(_PAIR, " ", rest).strip(" ,;[]\"'")
    for host, port in pairs:
        yield HostMention(host, port, plain=asked or (alone and not left and _is_likely(host)))
    words = re.split(r"[\s,;]+", rest.strip(" ,;[]\"'"))
    if asked and all(re.fullmatch(_HOST, word) for word in words):
        yield from (HostMention(word) for word in words if word.lower() not in _ANSWERS and not word.isdecimal())


def _in_settings(text: str) -> Iterator[HostMention]:
    """Yield the hosts of `host=a,b port=1,2`, and of `Server=a,1`, where the port stands beside the host."""
    for found in re.finditer(_SETTING, text):
        hosts = found[1].split(",")
        numbers = [_number(each) for each in hosts[1:]]
        if all(numbers):
            yield HostMention(hosts[0], next(iter(numbers), None) or _number(found[2]) or _port_beside(text))
        else:
            yield from (HostMention(host, _number(found[2]) or _port_beside(text)) for host in hosts)


def _port_beside(text: str) -> int | None:
    """Return the port that a text of settings has beside its host, such as `port=5432`, if there is one."""
    found = {_number(each[1]) for each in re.finditer(_SETTING_OF_PORT, text)}
    return found.pop() if len(found) == 1 else None


def _is_likely(host: str) -> bool:
    """Tell whether a word before a colon and a number is a host rather than a number or a digest."""
    return re.search(r"[A-Za-z]", host) is not None and re.fullmatch(r"(?i)sha\d+|md5", host) is None


def _in_authority(scheme: str, authority: str) -> Iterator[HostMention]:
    """Yield the hosts of a URL; some schemes take several (RFC 3986, and the connection strings of databases)."""
    if scheme in NO_HOSTS:
        return
    for each in authority.rpartition("@")[2].split(","):
        bracketed = re.fullmatch(rf"\[([0-9A-Fa-f:.]{{2,45}})\](?::({_PORT}))?", each)
        if bracketed is not None:
            yield HostMention(bracketed[1].lower(), _number(bracketed[2]), USUAL_PORTS.get(scheme))
            continue
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
