"""`netpolc completion`: the script that completes commands in a shell."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer

EXAMPLES = """\b
Examples:
  source <(netpolc completion bash)      in this shell
  netpolc completion bash > ~/.local/share/bash-completion/completions/netpolc
  netpolc completion zsh > "${fpath[1]}/_netpolc"
  netpolc completion fish > ~/.config/fish/completions/netpolc.fish
  netpolc completion powershell | Out-String | Invoke-Expression"""


class Shell(str, Enum):
    """A shell that can complete the commands of others."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def command(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")]) -> int:
    """Print the script that completes commands in a shell.

    It completes commands, options and their values, endpoints and their ports, revisions and codes. Nothing is
    installed: load it in your shell's own start file, or write it to where your shell looks for such scripts.
    """
    from netpolc.cli.completing.shells import SCRIPTS

    sys.stdout.write(SCRIPTS[shell.value])
    return 0
