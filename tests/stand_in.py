"""A stand-in for kubectl: it replays what the real one said, and knows no cluster.

What it replays was recorded from kubectl 1.37 and kube-apiserver 1.37 by `tests/real/record_kubectl.py`, unless a test
makes an answer up, as of a server that hangs. Asked for anything else, it fails, so that no test passes by luck.
"""

import json
import sys
from pathlib import Path

from netpolc.live.refusals import refusal

RECORDED = Path(__file__).parent / "data" / "kubectl"

# No site and no environment, which would take three quarters of the time; `--context` is in the log alone.
PROGRAM = """#!{python} -IS
import sys, time
from pathlib import Path
import json
here = Path(__file__).parent
words = sys.argv[1:]
given = sys.stdin.read() if words[-1:] == ["-"] or "--patch-file=/dev/stdin" in words else ""
with open(here / "calls", "a") as calls:
    calls.write(json.dumps([words, given]) + "\\n")
asked = " ".join(word for word in words if not word.startswith("--context="))
answers = json.loads((here / "answers.json").read_text())
known = answers.get(asked)
if known is None:
    sys.exit(f"error: the stand-in knows no answer to: {{asked}}")
if known and isinstance(known[0], list):
    told = here / "told"
    before = told.read_text().splitlines().count(asked) if told.exists() else 0
    with open(told, "a") as file:
        file.write(asked + "\\n")
    known = known[min(before, len(known) - 1)]
code, output, complaint, *seconds = known
sys.stdout.write(output)
sys.stderr.write(complaint)
sys.stdout.flush()
time.sleep(sum(seconds))
sys.exit(code)
"""


def recorded(name):
    """Return the answers of a recording: exit code, output and complaint by the words of the command."""
    return json.loads((RECORDED / f"{name}.json").read_text("utf-8"))


class Replayed:
    """What `StandIn` is, without a program, where a test is not about running one."""

    context = "prod"

    def __init__(self, answers):
        self.answers = dict(answers)
        self.calls = []

    def get(self, path):
        words = f"get --raw {path}"
        known = self.answers.get(words, [1, "", f"error: the stand-in knows no answer to: {words}"])
        if isinstance(known[0], list):
            known = known[min(self.calls.count(path), len(known) - 1)]
        self.calls.append(path)
        code, output, complaint = known
        if code:
            raise refusal(complaint, "it ends with 1", asked=f"cannot get `{path}`", context=self.context)
        return output.encode()


class StandIn:
    """A kubectl in a folder, which `answers` with an exit code, output and complaint to each command, or with several
    such in turn; a fourth number is how many seconds it hangs afterwards."""

    def __init__(self, folder, answers):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.program = folder / "kubectl"
        self.program.write_text(PROGRAM.format(python=sys.executable))
        self.program.chmod(0o755)
        self.answer(answers)

    def answer(self, answers):
        (self.folder / "answers.json").write_text(json.dumps(answers))

    @property
    def calls(self):
        """What it was asked for: words and input of each call."""
        log = self.folder / "calls"
        return [tuple(json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []
