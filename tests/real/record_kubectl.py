"""Records what kubectl answers when netpolc pulls a cluster, for the stand-in that tests in CI have.

Run it against a throw-away API server that has the objects of `tests/data/kubectl/cluster.yaml`:

    KUBECONFIG=... python -m tests.real.record_kubectl /path/to/kubectl
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from netpolc.live.kubectl import find
from netpolc.live.pulling import pull
from tests.stand_in import RECORDED

CONTEXT = "prod"
WRAPPER = """#!{python} -IS
import json, subprocess, sys
ended = subprocess.run([{kubectl!r}, *sys.argv[1:]], capture_output=True, text=True)
words = " ".join(word for word in sys.argv[1:] if not word.startswith("--context="))
with open({log!r}, "a") as file:
    file.write(json.dumps([words, ended.returncode, ended.stdout, ended.stderr]) + "\\n")
sys.stdout.write(ended.stdout)
sys.stderr.write(ended.stderr)
sys.exit(ended.returncode)
"""
PERSONAL = (
    (
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        "00000000-0000-4000-8000-000000000000",
    ),
    (re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "2026-06-01T00:00:00Z"),
    (re.compile(r'"resourceVersion":"\d+"'), '"resourceVersion":"7"'),
    (re.compile(r'"serverAddress":"[^"]*"'), '"serverAddress":"192.0.2.1:6443"'),
)
"""What differs from run to run, or says where it was recorded."""


def without_server_defaults(output):
    """Return a list without the roles that every server makes for itself, which are most of a recording."""
    listed = json.loads(output) if '"kubernetes.io/bootstrapping"' in output else None
    if listed is None:
        return output
    bootstrapped = "kubernetes.io/bootstrapping"
    listed["items"] = [item for item in listed["items"] if bootstrapped not in (item["metadata"].get("labels") or {})]
    return json.dumps(listed, separators=(",", ":"))


def main(kubectl, folder):
    """Pull a cluster with and without evidence, and write what kubectl said."""
    log, wrapper = folder / "log", folder / "kubectl"
    log.write_text("")
    wrapper.write_text(WRAPPER.format(python=sys.executable, kubectl=kubectl, log=str(log)))
    wrapper.chmod(0o755)
    os.environ["NETPOLC_KUBECTL"] = str(wrapper)
    for evidence in (False, True):
        pull(find(), evidence=evidence)
    subprocess.run([wrapper, "get", "--raw", "/apis/example.com/v1/absent"], capture_output=True, check=False)
    answers = {}
    for line in log.read_text().splitlines():
        words, code, output, complaint = json.loads(line)
        output = without_server_defaults(output)
        for pattern, replacement in PERSONAL:
            output = pattern.sub(replacement, output)
        answers[words] = [code, output, complaint]
    answers["config current-context"] = [0, f"{CONTEXT}\n", ""]
    RECORDED.mkdir(parents=True, exist_ok=True)
    (RECORDED / "pull.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        main(sys.argv[1], Path(made))
