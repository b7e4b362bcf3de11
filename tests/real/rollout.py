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
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from tests.naive.policies import Pod
from tests.naive.tiers import allows

NAMESPACE = f"story-{os.getpid()}"
ORDER = f'import "std"\n\nnamespace {NAMESPACE}\nbaseline deny all\n* -> std.dns\nweb -> db:5432\n'
PODS = ("web", "db", "cache", "worker")
PORTS = (5432, 6379)
UNUSABLE = 2
OPENER = build_opener(ProxyHandler({}))
PAUSE = 0.05
"""The seconds between two looks at the cluster."""
TOLD_EVERY = 10
"""After how many kills it is said how far it is."""
TIERS = "/apis/policy.networking.k8s.io/v1beta1/clusternetworkpolicies"
GUARDED = f"always allow {NAMESPACE}/web -> {NAMESPACE}/cache:6379\nalways deny {NAMESPACE}/worker -> {NAMESPACE}/*:*\n"


class Story:
    name, order = NAMESPACE, ORDER

    def __init__(self, folder):
        self.folder = folder
        self.context = self.kubectl("config", "current-context").strip()
        self.environment = {}
        self.say(self.order)
        (folder / "netpolc.toml").write_text(
            f'sources = ["shop.netpol"]\n[cluster]\nname = "{self.name}"\n'
            f'contexts = ["{self.context}", "plan", "apply", "cron"]\n',
            "utf-8",
        )

    def say(self, text):
        (self.folder / "shop.netpol").write_text(text, "utf-8")

    def kubectl(self, *words, given=None):
        command = ["kubectl", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, input=given).stdout

    def apply(self, *objects):
        for each in objects:
            self.kubectl("apply", "--server-side", "-f", "-", given=json.dumps(each))

    def add_context(self, name, token):
        """Add a context with a token to a copy of the configuration of kubectl, which netpolc is run with."""
        file = self.folder / "kubeconfig"
        if not file.exists():
            file.write_text(self.kubectl("config", "view", "--raw", "--flatten"), "utf-8")
        cluster = self.kubectl("config", "view", "--minify", "--output=jsonpath={.clusters[0].name}")
        for words in (
            ("set-credentials", name, f"--token={token}"),
            ("set-context", name, f"--cluster={cluster}", f"--user={name}"),
        ):
            self.kubectl("config", *words, f"--kubeconfig={file}")

    def become(self, name, roles):
        """Give a new service account some roles, and make a context of it; `nobody` has none."""
        self.kubectl("apply", "--server-side", "-f", "-", given=roles)
        for account in (name, "nobody"):
            metadata = {"name": account, "namespace": self.name}
            self.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
            self.add_context(account, self.kubectl("create", "token", account, "-n", self.name).strip())
        subject = f"--serviceaccount={self.name}:{name}"
        self.kubectl("create", "clusterrolebinding", f"netpolc-{name}", f"--clusterrole=netpolc-{name}", subject)
        self.kubectl("create", "rolebinding", f"netpolc-{name}", f"--role=netpolc-{name}", subject, "-n", "default")

    def start(self, *words, context=None):
        command = [sys.executable, "-m", "netpolc", *words, *(() if context is None else ("--context", context))]
        own = self.folder / "kubeconfig"
        environment = os.environ | ({"KUBECONFIG": str(own)} if own.exists() else {}) | self.environment
        out = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, stdout=out, stderr=out, text=True, start_new_session=True, env=environment
        )

    def run(self, *words, code=0, context=None):
        process = self.start(*words, context=context)
        out, err = process.communicate(timeout=3000)
        assert process.returncode == code, f"{words}: {process.returncode}\n{out}\n{err}"
        return out + err

    @contextmanager
    def read_through(self):
        """Have kubectl hand on requests that read, which is faster than one process of it for each."""
        command = ["kubectl", "proxy", "--port=0", "--reject-methods=^(POST|PUT|PATCH|DELETE)$"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            self.address = f"http://{process.stdout.readline().split()[-1]}"
            try:
                yield
            finally:
                process.terminate()

    def read_quickly(self):
        """Have netpolc read through the same proxy where it asks kubectl for a path; all else is kubectl's."""
        program = self.folder / "kubectl"
        curl = f"curl --silent --fail --noproxy '*' '{self.address}'\"$4\" && exit 0"
        program.write_text(f'#!/bin/sh\ncase "$2 $3" in "get --raw") {curl} ;; esac\nexec kubectl "$@"\n', "utf-8")
        program.chmod(0o755)
        self.environment["NETPOLC_KUBECTL"] = str(program)

    def listed(self, path):
        with OPENER.open(f"{self.address}{path}") as answer:
            return json.load(answer)["items"]

    def policies(self):
        return self.listed(f"/apis/networking.k8s.io/v1/namespaces/{self.name}/networkpolicies")

    def versions(self):
        return {each["metadata"]["name"]: each["metadata"]["resourceVersion"] for each in self.policies()}

    def names(self):
        return sorted(each["metadata"]["name"] for each in self.policies())

    def tiers(self):
        """The cluster-wide policies; none where the server does not have the kind."""
        try:
            return self.listed(TIERS)
        except HTTPError:
            return []

    def reached(self):
        plain = [{**each, "kind": "NetworkPolicy"} for each in self.policies()]
        there = [*plain, *({**each, "kind": "ClusterNetworkPolicy"} for each in self.tiers())]
        return {
            (source, destination, port)
            for source in PODS
            for destination in PODS
            for port in PORTS
            if source != destination and allows(there, self.pod(source), self.pod(destination), "TCP", port)
        }

    def pod(self, name):
        return Pod(self.name, {"kubernetes.io/metadata.name": self.name}, {"app": name}, (), None, name)


class Watching(threading.Thread):
    """Looks at the policies again and again, and keeps who reaches whom at each state."""

    def __init__(self, story):
        super().__init__()
        self.story, self.states, self.over = story, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            self.states.append(self.story.reached())
            time.sleep(PAUSE)

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

    guarded(story)
    adopt(story)
    killed(story, kills)


def guarded(story):
    """Guardrails come, are edited by hand, and go; a server without the kind refuses them."""
    story.say(GUARDED + ORDER)
    plan = story.start("plan")
    plan.communicate()
    if plan.returncode == UNUSABLE:
        assert "NP852" in story.run("plan", code=UNUSABLE)
        story.say(ORDER)
        return
    with Watching(story):
        story.run("apply", "--yes")
    assert story.reached() == {("web", "db", 5432), ("web", "cache", 6379)}
    story.run("drift")
    name = next(each["metadata"]["name"] for each in story.tiers() if "deny" in each["metadata"]["name"])
    story.kubectl("patch", "clusternetworkpolicy", name, "--type=merge", "-p", '{"spec":{"ingress":[],"egress":[]}}')
    assert f"ClusterNetworkPolicy/{name}: changed by `kubectl-patch`" in story.run("drift", code=1)
    story.run("apply", "--yes", "--force-conflicts", "kubectl-patch")
    story.say(ORDER)
    with Watching(story):
        story.run("apply", "--yes")
    assert story.tiers() == []


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
    baselines = ["baseline deny all\n", "baseline deny ingress\n", ""]
    seed = random.randrange(1 << 32)
    source = random.Random(seed)
    states = halfway = 0
    story.read_quickly()
    for number in range(kills):
        order = ORDER.replace(baselines[0], source.choice(baselines))
        story.say(order + "".join(source.sample(flows, source.randint(0, len(flows)))))
        before, versions = story.reached(), story.versions()
        with_all = Watching(story)
        with_all.before = before
        with_all.start()
        kill(story, planned(story), source.randint(0, 6), source.choice((0, 0, source.uniform(0, 0.3))))
        left = story.versions()
        story.run("apply", "--yes", "--prune-max", "100")
        with_all.__exit__()
        states += len(with_all.states)
        halfway += left not in (versions, story.versions())
        assert not [name for name in story.names() if name.startswith("netpolc-bridge-")], f"seed {seed}, kill {number}"
        if number % TOLD_EVERY == TOLD_EVERY - 1:
            story.run("drift")
            sys.stdout.write(f"{number + 1} kills, {halfway} of them halfway, {states:,} states watched\n")
            sys.stdout.flush()


def kill(story, process, changes, wait):
    """Kill an apply once so many changes are seen, and a while later; what it has asked kubectl for goes on."""
    there, seen = story.versions(), 0
    while seen < changes and process.poll() is None:
        if (current := story.versions()) != there:
            there, seen = current, seen + 1
        time.sleep(PAUSE / 5)
    time.sleep(wait)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def planned(story):
    """Begin to apply, and go on when the plan has been said, after which the cluster is changed."""
    process = story.start("apply", "--yes", "--prune-max", "100")
    headline = f"{story.name} in "
    while (line := process.stdout.readline()) and not line.startswith(headline):
        pass
    return process


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    folder = Path(tempfile.mkdtemp(prefix="netpolc-story-"))
    story = Story(folder)
    try:
        with story.read_through():
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
