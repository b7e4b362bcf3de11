"""netpolc's own templates, ready to run.

That of NetworkPolicy, which most builds need and nothing else, comes from the wheel, from the user's cache, or is
translated on the spot. Others are run by Jinja.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from netpolc import fast_paths
from netpolc.digests import sha256
from netpolc.policy.model import IPBlock, Policy
from netpolc.policy.tier_model import Networks, TierPolicy
from netpolc.resources import bundled
from netpolc.targets.quoting import comment_lines, folded, quote
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from netpolc.cache import Cache

NETWORK_POLICY = "networkpolicy.yaml.j2"
CLUSTER_NETWORK_POLICY = "clusternetworkpolicy.yaml.j2"
SELECTOR = "selector.yaml.j2"
PACKAGE = "netpolc._bundled"

Document = Policy | TierPolicy
"""An object of any kind that netpolc writes."""

Layout = Callable[[Any], str]
"""A function from objects of one kind to their text."""

FILTERS: dict[str, Callable[..., Any]] = {"quote": quote, "folded": folded, "comment": comment_lines}
TESTS: dict[str, Callable[..., bool]] = {
    "ip_block": lambda peer: isinstance(peer, IPBlock),
    "networks": lambda peer: isinstance(peer, Networks),
}
"""What templates have beside Jinja's own, whoever wrote them."""

_FILTERS = FILTERS | {"length": len}
_TESTS = TESTS | {"string": lambda value: isinstance(value, str)}


class TemplateFault(Exception):  # noqa: N818 - a fault of the user's template, as diagnostics call it
    """A template that cannot be used: its file, the line where known, and what is wrong."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        """Say what is wrong with a template, and where."""
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


def template_of(document: Document) -> str:
    """Return the name of the template that writes an object."""
    return CLUSTER_NETWORK_POLICY if isinstance(document, TierPolicy) else NETWORK_POLICY


def own_layout(cache: Cache | None, template: str = NETWORK_POLICY) -> Layout:
    """Return the function that writes an object as the bundled template does."""
    text = _text_of(template)
    if template != NETWORK_POLICY or fast_paths.are_off():
        return _by_jinja(text)
    try:
        bind = import_module(f"{PACKAGE}.{_module(text)}").bind
    except ImportError:
        bind = _bind(_kept(text, cache))
    layout: Layout = bind(_FILTERS, _TESTS)
    return layout


def _text_of(template: str) -> str:
    """Return the text of a bundled template, with that of the one from which it takes a macro in the place of this."""
    text, macro = (bundled("templates", name).read_text("utf-8") for name in (template, SELECTOR))
    return text.replace(f'{{% from "{SELECTOR}" import selector %}}\n', macro)


def _by_jinja(text: str) -> Layout:
    from jinja2 import Environment  # Jinja takes 80 ms to import

    from netpolc.targets.translation import LAYOUT  # it imports Jinja

    environment = Environment(**LAYOUT)  # noqa: S701 -- YAML is no HTML
    environment.filters |= FILTERS
    environment.tests |= TESTS
    template = environment.from_string(text)
    return lambda document: template.render(policy=document)


def generate() -> tuple[str, str]:
    """Return the module that a wheel carries: its name, which says what it was made from, and its text."""
    text = _text_of(NETWORK_POLICY)
    return _module(text), _translated(text)


def _module(text: str) -> str:
    return f"layout_{sha256(text.encode()).hexdigest()[:16]}"


def _kept(text: str, cache: Cache | None) -> str:
    """Return the translation of a template, from the cache if this very netpolc made it."""
    if cache is None:
        return _translated_once(text)
    stamp = fingerprint() + sha256(text.encode()).digest()
    kept = cache.read("layout")
    if kept is not None and kept.startswith(stamp):
        return kept[len(stamp) :].decode()
    code = _translated(text)
    cache.write("layout", stamp + code.encode())
    return code


@lru_cache(maxsize=1)
def _translated_once(text: str) -> str:
    """Translate a template for a caller that stays, and has no place on disk."""
    return _translated(text)


def _translated(text: str) -> str:
    from netpolc.targets.translation import translate  # it imports Jinja

    return translate(text, "policy")


@lru_cache(maxsize=1)
def _bind(code: str) -> Callable[..., Layout]:
    """Define the functions of a translation, once for a caller that stays."""
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 -- what netpolc itself wrote, as it reads its own parse tables
    bind: Callable[..., Layout] = names["bind"]
    return bind
