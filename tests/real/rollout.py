"""The story of plan, apply and drift against a real API server, with an evaluator that watches each state on the way.

Usage: `python -m tests.real.rollout [KILLS]`, with `KUBECONFIG` of an API server that is there to be tried on (its only
context is used), kubectl on the PATH, and netpolc installed. It makes the namespaces `story-…` and takes them away. An
apply is killed at so many random moments (20), and run again.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.naive.policies import Pod, allows

NAMESPACE = f"story-{os.getpid()}"
ORDER = f'import "std"\n\nnamespace {NAMESPACE}\nbaseline deny all\n* -> std.dns\nweb -> db:5432\n'
LABELS = {"kubernetes.io/metadata.name": NAMESPACE}
PODS = {name: Pod(NAMESPACE, LABELS, {"app": name}, (), None, name) for name in ("web", "db", "cache", "worker")}
PORTS = (5432, 6379)


class Story:
    def __init__(self, folder):
        self.folder = folder
        self.context = self.kubectl("config", "current-context").strip()
        self.say(ORDER)
        (folder / "netpolc.toml").write_text(
            f'[cluster]\nname = "{NAMESPACE}"\ncontexts = ["{self.context}"]\n', "utf-8"
        )

    def say(self, text):
        (self.folder / "shop.netpol").write_text(text, "utf-8")

    def kubectl(self, *words, given=None):
        command = ["kubectl", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, input=given).stdout

    def start(self, *words):
        command = [sys.executable, "-m", "netpolc", *words]
        out = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out, text=True, start_new_session=True)

    def run(self, *words, code=0):
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, f"{words}: {process.returncode}\n{out}\n{err}"
        return out + err

    def policies(self):
        listed = self.kubectl("get", "--raw", f"/apis/networking.k8s.io/v1/namespaces/{NAMESPACE}/networkpolicies")
        return json.loads(listed)["items"]

    def names(self):
        return sorted(each["metadata"]["name"] for each in self.policies())

    def reached(self, policies=None):
        there = self.policies() if policies is None else policies
        return {
            (source, destination, port)
            for source in PODS
            for destination in PODS
            for port in PORTS
            if source != destination and allows(there, PODS[source], PODS[destination], "TCP", port)
        }


class Watching(threading.Thread):
    """Looks at the policies again and again, and keeps who reaches whom at each state."""

    def __init__(self, story):
        super().__init__()
        self.story, self.states, self.over = story, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            self.states.append(self.story.reached())

    def __enter__(self):
        self.before = self.story.reached()
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        after = self.story.reached()
        for state in self.states:
            assert self.before & after <= state <= self.before | after, (self.before, state, after)


def tell(story, kills):
    story.run("plan", code=2)
    story.kubectl("create", "namespace", NAMESPACE)
    assert "to create" in story.run("plan")
    with Watching(story):
        story.run("apply", "--yes")
    assert story.reached() == {("web", "db", 5432)}
    assert "unchanged" in story.run("plan", "--detailed-exitcode")

    story.say(ORDER + "web -> cache:6379\n")
    assert "1 connection opened, 0 closed" in story.run("plan")
    with Watching(story):
        story.run("apply", "--yes")
    assert "cache" in story.names()
    story.say(ORDER)
    with Watching(story):
        assert "--restore" in story.run("apply", "--yes")
    assert "cache" not in story.names()

    patch = '{"spec":{"ingress":[{}]}}'
    story.kubectl("patch", "networkpolicy", "default-deny", "-n", NAMESPACE, "--type=merge", "-p", patch)
    drift = story.run("drift", code=1)
    assert "opened" in drift
    assert "default-deny: changed by `kubectl-patch`" in drift
    assert "NP841" in story.run("apply", "--yes", code=2)
    story.run("apply", "--yes", "--force-conflicts", "kubectl-patch")
    story.run("drift")

    adopt(story)
    killed(story, kills)


def adopt(story):
    """What kubectl applied before is taken over once that is said, and nobody else owns it afterwards."""
    metadata = {"name": "worker", "namespace": NAMESPACE}
    spec = {"podSelector": {"matchLabels": {"app": "worker"}}, "policyTypes": ["Egress"], "egress": [{}]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
    story.kubectl("apply", "--server-side", "-f", "-", given=json.dumps(policy))
    story.say(ORDER + "worker -> db:5432\n")
    assert "NP841" in story.run("apply", "--yes", code=2)
    story.run("apply", "--yes", "--adopt")
    shown = story.kubectl("get", "networkpolicy", "worker", "-n", NAMESPACE, "-o", "json", "--show-managed-fields")
    owners = {each["manager"] for each in json.loads(shown)["metadata"]["managedFields"]}
    assert owners == {f"netpolc:{NAMESPACE}"}, owners


def killed(story, kills):
    """An apply that is killed at any moment has cut nothing, and the next one ends where it would have."""
    flows = ["web -> cache:6379\n", "worker -> db:5432\n", "worker -> cache:6379\n", "web -> db:6379\n"]
    seed = random.randrange(1 << 32)
    source = random.Random(seed)
    for number in range(kills):
        story.say(ORDER + "".join(source.sample(flows, source.randint(0, len(flows)))))
        before = story.reached()
        with_all = Watching(story)
        with_all.before = before
        with_all.start()
        process = story.start("apply", "--yes", "--prune-max", "100")
        time.sleep(source.uniform(0.3, 3))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        story.run("apply", "--yes", "--prune-max", "100")
        with_all.__exit__()
        assert not [name for name in story.names() if name.startswith("netpolc-bridge-")], f"seed {seed}, kill {number}"
        story.run("drift")


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    folder = Path(tempfile.mkdtemp(prefix="netpolc-story-"))
    story = Story(folder)
    try:
        tell(story, kills)
    finally:
        for kind, name, where in (
            ("networkpolicy", "--all", NAMESPACE),
            ("configmap", f"netpolc-inventory-{NAMESPACE}", "default"),
        ):
            story.kubectl("delete", kind, name, "-n", where, "--ignore-not-found")
        story.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")
        shutil.rmtree(folder)
    sys.stdout.write(f"plan, apply and drift in `{story.context}`: as they say, with {kills} kills\n")


if __name__ == "__main__":
    main()
