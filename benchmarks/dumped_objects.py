"""Lists, namespaces and policies as kubectl prints them."""

from __future__ import annotations

from string import Template

LIST = Template("""\
apiVersion: v1
items:
${items}kind: List
metadata:
  resourceVersion: ""
""")
NAMESPACE = Template("""\
- apiVersion: v1
  kind: Namespace
  metadata:
    creationTimestamp: "2026-03-02T08:11:04Z"
    labels:
      kubernetes.io/metadata.name: $namespace
    managedFields:
    - apiVersion: v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:labels:
            .: {}
            f:kubernetes.io/metadata.name: {}
      manager: kubectl-create
      operation: Update
      time: "2026-03-02T08:11:04Z"
    name: $namespace
    resourceVersion: "1042"
    uid: $uid
  spec:
    finalizers:
    - kubernetes
  status:
    phase: Active
""")
POLICY = Template("""\
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    creationTimestamp: "2026-03-02T08:12:10Z"
    generation: 1
    managedFields:
    - apiVersion: networking.k8s.io/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:spec:
          f:ingress: {}
          f:podSelector: {}
          f:policyTypes: {}
      manager: kubectl-client-side-apply
      operation: Update
      time: "2026-03-02T08:12:10Z"
    name: $app
    namespace: $namespace
    resourceVersion: "77120"
    uid: $uid
  spec:
    ingress:
    - from:
${peers}      ports:
      - port: $port
        protocol: TCP
    podSelector:
      matchLabels:
        app: $app
    policyTypes:
    - Ingress
""")
PEER = Template("""\
      - podSelector:
          matchLabels:
            app: $app
""")
