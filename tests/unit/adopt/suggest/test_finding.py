from tests.unit.adopt.suggest.world import document, flows, service, undecided, workload


def test_what_is_called_on_its_node_is_closed_by_address():
    exporter = workload("exporter", labels={"app": "x"}, ports=["https=9100"], hostNetwork=True)
    monitor = document(
        "monitoring.coreos.com/v1", "ServiceMonitor", "x", spec={"selector": {}, "endpoints": [{"port": "p80"}]}
    )
    documents = [exporter, service("x", ["80>https"]), monitor, workload("other")]
    assert flows(*documents) == []
    assert undecided(*documents)[:2] == [
        "`exporter` is called on the network of its node: app.yaml:5 ServiceMonitor x",
        "std.prometheus -> nodes:9100",
    ]


def test_a_port_of_a_node_has_a_number():
    exporter = workload("exporter", labels={"app": "x"}, hostNetwork=True)
    found = undecided(workload("web", env={"X_HOST": "x"}), exporter, service("x", ["80>https"]))
    assert "`exporter` is called on the network of its node: app.yaml:1 env X_HOST" in found
    assert not any("nodes" in each for each in found)


def test_a_namespace_that_the_language_cannot_name_is_said():
    web = workload("web", env={"FAR_URL": "http://far.7"})
    far = [workload("far", namespace="7"), service("far", namespace="7")]
    assert undecided(web, *far) == [
        "a connection with `7`, which is no name of a namespace in netpol: app.yaml:1 env FAR_URL"
    ]


def test_a_question_is_not_asked_where_a_line_answers_it():
    web = workload("web", env={"DB_HOST": "db", "DB_PASSWORD": ""})
    secret = {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "p"}}}
    web["spec"]["template"]["spec"]["containers"][0]["env"].append(secret)
    assert undecided(web, workload("db"), service("db")) == []
