"""Says how many changes of the engine tests notice, and which they do not; `make mutants` tries them first.

Fails where a change that no test notices is not in tests/mutants.md, with the reason, where too few are noticed, and
where a change was not tried.
"""

import re
import sys
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

REASONS = Path(__file__).with_suffix(".md")
LEAST = 0.95
"""The share of changes that tests have to notice."""
NOTICED = {"killed", "timeout"}
UNTRIED = "not checked"


def verdicts():
    """Yield each change by its name, with the file that it is of, and what became of it."""
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            yield name, path, status_by_exit_code[code]


def described(name, path):
    """A change as tests/mutants.md has it: the function, and the lines that are new."""
    module, _, mangled = name.removeprefix("netpolc.").rpartition(".")
    function = re.sub(r"^x[_ǁ]|__mutmut_\d+$", "", mangled).replace("ǁ", ".")
    changed = get_diff_for_mutant(name, path=path).splitlines()
    lines = [line[1:].strip() for line in changed if re.match(r"\+(?!\+\+)", line)]
    return f"- `{module}.{function}`: `{' '.join(lines)}`"


def main():
    found = list(verdicts())
    tried = [each for each in found if each[2] != UNTRIED]
    unnoticed = [described(name, path) for name, path, verdict in tried if verdict not in NOTICED]
    reasons = set(REASONS.read_text("utf-8").splitlines())
    unexplained = [each for each in unnoticed if each not in reasons]
    share = 1 - len(unnoticed) / max(len(tried), 1)
    print(f"{len(tried)} of {len(found)} changes were tried, and {share:.1%} of these are noticed.")
    print(f"Of the others, {len(unnoticed) - len(unexplained)} have a reason, and {len(unexplained)} have none:")
    print("\n".join(unexplained))
    if len(tried) == len(found):
        needless = sorted(each for each in reasons.difference(unnoticed) if each.startswith("- "))
        print(
            f"{len(needless)} reasons are of changes that tests notice, or that are none any more:", *needless, sep="\n"
        )
    return 1 if unexplained or share < LEAST or len(tried) < len(found) else 0


if __name__ == "__main__":
    sys.exit(main())
