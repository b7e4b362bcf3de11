import json

import pytest

from netpolc.cli.manifest_options import FlowsFormat
from netpolc.flows.reading.front import FORMAT_NAMES

PROGRAM = """namespace shop
baseline deny all
pods database = [app=db]
webapp -> database:5000
worker -> database:5000
office -> webapp:443
net office = 203.0.113.0/24
"""
WORKLOAD = """---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: x}}]}}
"""


def record(
    source, destination, port=5000, *, labels=True, side="EGRESS", dropped=False, at="2026-11-01T10:00:00Z", **also
):
    """A line of Hubble's, between pods of the namespace shop, or an address."""
    ends = {}
    for name, called in (("source", source), ("destination", destination)):
        if "." in called:
            ends[name] = {"labels": ["reserved:world"]}
        else:
            ends[name] = {"namespace": "shop", "pod_name": called}
            if labels:
                ends[name]["labels"] = [f"k8s:app={called.split('-')[0]}", "k8s:io.kubernetes.pod.namespace=shop"]
    addresses = {
        name: each if "." in each else "10.0.0.1" for name, each in zip(ends, (source, destination), strict=True)
    }
    verdict = {"verdict": "DROPPED", "drop_reason_desc": "POLICY_DENIED"} if dropped else {"verdict": "FORWARDED"}
    flow = {
        "time": at,
        **verdict,
        "IP": addresses,
        "l4": {"TCP": {"source_port": 40000, "destination_port": port}},
        **ends,
        "traffic_direction": side,
        **also,
    }
    return json.dumps({"flow": flow}) + "\n"


@pytest.fixture
def shop(here):
    here.write("shop.netpol", PROGRAM)
    kinds = {"webapp": "Deployment", "worker": "Deployment", "db": "StatefulSet", "probe": "Deployment"}
    here.write("deploy.yaml", "".join(WORKLOAD.format(kind=kind, name=name) for name, kind in kinds.items()))
    return here


@pytest.fixture
def seen(shop, netpolc):
    """What was seen against what is allowed, as a document."""

    def seen(*records, inputs=("shop.netpol", "deploy.yaml")):
        shop.write("hubble.json", "".join(records))
        ran = netpolc("flows", "hubble.json", *inputs, "--format", "json")
        assert (ran.code, ran.err) == (0, "")
        return json.loads(ran.out)

    return seen


def test_lines_by_their_use_and_what_is_refused(seen):
    found = seen(
        record("webapp-6d4b9c6f5-x2x9z", "db-0"),
        record("webapp-6d4b9c6f5-x2x9z", "db-0", at="2026-11-03T10:00:00.5Z"),
        record("webapp-6d4b9c6f5-x2x9z", "db-0", side="INGRESS", at="2026-11-03T10:00:01Z"),
        record("probe-6d4b9c6f5-x2x9z", "db-0", dropped=True, side="INGRESS"),
    )
    assert found["window"] == {"first": "2026-11-01T10:00:00Z", "last": "2026-11-03T10:00:01Z"}
    (used,) = found["used"]
    assert used["line"] == {"file": "shop.netpol", "line": 4, "text": "webapp -> database:5000"}
    assert (used["count"], used["last"]) == (2, "2026-11-03T10:00:01Z")
    assert [each["line"]["line"] for each in found["unused"]] == [5, 6]
    (refused,) = found["refused"]
    assert (refused["source"], refused["destination"]) == ("shop/probe", "shop/db")
    assert refused["ports"] == [{"protocol": "TCP", "first": 5000, "last": 5000}]
    assert (refused["count"], refused["verdict"], refused["by_policy"]) == (1, "dropped", True)
    assert found["unjoined"] == {"records": 0, "reasons": {}}


def test_people_read_many_addresses_as_one_line_and_programs_all_of_them(seen, netpolc):
    found = seen(*(record(f"203.0.113.{number}", "db-0", side="INGRESS") for number in range(30)))
    assert len(found["refused"]) == 30
    for form in ("text", "md"):
        told = [line for line in netpolc("flows", "hubble.json", "--format", form).out.splitlines() if "203.0" in line]
        assert len(told) == 1
        assert "203.0.113.0, 203.0.113.1, 203.0.113.10 and 27 more addresses" in told[0]


