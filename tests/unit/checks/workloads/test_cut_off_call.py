import pytest

from netpolc.manifests.model import ConfigMap, ConfigText, Reference
from netpolc.source import Location, Source, Span
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, found, policies, policy, service, workload
from tests.unit.engine.test_halves import DENY, egress, ingress

TEXT = "{name: DATABASE_URL, value: x}"
AT = Location(Source("web.yaml", TEXT), Span(0, len(TEXT)))
DB = workload("shop/db", "app=db", [5432])
SERVICES = [service("shop/db", "app=db", (5432, 5432), (80, 8080)), service("shop/gone", "app=gone", (1, 1))]
CALL = "`shop/web` calls `shop/db` on TCP {}, and {} closed to that"
OUT, IN = "egress of `shop/web` is", "ingress of `shop/db` is"
EITHER = "5432, TCP 8080"
BOTH = "egress of `shop/web` and ingress of `shop/db` are"


def env(**values):
    return tuple(ConfigText("env", name, value, AT) for name, value in values.items())


def web(*texts, **more):
    return workload("shop/web", "app=web", texts=texts, **more)


def found_of(caller, *written, services=SERVICES, **more):
    given = found(policies(*written), workloads=[caller, DB], services=services, **more)
    return [one for one in given if one.code == "NP628"]


def said(caller, *written, **more):
    return [one.message for one in found_of(caller, *written, **more)]


@each_row(
    "written, closed",
    [
        ([], None),
        ([DENY], BOTH),
        ([DENY, ingress()], OUT),
        ([DENY, egress()], IN),
        ([DENY, egress(), ingress()], None),
        ([DENY, egress(ports="[{port: 81}]"), ingress()], OUT),
        ([DENY, egress("[{ipBlock: {cidr: 10.0.0.0/8}}]"), ingress()], None),
        ([ingress("[{podSelector: {matchLabels: {app: x}}}]")], IN),
        ([policy("data/deny", "{podSelector: {}}")], None),
        ([policy("deny", "{podSelector: {}}")], None),
    ],
)
def test_a_call_has_two_ends(written, closed):
    caller = web(*env(DATABASE_URL="postgres://u:p@db:5432/x"))
    assert said(caller, *written) == ([] if closed is None else [CALL.format(5432, closed)])


@each_row(
    "values, port",
    [
        ({"DATABASE_URL": "postgres://db/x"}, 5432),
        ({"DB_HOST": "db", "DB_PORT": "5432"}, 5432),
        ({"ADDRESS": "db.shop.svc.cluster.local:80"}, 8080),
        ({"URL": "http://db"}, 8080),
        ({"PGHOST": "db", "PGPORT": "5432"}, 5432),
        ({"DB_HOST": "db"}, EITHER),
        ({"PGHOST": "db"}, EITHER),
        ({"DB_SERVERS": "db, db.shop"}, EITHER),
        ({"DB_ENDPOINT": "db.shop.svc.cluster.local"}, EITHER),
        ({"DB_ENDPOINT": "db"}, None),
        ({"SERVICE": "db"}, None),
        ({"DB_HOST": "db", "DB_PORT": "5433"}, None),
        ({"URL": "https://db"}, None),
        ({"URL": "http://db.other:5432"}, None),
        ({"URL": "http://example.com:80"}, None),
        ({"URL": "http://gone:1"}, None),
        ({"ALLOWED_ORIGINS": "http://db"}, None),
        ({"NAME": "db"}, None),
    ],
)
def test_what_is_certain(values, port):
    assert said(web(*env(**values)), DENY) == ([] if port is None else [CALL.format(port, BOTH)])


@each_row(
    "written, count",
    [
        ([DENY], 1),
        ([DENY, egress(), ingress()], 0),
        ([DENY, egress(ports="[{port: 8080}]"), ingress(ports="[{port: 8080}]")], 0),
        ([DENY, egress(ports="[{port: 8080}]"), ingress(ports="[{port: 5432}]")], 1),
        ([DENY, egress(ports="[{port: 81}]"), ingress(ports="[{port: 81}]")], 1),
    ],
)
def test_without_a_port_a_call_is_cut_off_if_no_port_is_open(written, count):
    assert len(said(web(*env(DB_HOST="db")), *written)) == count


def test_each_call_is_said_once_at_the_name_of_its_variable():
    caller = web(*env(DATABASE_URL="postgres://db/x", OTHER_URL="postgres://db/y"), kind="StatefulSet")
    (one,) = found_of(caller, DENY, ingress())
    assert (one.location.text, one.label) == ("DATABASE_URL", "env DATABASE_URL says so")
    assert [label.message for label in one.labels] == ["this closes egress"]
    assert one.help == "let it out there on that port, or drop the call"


def test_arguments_and_config_maps():
    argument = ConfigText("argument", "args", "--db=db:5432", PLACE)
    assert said(web(argument), DENY) == [CALL.format(5432, BOTH)]
    config = ConfigMap(
        name="config", namespace="shop", texts=(ConfigText("data", "DB_URL", "postgres://db", PLACE),), location=PLACE
    )
    caller = web(references=(Reference("env", "config"),))
    assert said(caller, DENY, config_maps=[config]) == [CALL.format(5432, BOTH)]


def test_who_is_not_asked():
    url = env(DATABASE_URL="postgres://db:5432")
    assert not said(web(*url, host_network=True), DENY, ingress("[{ipBlock: {cidr: 10.0.0.0/8}}]"))
    own = service("shop/web", "app=web", (5432, 5432))
    assert not said(web(*env(SELF_HOST="x", PEER_URL="postgres://web:5432")), DENY, services=[own])


@pytest.mark.parametrize(
    ("several", "headless", "closed"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_pods_that_find_each_other_by_a_headless_service_call_each_other(several, headless, closed):
    own = service("shop/ring", "app=web", (7946, 7946), headless=headless)
    caller = web(*env(PEERS_URL="http://web-0.ring.shop.svc:7946"), several=several)
    assert not said(web(*env(HOST="ring"), several=several), DENY, services=[own])
    assert [*said(caller, DENY, egress(), services=[own])] == [
        "`shop/web` calls `shop/web` on TCP 7946, and egress of `shop/web` and ingress of `shop/web` are closed to that"
    ] * closed


def test_one_place_may_close_both_ends():
    (one,) = found_of(web(*env(DATABASE_URL="postgres://db/x")), DENY)
    assert [each.message for each in one.labels] == ["this closes egress and ingress"]


def test_a_service_that_is_called_is_not_said_to_be_out_of_reach_as_well():
    given = found(policies(DENY), workloads=[web(*env(DATABASE_URL="postgres://db/x")), DB], services=SERVICES[:1])
    assert [one.code for one in given if one.code in {"NP618", "NP628"}] == ["NP628"]


def test_what_closes_is_what_denies_and_no_policy_that_lets_through():
    dns = egress("[{namespaceSelector: {}}]", "[{port: 53, protocol: UDP}]", subject="{}").replace(
        "name: out", "name: a"
    )
    caller = web(*env(DATABASE_URL="postgres://db/x"))
    (one,) = found_of(caller, dns, DENY, ingress())
    assert [(each.location.line, each.message) for each in one.labels] == [(10, "this closes egress")]
    (one,) = found_of(caller, dns, ingress())
    assert [each.location.line for each in one.labels] == [5]
