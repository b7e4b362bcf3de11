import random
from pathlib import Path

import msgspec
import pytest

from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.queries.review import review
from netpolc.sets.ports import EVERY_PORT
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests.models.pairwise import changed
from tests.unit.queries.clusters import cluster

HEAD = "namespace shop\nbaseline deny all\n"
SHOP = f"{HEAD}webapp -> {{database, cache}}:5432\nworker -> database:{{5432, 53/udp}}\nany -> webapp:443\n"
SAME = [
    SHOP,
    f"{HEAD}\n# why\nwebapp  ->  {{database,cache}}:5432\n\nworker -> database:{{53/udp, 5432}}\nany -> webapp:443\n",
    "namespace shop\nany -> webapp:443\nworker -> database:{5432, 53/udp}\nwebapp -> {cache, database}:5432\n"
    "baseline deny all\n",
    f"{HEAD}pods front = [app=webapp]\npods db = [app=database]\ngroup stores = {{db, cache}}\nport sql = 5432\n"
    "front -> stores:sql\nworker -> db:{sql, 53/udp}\nany -> front:443\n",
    "namespace shop\nbaseline deny egress\nbaseline deny ingress\nwebapp -> database:5432\nwebapp -> cache:5432\n"
    "worker -> database:5432\nworker -> database:53/udp\n*/* -> webapp:443\n{0.0.0.0/0, ::/0} -> webapp:443\n",
]
POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: {1}, labels: {{{2}}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""


def built(program):
    """The YAML that a program becomes."""
    compiled = compile_program(load_text(Source("shop.netpol", program), Path("/nowhere")), CompileOptions())
    return Renderer().render_file(compiled.policies, ("shop.netpol",))


def told(found):
    """The findings of a review in short, pair by pair."""
    return {
        (
            "opened" if each.change.widened else "closed",
            source,
            destination,
            tuple(f"{line.side}:{line.line}" for line in each.lines),
        )
        for each, source, destination in changed(found)
    }


@pytest.mark.parametrize("one", SAME)
@pytest.mark.parametrize("other", SAME)
def test_what_means_the_same_is_no_change(one, other):
    found = review(cluster(one), cluster(other))
    assert (found.findings, found.denials, found.dropped, found.promised) == ((), (), (), ())


@pytest.mark.parametrize("program", SAME)
def test_a_program_is_no_change_of_its_policies(program):
    for sides in ((cluster(program), cluster(None, built(program))), (cluster(None, built(SHOP)), cluster(program))):
        found = review(*sides)
        assert (found.findings, found.denials) == ((), ())


PAIRS = {
    "a flow more": (f"{HEAD}a -> b:1\n", f"{HEAD}a -> b:1\nc -> b:1\n"),
    "a port less": (f"{HEAD}a -> b:{{1, 2}}\n", f"{HEAD}a -> b:1\n"),
    "another port": (f"{HEAD}a -> b:1\n", f"{HEAD}a -> b:2\n"),
    "a baseline less": (f"{HEAD}a -> b:1\n", "namespace shop\nbaseline deny ingress\na -> b:1\n"),
    "a baseline of some pods less": (
        "namespace shop\nbaseline deny ingress on [app=b]\nc -> b:1\n",
        "namespace shop\nbaseline deny egress on [app=b]\nb -> c:1\n",
    ),
    "a namespace more": ("namespace shop\na -> b:1\n", "namespace shop\na -> b:1\nnamespace data\na -> b:1\n"),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_change_back_is_the_reverse(pair):
    old, new = map(cluster, pair)
    there, back = review(old, new), review(new, old)
    assert there.findings

    def facts(found, *, turned):
        return {
            (each.change.widened is not turned, source, destination, each.change.ports)
            for each, source, destination in changed(found)
        }

    assert facts(there, turned=False) == facts(back, turned=True)
    assert (there.widened, there.narrowed) == (back.narrowed, back.widened)
    assert {(not each.lost, each.pods, each.direction) for each in there.denials} == {
        (each.lost, each.pods, each.direction) for each in back.denials
    }
    for found, other in ((there, "new"), (back, "old")):
        sides = {(each.change.widened, line.side) for each in found.findings for line in each.lines}
        assert sides, other
        assert all(each.lines for each in found.findings)


A, B, C = (f"shop/[app={name}]" for name in "abc")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a -> b:1\n", "a -> b:1\nc -> b:1\n", {("opened", C, B, ("new:4",))}),
        ("a -> b:1\nc -> b:1\n", "a -> b:1\n", {("closed", C, B, ("old:4",))}),
        ("a -> b:1\n", "a -> b:{1, 2}\na -> b:3\n", {("opened", A, B, ("new:3", "new:4"))}),
        ("a -> b:1\n", "a -> b:1\na -> b:{1, 2}\n", {("opened", A, B, ("new:4",))}),
        ("a -> b:1\n", "a -> b:2\n", {("opened", A, B, ("new:3",)), ("closed", A, B, ("old:3",))}),
        ("a -> b:1\nc -> b:1\n", "{a, c} -> b:1\n", set()),
        (
            'a -> b:"http" egress\n',
            'a -> b:"http" egress\na -> b:80 ingress\n',
            {("opened", A, B, ("new:4",))},
        ),
        ("a -> b:1 egress\n", "a -> b:1 egress\na -> b:1 ingress\n", {("opened", A, B, ("new:4",))}),
        ("a -> b:1\n", "a -> b:1 egress\n", {("closed", A, B, ("old:3",))}),
    ],
)
def test_changes_name_the_lines_that_make_them(old, new, expected):
    assert told(review(cluster(HEAD + old), cluster(HEAD + new))) == expected


