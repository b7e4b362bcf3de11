"""Documents as they were rendered last time, for policies that have not changed since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from netpolc.source import Location
from netpolc.version import fingerprint

if TYPE_CHECKING:
    from netpolc.cache import Cache
    from netpolc.policy.model import Policy


class Memo:
    """Texts by the content of their policies, for one namespace of an output; what is not used again is forgotten."""

    def __init__(self, cache: Cache, output: str) -> None:
        """Look up what an output of this name was rendered to by this very netpolc."""
        self._cache = cache
        self._key = f"render-{hashlib.sha256(output.encode(errors='surrogateescape')).hexdigest()[:32]}"
        self._code = fingerprint()
        self._known = self._read()
        self._used: dict[bytes, str] = {}
        self._encoder = msgspec.msgpack.Encoder(enc_hook=_without_places)

    def digest(self, policy: Policy) -> bytes:
        """What a document depends on."""
        return hashlib.sha256(self._encoder.encode(policy)).digest()

    def text(self, digest: bytes) -> str | None:
        """The document of a policy, if it is known."""
        text = self._known.get(digest)
        if text is not None:
            self._used[digest] = text
        return text

    def keep(self, digest: bytes, text: str) -> None:
        """Remember a document for the next run."""
        self._used[digest] = text

    def save(self) -> None:
        """Write down what this run used, if that differs from what the last one did."""
        if self._used.keys() != self._known.keys():
            self._cache.write(self._key, self._code + msgspec.msgpack.encode(self._used))

    def _read(self) -> dict[bytes, str]:
        kept = self._cache.read(self._key)
        if kept is None or not kept.startswith(self._code):
            return {}
        try:
            return msgspec.msgpack.decode(kept[len(self._code) :], type=dict[bytes, str])
        except msgspec.MsgspecError:
            return {}


def _without_places(value: object) -> None:
    """Places are not part of a document."""
    if not isinstance(value, Location):
        raise NotImplementedError
