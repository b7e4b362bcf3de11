"""Results that take long to compute from the grammar: shipped in the wheel, else kept in the user's private cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netpolc.cache import private_cache
from netpolc.resources import bundled
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def prepared(name: str, stamp: bytes, decode: Callable[[bytes], T | None], compute: Callable[[], bytes]) -> T:
    """Return a result by its name, made from what its stamp says; compute and keep it where none can be read."""
    file = bundled("grammar", name)
    shipped = _unstamped(file.read_bytes(), stamp, decode) if file.is_file() else None
    if shipped is not None:
        return shipped
    cache = private_cache()
    # What a wheel carries was made by its own code; what the cache has may have been made by other code.
    stamp = fingerprint() + stamp if cache is not None else stamp
    content = None if cache is None else cache.read(name)
    known = None if content is None else _unstamped(content, stamp, decode)
    if known is not None:
        return known
    made = compute()
    if cache is not None:
        cache.write(name, stamp + made)
    value = decode(made)
    if value is None:
        raise ValueError(f"{name} cannot be read as it was made")
    return value


def _unstamped(content: bytes, stamp: bytes, decode: Callable[[bytes], T | None]) -> T | None:
    return decode(content[len(stamp) :]) if content.startswith(stamp) else None
