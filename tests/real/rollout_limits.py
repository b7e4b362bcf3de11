"""What plan, apply and drift do where a real API server refuses, forbids, or has very many policies.

Usage: `python -m tests.real.rollout_limits [POLICIES]`, with `KUBECONFIG` of an API server that is there to be tried on
and runs with RBAC, kubectl on the PATH, and netpolc installed. It makes a namespace `limits-…`, users and an
admission policy, and takes them away. With a number of policies (5,000 are tried), it says what they cost.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from tests.real.rollout import Story, Watching

NAMESPACE = f"limits-{os.getpid()}"
ORDER = f"namespace {NAMESPACE}\nbaseline deny ingress\n"
FLOWS = "".join(f"web -> {name}:5432\n" for name in ("cache", "db", "worker"))
CRON = Path(__file__).parents[2] / "integrations" / "cluster"
ADMISSION = "admissionregistration.k8s.io/v1"
PATIENCE = 5
"""Seconds until an admission policy is in force: servers read these every now and then."""


class Limits(Story):
    name, order = NAMESPACE, ORDER


def refused(story):
    """What is refused when it is tried changes nothing; refused in the middle, it is said what is done, and goes on."""
    story.say(ORDER + FLOWS)
    refuse(story, "object.metadata.name != 'db'")
    said = story.run("apply", "--yes", code=2)
    assert "NP846" in said, said
    assert "no db here" in said, said
    assert story.names() == [], story.names()
    refuse(story, "request.dryRun || object.metadata.name != 'db'")
    with Watching(story):
        said = story.run("apply", "--yes", code=1)
        assert "NP848" in said, said
        assert "no db here" in said, said
        assert "not `" + NAMESPACE + "/db`" in said, said
        # These are sent together, in any order, and kubectl goes on behind what is refused; a default deny waits.
        assert story.names() == ["cache", "worker"], story.names()
        story.kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", NAMESPACE)
        time.sleep(PATIENCE)
        story.run("apply", "--yes")
    assert story.names() == ["cache", "db", "default-deny", "worker"]


def refuse(story, expression):
    """Have the server refuse policies for which an expression does not hold, soon."""
    rule = {"apiGroups": ["networking.k8s.io"], "apiVersions": ["v1"], "operations": ["CREATE"]}
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [{**rule, "resources": ["networkpolicies"]}]},
        "validations": [{"expression": expression, "message": "no db here"}],
    }
    binding = {"policyName": NAMESPACE, "validationActions": ["Deny"]}
    for kind, each in (("ValidatingAdmissionPolicy", spec), ("ValidatingAdmissionPolicyBinding", binding)):
        story.apply({"apiVersion": ADMISSION, "kind": kind, "metadata": {"name": NAMESPACE}, "spec": each})
    time.sleep(PATIENCE)


def forbidden(story):
    """A user with the roles of `plan --rbac` plans, and may not apply; one with those of `apply --rbac` may."""
    story.say(ORDER + FLOWS + "web -> delta:80\n")
    for command in ("plan", "apply"):
        story.become(command, story.run(command, "--rbac"))
    assert "1 to create" in story.run("plan", context="plan")
    said = story.run("apply", "--yes", code=2, context="plan")
    assert "NP846" in said, said
    assert "delta" not in story.names()
    story.run("apply", "--yes", context="apply")
    assert "delta" in story.names()
    nobody = story.run("plan", code=2, context="nobody")
    assert "NP831" in nobody, nobody
    assert "rbac" in nobody, nobody


def scheduled(story):
    """The CronJob is taken by the server, and its service account, with its rights, may look for drift."""
    documents = [
        each for file in ("rbac.yaml", "cronjob.yaml") for each in yaml.safe_load_all((CRON / file).read_text())
    ]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
    text = text.replace("netpolc-inventory-shop", f"netpolc-inventory-{NAMESPACE}")
    text = text.replace('"namespace": "netpolc"', f'"namespace": "{NAMESPACE}"')
    story.kubectl("apply", "--server-side", "-f", "-", given=text)
    story.add_context("cron", story.kubectl("create", "token", "netpolc-drift", "-n", NAMESPACE).strip())
    said = story.run("drift", context="cron")
    assert "as the program says" in said, said
    story.kubectl("patch", "networkpolicy", "db", "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"ingress":[{}]}}')
    assert "opened" in story.run("drift", code=1, context="cron")
    story.run("apply", "--yes", "--force-conflicts", "kubectl-patch")


def many(story, count):
    """Very many policies, which are all new, then all as they shall be, and then all changed: what that costs."""
    text = ORDER + "".join(f"web -> service-{number}:80\n" for number in range(count))
    story.say(text)
    measured(story, ("build", "-o", "built"), ("apply", "--yes"))
    before = story.versions()
    assert len(before) == count + 1
    measured(story, ("plan", "--detailed-exitcode"), ("apply", "--yes"), ("pull", "-o", "all"))
    assert before == story.versions()
    story.say(text.replace(":80", ":81"))
    measured(story, ("apply", "--yes"))


def measured(story, *commands):
    for words in commands:
        began, spent = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        story.run(*words)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        sys.stdout.write(
            f"{' '.join(words)}: {time.monotonic() - began:.1f} s, {usage.ru_utime - spent:.1f} s of CPU with kubectl,"
            f" {usage.ru_maxrss // 1024} MB at most so far\n"
        )
        sys.stdout.flush()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    folder = Path(tempfile.mkdtemp(prefix="netpolc-limits-"))
    story = Limits(folder)
    try:
        story.kubectl("create", "namespace", NAMESPACE)
        with story.read_through():
            if count:
                many(story, count)
            else:
                refused(story)
                forbidden(story)
                scheduled(story)
    finally:
        for words in (
            ("networkpolicy", "--all", "-n", NAMESPACE),
            ("configmap", f"netpolc-inventory-{NAMESPACE}", "-n", "default"),
            ("namespace", NAMESPACE, "--wait=false"),
            ("clusterrole,clusterrolebinding", "netpolc-plan", "netpolc-apply", "netpolc-reader"),
            ("role,rolebinding", "netpolc-plan", "netpolc-apply", "netpolc-inventory", "-n", "default"),
            ("validatingadmissionpolicy,validatingadmissionpolicybinding", NAMESPACE),
        ):
            subprocess.run(["kubectl", "delete", *words, "--ignore-not-found"], check=False, capture_output=True)
        shutil.rmtree(folder)
    sys.stdout.write(f"what limits plan, apply and drift in `{story.context}`: as they say\n")


if __name__ == "__main__":
    main()
