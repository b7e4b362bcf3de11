import pytest

from tests.unit.adopt.suggest.world import document, flows, lines, service, undecided, workload

DB = (workload("db", ports=["pg=5432"]), service("db", ports=["5432>pg"]))
FAR = (workload("far", namespace="data"), service("far", ports=["80>8080"], namespace="data"))


@pytest.mark.parametrize(
    "env",
    [
        {"DB_HOST": "db"},
        {"DB_HOST": "db.shop"},
        {"DB_HOST": "db", "DB_PORT": "5432"},
        {"ANY": "postgres://u:p@db/x"},
        {"ANY": "db:5432"},
        {"ANY": "db.shop.svc.cluster.local"},
        {"DB_ADDR": "db:5432"},
    ],
)
def test_a_service_that_is_named_is_called_on_the_port_of_its_pods(env):
    assert flows(workload("web", env=env), *DB) == ["web -> db:5432"]


@pytest.mark.parametrize(
    "env",
    [
        {"DB_NAME": "db"},
        {"DB_HOST": "db", "DB_PORT": "9999"},
        {"ANY": "db:80"},
        {"ANY": "db"},
        {"ALLOWED_HOSTS": "db"},
        {"ANY": "http://db:1/"},
    ],
)
def test_what_may_mean_anything_else_is_no_evidence(env):
    assert flows(workload("web", env=env), *DB) == []


def test_other_namespaces():
    assert flows(workload("web", env={"A_URL": "http://far.data"}), *FAR) == ["web -> data/far:8080"]
    assert flows(workload("web", env={"A_HOST": "far"}), *FAR) == []


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_pods_find_each_other_by_their_own_service(kind):
    ring = service("ring", [7946], {"app": "x"}, clusterIP="None")
    for own in ({"PEERS_URL": "http://ring:7946"}, {"JOIN": "dns+ring.shop.svc.cluster.local.:7946"}):
        assert flows(workload("x", kind, env=own), ring) == ["x -> x:7946"]
    assert flows(workload("x", kind, env={"HOST": "x", "PUBLIC_URL": "http://x"}), service("x")) == []


def test_pods_behind_a_headless_service_are_called_on_ports_of_their_own():
    found = flows(
        workload("web", env={"X_ADDR": "x-0.x:9094"}), workload("x", ports=[9094]), service("x", clusterIP="None")
    )
    assert found == ["web -> x:9094"]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (
            {"STRIPE_URL": "https://key:secret@api.stripe.com/v1"},
            [
                "`web` calls `api.stripe.com`, and a NetworkPolicy knows no domain names: app.yaml:1 env STRIPE_URL",
                "web -> std.internet:443",
            ],
        ),
        (
            {"SMTP_HOST": "smtp.example.org", "SMTP_PORT": "587"},
            [
                "`web` calls `smtp.example.org`, and a NetworkPolicy knows no domain names: app.yaml:1 env SMTP_HOST",
                "web -> std.internet:587",
            ],
        ),
        (
            {"CDN_HOST": "cdn.example.net"},
            ["`web` calls `cdn.example.net`, and a NetworkPolicy knows no domain names: app.yaml:1 env CDN_HOST"],
        ),
        (
            {"LEDGER": "http://10.0.0.5:8080"},
            ["`web` calls the address 10.0.0.5: app.yaml:1 env LEDGER", "web -> 10.0.0.5/32:8080"],
        ),
        (
            {"LEDGER": "http://[fd00::5]:8080", "SELF": "http://[::1]:8080"},
            ["`web` calls the address fd00::5: app.yaml:1 env LEDGER", "web -> fd00::5/128:8080"],
        ),
        (
            {"X": "x.data.svc:80"},
            ["`web` calls `x.data.svc`, which no manifest shows: app.yaml:1 env X", "web -> data/x:80"],
        ),
        (
            {"ZIPKIN": "x.data.svc.cluster.local"},
            ["`web` calls `x.data.svc.cluster.local`, which no manifest shows: app.yaml:1 env ZIPKIN"],
        ),
        (
            {"KAFKA_BROKERS": "kafka.messaging:9092"},
            [
                "`web` calls `kafka.messaging`, which no manifest shows: app.yaml:1 env KAFKA_BROKERS",
                "web -> messaging/kafka:9092",
            ],
        ),
        (
            {"KAFKA_BROKERS": "PLAINTEXT://k-0:9092,PLAINTEXT://k-0:9093", "OTHER": "k-0:9094"},
            [
                "`web` calls `k-0`, which no manifest shows: app.yaml:1 env KAFKA_BROKERS; :1 env OTHER",
                "web -> k-0:{9092, 9093, 9094}",
            ],
        ),
        (
            {"BROKERS": "k-0.k.msg.svc:9092,k-1.k.msg.svc:9092"},
            [
                "`web` calls `k-0.k.msg.svc`, which no manifest shows: app.yaml:1 env BROKERS",
                "`web` calls `k-1.k.msg.svc`, which no manifest shows: app.yaml:1 env BROKERS",
                "web -> msg/k:9092",
            ],
        ),
        (
            {"SMTP_HOST": "mail"},
            ["`web` calls `mail`, which no manifest shows: app.yaml:1 env SMTP_HOST"],
        ),
        (
            {"DATABASE_URL": "postgres://u:p@pg:5432/x", "DSN": "host=$(HOST) port=5433", "HOST": "pg"},
            [
                "`web` calls `pg`, which no manifest shows: app.yaml:1 env DATABASE_URL; :1 env DSN; :1 env HOST",
                "web -> pg:{5432, 5433}",
            ],
        ),
        (
            {"METADATA": "http://169.254.169.254/latest"},
            ["`web` calls the address 169.254.169.254: app.yaml:1 env METADATA", "web -> 169.254.169.254/32:80"],
        ),
        (
            {"API": "https://kubernetes.default.svc"},
            [
                "`web` may call the API server, whose address manifests do not show: app.yaml:1 env API",
                "web -> api-server:6443",
            ],
        ),
        (
            {"DB_URL": "http://host.internal"},
            [
                "`web` calls `host.internal`, and a NetworkPolicy knows no domain names: app.yaml:1 env DB_URL",
                "web -> std.internet:80",
            ],
        ),
        (
            {
                "A_URL": "http://localhost:8080",
                "B_HOST": "127.0.0.1",
                "C_HOST": "169.254.1.1",
                "D_HOST": "printer.local",
            },
            [],
        ),
        ({"HOST": "web", "DNS_HOST": "kube-dns.kube-system.svc", "DOCS_URL": "https://docs.example.com"}, []),
        (
            {"A_URL": "http://sidecar:8080"},
            ["`web` calls `sidecar`, which no manifest shows: app.yaml:1 env A_URL", "web -> sidecar:8080"],
        ),
        ({"VERSION": "v1.2.3", "FILE": "app.log", "IMAGE": "registry.example.com/x:8080"}, []),
    ],
)
def test_what_lies_elsewhere_is_left_to_people(env, expected):
    assert undecided(workload("web", env=env)) == expected


