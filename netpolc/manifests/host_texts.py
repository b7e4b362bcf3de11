"""Hosts in a text, by the forms in which they are written: URLs, connection strings, and what programs are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.clients import CLIENTS
from netpolc.ecosystem.url_schemes import NO_HOSTS, USUAL_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_PORT = r"[0-9]{1,5}"
_URL = r"([A-Za-z][A-Za-z0-9+.-]{0,30})://([^\s/?#\"'<>;`|\\]{1,500})([^\s\"']*)"
_NEXT_URL = r",(?=(?:[A-Za-z0-9_.-]{1,60}=)?[A-Za-z][A-Za-z0-9+.-]{0,30}://)"
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
_OWN_POD = r"\$(?:[({](?:(?:[A-Za-z0-9_]*_)?POD(?:_?NAME)?|HOSTNAME|hostname(?: -s)?)[)}]|HOSTNAME|POD_?NAME)\."
_OF_A_POD = rf"\$[({{][A-Za-z_][A-Za-z0-9_]*[)}}]\.(?=[a-z0-9-]+\.[a-z0-9-]+\.svc\b)|(?<=://){_OWN_POD}"
_BEHIND_A_POD = rf"{_OWN_POD}({_HOST})\.?(?::({_PORT}))?(?![A-Za-z0-9:-])"
"""A pod's own name, as a variable or its shell has it: what follows is the service of its set, in full or in short."""
_OF_A_PORT = r"(?<![A-Za-z0-9_.-])_[a-z0-9-]+\._(?:tcp|udp)\."
_LOOKED_UP = (
    rf"(?:\bdns(?:srv(?:noa)?)?\+|\b(?:dns|passthrough|xds):///)"
    rf"({_HOST})\.?(?::({_PORT}))?(?![A-Za-z0-9:-])"
)
"""What Thanos and its like have looked up by DNS (thanos.io, "Service Discovery"), and targets of gRPC (its naming)."""
_NAMES_ONLY = (
    r"\bxmlns(?::[\w.-]{1,60})?\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    r"|\bschemaLocation\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    r"|\"\$(?:schema|id|ref)\"\s*:\s*\"[^\"]*\""
    r"|<!(?:DOCTYPE|ENTITY)[^>]*>"
)
_AROUND = " ,;[]\"'"
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


FIRST_UNPRIVILEGED = 1024
"""The first port that anybody may listen on (RFC 6335, the ports that are no "System Ports")."""


class HostMention(msgspec.Struct, frozen=True):
    """A host, and its port if that is said. It is `plain` where nothing but a host can be meant.

    `usual` is the port of its URL's scheme. What is not plain counts only with a port that is the host's.
    """

    host: str
    port: int | None = None
    usual: int | None = None
    plain: bool = True


def hosts_in(text: str, *, asked: bool, alone: bool) -> Iterator[HostMention]:
    """Yield the hosts in a text.

    Bare words are hosts where the text is `asked` for some. Hosts with ports are plain there, and where such stand
    `alone`, if nothing else is expected.
    """
    # A pod that a variable names, and the port that an SRV record is of, stand before the name of the service.
    text = re.sub(f"{_OF_A_POD}|{_OF_A_PORT}", "", re.sub(_NEXT_URL, " ", re.sub(_NAMES_ONLY, " ", text)))
    for pattern in (_LOOKED_UP, _URL):
        for found in re.finditer(pattern, text):
            yield from _in_url(found) if pattern == _URL else _with_port(found)
        text = re.sub(pattern, " ", text)
    for pattern in (_BEHIND_A_POD, _DRIVER, _ORACLE, _QUALIFIED):
        for found in re.finditer(pattern, text):
            yield from _with_port(found)
        text = re.sub(pattern, " ", text)
    yield from _given_to_programs(text)
    text = re.sub(f"{_CLIENT}|{_WAITING}", " ", text)
    yield from _in_settings(text)
    yield from _bare(re.sub(_SETTING, " ", text).strip(_AROUND), asked=asked, alone=alone)