def test_what_is_risky_leads_and_what_opens_goes_before_what_closes():
    old, new = f"{HEAD}a -> b:1\nc -> b:1\n", f"{HEAD}a -> b:2\nany -> b:3\nc -> b:*\nd -> e:1\n"
    order = [
        (not each.risks, not each.change.widened, each.risks) for each in review(*map(cluster, (old, new))).findings
    ]
    assert order == sorted(order)
    assert {each[:2] for each in order} == {(False, False), (True, False), (True, True)}


def test_one_line_is_one_change_of_the_pods_that_it_is_about():
    """However many rules it becomes, at both ends of each of its flows."""
    found = review(cluster(HEAD), cluster(f"{HEAD}{{a, c, 10.0.0.0/8}} -> {{b, d}}:1\nany -> e:1\n"))
    assert [[line.line for line in each.lines] for each in found.findings] == [[4], [3]]


def test_a_lost_deny_is_told_as_one_with_its_line():
    found = review(*map(cluster, PAIRS["a baseline less"]))
    (denial,) = found.denials
    assert (denial.lost, denial.namespace, denial.direction) == (True, "shop", "egress")
    assert [(line.side, line.line, line.text) for line in denial.lines] == [("old", 2, "baseline deny all")]
    assert found.widened == len(found.findings) == 1


def test_a_denial_of_some_pods_is_told_as_that():
    found = review(*map(cluster, PAIRS["a baseline of some pods less"]))
    assert [(each.lost, each.pods, each.namespace, each.direction) for each in found.denials] == [
        (True, B, None, "ingress"),
        (False, B, None, "egress"),
    ]


def test_a_namespace_that_closes_by_itself_is_to_blame_where_it_is_opened():
    found = review(*map(cluster, PAIRS["a namespace more"]))
    (denial,) = found.denials
    assert (denial.lost, denial.namespace, denial.direction) == (False, "data", "ingress")
    assert [(line.side, line.line, line.text) for line in denial.lines] == [("new", 3, "namespace data")]


def test_the_unnamed_namespace_is_closed_by_a_flow_in_it():
    found = review(cluster(None), cluster("a -> b:1\n"))
    assert {line.text for each in found.findings for line in each.lines} == {"a -> b:1"}
    assert [(each.lost, each.namespace) for each in found.denials] == [(False, "")]


