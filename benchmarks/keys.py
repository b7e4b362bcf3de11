"""What is measured of baselines on some pods, each told by a label of its own: how many policies, in what time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases import SETTINGS, built_whole, new_folder

if TYPE_CHECKING:
    from pathlib import Path

    from measuring import Case

KEYS = (24, 48)
GROWTH = 2.5
"""The most times as long that a build of twice as many keys may take."""


def keyed_baselines(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """Two programs, built with an empty cache; each run has to write a policy for each key, and no others."""
    return tuple(_keyed_baseline(netpolc, place, keys) for keys in KEYS)


def _keyed_baseline(netpolc: Path, place: Path, keys: int) -> Case:
    folder = new_folder(place / f"keys-{keys}")
    (folder / "netpolc.toml").write_text(SETTINGS, encoding="utf-8")
    selectors = ", ".join(f"[k{key}=a]" for key in range(keys))
    flows = "".join(f"[c=1] -> [k{key}=a]:{8000 + key}\n" for key in range(keys))
    (folder / "shop.netpol").write_text(f"namespace shop\nbaseline deny ingress on {{{selectors}}}\n{flows}", "utf-8")
    case = built_whole(netpolc, folder, f"a baseline on {keys} keys and a flow to each: {keys} policies")
    return case._replace(says=(f" {keys} written",))
