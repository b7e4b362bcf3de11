import base64
import hashlib
import json
import re

import pytest

from netpolc.engine.bits import bits_of
from tests.cli.test_flows import record
from tests.json_forms import demand_fit

SHOP = """baseline deny all
namespace shop
web -> db:5432
api -> db:5432
* -> kube-system/[k8s-app=kube-dns]:53/udp
"""


def deployment(name):
    pods = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"selector": {"matchLabels": {"app": name}}, "template": pods},
        }
    )


@pytest.fixture
def shop(here):
    here.write("shop.netpol", SHOP)
    for name in ("web", "api", "db"):
        here.write(f"deploy/{name}.yaml", deployment(name))
    return here


def part_of(page, name, attributes=""):
    (found,) = re.findall(f"<{name}{attributes}>(.*?)</{name}>", page, re.DOTALL)
    return found


def data_of(page):
    document = json.loads(part_of(page, "script", ' id="data" type="application/json"'))
    demand_fit("report", document)
    for each in document["differences"]:
        demand_fit("diff", each["difference"])
    for each in document["flows"]:
        demand_fit("flows", each["traffic"])
    return document


def pairs_of(relation):
    """Every pair of the relation in a page, with its ports."""
    peers, members = relation["peers"], [[*numbers(each)] for each in relation["members"]]
    return sorted(
        (peers[source]["id"], peers[destination]["id"], relation["ports"][ports])
        for sources, destinations, ports, _, _ in relation["groups"]
        for source in members[sources]
        for destination in members[destinations]
    )


def numbers(runs):
    for first, count in zip(runs[::2], runs[1::2], strict=True):
        yield from range(first, first + count)


def lines_of(relation, source, destination):
    """The lines behind a pair, at both ends, as the page finds them."""
    ids = [peer and peer["id"] for peer in relation["peers"]]
    one, other = ids.index(source), ids.index(destination)
    held = [bits_of(numbers(each)) for each in relation["members"]]
    found = set()
    for sources, destinations, _, *ends in relation["groups"]:
        if held[sources] >> one & held[destinations] >> other & 1:
            for (_, parts), subject, peer in zip(ends, (one, other), (other, one), strict=True):
                for rule, *of in parts:
                    if not of or held[of[0]] >> subject & held[of[1]] >> peer & 1:
                        found.add(relation["lines"][relation["rules"][rule][2]][1])
    return found


def test_the_page_holds_the_relation_and_the_lines_of_each_pair(netpolc, shop):
    assert netpolc("report") == (0, "", "wrote report.html\n")
    data = data_of((shop / "report.html").read_text("utf-8"))
    (relation,) = (each["relation"] for each in data["relations"])
    rows = netpolc("reach", "--pairs", "--format", "csv", "shop.netpol").out
    assert netpolc("report", "-o", "-", "shop.netpol", "deploy", "-q").code == 0
    page = netpolc("report", "-o", "-", "shop.netpol", "deploy").out
    (both,) = (each["relation"] for each in data_of(page)["relations"])
    for inputs, held in (((), relation), (("shop.netpol", "deploy"), both)):
        rows = json.loads(netpolc("reach", *inputs, "--pairs", "--format", "json").out)["connections"]
        assert [pair[:2] for pair in pairs_of(held)] == sorted((each["source"], each["destination"]) for each in rows)
    assert lines_of(both, "shop/web", "shop/db") == {3}
    assert lines_of(both, "shop/api", "shop/db") == {4}
    assert lines_of(both, "shop/db", "kube-system/[k8s-app=kube-dns]") == {5}
    assert lines_of(both, "shop/db", "shop/web") == set()