def test_without_labels_a_pod_is_that_of_its_name_and_what_no_manifest_shows_is_counted(seen):
    found = seen(
        record("worker-6d4b9c6f5-x2x9z", "db-0", labels=False),
        record("gone-6d4b9c6f5-x2x9z", "db-0", labels=False),
        record("webapp-6d4b9c6f5-x2x9z", "db-0", labels=False, is_reply=True),
    )
    assert [each["line"]["line"] for each in found["used"]] == [5]
    assert found["unjoined"] == {
        "records": 1,
        "reasons": {"the record has no labels, and no manifest shows the pod": 1},
        "first": {"the record has no labels, and no manifest shows the pod": [{"file": "hubble.json", "line": 2}]},
    }
    first = {"replies": [{"file": "hubble.json", "line": 3}]}
    assert found["passed_over"] == {"records": 1, "reasons": {"replies": 1}, "first": first}


def test_of_each_reason_the_first_places_are_told(seen, netpolc):
    gone = [record(f"gone-{number}-x2x9z", f"db-{number % 3}", labels=False) for number in range(7)]
    places = [{"file": "hubble.json", "line": line} for line in (2, 3, 4)]
    found = seen(record("webapp-1", "db-0"), *gone, gone[0])
    assert [*found["unjoined"]["first"].values()] == [places]
    assert found["unjoined"]["records"] == 8
    assert "    first  hubble.json:2, hubble.json:3, hubble.json:4\n" in netpolc("flows", "hubble.json").out


def test_addresses_and_pods_that_no_manifest_shows_are_judged_by_what_the_record_has(seen):
    found = seen(
        record("203.0.113.9", "webapp-1", 443), record("198.51.100.1", "stranger-1", 443), inputs=("shop.netpol",)
    )
    assert [each["line"]["line"] for each in found["used"]] == [6]
    assert [(each["source"], each["destination"]) for each in found["refused"]] == [
        ("198.51.100.1", "shop/[app=stranger]")
    ]


def test_rules_of_policies_are_lines_too(seen, shop):
    policy = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: webapp}}}]
    - from: [{podSelector: {matchLabels: {app: worker}}}]
