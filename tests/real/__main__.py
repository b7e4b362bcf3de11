"""Every comparison whose programs could be built: `python -m tests.real FOLDER`, as `make real` does."""

import os
import sys
from pathlib import Path

from tests.real import admission, cilium_rows, cilium_verdicts, compare

PARTS = (
    ("kube-network-policies", compare.main, ("kube-network-policies",)),
    ("Cilium's rows", cilium_rows.main, ("cilium",)),
    ("Cilium's verdicts", cilium_verdicts.main, ("cilium",)),
    ("kube-apiserver", admission.main, ("kube-apiserver", "etcd")),
)


def main(folder: Path) -> int:
    """Run the parts that were built, and name the others; return 1 if anything differs, or nothing was built."""
    ended = []
    for name, run, programs in PARTS:
        missing = [program for program in programs if not (folder / program).exists()]
        sys.stdout.write(f"{name}: {f'left out, without {missing}' if missing else 'running'}\n")
        sys.stdout.flush()
        if not missing:
            before = _spent()
            ended.append(run(folder if len(programs) > 1 else folder / programs[0]))
            sys.stdout.write(f"{name}: {_spent() - before:.0f} s of CPU\n")
    return max(ended, default=1)


def _spent() -> float:
    """Return the seconds of CPU of this process, and of those that it started and that have ended."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
