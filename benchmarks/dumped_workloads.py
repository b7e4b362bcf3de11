"""Deployments and ReplicaSets as kubectl prints them, with managed fields and status."""

from __future__ import annotations

from string import Template

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
