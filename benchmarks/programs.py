"""Programs to measure with: services spread over namespaces, and flows between them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FLOWS_PER_SERVICE = 6.2
PORTS = (80, 443, 5432, 8080, 9090, 6379)


def write_program(folder: Path, services: int, namespaces: int, flows: int, seed: int = 1) -> None:
    """One file for each namespace, as a company would have them: mostly short flows, some sets, nets and services."""
    rng = random.Random(seed)  # noqa: S311 -- the same program in each run
    folder.mkdir(parents=True, exist_ok=True)
    per_namespace = services // namespaces
    names = [[f"svc-{n}-{s}" for s in range(per_namespace)] for n in range(namespaces)]
    for n in range(namespaces):
        lines = ['import "std"', f"namespace team-{n} [team=t{n % 7}]", "baseline deny all", "* -> std.dns"]
        lines += [f"pods {name} = [app={name}, tier!=batch]" for name in names[n][::5]]
        lines += [_flow(rng, names, n) for _ in range(flows // namespaces)]
        (folder / f"team-{n}.netpol").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _flow(rng: random.Random, names: list[list[str]], n: int) -> str:
    source = rng.choice(names[n])
    kind = rng.random()
    port = rng.choice(PORTS)
    if kind < 0.6:  # noqa: PLR2004 -- the mix of the program
        return f"{source} -> {rng.choice(names[n])}:{port}"
    if kind < 0.85:  # noqa: PLR2004 -- as above
        other = rng.randrange(len(names))
        return f"{source} -> team-{other}/[app={rng.choice(names[other])}]:{port}"
    if kind < 0.95:  # noqa: PLR2004 -- as above
        two = ", ".join(rng.sample(names[n], min(2, len(names[n]))))
        return f"{source} -> {{{two}}}:{{{port}, 53/udp}}"
    return f"{source} -> 198.51.{rng.randrange(256)}.0/24:{port}"


def change_one_line(folder: Path, repetition: int) -> None:
    """Replace a flow of one file of a program by a new one: another file and another line each time."""
    files = sorted(folder.glob("team-*.netpol"))
    file = files[repetition % len(files)]
    namespace = file.stem.removeprefix("team-")
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[-1 - repetition] = f"svc-{namespace}-0 -> svc-{namespace}-1:{20_000 + repetition}"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
