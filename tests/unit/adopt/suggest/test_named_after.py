from tests.rows import each_row
from tests.unit.adopt.suggest.world import flows, service, undecided, workload

PARTS = [
    each for name in ("shop-redis", "shop-repo-server", "shop-web-server") for each in (workload(name), service(name))
]


def caller(*names, **values):
    found = workload("api")
    secret = {"secretKeyRef": {"name": "s", "key": "k"}}
    held = found["spec"]["template"]["spec"]["containers"][0]["env"]
    held += [{"name": name, "valueFrom": secret} for name in names]
    held += [{"name": name, "value": value} for name, value in values.items()]
    return found


@each_row(
    "name, expected",
    [
        ("REDIS_HOST", ["api -> shop-redis:80"]),
        ("SHOP_REDIS_URL", ["api -> shop-redis:80"]),
        ("API_REPO_SERVER", ["api -> shop-repo-server:80"]),
        ("REPO_SERVER_ADDRESS", ["api -> shop-repo-server:80"]),
        ("SERVER", []),
        ("ELASTIC_HOST", []),
        ("REDIS_SENTINEL_HOST", []),
        ("REDIS_MODE", []),
        ("PUBLIC_REDIS_HOST", []),
    ],
)
def test_a_variable_that_asks_for_a_host_is_named_after_a_service(name, expected):
    assert flows(caller(name), *PARTS) == expected


def test_a_host_that_a_secret_has_is_called():
    assert undecided(caller("MAIN_DATABASE_URL", "SMTP_HOST", "ADMIN_NAME", "LISTEN_HOST")) == [
        "`api` calls what only Secrets name: app.yaml:1 env MAIN_DATABASE_URL; :1 env SMTP_HOST"
    ]
    found = caller("SMTP_HOST")
    (held,) = found["spec"]["template"]["spec"]["containers"][0]["env"]
    held["valueFrom"]["secretKeyRef"]["optional"] = True
    assert undecided(found) == []


def test_what_stands_beside_a_host_may_mean_its_client():
    assert flows(caller("REDIS_PASSWORD"), *PARTS) == []
    assert undecided(caller("REDIS_PASSWORD"), *PARTS)[:2] == [
        "`api` may call the service `shop-redis`, which a variable is named after: app.yaml:1 env REDIS_PASSWORD",
        "api -> shop-redis:80",
    ]


def test_a_value_goes_before_a_name():
    assert flows(caller(REDIS_HOST="shop-web-server"), *PARTS) == ["api -> shop-web-server:80"]
    assert flows(caller(REDIS_URL="/a/path"), *PARTS) == []


def test_nobody_is_named_after_itself_or_after_one_of_two():
    redis = [workload("redis", env={"REDIS_PASSWORD": "x"}), service("redis")]
    assert undecided(*redis) == ["nobody is seen to use the service `redis`: app.yaml:3"]
    twice = [service("a-redis", selector={"app": "a"}), service("b-redis", selector={"app": "b"})]
    assert flows(caller("REDIS_HOST"), *twice) == []
