from netpolc.live.evident import hosts_of, with_hosts_only
from tests.rows import each_row


@each_row(
    "name, text, kept",
    [
        ("DATABASE_URL", "postgres://web:hunter2@database.data:5432/shop?sslkey=x", "postgres://database.data:5432"),
        ("SPRING_URL", "jdbc:postgresql://db:5432/shop?password=hunter2", "jdbc:postgresql://db:5432"),
        ("API_TOKEN", "s3cr3t", ""),
        ("PASSWORD_HOST", "s3cr3t", ""),
        ("API_KEY", "AKIA0123456789", ""),
        ("DB_HOST", "database.data", "database.data"),
        ("DB_HOST", "database.data password", ""),
        ("DB_PORT", "5432", "5432"),
        ("PIN", "5432", ""),
        ("BROKERS", "kafka-0.kafka:9092,kafka-1.kafka:9092", "kafka-0.kafka:9092 kafka-1.kafka:9092"),
        ("DSN", "Host=db;Port=5432;Username=web;Password=hunter2", "Host=db Port=5432"),
        ("", "--upstream=api.shop.svc.cluster.local --password=hunter2", "--upstream=api.shop.svc.cluster.local"),
        ("app.yaml", "db:\n  url: http://api:8080/x\n  password: hunter2\n", "http://api:8080"),
        ("", "https://token@hooks.example.com/services/T0/B0/x", "https://hooks.example.com"),
        ("x", None, ""),
    ],
)
def test_of_a_text_only_hosts_are_kept(name, text, kept):
    assert hosts_of(name, text) == kept


def test_of_an_object_nothing_else_changes():
    variables = [{"name": "TOKEN", "value": "s3cr3t"}, {"name": "A", "valueFrom": {"secretKeyRef": {"name": "x"}}}]
    container = {"name": "web", "env": variables, "command": ["sh", "-c", "run --key hunter2"], "args": ["api:80"]}
    item = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [container]}}}}
    (found,) = with_hosts_only(item)["spec"]["template"]["spec"]["containers"]
    assert found == {"name": "web", "env": [{"name": "TOKEN"}, variables[1]], "args": ["api:80"]}
    assert with_hosts_only({"kind": "ConfigMap", "data": {"password": "x"}}) == {
        "kind": "ConfigMap",
        "data": {"password": ""},
    }