def test_a_deny_that_changes_nothing_is_not_told():
    old = "namespace shop\nbaseline deny ingress\nany -> *:*\n"
    found = review(cluster(old), cluster(None))
    assert (found.findings, found.denials) == ((), ())


def test_a_rule_of_a_manifest_is_told_by_its_place_in_the_policy():
    yaml = built(SHOP)
    found = review(cluster(None, yaml), cluster(SHOP.replace("any -> webapp:443\n", "")))
    lines = {line for each in found.findings for line in each.lines}
    assert {(line.side, line.policy, line.path) for line in lines} == {
        ("old", "shop/webapp", "spec.ingress[0]"),
        ("old", "shop/all-pods", "spec.egress[0]"),
    }
    assert all(line.file == "deploy.yaml" and line.text for line in lines)


def test_rules_of_a_manifest_beside_a_program_are_told_apart():
    """Only what makes the change is told: the program's flow is there on both sides."""
    policy = (
        built(f"{HEAD}c -> b:1\n").replace("name: b\n", "name: more\n").replace("name: default-deny\n", "name: deny\n")
    )
    policy = policy.replace("name: c\n", "name: also\n")
    found = review(cluster(f"{HEAD}a -> b:1\n"), cluster(f"{HEAD}a -> b:1\n", policy))
    assert {pair[1:3] for pair in told(found)} == {(C, B)}
    assert {line.policy for each in found.findings for line in each.lines} == {"shop/more", "shop/also"}


def test_workloads_are_spoken_of_and_pods_that_could_exist_left_out():
    pods = "".join(POD.format(name, "shop", f"app: {name}") for name in "ab")
    sides = cluster(f"{HEAD}a -> b:1\n", pods), cluster(f"{HEAD}a -> b:2\nc -> b:1\n", pods)
    every = {("opened", C, to) for to in ("shop/b", B)}
    every |= {(way, source, to) for way in ("opened", "closed") for source in ("shop/a", A) for to in ("shop/b", B)}
    assert {each[:3] for each in told(review(*sides))} == every
    assert {each[1:3] for each in told(review(*sides, hypothetical=False))} == {("shop/a", "shop/b")}


def reached(workload):
    return {(each.id, group.ports.intervals[0].first) for group in workload.reaches for each in group.destinations}


def test_a_workload_that_only_one_side_has_is_listed_and_not_compared():
    old, new = (POD.format(name, "shop", "app: x") for name in "ab")
    found = review(cluster(SHOP, old), cluster(SHOP, new))
    assert (found.findings, found.opened, found.closed) == ((), False, False)
    (removed,), (added,) = found.removed, found.added
    assert (removed.id, added.id) == ("shop/a", "shop/b")
    assert reached(removed) == reached(added) == {("shop/[app=webapp]", 443)}
    assert (added.reached, added.open) == ((), ())


def test_other_labels_of_a_workload_or_of_its_namespace_are_changes():
    old, new = (POD.format("x", "shop", f"app: {name}") for name in ("guest", "webapp"))
    program = f"{HEAD}webapp -> y:1\n"
    found = review(cluster(program, old), cluster(program, new))
    assert ("opened", "shop/x", "shop/[app=y]", ("new:3",)) in told(found)
    assert "closed" not in {each[0] for each in told(found)}
    namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: ops, labels: {{team: {0}}}}}\n"
    probe = POD.format("probe", "ops", "app: probe")
    program = f"{HEAD}[team=a]/* -> y:1\n"
    sides = [cluster(program, probe + namespace.format(team)) for team in "ba"]
    for way, found, line in (("opened", sides, "new:3"), ("closed", sides[::-1], "old:3")):
        assert told(review(*found)) == {(way, pods, "shop/[app=y]", (line,)) for pods in ("ops/probe", "ops/*")}


