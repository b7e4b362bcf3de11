"""The first word of a command line: those that netpolc knows, and those that other tools have for the same."""

from __future__ import annotations

import os
import re
from types import MappingProxyType

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.usage import UsageError

HELP, VERSION = "help", "version"

COMMANDS = MappingProxyType(
    {
        "build": "Compile netpol to NetworkPolicy YAML.",
        "check": "Report everything that is wrong or doubtful.",
        "fmt": "Rewrite netpol files in the one format, comments kept.",
        "reach": "Print who reaches whom, and on which ports.",
        "report": "Write a page that shows who reaches whom, and why.",
        "can": "Say whether SRC may reach DST on PORT, and why.",
        "graph": "Draw who reaches whom, with the lines behind it.",
        "diff": "Print the connections that a change opens and closes.",
        "flows": "Say what was seen against what is allowed, line by line.",
        "flows sql": "Print the SQL that reduces records where they are.",
        "plan": "Print what `apply` would change in a cluster.",
        "apply": "Bring the program into a cluster, step by step.",
        "drift": "Print what a cluster has that the program does not say.",
        "import": "Turn NetworkPolicies into netpol source.",
        "suggest": "Propose a first program for workloads.",
        "pull": "Write down what a cluster has, as manifests.",
        "watch": "Check and build on each save, and say what it opened.",
        "init": "Begin a project, from manifests or with a first policy.",
        "explain": "Print the page of a diagnostic, with examples.",
        "rules": "List every diagnostic that netpolc can report.",
        "schema": "Print the JSON Schema of a result or of netpolc.toml.",
        "krm": "Add policies to a ResourceList, for Kustomize and kpt.",
        "post-render": "Add policies to manifests that Helm rendered.",
        "completion": "Print the script that completes commands in a shell.",
        HELP: "Print the help of a command, as `--help` behind it does.",
        VERSION: "Print the version.",
    }
)
"""The commands in the order in which they are listed, each with a summary that fits its line of 80 columns."""

_USES = {
    "apply": "deploy install rollout sync",
    "build": "compile compiles export gen generate make render synth template transpile yaml",
    "build --check": "stale",
    "build --dry-run": "dry-run dryrun preview",
    "can": "allowed ask eval evaluate query simulate trace why",
    "check": "analyse analyze audit conftest diagnose doctor lint policy scan test validate vet verify",
    "check --fix": "autofix fix",
    "completion": "autocomplete completions",
    "diff": "changes compare review",
    "drift": "monitor status",
    "flows": "hubble logs observe observed seen tail traffic usage used",
    "fmt": "format prettier prettify pretty reformat",
    "graph": "d2 diagram dot draw mermaid picture plot svg tree visualise visualize viz",
    "help": "commands doc docs man usage",
    "import": "adopt convert decompile from-yaml migrate parse translate",
    "init": "bootstrap create new scaffold setup start",
    "krm": "kpt kustomize",
    "post-render": "helm",
    "pull": "backup collect dump fetch get snapshot",
    "apply --restore": "rollback undo",
    "reach": "connectivity connections connlist describe inspect list ls map matrix show who",
    "report": "browse dashboard html page ui web",
    "rules": "checks codes",
    "suggest": "discover draft learn propose recommend record synthesize",
    "version": "about",
    "watch": "dev serve",
}
FOREIGN = MappingProxyType({word: use for use, words in _USES.items() for word in words.split()})
"""Words of other tools, such as kubectl, helm, terraform, opa, buf and np-guard, with what does the same here."""

UNTOUCHED = frozenset({"delete", "destroy", "prune", "remove", "rm", "uninstall"})
"""Words for what is done to a cluster."""

_CODE = re.compile(r"np[0-9]{3}")
_FILES = (".netpol", ".yaml", ".yml", ".json", "/")


def unknown_command(word: str) -> UsageError:
    """Return what is to be said of a word that is no command."""
    return UsageError(f"there is no command `{word}`", advice=_advice(word))


def _advice(word: str) -> str:
    """Say what may have been meant."""
    lowered = word.lower()
    if (use := lowered if lowered in COMMANDS else FOREIGN.get(lowered)) is not None:
        return f"use `netpolc {use}`"
    if lowered in UNTOUCHED:
        return "take the lines out of the program: `netpolc apply` deletes what they made"
    if _CODE.fullmatch(lowered):
        return f"use `netpolc explain {word}`"
    if word.endswith(_FILES) or os.path.lexists(word):
        return f"to compile it, use `netpolc build {word}`; to see what is wrong with it, `netpolc check {word}`"
    near = closest(lowered, COMMANDS) or closest(lowered, FOREIGN)
    return "`netpolc help` lists them" if near is None else f"use `netpolc {FOREIGN.get(near, near)}`"
