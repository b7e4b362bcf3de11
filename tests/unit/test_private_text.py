import json

import pytest
import yaml

from netpolc.private_text import private_starts
from tests.rows import each_row

VARIABLES = """\
spec:
  containers:
  - name: web
    env:
    - name: URL
      value: "postgres://u:p4ss@db"
    - {name: B, value: p4ss}
    - name: C
      value: |
        p4ss
p4ss
        name: p4ss
    - name: D
      valueFrom:
        secretKeyRef: {name: s, key: k}
    ports:
    - containerPort: 80
  labels: {data: web, env: prod}
  matchLabels:
    env: prod
"""
ARGUMENTS = """\
containers:
- command: [pg_dump, "postgresql://u:p4ss@db/x", https://told/a:b@c]
  args:
  - --url=amqp://:p4ss@queue
  - --to=redis://cache:6379 mailto:me@told
"""
MAPPED = """\
env:
  URL: p4ss
  C: |
    p4ss
data: web
args: [x]
"""
CONFIG = """\
kind: ConfigMap
metadata:
  name: c
data:
  url: p4ss
  file: |
   p4ss
---
kind: SecretStore
spec: told
"""
GENERATED = """\
secretGenerator:
- name: s
  literals:
  - a=p4ss
  - "b=p4ss
- {name: t, literals: [c=p4ss]}
resources: [told]
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations:
    last: '{"data":{"a":"p4ss"}}'
stringData:
 user: "p4ss
bad: p4ss
---
kind: Service
spec: told
"""
LIST = """\
apiVersion: v1
items:
- apiVersion: v1
  data:
    a: p4ss
  kind: Secret
 b: p4ss
- apiVersion: v1
  kind: Service
  spec: told
kind: List
"""


SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: s
spec:
  encryptedData:
    password: p4ss
  template:
    type: told-not
"""
EXTERNAL = """\
kind: ExternalSecret
spec:
  target:
    template:
      url: p4ss
---
kind: ExternalSecretStore
spec: told
"""
HALF = """\
spec:
  encryptedData:
    password: p4ss
    other: |
      p4ss
  replicas: told
"""
SOPS = """\
kind: Deployment
spec:
  password: ENC[AES256_GCM,data:p4ss,iv:x,tag:y,type:str]
  args: [told, "ENC[AES256_GCM,data:p4ss]"]
sops:
  age:
  - recipient: p4ss
    enc: |
      p4ss
"""
ROUTE = """\
kind: Route
spec:
  tls:
    key: |
      -----BEGIN RSA PRIVATE KEY-----
      p4ss
      -----END RSA PRIVATE KEY-----
    certificate: |-
      -----BEGIN CERTIFICATE-----
      told
  other: "-----BEGIN EC PRIVATE KEY-----\\np4ss\\n-----END EC PRIVATE KEY-----"
  to: told too
"""


def shown(text, **how):
    """The text without what is private."""
    starts = private_starts(text, **how)
    return "\n".join(line[: starts.get(number)] for number, line in enumerate(text.split("\n")))


@each_row("text", [VARIABLES, ARGUMENTS, MAPPED, CONFIG, GENERATED, SECRET, LIST, SEALED, EXTERNAL, HALF, SOPS, ROUTE])
def test_what_is_private_is_not_shown(text):
    assert "p4ss" in text
    assert "p4ss" not in shown(text)


@each_row(
    "text, told",
    [
        (
            VARIABLES,
            (
                "- name: URL",
                "value:",
                "secretKeyRef: {name: s, key: k}",
                "containerPort: 80",
                "{data: web, env: prod}",
                "    env: prod",
            ),
        ),
        (ARGUMENTS, ('pg_dump, "postgresql://', "--url=amqp://", "--to=redis://cache:6379 mailto:me@told")),
        (MAPPED, ("URL:", "args: [x]", "data: web")),
        (CONFIG, ("url:", "kind: SecretStore", "spec: told")),
        (GENERATED, ("- name: s", "literals:", "resources: [told]")),
        (SECRET, ("kind:", "spec: told")),
        (LIST, ("items:", "spec: told", "kind: List")),
        (SEALED, ("apiVersion:", "kind:", "metadata:")),
        (EXTERNAL, ("kind: ExternalSecretStore", "spec: told")),
        (HALF, ("encryptedData:", "replicas: told")),
        (SOPS, ("kind: Deployment", "password:", "args: [told")),
        (ROUTE, ("key:", "-----BEGIN CERTIFICATE-----", "  to: told too")),
    ],
)
def test_all_else_is_shown(text, told):
    for part in told:
        assert part in shown(text), part


def test_in_json():
    objects = [yaml.safe_load(text) for text in ("kind: Secret\ndata: {a: p4ss}", "kind: Service\nspec: told")]
    objects.append({"kind": "Pod", "spec": {"env": [{"name": "A", "value": "p4ss"}]}, "status": "told"})
    items = {"kind": "List", "items": objects}
    indented = shown(json.dumps(items, indent=4))
    assert "p4ss" not in indented
    assert indented.count("told") == 2
    assert "p4ss" not in shown(json.dumps(items))


def test_of_an_unreadable_document_with_a_secret_nothing_is_shown():
    text = LIST.replace("- apiVersion: v1\n  kind: Service", "- apiVersion: v1\n    c: p4ss\n  kind: Service")
    assert "p4ss" in shown(text)
    assert "p4ss" not in shown(text, unreadable=True)
    assert "told" in shown(f"kind: Service\nspec: told\n---\n{LIST}", unreadable=True)


def test_a_text_of_anything_else_is_not_looked_at():
    assert private_starts("kind: NetworkPolicy\nspec: {}\n") == {}


def test_keys_that_do_not_end_take_no_longer():
    assert len(private_starts("-----BEGIN PRIVATE KEY-----\n" * 20_000)) == 20_001


@pytest.mark.parametrize(
    "text",
    [
        "-   " * 20_000 + "x value",
        "kind :" * 20_000 + "Secret",
        "{ value" * 20_000,
        "value " * 20_000,
        "Secret" * 20_000,
    ],
)
def test_no_line_takes_long(text):
    private_starts(f"value\n{text}")
