from netpolc.manifests.host_texts import HostMention
from netpolc.manifests.hosts import mentions, ports_beside, sibling_port
from netpolc.manifests.settings import Setting, words_of
from netpolc.source import NOWHERE
from tests.rows import each_row


def setting(name, value):
    return Setting("env", words_of(name), value, NOWHERE, name)


def found(value, name="VALUE"):
    return [
        (one.host, one.port, one.usual) if one.usual else (one.host, one.port) for one in mentions(setting(name, value))
    ]


@each_row(
    "value, expected",
    [
        ("http://orders:8080/", [("orders", 8080, 80)]),
        ("http://orders", [("orders", None, 80)]),
        (
            "https://orders.shop.svc.cluster.local/x?y=http://z",
            [("orders.shop.svc.cluster.local", None, 443)],
        ),
        ("redis://cache:6379/0", [("cache", 6379, 6379)]),
        ("redis://:p%40ss@cache/0", [("cache", None, 6379)]),
        ("postgres://user:pw@db.data:5432/x", [("db.data", 5432, 5432)]),
        ("postgresql+psycopg://user:a@b@db/x", [("db", None, 5432)]),
        ("jdbc:postgresql://db:5432/x?user=a", [("db", 5432, 5432)]),
        ("jdbc:sqlserver://db:1433;databaseName=x", [("db", 1433, 1433)]),
        ("mongodb://u:p@a:27017,b:27018/x", [("a", 27017, 27017), ("b", 27018, 27017)]),
        ("amqp://u:$(PASSWORD)@queue", [("queue", None, 5672)]),
        ("http://es-0:9200,http://es-1:9200/", [("es-0", 9200, 80), ("es-1", 9200, 80)]),
        ('{"url": "http://a:1/x", "other": "http://b"}', [("a", 1, 80), ("b", None, 80)]),
        ("grpc://orders:9000", [("orders", 9000)]),
        ("u:p@tcp(db:3306)/x", [("db", 3306)]),
        ("host=db port=5432 user=x", [("db", 5432)]),
        ("host=a,b port=5432 user=x", [("a", 5432), ("b", 5432)]),
        ("host=a,b port=5432,5433", [("a", None), ("b", None)]),
        ("metrics-server=quay.io/x", []),
        ("Server=db;Port=3306;Database=x", [("db", 3306)]),
        ("Server=tcp:db,1433;Database=x", [("db", 1433)]),
        ("a:9092,b:9092", [("a", 9092), ("b", 9092)]),
        ("PLAINTEXT://a:9092,SSL://b:9093", [("a", 9092), ("b", 9093)]),
        ("dnssrv+_grpc._tcp.ring", [("ring", None)]),
        ("dns:///orders:9000", [("orders", 9000)]),
        ("dns:///orders.shop.svc.cluster.local:9000", [("orders.shop.svc.cluster.local", 9000)]),
        ("dns+ring:7946", [("ring", 7946)]),
        ("dnssrvnoa+_grpc._tcp.ring.data:7946", [("ring.data", 7946)]),
        ("jdbc:oracle:thin:@//db:1521/x", [("db", 1521)]),
        ("jdbc:oracle:thin:@db:1521:x", [("db", 1521)]),
        ("jdbc:mysql:replication://a:3306,b/x", [("a", 3306), ("b", None)]),
        ("mongodb+srv://u:p@db.example.net/x", [("db.example.net", None, 27017)]),
        ("redis-sentinel://a,b:26380", [("a", None, 26379), ("b", 26380, 26379)]),
        ("<svg xmlns=\"http://a/2000\" xmlns:b='http://b:80/x'>", []),
        ('<project xsi:schemaLocation="http://a http://b:80/x.xsd">', []),
        ('<!DOCTYPE x PUBLIC "-//X" "http://a:80/x.dtd">', []),
        ('{"$schema": "http://a:80/x.json", "url": "http://b"}', [("b", None, 80)]),
        ("http://www.apache.org/licenses/LICENSE-2.0", []),
        ("nc -z db:5432 && run", [("db", 5432)]),
        ("see orders.shop.svc for more", [("orders.shop.svc", None)]),
        ("db-0.db.data.svc.cluster.local:5432", [("db-0.db.data.svc.cluster.local", 5432)]),
        ("dns+db.data.svc.cluster.local.:5432", [("db.data.svc.cluster.local", 5432)]),
        ("db.data.svc.:5432", [("db.data.svc", 5432)]),
        ("http://db.:5432", [("db", 5432, 80)]),
        ("http://$(POD_NAME).db.data.svc:80", [("db.data.svc", 80, 80)]),
        ("${POD_NAME}.db.data.svc:80", [("db.data.svc", 80)]),
        ("http://$(POD_NAME).db:80", [("db", 80, 80)]),
        ("a=http://${HOSTNAME}.db:80,b=http://db-0.db:80", [("db", 80, 80), ("db-0.db", 80, 80)]),
        ("exec db --me=$HOSTNAME.db.data:5432 --dir /x", [("db.data", 5432)]),
        ("db --me $(hostname -s).db", [("db", None)]),
        ("$(MY_POD_NAME)", []),
        ("$(POD_IP).db:80 ${DB_HOSTNAME}.db $HOSTNAMES.db:80", []),
        ("dnssrv+_grpc._tcp.db.data.svc.cluster.local", [("db.data.svc.cluster.local", None)]),
        ("http://$(HOST).data.svc:80", []),
        ("http://$(HOST):80/", []),
        ("http://${HOST}/", []),
        ("http://[fd00::A]:80/", [("fd00::a", 80, 80)]),
        ("until nc -z db 5432; do sleep 1; done", [("db", 5432)]),
        ("nc -z -w 2 db:5432", [("db", 5432)]),
        ("wait-for-it.sh -q db:5432 -- run", [("db", 5432)]),
        ("pg_isready -h db -p 5433 || exit 1", [("db", 5433, 5432)]),
        ("psql --host=db --port=5433", [("db", 5433, 5432)]),
        ("mysqladmin ping -hdb -P3307", [("db", 3307, 3306)]),
        ("redis-cli -h cache ping && mysql -h db", [("cache", None, 6379), ("db", None, 3306)]),
        ("redis-cli -h $HOST ping", []),
        ("mysql -u root", []),
        ("file://orders/x", []),
        ("unix:///run/x.sock", []),
        ("s3://orders/x", []),
        ("http://a:99999/", []),
        ("postgres://user:pa/ss@db/x", []),
        ("orders", []),
        ("redis", []),
        ("12:30:15", []),
        ("registry/redis:6379", []),
        ("sha256:80", [("sha256", 80)]),
        ("", []),
    ],
)
def test_hosts_in_texts_of_any_name(value, expected):
    assert found(value) == expected