def test_the_browser_is_told_to_run_nothing_but_the_style_and_the_script_of_the_page(netpolc, shop):
    netpolc("report")
    page = (shop / "report.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    for name, text in (("style", part_of(page, "style")), ("script", part_of(page, "script"))):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert directives.pop("default-src") == "'none'"
    assert directives == {
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert re.findall(r'(?:src|href)="(?!#)', page) == []


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\u202eright to left",
    "{{ script }}",
    "]]>'\"`${1}",
)


def test_what_users_write_is_data(netpolc, here):
    lines = "".join(
        f"@reason({json.dumps(text, ensure_ascii=False)})\nweb -> db:{n}\n" for n, text in enumerate(HOSTILE[4:], 1)
    )
    here.write("shop.netpol", f"namespace shop\n{lines}# {HOSTILE[0]}\n")
    for title in HOSTILE:
        ran = netpolc("report", "-o", "-", "--title", title)
        assert ran.code == 0
        assert ran.out.isascii() == ("·" not in ran.out)
        assert data_of(ran.out)["title"] == title
        assert ran.out.count("<script") == ran.out.count("</script>") == 2
        assert "<!--" not in ran.out


def test_inputs_with_errors_have_no_report(netpolc, shop):
    shop.write("shop.netpol", "web ->")
    ran = netpolc("report")
    assert ran.code == 2
    assert "NP1" in ran.err
    assert not (shop / "report.html").exists()


def test_environments_with_the_same_relation_have_one(netpolc, shop):
    shop.write("netpolc.toml", "[env.dev]\n[env.staging]\n[env.prod]\n")
    shop.write("shop.netpol", f"{SHOP}env prod {{\n  web -> api:80\n}}\n")
    netpolc("report")
    data = data_of((shop / "report.html").read_text("utf-8"))
    assert [each["environments"] for each in data["relations"]] == [["dev", "staging"], ["prod"]]
    netpolc("report", "--env", "prod")
    data = data_of((shop / "report.html").read_text("utf-8"))
    assert [each["environments"] for each in data["relations"]] == [["prod"]]


def test_changes_are_those_of_diff(netpolc, here):
    for name, port in (("old", 1), ("new", 2)):
        here.write(f"{name}/shop.netpol", f"namespace shop\nbaseline deny all\nweb -> db:{port}\n")
    page = netpolc("report", "-o", "-", "--against", "old", "new").out
    data = data_of(page)
    ((_, difference),) = ((each["environments"], each["difference"]) for each in data["differences"])
    assert difference == json.loads(netpolc("diff", "old", "new", "--format", "json").out)
    assert data["against"] == "old"
    assert data_of(netpolc("report", "-o", "-", "new").out)["differences"] == []


def test_what_was_seen_is_what_flows_says(netpolc, shop):
    shop.write("seen.json", record("web-0", "db-0", 5432) + record("web-0", "api-0", 1))
    data = data_of(netpolc("report", "-o", "-", "--flows", "seen.json", "shop.netpol", "deploy").out)
    ((environments, traffic),) = ((each["environments"], each["traffic"]) for each in data["flows"])
    assert environments == []
    assert traffic == json.loads(netpolc("flows", "seen.json", "shop.netpol", "deploy", "--format", "json").out)
    assert [each["line"]["line"] for each in traffic["used"]] == [3]
    assert data_of(netpolc("report", "-o", "-").out)["flows"] == []


def test_what_was_seen_is_by_environment_and_beside_a_change(netpolc, shop):
    shop.write("netpolc.toml", "[env.dev]\n[env.prod]\n")
    shop.write("seen.json", record("web-0", "db-0", 5432))
    shop.write("old/shop.netpol", f"{SHOP}web -> api:80\n")
    shop.write("shop.netpol", f"{SHOP}env prod {{\n  web -> api:80\n}}\n")
    data = data_of(netpolc("report", "-o", "-", "--flows", "seen.json", "--against", "old", "shop.netpol").out)
    assert [each["environments"] for each in data["flows"]] == [["dev"], ["prod"]]
    assert all("seen" in each["difference"] for each in data["differences"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--flows", "gone.json"), "`gone.json` cannot be read"),
        (("--flows", "shop.netpol"), "no records of a known format"),
        (("--against", "old", "a", "b"), "it compares one path at most"),
        (("--against", "gone"), "`git:gone`"),
        (("--against", ""), "it is empty"),
        (("-o", ""), "it is empty"),
        (("--env", "prod", "gone.netpol"), "gone.netpol"),
    ],
)
def test_what_cannot_be_reported(netpolc, shop, arguments, said):
    ran = netpolc("report", *arguments)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not (shop / "report.html").exists()


def test_findings_are_those_of_check_and_can_be_left_out(netpolc, shop):
    (shop / "shop.netpol").write_text("namespace shop\nweb -> db:5432\n@expires(2020-01-01)\napi -> db:1\n")
    data = data_of(netpolc("report", "-o", "-").out)
    found = json.loads(netpolc("check", "--format", "json").out)["diagnostics"]
    assert found
    assert [{key: each[key] for key in found[0]} for each in data["findings"]] == found
    assert "api -> db:1" in {each["text"] for each in data["findings"]}
    assert data_of(netpolc("report", "-o", "-", "--no-findings").out)["findings"] is None


def test_lines_of_manifests_that_may_be_private_are_not_in_it(netpolc, here):
    secret = "hunter2-hunter2"
    here.write(
        "dump.yaml",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  namespace: shop\n"
        f"  annotations: {{kubectl: '{secret}'}}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress]\n"
        "  ingress:\n  - from:\n    - podSelector: {}\n      namespaceSelector: {}\n"
        f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: shop}}\n"
        f"stringData: {{password: {secret}}}\n",
    )
    page = netpolc("report", "-o", "-", "dump.yaml").out
    assert data_of(page)["findings"]
    assert secret not in page


def test_what_cluster_wide_policies_deny_is_told_beside_what_is_closed(netpolc, shop):
    shop.write(
        "shop.netpol", "always deny shop/[app=web] -> shop/[app=db]:5432\nnamespace shop\nbaseline deny ingress on db\n"
    )
    (relation,) = (
        each["relation"] for each in data_of(netpolc("report", "-o", "-", "shop.netpol", "deploy").out)["relations"]
    )
    ids = [peer and peer["id"] for peer in relation["peers"]]

    def told(of):
        return {
            (direction, relation["lines"][relation["rules"][rule][2]][1], ids[number])
            for direction, found in relation[of].items()
            for rule, own, *_ in found
            for number in numbers(relation["members"][own])
            if (ids[number] or "").startswith("shop/") and "[" not in ids[number]
        }

    assert told("closed") == {("ingress", 3, "shop/db")}
    assert told("denied") == {("ingress", 1, "shop/db")}


@pytest.mark.parametrize("command", [("report", "-o", "a.html"), ("graph", "--from", "db", "--to", "web"), ("build",)])
@pytest.mark.usefixtures("shop")
def test_a_program_reads_one_document_of_what_is_said(netpolc, command):
    ran = netpolc(*command, "--error-format", "json")
    assert (ran.code, json.loads(ran.err)["error_count"]) == (0, 0)
    assert not netpolc(*command).err.startswith("{")
