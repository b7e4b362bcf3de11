"""Custom resources of which operators make pods at run time, so that no manifest shows these."""

from __future__ import annotations

MADE_BY_OPERATORS: dict[str, frozenset[str]] = {
    "acid.zalan.do": frozenset(("postgresql",)),
    "argoproj.io": frozenset(("CronWorkflow", "Workflow")),
    "elasticsearch.k8s.elastic.co": frozenset(("Elasticsearch",)),
    "grafana.integreatly.org": frozenset(("Grafana",)),
    "jaegertracing.io": frozenset(("Jaeger",)),
    "k8s.mariadb.com": frozenset(("MariaDB", "MaxScale")),
    "kafka.strimzi.io": frozenset(("Kafka", "KafkaBridge", "KafkaConnect", "KafkaMirrorMaker2", "KafkaNodePool")),
    "kibana.k8s.elastic.co": frozenset(("Kibana",)),
    "kubeflow.org": frozenset(("MPIJob", "Notebook", "PyTorchJob", "TFJob", "XGBoostJob")),
    "longhorn.io": frozenset(("BackingImage", "Engine", "InstanceManager", "ShareManager", "Volume")),
    "minio.min.io": frozenset(("Tenant",)),
    "monitoring.coreos.com": frozenset(("Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler")),
    "opentelemetry.io": frozenset(("OpenTelemetryCollector",)),
    "postgresql.cnpg.io": frozenset(("Cluster", "Pooler")),
    "rabbitmq.com": frozenset(("RabbitmqCluster",)),
    "serving.knative.dev": frozenset(("Configuration", "Revision", "Service")),
    "serving.kserve.io": frozenset(("InferenceGraph", "InferenceService")),
    "sparkoperator.k8s.io": frozenset(("ScheduledSparkApplication", "SparkApplication")),
    "tekton.dev": frozenset(("PipelineRun", "TaskRun")),
    "triggers.tekton.dev": frozenset(("EventListener",)),
}
"""Kinds by the group of their API; the controllers of each make pods, or workloads of Kubernetes' own that do."""

MAKING_PODS: dict[str, frozenset[str]] = {
    "": frozenset(("pods", "replicationcontrollers")),
    "apps": frozenset(("daemonsets", "deployments", "replicasets", "statefulsets")),
    "batch": frozenset(("cronjobs", "jobs")),
}
"""Resources of Kubernetes by group that are pods, or make them; who may create one may create pods."""
