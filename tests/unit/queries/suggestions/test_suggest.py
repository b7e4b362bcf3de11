import pytest

from netpolc.engine import words
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import read_ports
from netpolc.queries.scopes import Scopes
from netpolc.sets.ports import EVERY_PORT, ports_of
from tests.rows import each_row
from tests.unit.queries.clusters import cluster

PROGRAM = "namespace shop\nbaseline deny all\nweb -> store:1\npods store = [app=db, tier!=test]\n"
POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{{labels}}}}}
spec: {{hostNetwork: {host}, containers: [{{name: c, image: x}}]}}
"""


def suggested(source, destination="shop/store:2", **pods):
    host = pods.pop("host", "false")
    manifests = "".join(POD.format(name=name, labels=labels, host=host) for name, labels in pods.items())
    found = cluster(PROGRAM, manifests)
    return "\n".join(answer(found, Endpoints(found), source, destination).suggestion.lines) or None


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ("app: web", "shop/web"),
        ("app: web, pod-template-hash: abc", "shop/web"),
        ("app: store", "shop/[app=store]"),
        ("app: db", "shop/db"),
        ("app: a.b", "shop/[app=a.b]"),
        ("app: '2048'", "shop/[app=2048]"),
        ("app: any", "shop/[app=any]"),
        ("name: x, app.kubernetes.io/name: z", "shop/[app.kubernetes.io/name=z, name=x]"),
        ("pod-template-hash: abc", None),
        ("controller-uid: u, batch.kubernetes.io/job-name: backup", "shop/[batch.kubernetes.io/job-name=backup]"),
        ("app.kubernetes.io/name: z, job-name: backup", "shop/[app.kubernetes.io/name=z, job-name=backup]"),
        ("controller-uid: u, job-name: backup-29012345", None),
        ("app.kubernetes.io/name: z, helm.sh/chart: z-1.2", "shop/[app.kubernetes.io/name=z]"),
        ("tier: db, statefulset.kubernetes.io/pod-name: db-0", "shop/[tier=db]"),
        ("app: w, serving.knative.dev/revision: w, team: x", "shop/[team=x]"),
        ("", None),
    ],
)
def test_a_workload_is_named_by_what_the_language_would_call_it(labels, name):
    assert suggested("shop/w", w=labels) == (None if name is None else f"{name} -> shop/store:2")


def test_a_declared_name_that_has_it_goes_first():
    assert suggested("shop/web", "shop/store:2", web="app: web", store="app: db").endswith(" -> shop/store:2")


def test_what_policies_cannot_see_has_no_line():
    assert suggested("shop/w", w="app: web", host="true") is None


@each_row(
    "text",
    ["80", "53/udp", "{80, 443}", "8000-8100/sctp", '"http"', '"dns"/udp', "*", "*/tcp", '{1-2, 53/udp, "http"}'],
)
def test_ports_are_written_as_the_language_reads_them(text):
    views = Scopes(cluster("web -> db:1\n"))
    ports, source = read_ports(text)
    found = [views.port(item, source) for item in ports.items]
    held = ports_of(part for each in found for part in (*each.intervals, *each.names))
    assert words.ports(held) == text
    assert (held == EVERY_PORT) == (text == "*")


CLOSED = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: closed, namespace: {namespace}}}
spec: {{podSelector: {{}}, policyTypes: [{types}]}}
"""


PODS = "".join(
    POD.format(name=name, labels=f"app: {name}", host="false").replace("shop", namespace)
    for name, namespace in (("pg", "data"), ("cron", "ops"))
)


def asked(program, source, destination, manifests="", **options):
    """What is suggested, after it was written at the end of the program and asked about again."""
    known = cluster(program, manifests, **options)
    found = answer(known, Endpoints(known), source, destination)
    assert not found.allowed
    lines = "\n".join(found.suggestion.lines)
    if lines and "outside" not in (found.suggestion.advice or ""):
        changed = cluster(f"{program}\n{lines}\n", manifests, **options)
        assert answer(changed, Endpoints(changed), source, destination).allowed
    return lines or None, found.suggestion.advice


@pytest.mark.parametrize("program", [PROGRAM, PROGRAM + "namespace data\nbaseline deny egress\nbackup -> store:3\n"])
def test_what_others_close_is_to_be_allowed_by_them(program):
    lines, advice = asked(program, "shop/web", "data/pg:1", CLOSED.format(namespace="data", types="Ingress") + PODS)
    assert lines is None
    assert advice.startswith("ingress of data/pg is closed by deploy.yaml:")
    assert advice.endswith(", which the program does not write; allow it there, and write: shop/web -> data/pg:1")


def test_at_both_ends_there_may_be_nothing_for_the_program_to_say():
    others = CLOSED.format(namespace="data", types="Ingress") + CLOSED.format(namespace="ops", types="Egress")
    _, advice = asked("namespace shop\nweb -> db:1\n", "ops/cron", "data/pg:1", others + PODS)
    assert advice.startswith("egress of ops/cron is closed by deploy.yaml:")
    assert " and ingress of data/pg is closed by deploy.yaml:" in advice
    assert advice.endswith("does not write; allow it there")


def test_what_the_program_closes_too_it_can_allow():
    others = CLOSED.format(namespace="shop", types="Ingress, Egress")
    assert asked(PROGRAM, "shop/store", "shop/web:7", others) == ("shop/store -> shop/web:7", None)
    lines, advice = asked("namespace shop\nweb -> db:1\n", "shop/db", "shop/web:7", others)
    assert lines is None
    assert advice.startswith("egress of shop/db is closed by deploy.yaml:")


