"""What shells and netpolc say to each other: the script of each shell, the line that it sends, and the answer.

A shell runs netpolc with its name in the variable `COMPLETE`, and the line up to the cursor in `LINE`. It is answered
with a value on each line, and behind a tab what the value is; a value that ends in `:` or `=` is not the whole word.
Without an answer, the shell completes names of files.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from shlex import shlex
from types import MappingProxyType

from netpolc.cli.completing.candidates import candidates

COMPLETE, LINE = "_NETPOLC_COMPLETE", "_NETPOLC_LINE"

_BASH = r"""# netpolc in bash
_netpolc() {
    local IFS=$'\n' line="${COMP_LINE:0:$COMP_POINT}"
    COMPREPLY=($(_NETPOLC_COMPLETE=bash _NETPOLC_LINE="$line" "$1" 2>/dev/null))
    # Bash replaces only what follows the last `:` or `=` of a word, if these end words for it.
    local word="${line##*[[:space:]]}" signs="${COMP_WORDBREAKS//[^:=]/}"
    if [[ -n $signs && $word == *[$signs]* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[$signs]}"}"}")
    fi
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]]; then
        compopt -o nospace
    fi
}
complete -o bashdefault -o default -F _netpolc netpolc
"""
_ZSH = r"""#compdef netpolc
_netpolc() {
    local -a answer whole shown_whole begun shown_begun
    local line value shown
    answer=("${(@f)$(_NETPOLC_COMPLETE=zsh _NETPOLC_LINE="${(j: :)words[1,CURRENT]}" ${words[1]} 2>/dev/null)}")
    for line in $answer; do
        value=${line%%$'\t'*}
        shown=${line/$'\t'/  }
        if [[ $value == *[:=] ]]; then
            begun+=($value) shown_begun+=($shown)
        else
            whole+=($value) shown_whole+=($shown)
        fi
    done
    if (( ! ${#whole} && ! ${#begun} )); then
        _files
        return
    fi
    (( ${#whole} )) && compadd -l -d shown_whole -a whole
    (( ${#begun} )) && compadd -l -S '' -d shown_begun -a begun
}
if [[ $funcstack[1] == _netpolc ]]; then
    _netpolc
else
    compdef _netpolc netpolc
fi
"""
_FISH = r"""# netpolc in fish
function __netpolc_answered
    set -lx _NETPOLC_COMPLETE fish
    set -lx _NETPOLC_LINE (commandline -cp)
    set -g __netpolc_answer (netpolc 2>/dev/null)
    test (count $__netpolc_answer) -gt 0
end
complete -c netpolc -e
complete -c netpolc -n __netpolc_answered -f -a '$__netpolc_answer'
"""
_POWERSHELL = r"""# netpolc in PowerShell
Register-ArgumentCompleter -Native -CommandName netpolc -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $Env:_NETPOLC_COMPLETE = 'powershell'
    $Env:_NETPOLC_LINE = $commandAst.ToString().PadRight($length).Substring(0, $length)
    netpolc 2>$null | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
    Remove-Item Env:_NETPOLC_COMPLETE, Env:_NETPOLC_LINE
}
"""
SCRIPTS = MappingProxyType({"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL})


def answer(shell: str) -> int:
    """Write what may come next on the line that a shell has, and return how the process is to end.

    Nothing is said where anything goes wrong, because a shell has nobody to tell.
    """
    try:
        words, incomplete = split(os.environ.get(LINE, ""))
        found = candidates(words, incomplete)
    except Exception:  # noqa: BLE001 -- whatever it is, the command that is completed will say it
        return 1
    for each in found:
        sys.stdout.write(each.value if shell == "bash" or not each.about else f"{each.value}\t{_in_a_line(each.about)}")
        sys.stdout.write("\n")
    return 0


def split(line: str) -> tuple[list[str], str]:
    """Split a line into the words behind the name of the program, and the one that is being typed, maybe empty."""
    lexer = shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    is_open = not line[-1:].isspace()
    try:
        words += lexer
    except ValueError:  # a quote or an escape that is open
        words.append(lexer.token)
        is_open = True
    begin = next((number for number, word in enumerate(words) if Path(word).stem == "netpolc"), 0)
    incomplete = words.pop() if is_open and words else ""
    return words[begin + 1 :], incomplete


def _in_a_line(text: str) -> str:
    """Return the first sentence of a text, in one line."""
    return re.split(r"\.\s|;\s", " ".join(text.split()), maxsplit=1)[0].rstrip(".")
