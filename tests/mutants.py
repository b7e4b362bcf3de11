"""Says how many changes of the engine tests notice, and which they do not; `make mutants` runs mutmut first.

Fails where a change that no test notices is not in tests/mutants.md, with the reason, or where too few are noticed.
"""

import re
import subprocess
import sys
from pathlib import Path

REASONS = Path(__file__).with_suffix(".md")
LEAST = 0.95
"""The share of changes that tests have to notice."""
NOTICED = {"killed", "timeout"}


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
    unnoticed = [described(name) for name, verdict in found.items() if verdict not in NOTICED]
    reasons = REASONS.read_text("utf-8")
    unexplained = [each for each in unnoticed if each not in reasons]
    share = 1 - len(unnoticed) / len(found)
    print(f"{share:.1%} of {len(found)} changes are noticed; of the others, no reason is known for {len(unexplained)}:")
    print("\n".join(unexplained))
    return 1 if unexplained or share < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