def _bare(text: str, *, asked: bool, alone: bool) -> Iterator[HostMention]:
    """Yield the hosts with ports, and the words where they are asked for."""
    left = re.sub(_PAIR, " ", text).strip(_AROUND)
    for found in re.finditer(_PAIR, text):
        port = port_number(found[2])
        plain = asked or (alone and not left and port is not None and _is_likely(found[1], port))
        yield HostMention(found[1], port, plain=plain)
    words = re.split(r"[\s,;]+", text)
    if asked and all(re.fullmatch(_HOST, word) for word in words):
        yield from (HostMention(word) for word in words if word.lower() not in _ANSWERS and not word.isdecimal())


def _with_port(found: re.Match[str]) -> Iterator[HostMention]:
    yield HostMention(found[1], port_number(found[2]))


def _in_url(found: re.Match[str]) -> Iterator[HostMention]:
    if "@" not in found[3]:  # where a password is not escaped, nobody can tell what the host is
        yield from _in_authority(found[1].lower().partition("+")[0], found[2])


def _given_to_programs(text: str) -> Iterator[HostMention]:
    """Yield the hosts that clients and loops that wait for a port are given."""
    for found in re.finditer(_CLIENT, text):
        said = re.search(_PORT_OF_CLIENT, found[2])
        yield HostMention(found[3], None if said is None else port_number(said[1]), CLIENTS[found[1]])
    for found in re.finditer(_WAITING, text):
        yield HostMention(found[1] or found[3], port_number(found[2] or found[4]))


def _in_settings(text: str) -> Iterator[HostMention]:
    """Yield the hosts of `host=a,b port=1,2`, and of `Server=a,1`, where the port stands beside the host."""
    for found in re.finditer(_SETTING, text):
        hosts = found[1].split(",")
        numbers = [port_number(each) for each in hosts[1:]]
        if all(numbers):
            yield HostMention(hosts[0], next(iter(numbers), None) or port_number(found[2]) or _port_beside(text))
        else:
            yield from (HostMention(host, port_number(found[2]) or _port_beside(text)) for host in hosts)


def _port_beside(text: str) -> int | None:
    """Return the port that a text of settings has beside its host, such as `port=5432`, if there is one."""
    found = {port_number(each[1]) for each in re.finditer(_SETTING_OF_PORT, text)}
    return found.pop() if len(found) == 1 else None


def _is_likely(host: str, port: int) -> bool:
    """Tell whether a word, a colon and a number are a host and its port rather than a time, a digest or a limit."""
    if port < FIRST_UNPRIVILEGED and port not in USUAL_PORTS.values():
        return False
    return re.search(r"[A-Za-z]", host) is not None and re.fullmatch(r"(?i)sha\d+|md5", host) is None


def _in_authority(scheme: str, authority: str) -> Iterator[HostMention]:
    """Yield the hosts of a URL; some schemes take several (RFC 3986, and the connection strings of databases)."""
    if scheme in NO_HOSTS:
        return
    for each in authority.rpartition("@")[2].split(","):
        bracketed = re.fullmatch(rf"\[([0-9A-Fa-f:.]{{2,45}})\](?::({_PORT}))?", each)
        if bracketed is not None:
            yield HostMention(bracketed[1].lower(), port_number(bracketed[2]), USUAL_PORTS.get(scheme))
            continue
        host, _, port = each.partition(":")
        host = host.removesuffix(".")  # which says that a name is whole
        if re.fullmatch(_HOST, host) and (not port or port_number(port) is not None):
            yield HostMention(host, port_number(port), USUAL_PORTS.get(scheme))


def port_number(text: str | None) -> int | None:
    """Return the number of a port, or None where a text is none."""
    number = int(text) if text and re.fullmatch(_PORT, text) else 0
    return number if 0 < number <= 65535 else None  # noqa: PLR2004 -- the last port there is
