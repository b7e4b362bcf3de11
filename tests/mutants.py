"""Says how many changes of the engine tests notice, and which they do not; `make mutants` tries them first.

Fails where a change that no test notices is not in tests/mutants.md, with the reason, where too few are noticed, and
where a change was not tried.
"""

import re
import subprocess
import sys
from pathlib import Path

REASONS = Path(__file__).with_suffix(".md")
LEAST = 0.95
"""The share of changes that tests have to notice."""
NOTICED = {"killed", "timeout"}
UNTRIED = "not checked"


def mutmut(*arguments):
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def verdicts():
    """What became of each change, by its name."""
    return dict(re.findall(r"^ +(\S+): (.+)$", mutmut("results", "--all", "true"), re.MULTILINE))


def described(name):
    """A change as tests/mutants.md has it: the function, and the lines that are new."""
    module, _, mangled = name.removeprefix("netpolc.").rpartition(".")
    function = re.sub(r"^x[_ǁ]|__mutmut_\d+$", "", mangled).replace("ǁ", ".")
    lines = [line[1:].strip() for line in mutmut("show", name).splitlines() if re.match(r"\+(?!\+\+)", line)]
    return f"- `{module}.{function}`: `{' '.join(lines)}`"


def main():
    found = verdicts()
    tried = {name: verdict for name, verdict in found.items() if verdict != UNTRIED}
    unnoticed = [described(name) for name, verdict in tried.items() if verdict not in NOTICED]
    reasons = set(REASONS.read_text("utf-8").splitlines())
    unexplained = [each for each in unnoticed if each not in reasons]
    share = 1 - len(unnoticed) / max(len(tried), 1)
    print(f"{len(tried)} of {len(found)} changes were tried, and {share:.1%} of these are noticed.")
    print(f"Of the others, {len(unnoticed) - len(unexplained)} have a reason, and {len(unexplained)} have none:")
    print("\n".join(unexplained))
    return 1 if unexplained or share < LEAST or len(tried) < len(found) else 0


if __name__ == "__main__":
    sys.exit(main())
