"""Random search for as long as is asked for: `make search SECONDS=600`.

All that is random is run with one seed after the other, until the time is over or something fails. A seed that failed
is kept in `kept_seeds.txt`, from where every run tries it; it belongs into the repository together with the mending. Of
what hypothesis finds, it says how to add it to the test as an `@example`.
"""

import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "2", "-x", "-m", "search", "--keep-seeds")


def main(seconds: float) -> int:
    """Search until the time is over, at least once, and return 1 as soon as something fails."""
    end = time.monotonic() + seconds
    runs = 0
    while runs == 0 or time.monotonic() < end:
        seed = 1 + secrets.randbelow(10**6)
        if subprocess.run([*PYTEST, f"--seed={seed}"], cwd=ROOT, check=False).returncode:
            return 1
        runs += 1
    sys.stdout.write(f"{runs} seeds, no failure\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
