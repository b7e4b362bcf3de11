from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from tests.rows import each_row
from tests.unit.queries.clusters import cluster
from tests.unit.queries.ends.worlds import policy, workload

DENY = "podSelector: {}, policyTypes: [Ingress]"
DENY_WEB = "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]"
WEB = f"{DENY_WEB}, ingress: [{{from: [{{podSelector: {{}}}}], ports: [{{port: 1}}]}}]"
PODS = (
    workload("Deployment", "web", "s", "{containerPort: 80}"),
    workload("Deployment", "db", "s", "{containerPort: 1}"),
)


@each_row(
    "policies, closing",
    [
        ((policy("deny", "s", DENY), policy("let", "s", WEB)), ["s/deny"]),
        ((policy("let", "s", WEB),), ["s/let"]),
        ((policy("let", "s", WEB), policy("too", "s", WEB)), ["s/let", "s/too"]),
        ((policy("deny", "s", DENY), policy("none", "s", DENY_WEB)), ["s/deny", "s/none"]),
    ],
)  # fmt: skip
def test_policies_that_let_something_through_close_only_where_nothing_denies(policies, closing):
    world = cluster(None, "---\n".join((*PODS, *policies)))
    found = answer(world, Endpoints(world), "db", "web:2")
    assert [rule.policy for rule in found.ingress.closed_by] == closing


def test_what_a_program_closes_is_its_baseline():
    program = (
        "namespace s\na -> *:80\nbaseline deny all on db\nweb -> db:{1, 2}\n* -> db:9\nbaseline deny egress on *\n"
    )
    found = answer(world := cluster(program), Endpoints(world), "s/web", "s/db:5")
    assert [rule.source.text for rule in found.egress.closed_by] == ["baseline deny egress on *"]
    assert [rule.source.text for rule in found.ingress.closed_by] == ["baseline deny all on db"]