def test_a_pod_with_addresses_of_two_families_has_its_reasons():
    """Each end lets another family through on the old side, so that neither end by itself denies."""
    status = "status: {{podIPs: [{{ip: 10.0.0.{0}}}, {{ip: '2001:db9::{0}'}}]}}\n"
    pods = "".join(POD.format(name, "shop", f"app: {name}") + status.format(at) for at, name in enumerate("ab", 1))
    rules = f"{HEAD}10.0.0.0/24 -> b:1\n"
    sides = [f"{rules}a -> {to}:1\n" for to in ("2001:db9::/64", "{2001:db9::/64, 10.0.0.0/24}")]
    found = review(*(cluster(side, pods) for side in sides))
    inside = [(each, source) for each, source, destination in changed(found) if destination == "shop/b"]
    assert [(each.change.widened, source) for each, source in inside] == [(True, "shop/a")]
    assert {(line.side, line.line) for line in inside[0][0].lines} >= {("new", 4)}


@pytest.mark.parametrize("steps", [0, 30, 50, 70, 100, 150, 200])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_without_time_less_is_told_but_nothing_else_and_it_is_said(pair, steps, monkeypatch):
    old, new = map(cluster, pair)
    exact = review(old, new)
    monkeypatch.setattr("netpolc.engine.comparison.STEPS_OF_ALL", steps)
    coarse = review(old, new)
    whole = [each for each in coarse.findings if not each.change.partial]
    assert exact.complete
    assert told(msgspec.structs.replace(coarse, findings=tuple(whole))) <= told(exact)
    assert {each[:4] for each in map(msgspec.structs.astuple, coarse.denials)} <= {
        each[:4] for each in map(msgspec.structs.astuple, exact.denials)
    }
    assert steps or not coarse.complete
    assert (coarse.opened, coarse.closed) == (exact.opened, exact.closed) or not coarse.complete


def test_workloads_are_told_in_any_time(monkeypatch):
    pods = "".join(POD.format(name, "shop", f"app: {name}") for name in "abc")
    monkeypatch.setattr("netpolc.engine.comparison.STEPS_OF_ALL", 0)
    found = review(cluster(f"{HEAD}a -> b:1\n", pods), cluster(f"{HEAD}a -> b:1\nc -> b:1\n", pods))
    assert told(found) == {("opened", "shop/c", "shop/b", ("new:4",))}
    assert (found.complete, found.opened, found.closed) == (False, True, False)


def test_what_has_not_changed_for_the_parts_of_a_set_is_told_of_no_set():
    """A pod on its node's network meets sets that a policy of two labels cuts apart, and only their meeting changed."""
    policy = (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {0}, namespace: m}}\n"
        "spec: {{podSelector: {{matchLabels: {{c: {0}, k: {0}}}}}, policyTypes: [Ingress, Egress], egress: [{{}}]}}\n"
    )
    host = POD.format("host", "m", "c: two").replace("spec: {", "spec: {hostNetwork: true, ", 1)
    assert "hostNetwork" in host
    two = policy.format("two")
    found = review(cluster(None, host + policy.format("one") + two), cluster(None, host + two))
    assert {destination for _, _, destination in changed(found)} == {"m/[c=one, k=one]"}
    assert not any(each.change.partial for each in found.findings)


def test_a_line_that_is_partly_said_by_many_others_is_one_change_on_all_of_its_ports():
    source = random.Random(1)

    def pods():
        return "[" + ", ".join(f"{source.choice(('', '!'))}v{key}" for key in source.sample(range(12), 2)) + "]"

    flows = [f"{pods()} -> {pods()}:*\n" for _ in range(20)]
    found = review(cluster(HEAD + "".join(flows)), cluster(HEAD + "".join(flows[1:])))
    (finding,) = found.findings
    assert (finding.change.partial, finding.change.ports) == (True, EVERY_PORT)
    assert [line.text for line in finding.lines] == [flows[0].strip()]