def test_without_a_program_there_is_nothing_to_write():
    _, advice = asked(None, "192.0.2.1", "data/pg:1", CLOSED.format(namespace="data", types="Ingress") + PODS)
    assert advice.startswith("ingress of data/pg is closed by deploy.yaml:")
    assert advice.endswith("; let it through by a rule of a policy that selects these pods")
    assert "program" not in advice


SECTIONS = """namespace data
pods office = [app=x]
namespace shop
baseline deny all
net office = 203.0.113.0/24
group partners = {office, data/pg}
service store = data/[app=pg]:5432
web -> db:1
"""
IN_SHOP = "in shop.netpol, in namespace shop"


@pytest.mark.parametrize(
    ("source", "destination", "line", "where"),
    [
        ("shop/web", "data/office:1", "shop/web -> data/office:1", None),
        ("shop/db", "partners:80", "shop/db -> partners:80", IN_SHOP),
        ("shop/db", "store", "shop/db -> store", IN_SHOP),
        ("shop/db", "store:1", "shop/db -> data/[app=pg]:1", None),
        ("shop/db", "data/[app=pg]:1", "shop/db -> data/[app=pg]:1", None),
    ],
)
def test_a_name_of_one_section_is_right_there(source, destination, line, where):
    assert asked(SECTIONS, source, destination) == (line, where)


def test_pods_of_no_namespace_have_a_name_only_outside_of_any():
    program = "web -> cache:1\nnamespace shop\npods db = [app=x]\n"
    assert asked(program, "web", "cache:2", namespace="main") == ("main/web -> main/cache:2", None)
    assert asked("baseline deny all\nweb -> db:1\nnamespace shop\n", "web", "10.0.0.0/8:2") == (
        "web -> 10.0.0.0/8:2",
        "in shop.netpol, outside of any namespace",
    )


def test_strict_names_take_labels():
    program = "strict names\nnamespace shop\npods web = [app=web]\nweb -> [app=db]:1\n"
    assert asked(program, "shop/web", "shop/db:2") == ("shop/web -> shop/[app=db]:2", None)


@pytest.mark.parametrize(
    ("source", "destination", "lines"),
    [
        ("{shop/web, shop/cache}", "shop/store:1", "shop/cache -> shop/store:1"),
        ("{shop/web, shop/cache, shop/x}", "shop/store:1", "{shop/cache, shop/x} -> shop/store:1"),
        (
            "{shop/web, shop/cache}",
            "{shop/store:1, shop/web:2}",
            "{shop/web, shop/cache} -> shop/web:2\nshop/cache -> shop/store:1",
        ),
        ("shop/cache", "{shop/store, shop/web}:5", "shop/cache -> {shop/store, shop/web}:5"),
        ("{shop/*, 10.0.0.0/8}", "shop/store:9", "{shop/*, 10.0.0.0/8} -> shop/store:9"),
    ],
)
def test_all_of_a_set_are_allowed_by_the_lines_together(source, destination, lines):
    assert asked(PROGRAM + "{cache, x} -> 10.0.0.0/8:1\n", source, destination) == (lines, None)


def test_a_service_that_is_asked_about_on_other_ports_is_said_by_its_labels():
    program = "namespace shop\nservice store = [app=pg]:5432\nweb -> store\n"
    assert asked(program, "shop/web", "store:80") == ("shop/web -> shop/[app=pg]:80", None)
    assert asked(program, "shop/web", "{shop/web:1, store}") == ("shop/web -> shop/web:1", None)
    assert asked(program, "any", "store") == ("any -> shop/store", None)


@pytest.mark.parametrize(
    ("labels", "host", "said"),
    [
        ("pod-template-hash: abc", "false", "no label of shop/w lasts until its next run or rollout"),
        ("", "false", "the language has no name for one of its ends"),
        ("app: web", "true", "policies do not see shop/w, which is on the network of its node"),
    ],
)
def test_why_there_is_no_line(labels, host, said):
    known = cluster(PROGRAM, POD.format(name="w", labels=labels, host=host))
    found = answer(known, Endpoints(known), "shop/w", "shop/store:2").suggestion
    assert (found.lines, found.advice[: len(said)]) == ((), said)


def test_pods_of_a_namespace_that_no_program_opens_are_not_taken_over():
    unnamed = CLOSED.format(namespace="x", types="Ingress").replace(", namespace: x", "")
    pod = POD.format(name="lone", labels="app: lone", host="false").replace(", namespace: shop", "")
    known = cluster("namespace shop\nweb -> db:1\nnamespace more\n", unnamed + pod)
    found = answer(known, Endpoints(known), "10.0.0.0/8", "lone:1").suggestion
    assert (found.lines, "of the unnamed namespace, which the program does not open" in found.advice) == ((), True)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_each_set_of_pods_that_could_exist_gets_what_some_of_its_pods_lack(count):
    sets = [f"s/[tier={tier}]" for tier in "bcdef"[:count]]
    text = sets[0] if count == 1 else f"{{{', '.join(sets)}}}"
    assert asked("namespace s\n[app!=a] -> z:4\n", text, "z:4") == (f"{text} -> s/z:4", None)


def test_a_pod_without_a_namespace_cannot_be_named_in_the_policy_of_another():
    program = "web -> db:1\nnamespace shop\nbaseline deny all\nweb -> db:1\n"
    lines, advice = asked(program, "shop/web", "db:2")
    assert lines is None
    assert advice.startswith("a policy in namespace `shop` has to name the namespace of `db`; open its namespace")


def test_of_several_sources_the_one_without_a_lasting_label_is_named():
    pods = POD.format(name="a", labels="app: web2", host="false") + POD.format(
        name="b", labels="controller-uid: u", host="false"
    )
    known = cluster(PROGRAM, pods)
    found = answer(known, Endpoints(known), "{shop/a, shop/b}", "shop/store:2").suggestion
    assert (found.lines, found.advice[:22]) == ((), "no label of shop/b las")
