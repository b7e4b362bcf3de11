"""Every comparison whose programs could be built: `python -m tests.real FOLDER`, as `make real` does."""

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
            ended.append(run(folder if len(programs) > 1 else folder / programs[0]))
    return max(ended, default=1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
