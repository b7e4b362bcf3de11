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


def test_nobody_calls_itself_but_a_stateful_set():
    own = {"PEERS_URL": "http://x:80"}
    assert flows(workload("x", env=own), service("x")) == []
    assert flows(workload("x", kind="StatefulSet", env=own), service("x")) == ["x -> x:80"]


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
            {"X": "x.data.svc:80"},
            ["`web` calls `x.data.svc`, which no manifest shows: app.yaml:1 env X"],
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
        ({"A_URL": "http://sidecar:8080", "HOST": "web"}, []),
        ({"VERSION": "v1.2.3", "FILE": "app.log", "IMAGE": "registry.example.com/x:8080"}, []),
    ],
)
def test_what_lies_elsewhere_is_left_to_people(env, expected):
    assert undecided(workload("web", env=env)) == expected


def test_a_service_without_pods_is_left_to_people():
    found = undecided(workload("web", env={"DB_HOST": "old"}), service("old", type="ExternalName"))
    assert found == ["`web` calls the service `old`, which selects no pods: app.yaml:1 env DB_HOST"]


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