"""
    shop.write("policy.yaml", policy)
    found = seen(record("webapp-6d4b9c6f5-x2x9z", "db-0"), inputs=("policy.yaml", "deploy.yaml"))
    assert [(each["line"]["policy"], each["line"]["path"]) for each in found["used"]] == [
        ("shop/db", "spec.ingress[0]")
    ]
    assert [each["line"]["line"] for each in found["unused"]] == [8]


@pytest.mark.parametrize("form", ["text", "csv", "md"])
def test_the_other_forms_have_the_same(form, shop, netpolc):
    shop.write("hubble.json", record("webapp-1", "db-0") + record("probe-1", "db-0"))
    ran = netpolc("flows", "hubble.json", "shop.netpol", "--format", form)
    assert (ran.code, ran.err) == (0, "")
    for told in ("webapp -> database:5000", "office -> webapp:443", "shop/[app=probe]", "2026-11-01T10:00:00Z"):
        assert told in ran.out


@pytest.mark.usefixtures("shop")
def test_without_flows_there_is_no_answer(netpolc):
    ran = netpolc("flows", "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert "no" in ran.err


@pytest.fixture
def change(shop):
    """A change that closes what was used, opens what was refused, and keeps the rest."""
    shop.write("old.netpol", PROGRAM)
    shop.write("new.netpol", PROGRAM.replace("webapp -> database:5000", "probe -> database:5000"))
    seen = [record("webapp-6d4b9c6f5-x2x9z", "db-0", at=f"2026-10-{day:02}T10:00:00Z") for day in range(1, 31)]
    seen += [record("probe-6d4b9c6f5-x2x9z", "db-0", dropped=True), record("worker-1", "db-0")]
    shop.write("hubble.json", "".join(seen))
    return ("diff", "old.netpol", "new.netpol", "--workloads", "deploy.yaml", "--flows", "hubble.json")


def test_a_change_leads_with_what_it_closes_that_was_used(change, netpolc):
    headline = "loses 1 connection that was used 30 times until 2026-10-30; opens 1 connection that was refused 1 time"
    for form in ("text", "md"):
        ran = netpolc(*change, "--format", form)
        assert (ran.code, ran.err) == (0, "")
        assert headline in ran.out.splitlines()[0]
    assert (
        "| **closed**: used 30 times until 2026-10-30 | `shop/webapp` | `shop/db` | TCP 5000 | `old.netpol:4` "
        in ran.out
    )


def test_what_a_change_closes_that_was_used_is_an_object_too(change, netpolc):
    found = json.loads(netpolc(*change, "--format", "json", "--pairs").out)
    (used,) = found["seen"]["used"]
    assert (used["source"], used["destination"], used["count"]) == ("shop/webapp", "shop/db", 30)
    assert [each["place"] for each in used["lines"]] == ["old.netpol:4"]
    (refused,) = found["seen"]["refused"]
    assert (refused["source"], refused["count"], refused["lines"][0]["place"]) == ("shop/probe", 1, "new.netpol:4")
    of_pairs = {(each["source"], each["destination"]): each for each in found["changes"]}
    assert of_pairs["shop/webapp", "shop/db"]["used"] == {"count": 30, "last": "2026-10-30T10:00:00Z"}
    assert of_pairs["shop/probe", "shop/db"]["refused"]["count"] == 1


def test_many_addresses_that_a_change_cuts_off_are_one_row(shop, netpolc):
    shop.write("new.netpol", PROGRAM.replace("office -> webapp:443\n", ""))
    lines = [record(f"203.0.113.{number}", "webapp-1-x", port=443, side="INGRESS") for number in range(30)]
    shop.write("hubble.json", "".join(lines))
    also = ("--workloads", "deploy.yaml", "--flows", "hubble.json")
    for form in ("text", "md"):
        ran = netpolc("diff", "shop.netpol", "new.netpol", *also, "--format", form)
        assert "loses 30 connections that were used 30 times" in ran.out
        assert ran.out.count("203.0.113.0, 203.0.113.1, 203.0.113.10 and 27 more addresses") == 1
        assert "203.0.113.29" not in ran.out


@pytest.mark.parametrize(("new", "code"), [("new.netpol", 1), ("old.netpol", 0)])
def test_a_gate_fails_on_what_was_used(new, code, change, netpolc):
    diff, old, _, *others = change
    assert netpolc(diff, old, new, *others, "--fail-on", "used").code == code


def test_a_gate_on_what_was_used_needs_flows(shop, netpolc):
    shop.write("other.netpol", PROGRAM)
    ran = netpolc("diff", "shop.netpol", "other.netpol", "--fail-on", "used")
    assert ran.code == 2
    assert "--flows" in ran.err


def test_formats_that_can_be_named_are_those_that_there_are():
    assert tuple(each.value for each in FlowsFormat) == FORMAT_NAMES


def test_a_folder_of_logs_beside_one_of_manifests(shop, netpolc):
    shop.write("seen/one", record("webapp-1", "db-0"))
    shop.write("seen/two", record("probe-1", "db-0"))
    shop.write("deploy/probe.yaml", WORKLOAD.format(kind="Deployment", name="probe"))
    ran = netpolc("flows", "seen", "deploy", "shop.netpol", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert [each["line"]["line"] for each in found["used"]] == [4]
    assert [each["source"] for each in found["refused"]] == ["shop/probe"]


@pytest.mark.usefixtures("shop")
def test_records_from_the_standard_input(netpolc):
    ran = netpolc("flows", "-", "shop.netpol", "--format", "json", stdin=record("webapp-1", "db-0").encode())
    assert (ran.code, ran.err) == (0, "")
    assert [each["line"]["line"] for each in json.loads(ran.out)["used"]] == [4]


def test_a_format_that_is_named_and_what_is_said_of_logs(shop, netpolc):
    shop.write("log", "a heading\n" + record("webapp-1", "db-0"))
    ran = netpolc("flows", "log", "shop.netpol", "--flows-format", "hubble")
    assert ran.code == 0
    assert "warning[NP869]: 1 line that is damaged or of something else, in line 1 of `log`" in ran.err
    shop.write("log", "{}\n" * 9)
    ran = netpolc("flows", "log", "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    ran = netpolc("diff", "shop.netpol", "shop.netpol", "--flows", "log")
    assert (ran.code, "error[NP867]" in ran.err) == (2, True)


def test_records_of_namespaces_and_inputs_of_none_are_doubted(shop, netpolc):
    shop.write("hubble.json", record("webapp-1", "db-0"))
    shop.write("shop.netpol", PROGRAM.replace("namespace shop\n", ""))
    found = netpolc("flows", "hubble.json", "shop.netpol", "--error-format", "json").err
    assert [each["code"] for each in json.loads(found)["diagnostics"]] == ["NP860"]
    ran = netpolc("flows", "hubble.json", "shop.netpol")
    assert "warning[NP860]: the records are of pods in `shop`, and the inputs name no namespace" in ran.err
    ran = netpolc("flows", "hubble.json", "shop.netpol", "--namespace", "shop", "--format", "json")
    assert ran.err == ""
    assert [each["line"]["line"] for each in json.loads(ran.out)["used"]] == [3]


def test_a_gate_on_what_was_used_is_not_passed_with_nothing_seen(change, shop, netpolc):
    shop.write("hubble.json", record("webapp-1", "db-0", is_reply=True))
    ran = netpolc(*change, "--fail-on", "used", "--error-format", "json")
    assert ran.code == 2
    assert [each["code"] for each in json.loads(ran.err)["diagnostics"]] == ["NP861"]
    assert netpolc(*change).code == 0


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (
            record("webapp-1", "db-0", labels=False),
            "1 record may be of what is closed, and nobody can tell: the record",
        ),
        (record("probe-1", "webapp-1", 443)[:-9], "the records were read in part"),
        (
            record("webapp-1", "db-0").replace('"shop"', '"other"'),
            "the records are of other namespaces than what is closed",
        ),
    ],
)
def test_a_gate_on_what_was_used_stays_closed_where_records_do_not_tell(here, netpolc, log, why):
    here.write("old.netpol", PROGRAM)
    here.write("new.netpol", PROGRAM.replace("webapp -> database:5000\n", ""))
    here.write("hubble.json", record("worker-1", "db-0") * ("other" not in log) + log)
    ran = netpolc("diff", "old.netpol", "new.netpol", "--flows", "hubble.json", "--fail-on", "used")
    assert ran.code == 2
    assert f"error[NP861]: {why}" in ran.err


@pytest.mark.parametrize(
    "log",
    [
        record("webapp-1", "db-0", 5001, labels=False),
        record("webapp-1", "db-0", labels=False).replace('"shop"', '"other"'),
        record("webapp-1", "db-0", labels=False, dropped=True),
    ],
)
def test_a_gate_on_what_was_used_opens_where_what_nobody_can_tell_is_of_something_else(here, netpolc, log):
    here.write("old.netpol", PROGRAM)
    here.write("new.netpol", PROGRAM.replace("webapp -> database:5000\n", ""))
    here.write("hubble.json", record("worker-1", "db-0") + log)
    ran = netpolc("diff", "old.netpol", "new.netpol", "--flows", "hubble.json", "--fail-on", "used")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.usefixtures("shop")
def test_logs_that_are_not_there_are_told_as_such(netpolc):
    ran = netpolc("flows", "hubbel.json", "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP805]: `hubbel.json` cannot be read: no such file or directory" in ran.err


def test_a_folder_without_records_is_no_log_of_nothing(shop, netpolc):
    shop.write("seen/one", "nothing of the kind\n")
    ran = netpolc("flows", "--edges", "seen", "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP867]: no records of a known format in `seen/one`" in ran.err
    shop.write("seen/two", record("webapp-1", "db-0"))
    ran = netpolc("flows", "seen", "shop.netpol")
    assert (ran.code, "warning[NP867]" in ran.err) == (0, True)


@pytest.mark.parametrize(("block", "code"), [("10.0.0.0/24", 2), ("10.1.0.0/24", 0), ("office", 0), ("job", 0)])
def test_a_block_that_is_closed_may_be_of_the_pods_at_its_addresses(here, netpolc, block, code):
    here.write("old.netpol", f"{PROGRAM}{block} -> database:5000\n")
    here.write("new.netpol", PROGRAM)
    here.write("hubble.json", record("probe-1", "db-0") + record("worker-1", "db-0"))
    ran = netpolc("diff", "old.netpol", "new.netpol", "--flows", "hubble.json", "--fail-on", "used")
    assert ran.code == code
    assert ("1 record may be of what is closed, and nobody can tell: a block is closed" in ran.err) is bool(code)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("labels", "known"), [(True, ""), (False, " by what could be joined")])
def test_what_was_not_joined_may_have_used_a_line(netpolc, labels, known):
    ran = netpolc("flows", "-", "shop.netpol", stdin=record("webapp-1", "db-0", labels=labels).encode())
    assert ran.out.splitlines()[0].endswith(f" lines never used{known}")
