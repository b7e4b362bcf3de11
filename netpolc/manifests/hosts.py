"""Hosts that a setting names, by its name and by its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from netpolc.ecosystem.names_like_hosts import NAMING_HOSTS
from netpolc.manifests.host_texts import hosts_in, port_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.manifests.host_texts import HostMention
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


def mentions(setting: Setting) -> list[HostMention]:
    """Return the hosts that a text names, except the workload's own and those of its callers."""
    if OWN.intersection(setting.words) or setting.words in OWN_NAMES:
        return []
    found: dict[HostMention, None] = {}
    asked = not ASKING.isdisjoint(setting.words[-1:])
    for_people = not FOR_PEOPLE.isdisjoint(setting.words)
    for mention in hosts_in(setting.value, asked=asked, alone=asked or _may_be_a_host_alone(setting)):
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


def names_host(setting: Setting, mention: HostMention) -> bool:
    """Tell whether a text without a port is of whom a workload calls, and not of what it or something is called."""
    vague = "." not in mention.host and not VAGUE.isdisjoint(setting.words[-1:])
    return mention.plain and setting.kind != "file" and not vague


def _may_be_a_host_alone(setting: Setting) -> bool:
    """Tell whether a value that is nothing but hosts with ports is that, though nothing asks for hosts."""
    return setting.kind != "file" and bool(setting.words) and (PRIVATE | OTHER_PAIRS).isdisjoint(setting.words)


def sibling_port(setting: Setting, values: dict[tuple[str, ...], str]) -> int | None:
    """Return the port that stands beside a host, such as `DB_PORT` beside `DB_HOST`, or None."""
    stem: Sequence[str] = setting.words[:-1]
    return port_number(values.get((*stem, "PORT"), "").strip() or None)


def ports_beside(settings: Sequence[Setting]) -> list[int | None]:
    """Return the port that stands beside the host of each setting; in files, on one of the lines around it."""
    values = {setting.words: setting.value for setting in settings if setting.kind != "file"}
    return [
        _port_around(settings, index) if setting.kind == "file" else sibling_port(setting, values)
        for index, setting in enumerate(settings)
    ]


def _port_around(settings: Sequence[Setting], index: int) -> int | None:
    """Return the port on the nearest line of a file that is called as that of the host would be."""
    setting = settings[index]
    if ASKING.isdisjoint(setting.words[-1:]):
        return None
    for place in (index + 1, index - 1, index + 2, index - 2):
        near = settings[place] if 0 <= place < len(settings) else setting
        if near.detail == setting.detail and near.words == (*setting.words[:-1], "PORT"):
            return port_number(near.value.strip())
    return None
