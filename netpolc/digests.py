"""SHA-256, by Python's own code for what is short, and by OpenSSL, in half of the time a byte, for what is long.

Both give the same digest. Loading OpenSSL, as importing `hashlib` does, takes 3 ms and more.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

LONG = 256 * 1024
"""The bytes from which on OpenSSL is worth loading."""

_MODULE = "_sha2" if sys.version_info >= (3, 12) else "_sha256"


def _own() -> Callable[[bytes], _Hash]:
    """Return Python's own SHA-256; that of OpenSSL where a Python was built without."""
    try:
        found: Callable[[bytes], _Hash] = import_module(_MODULE).sha256
    except ImportError:
        return _openssl
    return found


def _openssl(content: bytes) -> _Hash:
    import hashlib  # see above

    return hashlib.sha256(content)


_short = _own()


def sha256(content: bytes) -> _Hash:
    """Begin a digest with its first content, which more may be added to."""
    return _short(content) if len(content) < LONG else _openssl(content)
