"""The text of a namespace as `kubectl get ns,deploy,rs,pods,netpol -o yaml --show-managed-fields` prints it."""

from __future__ import annotations

import hashlib
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds import Admitted, Edge

PODS = 4

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
TEMPLATE_FIELDS = """\
            f:metadata:
              f:labels:
                .: {}
                f:app: {}
                f:team: {}
            f:spec:
              f:containers:
                k:{"name":"main"}:
                  .: {}
                  f:image: {}
                  f:imagePullPolicy: {}
                  f:name: {}
                  f:ports:
                    .: {}
                    k:{"containerPort":8080,"protocol":"TCP"}:
                      .: {}
                      f:containerPort: {}
                      f:name: {}
                      f:protocol: {}
                  f:resources: {}
                  f:terminationMessagePath: {}
                  f:terminationMessagePolicy: {}
              f:dnsPolicy: {}
              f:restartPolicy: {}
              f:schedulerName: {}
              f:securityContext: {}
              f:terminationGracePeriodSeconds: {}
"""
POD_SPEC = """\
      spec:
        containers:
        - image: registry.example.com/$app:1.0
          imagePullPolicy: IfNotPresent
          name: main
          ports:
          - containerPort: 8080
            name: http
            protocol: TCP
          resources: {}
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
        dnsPolicy: ClusterFirst
        restartPolicy: Always
        schedulerName: default-scheduler
        securityContext: {}
        terminationGracePeriodSeconds: 30
"""
DEPLOYMENT = Template(
    """\
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    annotations:
      deployment.kubernetes.io/revision: "1"
    creationTimestamp: "2026-03-02T08:15:40Z"
    generation: 1
    labels:
      app: $app
    managedFields:
    - apiVersion: apps/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:spec:
          f:progressDeadlineSeconds: {}
          f:replicas: {}
          f:revisionHistoryLimit: {}
          f:selector: {}
          f:strategy:
            f:rollingUpdate:
              .: {}
              f:maxSurge: {}
              f:maxUnavailable: {}
            f:type: {}
          f:template:
"""
    + TEMPLATE_FIELDS
    + """\
      manager: kubectl-client-side-apply
      operation: Update
      time: "2026-03-02T08:15:40Z"
    - apiVersion: apps/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:status:
          f:availableReplicas: {}
          f:conditions:
            .: {}
            k:{"type":"Available"}:
              .: {}
              f:lastTransitionTime: {}
              f:status: {}
              f:type: {}
          f:observedGeneration: {}
          f:readyReplicas: {}
          f:replicas: {}
      manager: kube-controller-manager
      operation: Update
      subresource: status
      time: "2026-03-02T08:15:52Z"
    name: $app
    namespace: $namespace
    resourceVersion: "90417"
    uid: $uid
  spec:
    progressDeadlineSeconds: 600
    replicas: 4
    revisionHistoryLimit: 10
    selector:
      matchLabels:
        app: $app
    strategy:
      rollingUpdate:
        maxSurge: 25%
        maxUnavailable: 25%
      type: RollingUpdate
    template:
      metadata:
        labels:
          app: $app
          team: $namespace
"""
    + POD_SPEC
    + """\
  status:
    availableReplicas: 4
    conditions:
    - lastTransitionTime: "2026-03-02T08:15:52Z"
      lastUpdateTime: "2026-03-02T08:15:52Z"
      message: Deployment has minimum availability.
      reason: MinimumReplicasAvailable
      status: "True"
      type: Available
    observedGeneration: 1
    readyReplicas: 4
    replicas: 4
    updatedReplicas: 4
"""
)
REPLICA_SET = Template(
    """\
- apiVersion: apps/v1
  kind: ReplicaSet
  metadata:
    annotations:
      deployment.kubernetes.io/desired-replicas: "4"
      deployment.kubernetes.io/max-replicas: "5"
      deployment.kubernetes.io/revision: "1"
    creationTimestamp: "2026-03-02T08:15:40Z"
    generation: 1
    labels:
      app: $app
      pod-template-hash: $hash
      team: $namespace
    managedFields:
    - apiVersion: apps/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:ownerReferences:
            .: {}
            k:{"uid":"$owner"}: {}
        f:spec:
          f:replicas: {}
          f:selector: {}
          f:template:
"""
    + TEMPLATE_FIELDS
    + """\
      manager: kube-controller-manager
      operation: Update
      time: "2026-03-02T08:15:40Z"
    name: $app-$hash
    namespace: $namespace
    ownerReferences:
    - apiVersion: apps/v1
      blockOwnerDeletion: true
      controller: true
      kind: Deployment
      name: $app
      uid: $owner
    resourceVersion: "90416"
    uid: $uid
  spec:
    replicas: 4
    selector:
      matchLabels:
        app: $app
        pod-template-hash: $hash
    template:
      metadata:
        labels:
          app: $app
          pod-template-hash: $hash
          team: $namespace
"""
    + POD_SPEC
    + """\
  status:
    availableReplicas: 4
    fullyLabeledReplicas: 4
    observedGeneration: 1
    readyReplicas: 4
    replicas: 4
"""
)
POD = Template("""\
- apiVersion: v1
  kind: Pod
  metadata:
    creationTimestamp: "2026-03-02T08:15:42Z"
    generateName: $app-$hash-
    generation: 1
    labels:
      app: $app
      pod-template-hash: $hash
      team: $namespace
    managedFields:
    - apiVersion: v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:generateName: {}
          f:labels:
            .: {}
            f:app: {}
            f:pod-template-hash: {}
            f:team: {}
          f:ownerReferences:
            .: {}
            k:{"uid":"$owner"}: {}
        f:spec:
          f:containers:
            k:{"name":"main"}:
              .: {}
              f:image: {}
              f:imagePullPolicy: {}
              f:name: {}
              f:ports:
                .: {}
                k:{"containerPort":8080,"protocol":"TCP"}:
                  .: {}
                  f:containerPort: {}
                  f:name: {}
                  f:protocol: {}
              f:resources: {}
              f:terminationMessagePath: {}
              f:terminationMessagePolicy: {}
          f:dnsPolicy: {}
          f:enableServiceLinks: {}
          f:restartPolicy: {}
          f:schedulerName: {}
          f:securityContext: {}
          f:terminationGracePeriodSeconds: {}
      manager: kube-controller-manager
      operation: Update
      time: "2026-03-02T08:15:42Z"
    - apiVersion: v1
      fieldsType: FieldsV1
      fieldsV1:
        f:status:
          f:conditions:
            k:{"type":"ContainersReady"}:
              .: {}
              f:lastProbeTime: {}
              f:lastTransitionTime: {}
              f:status: {}
              f:type: {}
            k:{"type":"Initialized"}:
              .: {}
              f:lastProbeTime: {}
              f:lastTransitionTime: {}
              f:status: {}
              f:type: {}
            k:{"type":"Ready"}:
              .: {}
              f:lastProbeTime: {}
              f:lastTransitionTime: {}
              f:status: {}
              f:type: {}
          f:containerStatuses: {}
          f:hostIP: {}
          f:hostIPs: {}
          f:phase: {}
          f:podIP: {}
          f:podIPs:
            .: {}
            k:{"ip":"$ip"}:
              .: {}
              f:ip: {}
          f:startTime: {}
      manager: kubelet
      operation: Update
      subresource: status
      time: "2026-03-02T08:15:48Z"
    name: $app-$hash-$suffix
    namespace: $namespace
    ownerReferences:
    - apiVersion: apps/v1
      blockOwnerDeletion: true
      controller: true
      kind: ReplicaSet
      name: $app-$hash
      uid: $owner
    resourceVersion: "90371"
    uid: $uid
  spec:
    containers:
    - image: registry.example.com/$app:1.0
      imagePullPolicy: IfNotPresent
      name: main
      ports:
      - containerPort: 8080
        name: http
        protocol: TCP
      resources: {}
      terminationMessagePath: /dev/termination-log
      terminationMessagePolicy: File
      volumeMounts:
      - mountPath: /var/run/secrets/kubernetes.io/serviceaccount
        name: kube-api-access-$suffix
        readOnly: true
    dnsPolicy: ClusterFirst
    enableServiceLinks: true
    nodeName: worker-$node
    preemptionPolicy: PreemptLowerPriority
    priority: 0
    restartPolicy: Always
    schedulerName: default-scheduler
    securityContext: {}
    serviceAccount: default
    serviceAccountName: default
    terminationGracePeriodSeconds: 30
    tolerations:
    - effect: NoExecute
      key: node.kubernetes.io/not-ready
      operator: Exists
      tolerationSeconds: 300
    - effect: NoExecute
      key: node.kubernetes.io/unreachable
      operator: Exists
      tolerationSeconds: 300
    volumes:
    - name: kube-api-access-$suffix
      projected:
        defaultMode: 420
        sources:
        - serviceAccountToken:
            expirationSeconds: 3607
            path: token
        - configMap:
            items:
            - key: ca.crt
              path: ca.crt
            name: kube-root-ca.crt
        - downwardAPI:
            items:
            - fieldRef:
                apiVersion: v1
                fieldPath: metadata.namespace
              path: namespace
  status:
    conditions:
    - lastProbeTime: null
      lastTransitionTime: "2026-03-02T08:15:42Z"
      status: "True"
      type: Initialized
    - lastProbeTime: null
      lastTransitionTime: "2026-03-02T08:15:48Z"
      status: "True"
      type: Ready
    - lastProbeTime: null
      lastTransitionTime: "2026-03-02T08:15:48Z"
      status: "True"
      type: ContainersReady
    - lastProbeTime: null
      lastTransitionTime: "2026-03-02T08:15:42Z"
      status: "True"
      type: PodScheduled
    containerStatuses:
    - containerID: containerd://$digest
      image: registry.example.com/$app:1.0
      imageID: registry.example.com/$app@sha256:$digest
      lastState: {}
      name: main
      ready: true
      restartCount: 0
      started: true
      state:
        running:
          startedAt: "2026-03-02T08:15:47Z"
    hostIP: 192.0.2.$node
    hostIPs:
    - ip: 192.0.2.$node
    phase: Running
    podIP: $ip
    podIPs:
    - ip: $ip
    qosClass: BestEffort
    startTime: "2026-03-02T08:15:42Z"
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
NODES = 200
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
"""Makes names of digests as Kubernetes spells them: without vowels; none is a number that would have to be quoted."""


def dump_of(namespace: str, admitted: Admitted) -> str:
    """Return a List of a namespace, and of what it holds: kind by kind, as kubectl sorts it."""
    apps = {name: _facts(namespace, name) for name in admitted}
    items = [NAMESPACE.substitute(namespace=namespace, uid=_uid(namespace))]
    items += (DEPLOYMENT.substitute(facts, uid=_uid(namespace, name)) for name, facts in apps.items())
    items += (
        REPLICA_SET.substitute(facts, owner=_uid(namespace, name), uid=_uid(namespace, name, "set"))
        for name, facts in apps.items()
    )
    items += (pod for name, facts in apps.items() for pod in _pods(namespace, name, facts))
    items += (_policy(edges, apps[name]) for name, edges in admitted.items())
    return LIST.substitute(items="".join(items))


def _facts(namespace: str, name: str) -> dict[str, str]:
    return {"app": name, "namespace": namespace, "hash": _letters(_digest(namespace, name))[:10]}


def _pods(namespace: str, name: str, facts: dict[str, str]) -> Iterator[str]:
    owner = _uid(namespace, name, "set")
    for number in range(PODS):
        digest = _digest(namespace, name, str(number))
        address = int(digest[:6], 16)
        yield POD.substitute(
            facts,
            owner=owner,
            uid=_uid(namespace, name, str(number)),
            suffix=_letters(digest)[:5],
            digest=digest,
            node=address % NODES + 1,
            ip=f"10.{address >> 16}.{address >> 8 & 255}.{address & 255}",
        )


def _policy(edges: list[Edge], facts: dict[str, str]) -> str:
    peers = "".join(PEER.substitute(app=edge.source) for edge in edges)
    return POLICY.substitute(
        facts, uid=_uid(facts["namespace"], facts["app"], "policy"), peers=peers, port=edges[0].port
    )


def _uid(*what: str) -> str:
    digest = _digest(*what, "uid")
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def _letters(digest: str) -> str:
    return digest.translate(LETTERS)


def _digest(*what: str) -> str:
    return hashlib.sha256("/".join(what).encode()).hexdigest()
