"""Lines that nothing used, with how uses are found and what the narrower line is."""

import msgspec
import pytest

from netpolc import api
from netpolc.cluster.sides import cluster_for
from netpolc.flows.record import FlowEnd, SeenFlow
from netpolc.flows.reduction import Reduction
from netpolc.queries.traffic.unused_lines import unused_lines
from tests.rows import each_row

HEAD = "namespace shop\nbaseline deny all\n"
FIRST, LAST = 1_790_812_800.0, 1_793_404_800.0
WHEN = "from 2026-10-01 to 2026-10-31"


def pod(app, namespace="shop"):
    return FlowEnd(namespace=namespace, labels=(("app", app),))


def seen(source, destination, port, **also):
    source, destination = (pod(each) if isinstance(each, str) else each for each in (source, destination))
    also = {"verdict": "forwarded", "first": FIRST, "last": LAST, "protocol": "TCP", **also}
    return SeenFlow(source=source, destination=destination, port=port, **also)


YOUNG = "younger than the records, which therefore do not tell whether anybody needs all of it"
USED = seen("web", "db", 5432)


def found(lines, *flows, written=None, **texts):
    """What is said of lines, by their numbers: the message's beginning, or the line that would do."""
    reduction = Reduction()
    reduction.add_all(flows)
    where = {"shop.netpol": HEAD + "\n".join(lines) + "\n", **texts}
    cluster = cluster_for(api.workspace(where, remembers=False), (), None, None)
    said = unused_lines(cluster, reduction.distinct(), lambda at: (written or {}).get(at.line - 2))
    return {
        each.location and each.location.line - 2: each.message
        if each.location is None
        else each.code
        if each.code == "NP524"
        else each.help.partition(": ")[2].strip("`")
        for each in said
    }


def test_a_line_that_nothing_used_is_told_with_the_time_of_the_records():
    assert found(["web -> db:5432", "web -> cache:6379"], USED) == {2: "NP524"}
    assert found(["web -> db:5432", "db -> web:5432"], USED) == {2: "NP524"}
    assert found(["web -> db:5432"]) == {}


def test_addresses_are_judged_by_logs_that_have_any():
    outside = seen("web", FlowEnd(address="198.51.100.7"), 443)
    assert found(["web -> db:5432", "web -> 203.0.113.0/24:443"], USED, outside) == {2: "NP524"}


def test_a_block_may_be_of_the_pods_that_have_its_addresses():
    web = msgspec.structs.replace(pod("web"), address="10.1.0.9")
    outside = seen("web", FlowEnd(address="198.51.100.7"), 443)
    lines = ["web -> db:5432", "10.1.0.0/16 -> db:5432", "10.1.0.0/16 -> db:80", "10.2.0.0/16 -> db:5432"]
    assert found(lines, seen(web, "db", 5432), outside) == {3: "NP524", 4: "NP524"}


def test_an_address_may_be_that_of_a_service_whose_pods_have_another_port():
    lines, through = ["web -> db:5432", "other -> db:5432"], seen("web", FlowEnd(address="10.96.7.7"), 80)
    service = """\
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec: {clusterIP: 10.96.0.9, selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}
"""
    assert found(lines, through, seen("db", "cache", 1)) == {2: "NP524"}
    project = 'sources = ["shop.netpol"]\nmanifests = ["dump.yaml"]\n'
    dump = {"netpolc.toml": project, "dump.yaml": service}
    assert found(lines, through, seen("db", "cache", 1), **dump) == {1: "NP524", 2: "NP524"}
    outside = seen("web", FlowEnd(address="198.51.100.7"), 80)
    assert found(lines, outside, seen("db", "cache", 1)) == {1: "NP524", 2: "NP524"}


def test_what_was_refused_is_a_use():
    assert found(["web -> db:5432", "x -> db:1"], USED, seen("x", "db", 1, verdict="denied")) == {}


@pytest.mark.parametrize(
    "line",
    [
        "* -> kube-system/[k8s-app=kube-dns]:{53/udp, 53/tcp}",
        "assert allow web -> db:5432",
        "web -> 203.0.113.0/24:443",
        "namespace elsewhere\nbaseline deny all\na -> b:80",
    ],
)
def test_nothing_is_said_of_what_no_record_can_tell(line):
    assert found(["web -> db:5432", line], USED) == {}


def test_what_is_younger_than_the_records_is_only_counted():
    lines = ["web -> db:5432", "web -> cache:6379"]
    assert found(lines, USED, written={2: FIRST + 1}) == {None: f"1 line is {YOUNG}"}
    assert found(lines, USED, written={2: FIRST - 1}) == {2: "NP524"}
    assert found(lines, USED, seen("x", "y", 1, first=None, last=None), written={2: FIRST - 1}) == {2: "NP524"}


def test_a_record_that_nobody_can_join_may_be_of_any_line_that_it_fits():
    unknown = seen(FlowEnd(namespace="shop", pod="x-1"), FlowEnd(namespace="shop", pod="y-1"), 6379)
    lines = ["web -> db:5432", "web -> cache:6379", "web -> queue:5672"]
    assert found(lines, USED, unknown) == {3: "NP524"}


def test_what_asks_for_more_than_records_show_may_be_used():
    lines = ["web -> db:5432", "[team=x]/* -> db:80", 'web -> db:"http"', "web -> db:81"]
    assert found(lines, USED, seen(pod("y", "ops"), "db", 80), seen("web", "db", 8080)) == {4: "NP524"}


@each_row(
    "line, shorter",
    [
        ("web -> db:5432", None),
        ("{web, job} -> db:5432", "web -> db:5432"),
        ("{web, job} -> {db, cache}:5432", "web -> db:5432"),
        ("{web, job} -> {db:5432, cache:6379}", "web -> db:5432"),
        ("web -> db:{5432, 9187}", "web -> db:5432"),
        ("web -> db:{5432, 53/udp} egress", "web -> db:5432 egress"),
        ("web -> db:*", "web -> db:5432"),
        ("web -> db:5000-6000", None),
        ("web -> {db, 10.0.0.0/8}:5432", None),
        ("* -> db:5432", None),
        ("web <-> db:5432", None),
        ("{web, job} -> shop/db:5432", "web -> shop/db:5432"),
        ("group both = {web, job}\nboth -> db:5432", None),
        ("pods w = [app=web]\npods d = [app=db]\n{w, job}->d:{5432, 80}", "w -> d:5432"),
        ("pods web = [app=web]\n{web, job} -> shop/db:5432", "web -> shop/db:5432"),
        ("pods web = [app=web]\n{web, ops/web} -> db:5432", None),
        ("net far = 10.0.0.0/8\n{web, far} -> db:5432", None),
    ],
)
def test_of_a_line_that_was_used_in_part_the_narrower_one_is_told(line, shorter):
    place = 1 + line.count("\n")
    assert found([line], USED) == ({} if shorter is None else {place: shorter})
    if shorter is not None:
        assert found([*line.split("\n")[:-1], shorter], USED) == {}


def test_ports_that_a_system_picks_are_no_reason_to_narrow():
    assert found(["web -> db:*"], USED, seen("web", "db", 40000)) == {1: "web -> db:*/tcp"}
    assert found(["web -> db:*/tcp"], *(seen("web", "db", port) for port in range(1, 20))) == {}


def test_only_records_tell_whether_a_comment_is_needed():
    texts = {"shop.netpol": f"{HEAD}web -> cache:6379  # netpolc: ignore[NP524] once a year\n"}
    assert "NP504" not in {each.code for each in api.check(texts).diagnostics}
