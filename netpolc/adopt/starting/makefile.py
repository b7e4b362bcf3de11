"""The Makefile fragment of a project, and the lines that other files get for it."""

from __future__ import annotations

STAMP = ".netpolc-stamp"
FRAGMENT_NAME = "netpol.mk"
INCLUDE = f"include {FRAGMENT_NAME}"
IGNORED = (".netpolc-*.tmp", STAMP)
"""The lines that `.gitignore` gets."""

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
"""The names that make looks for, in its order."""


def fragment(sources: str, output: str) -> str:
    """Return the fragment for a folder of sources and a folder of output, whose names are plain words."""
    return f"""\
# Targets for the network policies; include this file in your Makefile.
# Name here what netpolc.toml names: folders of sources, other files that these import or link to, and the output.

NETPOLC ?= netpolc
NETPOL_SOURCES ?= {sources}
NETPOL_OUTPUT ?= {output}

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
