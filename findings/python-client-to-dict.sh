#!/usr/bin/env bash
# kubernetes 33.1.0 (Python), PyYAML 6.0.2: a policy that is built with the client's models and written with `to_dict()`
# and PyYAML, as many scripts do, has keys that the API does not know: `_from` because `from` is a word of Python, and
# snake case for all others. An API server without strict validation drops unknown fields, so what is left of
# "web may reach the database on 5432" is a rule for port 5432 without peers, which admits everybody.
# `ApiClient().sanitize_for_serialization()` writes the API's own names.
#
# Seen:
#   to_dict():  ['_from', 'ports'] / ['ip_block', 'namespace_selector', 'pod_selector']
#   sanitized:  ['from', 'ports'] / ['podSelector']
#   known to the API of what to_dict() wrote: {'ports': [{'port': 5432}]}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet kubernetes==33.1.0 pyyaml==6.0.2
"$work/venv/bin/python" - <<'PYTHON'
import yaml
from kubernetes import client

selector = client.V1LabelSelector(match_labels={"app": "web"})
rule = client.V1NetworkPolicyIngressRule(
    _from=[client.V1NetworkPolicyPeer(pod_selector=selector)], ports=[client.V1NetworkPolicyPort(port=5432)]
)
written = yaml.safe_load(yaml.safe_dump(rule.to_dict()))
sanitized = client.ApiClient().sanitize_for_serialization(rule)
print("to_dict(): ", sorted(written), "/", sorted(written["_from"][0]))
print("sanitized: ", sorted(sanitized), "/", sorted(sanitized["from"][0]))
# NetworkPolicyIngressRule has `from` and `ports`, NetworkPolicyPort `protocol`, `port` and `endPort` (networking/v1).
known = {"ports": [{"port": each["port"]} for each in written["ports"]]} | ({"from": 0} if "from" in written else {})
print("known to the API of what to_dict() wrote:", known)
assert sorted(written) == ["_from", "ports"]
assert sorted(written["_from"][0]) == ["ip_block", "namespace_selector", "pod_selector"]
assert sanitized == {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 5432}]}
assert known == {"ports": [{"port": 5432}]}
PYTHON
