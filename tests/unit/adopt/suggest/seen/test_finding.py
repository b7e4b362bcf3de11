import pytest

from tests.unit.adopt.suggest.seen.records import at, bare, lines, pod, proposed, seen
from tests.unit.adopt.suggest.world import service, workload


def test_each_pair_has_a_line_with_how_often_and_when():
    assert lines(
        seen("web", "db", 5432, count=41300), seen("web", "db", 9187, count=1000), seen("job", "db", 5432)
    ) == [
        "job -> db:5432  # seen 10 times until 2026-10-30",
        "web -> db:{5432, 9187}  # seen 42,300 times until 2026-10-30",
    ]


def test_what_was_seen_once_is_marked():
    assert lines(seen("web", "db", 5432, count=1, last=2)) == ["web -> db:5432  # seen once, on 2026-10-03"]


def test_many_callers_of_one_are_a_set_but_who_called_once():
    callers = [seen(f"web-{letter}", "log", 4317) for letter in "abcde"]
    assert lines(*callers, seen("x", "log", 4317, count=1)) == [
        "x -> log:4317  # seen once, on 2026-10-30",
        "{web-a, web-b, web-c, web-d, web-e} -> log:4317  # seen 50 times until 2026-10-30",
    ]


def test_what_was_denied_is_left_to_people():
    flows = [
        seen("web", "db", 5432),
        seen("probe", "db", 5432, verdict="denied", count=7),
        seen("web", "db", 1, count=2),
    ]
    refused = seen("web", "db", 5432, verdict="denied", count=3)
    assert lines(*flows, refused) == [
        "# seen 12 times until 2026-10-30",
        "# and denied 3 times",
        "web -> db:{1, 5432}",
        "# `probe` was denied: seen 7 times until 2026-10-30",
        "# probe -> db:5432",
    ]


def test_both_kinds_of_evidence_are_on_one_line():
    documents = [workload("web", env={"DB_HOST": "db"}), workload("db", ports=[5432]), service("db", ["5432"])]
    assert lines(seen(bare("web"), bare("db"), 5432), documents=documents) == [
        "web -> db:5432  # seen 10 times until 2026-10-30; app.yaml:1 env DB_HOST"
    ]


def test_what_is_open_to_everybody_needs_no_line_for_addresses():
    documents = [workload("web", ports=[80]), service("web", [80], type="LoadBalancer")]
    flows = [seen(at(f"93.{n}.1.1"), "web", 80) for n in range(9)]
    assert lines(*flows, documents=documents) == [
        "any -> web:80 ingress  # seen 90 times until 2026-10-30; app.yaml:3 LoadBalancer web"
    ]


def test_addresses_are_few_blocks():
    flows = [seen("web", at(f"93.{n}.1.1", "api.example.com"), 443) for n in range(9)]
    assert lines(*flows, *(seen(at(f"10.0.0.{n}"), "web", 80) for n in range(2))) == [
        "{10.0.0.0/32, 10.0.0.1/32} -> web:80  # seen 20 times until 2026-10-30",
        "# seen 90 times until 2026-10-30",
        "# adds every public address: 9 in 9 networks were seen",
        "# for `api.example.com`",
        "web -> std.internet:443",
    ]


def test_the_dns_that_everybody_may_ask_needs_no_line():
    dns = pod("coredns", "kube-system", labels={"k8s-app": "kube-dns"})
    assert lines(seen("web", dns, 53, protocol="UDP"), seen("web", dns, 53)) == []
    assert lines(seen("web", dns, 9153)) != []


@pytest.mark.parametrize(
    ("flow", "why"),
    [
        (seen(at("93.1.1.1"), at("93.1.1.2"), 80), "10 connections without a pod at either end"),
        (seen(at("10.0.0.1"), at("10.0.0.2"), 80), "10 connections with an end of which nobody can tell whose it was"),
        (seen("web", "db", 80, verdict="dropped"), "10 connections that were lost for other reasons than a policy"),
        (
            seen(bare("web"), "db", 80, count=1),
            "1 connection of pods whose labels neither the records nor a manifest show: `shop/web`",
        ),
        (seen(bare("a", "kube-system"), pod("b", "kube-system"), 80), None),
    ],
)
def test_what_no_line_can_say_is_counted(flow, why):
    found = proposed(flow, seen("web2", "db", 5432)).left_out
    assert why is None or why in found


def test_a_program_of_manifests_is_for_their_namespaces():
    flows = [seen(pod("a", "x"), pod("b", "y"), 80), seen(pod("a", "x"), "web", 80)]
    result = proposed(*flows, documents=[workload("web")])
    (text,) = result.files.values()
    assert text.count("namespace ") == 1
    assert "x/a -> web:80" in text
    assert "10 connections between namespaces that the program leaves as they are" in result.left_out


def test_what_no_label_tells_apart_is_said():
    twins = [workload(name, labels={"app": "db"}) for name in ("db", "db-old")]
    flow = seen("web", bare("db"), 5432)
    assert lines(flow, documents=[*twins, workload("web")])[:3] == [
        "# seen 10 times until 2026-10-30",
        "# what is said of `db` holds for `db-old`, too: no label tells them apart",
        "web -> db:5432",
    ]


HOSTILE = "x\n* -> *:*\r\u2028\u202e\x00`*/ netpolc: ignore[NP606] \u0085\x1b[31m"


def test_names_and_labels_are_never_source():
    flows = [
        seen(pod(HOSTILE, labels={"app": HOSTILE}), pod("db", labels={"app": "db", HOSTILE: HOSTILE}), 80),
        seen(pod("web", namespace=HOSTILE), "db", 80),
        seen("db", at("93.1.1.1", HOSTILE), 443),
        seen(pod(HOSTILE, labels={}), "db", 80, verdict="denied"),
        seen("db", at(HOSTILE), 443),
        seen(pod("odd", labels={HOSTILE: "x"}), "db", 443),
        seen(pod("odder", labels={"app": "odder", "x": HOSTILE}, owner=None), "db", 443),
    ]
    result = proposed(*flows)
    for text in (*result.files.values(), *result.left_out):
        assert "\x1b" not in text
        assert "\x00" not in text
        assert not any(line.startswith("* -> *") for line in text.splitlines())