@each_row(
    "name",
    [
        "DB_HOST",
        "db.host",
        "dbHost",
        "DB_URL",
        "db-addr",
        "DB_ADDRESS",
        "CACHE_ENDPOINT",
        "DB_SERVER",
        "ORDERS_SERVICE",
        "HOST",
    ],
)
def test_a_bare_word_counts_where_a_host_is_asked_for(name):
    assert found("database", name) == [("database", None)]
    assert found("a, b c", name) == [("a", None), ("b", None), ("c", None)]


@each_row("name", ["DB_NAME", "HOSTING", "APP", "DB_PASSWORD", "LOG_FORMAT", "SERVICE", "DD_SERVICE", ""])
def test_elsewhere_it_is_a_word(name):
    assert found("database", name) == []


@each_row(
    "name",
    [
        "NO_PROXY",
        "ALLOWED_HOSTS",
        "CORS_ORIGIN",
        "CORS_ALLOWED_ORIGINS",
        "LISTEN_ADDR",
        "BIND_ADDRESS",
        "KAFKA_ADVERTISED_LISTENERS",
        "PUBLIC_URL",
        "web.external-url",
        "OAUTH_REDIRECT_URL",
    ],
)
def test_what_is_about_the_workload_itself_or_its_callers_names_nobody(name):
    assert found("http://orders:80,orders:80,orders.shop.svc", name) == []


@each_row(
    "name, value, plain",
    [
        ("COMMAND", "wait db:5432", False),
        ("DB_ADDR", "db:5432", True),
        ("KAFKA", "a:9092,b:9092", True),
        ("kafka", "['a:9092']", True),
        ("DB_PASSWORD", "admin:5432", False),
        ("API_KEY", "id:5432", False),
        ("IMAGE", "web:8080", False),
        ("DIGEST", "sha256:80", False),
        ("STARTED", "12:30", False),
        ("LIMITS", "cpu:500", False),
        ("PROXY", "squid:80", True),
        ("DOCS_URL", "http://docs.example.com", False),
        ("SITE", "http://docs.example.com", True),
    ],
)
def test_what_is_plainly_a_host(name, value, plain):
    assert {one.plain for one in mentions(setting(name, value))} == {plain}


def test_bare_words_in_files_are_vague():
    for name, plain in (("character_set_server", False), ("db_host", True)):
        (one,) = mentions(Setting("file", words_of(name), "utf8", NOWHERE, name))
        assert one.plain == plain


@each_row("value", ["true", "none", "stdout", "auto", "8080", "a/b"])
def test_answers_are_no_hosts(value):
    assert found(value, "METRICS_ENDPOINT") == []


def test_a_port_beside_a_host():
    told = {words_of("DB_PORT"): " 5432 ", words_of("CACHE_PORT"): "tcp", ("PORT",): "8080"}
    assert sibling_port(setting("DB_HOST", "db"), told) == 5432
    assert sibling_port(setting("dbHost", "db"), told) == 5432
    assert sibling_port(setting("CACHE_HOST", "db"), told) is None
    assert sibling_port(setting("QUEUE_HOST", "db"), told) is None


@each_row(
    "lines, port",
    [
        ([("host", "db"), ("port", "5432")], 5432),
        ([("port", "5432"), ("host", "db")], 5432),
        ([("host", "db"), ("name", "x"), ("port", "5432")], 5432),
        ([("db.host", "db"), ("db.port", "5432")], 5432),
        ([("db.host", "db"), ("port", "5432")], None),
        ([("host", "db"), ("a", ""), ("b", ""), ("port", "5432")], None),
        ([("name", "db"), ("port", "5432")], None),
        ([("host", "db")], None),
    ],
)
def test_a_port_on_a_line_nearby(lines, port):
    settings = [Setting("file", words_of(name), value, NOWHERE, "ConfigMap c, a.yaml") for name, value in lines]
    held = dict(zip((name for name, _ in lines), ports_beside(settings), strict=True))
    assert next(value for name, value in held.items() if not name.endswith("port")) == port


@each_row(
    "text",
    [
        "a" * 2000,
        "a." * 1000,
        "a-" * 1000,
        "a:1," * 500,
        "://" * 600,
        "host=" * 400,
        "@tcp(" * 400,
        "a.b." * 500 + "svc",
        "psql -h " * 250,
        "nc -z " * 300,
    ],
)
def test_hostile_texts_cost_little(text):
    """The runner's own limit on time is what fails here."""
    for name in ("VALUE", "DB_HOST"):
        assert len(mentions(setting(name, text))) <= 100
    assert all(isinstance(one, HostMention) for one in mentions(setting("X", text)))
