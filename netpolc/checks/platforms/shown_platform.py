"""NP677: a platform that the manifests show, where nobody says which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.manifests.platform_signs import shown_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.model import Manifests


def check(manifests: Manifests) -> Iterator[Diagnostic]:
    """Yield the platform, with what shows it: nothing is taken to be so because of it."""
    sign = shown_platform(manifests)
    if sign is not None:
        yield Diagnostic(
            code="NP677",
            severity="note",
            message=f"{sign.evidence} is a sign that {PLATFORMS[sign.platform].shown} enforces the policies",
            location=sign.location,
            help=f'say `platform = "{sign.platform}"` in netpolc.toml to have it heeded',
        )