def endpoints(name, *addresses):
    slice_ = document("discovery.k8s.io/v1", "EndpointSlice", name, labels={"kubernetes.io/service-name": name})
    return {**slice_, "addressType": "IPv4", "endpoints": [{"addresses": list(addresses)}], "ports": []}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (
            [service("old", type="ExternalName")],
            ["`web` calls the service `old`, which selects no pods: app.yaml:1 env DB_URL"],
        ),
        (
            [service("old", type="ExternalName", externalName="db.example.com")],
            [
                "`web` calls `db.example.com`, and a NetworkPolicy knows no domain names: app.yaml:1 env DB_URL",
                "web -> std.internet:5432",
            ],
        ),
        (
            [document("v1", "Service", "old", spec={"ports": [{"port": 5432}]}), endpoints("old", "10.0.0.5")],
            [
                "`web` calls the service `old`, which leads to addresses: app.yaml:1 env DB_URL",
                "web -> 10.0.0.5/32:5432",
            ],
        ),
    ],
)
def test_a_service_without_pods_is_left_to_people(documents, expected):
    assert undecided(workload("web", env={"DB_URL": "postgres://old/x"}), *documents) == expected


def test_an_external_name_within_the_cluster_is_followed():
    alias = service("old", type="ExternalName", externalName="far.data.svc.cluster.local")
    assert flows(workload("web", env={"FAR_URL": "http://old"}), alias, *FAR) == ["web -> data/far:8080"]
    circle = service("old", type="ExternalName", externalName="old.shop.svc.cluster.local")
    assert flows(workload("web", env={"FAR_URL": "http://old"}), circle) == []


def test_a_port_that_a_service_lacks_is_left_to_people():
    assert undecided(workload("web", env={"DB_HOST": "db", "DB_PORT": "9999"}), *DB)[0] == (
        "`web` calls the service `db` on 9999, which is none of its ports: app.yaml:1 env DB_HOST"
    )


@pytest.mark.parametrize(
    ("ports", "env", "expected"),
    [
        ([9092], {"KAFKA_BROKERS": "kafka.data:9092"}, ["web -> data/kafka:9092"]),
        ([], {"KAFKA_BROKERS": "kafka.data:9092"}, ["web -> data/kafka:9092"]),
        ([9092], {"KAFKA_HOST": "kafka.data"}, ["web -> data/kafka:9092"]),
        ([9092, 9093], {"KAFKA_HOST": "kafka.data"}, []),
        ([9092], {"KAFKA_BROKERS": "kafka.data:80"}, []),
    ],
)
def test_a_workload_stands_for_its_service(ports, env, expected):
    assert flows(workload("web", env=env), workload("kafka", namespace="data", ports=ports)) == expected


