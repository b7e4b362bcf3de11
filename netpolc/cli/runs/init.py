"""The work of `netpolc init`: what a project begins with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.cli.output import exit_code, report, say
from netpolc.cli.project_file import project_text
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import reason

if TYPE_CHECKING:
    from netpolc.cli.output import Style

SETTINGS = """\
layout = "object"                       # or "namespace", or "single"

# Environments, each with an output folder of its own: output/prod, output/staging.
# [env]
# prod = {}
# staging = {}

# Labels for every policy, beside app.kubernetes.io/managed-by.
# [labels]
# team = "payments"
"""

POLICY = """\
# Who may talk to whom. Each line is a fact; what no line says is denied.
# Build with `make netpol` or `netpolc build`, check with `netpolc check`.

import "std"

namespace shop

# Close every pod of the namespace in both directions; what follows opens what is needed.
baseline deny all

# A bare name stands for the pods labelled `app=NAME`; declare one to say it otherwise.
pods database = [app=database, role!=replica]

# Everybody needs DNS once egress is closed.
* -> std.dns

# One arrow is one connection: both its halves follow from it. The port is the pod's own, never a Service's.
webapp -> database:5432

# std.ingress-nginx -> webapp:8080
# webapp -> std.internet:443
"""

STAMP = ".netpolc-stamp"

FRAGMENT = f"""\
# Targets for the network policies; include this file in your Makefile.
# Name here what netpolc.toml names: folders of sources, other files that these import or link to, and the output.

NETPOLC ?= netpolc
NETPOL_SOURCES ?= policies
NETPOL_OUTPUT ?= deploy/networkpolicies

NETPOL_STAMP := $(NETPOL_OUTPUT)/{STAMP}

# Whether anything is newer than the last build, but not what: the name of a file may read like a command.
# Folders count, for they change when a file comes or goes; so does the output, in case somebody edits it.
NETPOL_CHANGED := $(shell \\
  if [ ! -f $(NETPOL_STAMP) ] \\
    || [ -n "$$(find $(NETPOL_SOURCES) \\( -type d -o -name '*.netpol' \\) -newer $(NETPOL_STAMP))" ] \\
    || [ -n "$$(find $(NETPOL_OUTPUT) ! -name {STAMP} -newer $(NETPOL_STAMP))" ]; then echo netpol-changed; fi)

.PHONY: netpol netpol-check netpol-changed

netpol: $(NETPOL_STAMP) ## Compile the network policies

$(NETPOL_STAMP): netpolc.toml $(NETPOL_CHANGED)
\t$(NETPOLC) build
\t@mkdir -p $(@D) && touch $@

netpol-check: ## Fail on mistakes, unformatted sources and stale output
\t$(NETPOLC) check
\t$(NETPOLC) fmt --check
\t$(NETPOLC) build --check
"""

INCLUDE = "include netpol.mk"
IGNORED = (".netpolc-*.tmp", STAMP)


def run(folder: str, style: Style) -> int:
    """Begin a project in a folder, and return how the run is to end."""
    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
        done = _begin(root)
    except OSError as error:
        message = f"`{error.filename or folder}` cannot be written: {reason(error)}"
        failure = Diagnostic(code="NP806", severity="error", message=message)
        report([failure], style)
        return exit_code([failure])
    for line in done:
        sys.stdout.write(f"{line}\n")
    say("next: `netpolc build`, then look at deploy/networkpolicies", style)
    return 0


def _begin(root: Path) -> list[str]:
    done = []
    if not _is_begun(root):
        done.append(_create(root / "policies" / "shop.netpol", POLICY, root))
    project = project_text("policies/**/*.netpol", "deploy/networkpolicies") + SETTINGS
    done += [_create(root / "netpolc.toml", project, root), _create(root / "netpol.mk", FRAGMENT, root)]
    makefile = next((root / name for name in ("GNUmakefile", "makefile", "Makefile") if (root / name).exists()), None)
    done.append(_add_line(makefile or root / "Makefile", INCLUDE, root))
    if any((above / ".git").exists() for above in (root.absolute(), *root.absolute().parents)):
        done += [_add_line(root / ".gitignore", line, root) for line in IGNORED]
    return done


def _is_begun(root: Path) -> bool:
    """Tell whether there are policies to which an example would add its own."""
    return (root / "netpolc.toml").exists() or any((root / "policies").rglob("*.netpol"))


def _demand_inside(path: Path, root: Path) -> None:
    """Raise OSError for a link that leads out of the folder: what it leads to is somebody else's."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise OSError(None, "it is a link that leads out of the folder", str(path))


def _create(path: Path, text: str, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    _demand_inside(path.parent, root)
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"keep    {name}"
    return f"create  {name}"


def _add_line(path: Path, line: str, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    if not path.exists():
        return _create(path, f"{line}\n", root)
    _demand_inside(path, root)
    text = path.read_text("utf-8", errors="surrogateescape")
    if any(line in written for written in text.splitlines() if not written.startswith("#")):
        return f"keep    {name}"
    before = "" if not text or text.endswith("\n") else "\n"
    if text.rstrip("\n").endswith("\\"):
        before += "\n"  # else the last line would go on with ours
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{before}{line}\n")
    return f"add to  {name}: {line}"