def test_a_pod_of_a_stateful_set_stands_for_all():
    web = workload("web", env={"A_HOSTS": "es-0,es-1"})
    assert flows(web, workload("es", "StatefulSet", ports=[9200])) == ["web -> es:9200"]
    assert undecided(web, workload("es", "StatefulSet", ports=[9200, 9300])) == [
        "`web` calls `es` on a port that no manifest shows: app.yaml:1 env A_HOSTS"
    ]


def test_who_is_on_its_node_is_let_in_by_the_address_of_that():
    agent = workload("agent", env={"DB_HOST": "db", "X_URL": "http://10.0.0.5"}, hostNetwork=True)
    other = workload("other", env={"DB_HOST": "db"}, hostNetwork=True)
    assert flows(agent, *DB) == []
    assert undecided(agent, other, *DB)[:2] == [
        "`agent` and `other` may call the service `db` from the network of the node: app.yaml:1, :3 env DB_HOST",
        "nodes -> db:5432",
    ]


def test_who_has_no_labels_calls_all_the_same():
    assert undecided(workload("web", labels={}, env={"DB_HOST": "db"}), *DB)[0] == (
        "`web` calls the service `db`, and no label selects it: app.yaml:1 env DB_HOST"
    )


@pytest.mark.parametrize("labels", [{"app": "db"}, {}])
def test_services_of_single_pods_are_one_flow(labels):
    services = [
        service(f"db-{n}", [6379], {**labels, "statefulset.kubernetes.io/pod-name": f"db-{n}"}) for n in range(3)
    ]
    env = {f"DB_{n}_URL": f"redis://db-{n}" for n in range(3)}
    assert flows(workload("web", env=env), workload("db", "StatefulSet"), *services) == ["web -> db:6379"]


def test_what_the_same_text_shows_of_several_is_one_line():
    shared = document("v1", "ConfigMap", "shared", data={"DB_HOST": "db"})
    callers = [workload(name, envFrom=[{"configMapRef": {"name": "shared"}}]) for name in ("web", "api")]
    assert flows(*callers, *DB, shared) == ["{api, web} -> db:5432"]


def test_a_value_is_never_shown():
    values = {
        "DATABASE_URL": "postgres://admin:hunter2@db:5432/secret-name",
        "API_URL": "https://token:hunter2@api.example.com/hunter2?key=hunter2",
        "BROKEN": "postgres://hunter2:hunt/er2@hunter2.example.com",
        "PASSWORD": "hunter2",
    }
    secret = document("v1", "Secret", "s", stringData={"password": "hunter2"})
    text = "\n".join(lines(workload("web", env=values, args=["--password=hunter2", "--token", "hunter2"]), *DB, secret))
    assert "web -> db:5432" in text
    assert "hunter2" not in text
    assert "secret-name" not in text


def test_texts_of_one_name_show_one_line():
    callers = [workload(name, env={"DB_HOST": "db"}) for name in ("web", "api")]
    other = workload("job", env={"PG_HOST": "db"})
    assert lines(*callers, other, *DB) == [
        "# Between workloads.",
        "job -> db:5432  # app.yaml:5 env PG_HOST",
        "{api, web} -> db:5432  # app.yaml:1, :3 env DB_HOST",
    ]


def test_a_question_of_several_is_asked_once_where_one_text_asks_it():
    shared = document("v1", "ConfigMap", "shared", data={"STATSD_HOST": "statsd", "STATSD_PORT": "8125"})
    callers = [workload(name, envFrom=[{"configMapRef": {"name": "shared"}}]) for name in ("web", "api")]
    assert undecided(*callers, shared) == [
        "`api` and `web` call `statsd`, which no manifest shows: app.yaml:5 ConfigMap shared, STATSD_HOST",
        "{api, web} -> statsd:8125",
    ]


@pytest.mark.parametrize("env", [{"OIDC_ISSUER": "http://x"}, {"DNS_NAMES": "x.shop.svc"}, {"BASE_URL": "http://x"}])
def test_what_a_workload_is_called_is_no_call(env):
    assert flows(workload("x", env=env), service("x")) == []
    assert flows(workload("web", env=env), workload("x"), service("x")) == ["web -> x:80"]


def test_names_of_a_file_of_its_own_are_no_hosts():
    text = "upstream core {\n  server db:5432;\n}\nproxy_pass http://core;\n"
    nginx = workload("nginx", volumes=[{"name": "v", "configMap": {"name": "c"}}])
    found = lines(nginx, *DB, document("v1", "ConfigMap", "c", data={"nginx.conf": text}))
    assert found == ["# Between workloads.", "nginx -> db:5432  # app.yaml:7 ConfigMap c, nginx.conf"]
