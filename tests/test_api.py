import gc
import importlib
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
import yaml

import netpolc
from netpolc import processors
from netpolc.compiler import pipeline
from netpolc.language.syntax import parser

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETPOLC_CACHE", "off")
    return tmp_path


def codes(result):
    return [diagnostic.code for diagnostic in result.diagnostics]


def test_what_is_exported():
    assert sorted(netpolc.__all__) == netpolc.__all__
    assert all(hasattr(netpolc, name) for name in netpolc.__all__)
    assert (ROOT / "netpolc/py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        netpolc.nothing  # noqa: B018 -- the access is the point


def test_a_text():
    result = netpolc.compile_text("webapp -> database:5000")
    assert result.ok
    assert result.diagnostics == ()
    assert [policy.name for policy in result.policies] == ["default-deny", "database"]
    documents = list(yaml.safe_load_all(result.yaml))
    assert [document["metadata"]["name"] for document in documents] == ["default-deny", "database"]
    assert "# <text>:1: webapp -> database:5000" in result.yaml
    assert "shop.netpol:1" in netpolc.compile_text("a -> b:1", name="shop.netpol").yaml


def test_a_text_with_an_error():
    result = netpolc.compile_text("webapp -> database")
    assert not result.ok
    assert (result.policies, result.yaml) == ((), "")
    assert codes(result) == ["NP301"]
    (found,) = result.diagnostics
    assert repr(found.location) == "<text>:1:11"


def test_environments_and_namespaces():
    text = "param port pg\nenv prod { port pg = 1 }\nenv staging { port pg = 2 }\na -> b:pg\n"
    assert "port: 1" in netpolc.compile_text(text, env="prod", namespace="shop").yaml
    assert {policy.namespace for policy in netpolc.compile_text(text, env="staging", namespace="s").policies} == {"s"}
    assert codes(netpolc.compile_text(text)) == ["NP212"]
    assert "NP213" in codes(netpolc.compile_text(text, env="prd"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("a -> b:1\0", "NP105"), ("# \ud800", "NP105"), ("\ud83d\ude00", "NP105"), ("\ufeffa -> b:1", None)],
)
def test_not_every_str_is_text(text, code):
    result = netpolc.compile_text(text)
    assert codes(result) == ([code] if code else [])
    assert netpolc.compile_text("a -> b:1", name="\ud800\n").ok


def test_imports_of_a_text_are_relative_to_the_working_folder(here):
    (here / "lib.netpol").write_text("port pg = 5432\n")
    assert "port: 5432" in netpolc.compile_text('import "lib.netpol"\na -> b:lib.pg').yaml
    assert codes(netpolc.compile_text('import "../lib.netpol"\na -> b:1')) == ["NP209"]


def test_paths(here):
    (here / "p").mkdir()
    (here / "p/a.netpol").write_text("namespace a\nx -> y:1\n")
    (here / "p/b.netpol").write_text("namespace b\nx -> y:1\n")
    whole = netpolc.compile_paths(["p"])
    assert whole.ok
    assert [(policy.namespace, policy.name) for policy in whole.policies] == [
        ("a", "default-deny"),
        ("a", "y"),
        ("b", "default-deny"),
        ("b", "y"),
    ]
    assert netpolc.compile_paths([here / "p/a.netpol", "p/b.netpol"]).policies == whole.policies
    assert netpolc.compile_paths(iter(["p/b.netpol", "p/a.netpol"])).yaml == whole.yaml
    assert netpolc.compile_paths("p").yaml == netpolc.compile_paths(Path("p")).yaml == whole.yaml


@pytest.mark.parametrize(
    ("paths", "code"), [(["none.netpol"], "NP805"), (["."], "NP807"), ([], "NP807"), (["a\0b"], "NP805")]
)
def test_paths_that_lead_nowhere(paths, code):
    result = netpolc.compile_paths(paths)
    assert codes(result) == [code]
    assert (result.ok, result.policies, result.yaml) == (False, (), "")


def test_importing_it_costs_little():
    """Nothing that takes long to import is, until something is compiled."""
    script = "import sys, netpolc; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "netpolc" in loaded
    assert not loaded & {"lark", "jinja2", "typer", "click", "rich", "yaml", "hashlib", "importlib_metadata"}


SHOP = "baseline deny all\nnamespace shop\nwebapp -> database:5432\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: webapp, namespace: shop}
spec:
  template:
    metadata: {labels: {app: webapp}}
    spec: {containers: [{name: main, env: [{name: URL, value: "http://database.shop:5432"}]}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: admin, namespace: shop}
spec:
  podSelector: {matchLabels: {app: admin}}
  policyTypes: [Ingress]
"""


def everything(where):
    """What each function makes of sources and manifests, in a form that can be compared."""
    built = netpolc.compile(where, ["shop.netpol"])
    verdict = netpolc.can(where, "shop/webapp", "shop/database:22", ["shop.netpol", "k8s"])
    relation = netpolc.reach(where, ["shop.netpol", "k8s"])
    return (
        built.yaml,
        netpolc.check(where, ["shop.netpol"], workloads=["k8s"]).diagnostics,
        (verdict.allowed, verdict.answer.suggestion.lines),
        [(each.source.id, each.destination.id, each.ports) for each in relation.connections],
        netpolc.diff(where, {}, old_paths=["shop.netpol"]).review.widened,
        netpolc.import_policies(where, ["k8s"]).files,
        netpolc.suggest(where, ["k8s"]).files,
        netpolc.begin(where, ["k8s"]).files,
    )


TEXTS = {"shop.netpol": SHOP, "k8s/web.yaml": DEPLOYMENT, "k8s/db.yaml": POLICY}


def test_texts_a_folder_and_texts_over_a_folder_are_one(here):
    (here / "k8s").mkdir()
    for name, text in TEXTS.items():
        (here / name).write_text(text)
    found = everything(TEXTS)
    assert found == everything(netpolc.workspace(root=here)) == everything(netpolc.workspace(TEXTS))
    (here / "shop.netpol").write_text("what is on disk -> has a mistake\n")
    (here / "k8s/db.yaml").unlink()
    over = {name: TEXTS[name] for name in ("shop.netpol", "k8s/db.yaml")}
    assert found == everything(netpolc.workspace(over, here))


def test_texts_alone_see_nothing_of_the_disk(here):
    (here / "lib.netpol").write_text("port pg = 5432\n")
    (here / "netpolc.toml").write_text("nonsense")
    found = netpolc.compile(
        {"a.netpol": f'import "{here}/lib.netpol"\na -> b:1\n', "b.netpol": 'import "lib.netpol"\n'}
    )
    assert codes(found) == ["NP209", "NP207"]
    assert codes(netpolc.compile({}, [str(here)])) == ["NP805"]
    assert codes(netpolc.compile({}, [str(here / "lib.netpol")])) == ["NP805"]
    assert netpolc.compile({"lib/x.netpol": "port pg = 1\n", "a.netpol": 'import "lib/x.netpol"\na -> b:x.pg\n'}).ok


def test_a_project_may_be_a_text():
    texts = {"netpolc.toml": 'sources = ["policies/*.netpol"]\nnamespace = "shop"\n', "policies/a.netpol": "a -> b:1\n"}
    here = netpolc.workspace({**texts, "other.netpol": "a -> b\n"})
    assert {policy.namespace for policy in netpolc.compile(here).policies} == {"shop"}
    renamed = here.edited({"netpolc.toml": texts["netpolc.toml"].replace("shop", "data")})
    assert {policy.namespace for policy in netpolc.compile(renamed).policies} == {"data"}
    with pytest.raises(netpolc.InputError) as raised:
        here.edited({"netpolc.toml": "sources = 1\n"})
    assert codes(raised.value) == ["NP801"]
    several = here.edited({"netpolc.toml": "[env]\nprod = {}\ntest = {}\n"})
    with pytest.raises(netpolc.UsageError, match="several environments"):
        netpolc.compile(several)
    with pytest.raises(netpolc.UsageError, match="did you mean `prod`"):
        netpolc.compile(several, env="prdo")


def test_a_project_begins_as_data():
    begun = netpolc.begin({"k8s/web.yaml": DEPLOYMENT, "k8s/db.yaml": POLICY}, ["k8s"])
    assert sorted(begun.files) == ["netpol.mk", "netpolc.toml", "policies/shop.netpol"]
    assert (begun.imported, begun.suggested, begun.replaced) == (*[{"policies/shop.netpol"}] * 2, ("k8s/db.yaml",))
    assert 'exclude = ["k8s/db.yaml"]' in begun.files["netpolc.toml"]
    assert set(begun.decisions) <= set(begun.findings)
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: webapp, namespace: shop}\n"
    texts = {"all.yaml": f"{DEPLOYMENT}---\n{service}spec: {{selector: {{app: webapp}}, ports: [{{port: 80}}]}}\n"}
    begun = netpolc.begin(texts, folder="net")
    assert {each.code for each in begun.decisions} == {"NP618"}
    assert netpolc.compile({f"net/{name}": text for name, text in begun.files.items()}, ["net/policies"]).ok


def test_questions_about_mistakes_have_no_answer():
    wrong = {"shop.netpol": "webapp -> database\n", "a.yaml": "kind: [\n"}
    for ask in (
        lambda: netpolc.can(wrong, "webapp", "database:1"),
        lambda: netpolc.reach(wrong),
        lambda: netpolc.diff(wrong, TEXTS),
        lambda: netpolc.diff(TEXTS, wrong),
        lambda: netpolc.diff(TEXTS, TEXTS, workloads=wrong, workload_paths=["a.yaml"]),
        lambda: netpolc.import_policies(wrong, ["a.yaml"]),
        lambda: netpolc.suggest(TEXTS, ["k8s/db.yaml"]),
        lambda: netpolc.begin({"a.yaml": "kind: [\n"}),
    ):
        with pytest.raises(netpolc.InputError) as raised:
            ask()
        assert raised.value.diagnostics
    with pytest.raises(netpolc.InputError) as raised:
        netpolc.diff(wrong, wrong)
    assert [*raised.value.sides] == ["old", "new"]
    for misuse in (
        lambda: netpolc.can(TEXTS, "nobody at all", "database:1"),
        lambda: netpolc.reach(TEXTS, ports="many"),
        lambda: netpolc.explain("NP999"),
        lambda: netpolc.import_policies(TEXTS, ["shop.netpol"]),
        lambda: netpolc.diff(TEXTS, TEXTS, workloads=TEXTS, workload_paths=["shop.netpol"]),
    ):
        with pytest.raises(netpolc.UsageError):
            misuse()


def test_questions_about_broken_manifests_are_answered_to_keep_going():
    broken = {**TEXTS, "k8s/broken.yaml": "apiVersion: v1\nkind: [\n"}
    paths = ["shop.netpol", "k8s"]
    assert netpolc.reach(broken, paths, keep_going=True).connections == netpolc.reach(TEXTS, paths).connections
    assert codes(netpolc.reach(broken, paths, keep_going=True))[:2] == ["NP812", "NP120"]
    assert "NP812" in codes(netpolc.can(broken, "webapp", "database:1", paths, keep_going=True))
    found = netpolc.diff(broken, TEXTS, old_paths=paths, new_paths=paths, keep_going=True)
    assert (found.review.findings, [*found.passed_over]) == ((), ["old"])
    with pytest.raises(netpolc.InputError):
        netpolc.reach({**broken, "shop.netpol": "webapp -> database\n"}, paths, keep_going=True)
    with pytest.raises(netpolc.InputError):
        netpolc.reach({"a.yaml": "kind: [\n"}, ["a.yaml"], keep_going=True)


def test_an_empty_side_allows_everything():
    found = netpolc.diff({}, TEXTS)
    assert found.empty == ("old",)
    assert found.review.narrowed


def test_a_memory_changes_no_result():
    """Edits of all kinds, of which each is compiled with what was compiled before, and from the beginning."""
    rng = random.Random(5)
    lines = ["baseline deny all"]
    for namespace in range(6):
        flows = (f"a{rng.randrange(5)} -> b{rng.randrange(5)}:{port}" for port in range(1, 9))
        lines += [f"namespace n{namespace}", *flows]
    here = netpolc.workspace({"a.netpol": "\n".join(lines) + "\n"})
    notes = 0
    for _ in range(30):
        edits = (
            f"a{rng.randrange(5)} -> b{rng.randrange(5)}:{rng.randrange(1, 9)}",
            f"a{rng.randrange(5)} -> elsewhere/b:{rng.randrange(1, 9)}",
            "a1 -> elsewhere/b:7  # netpolc: ignore[NP502] theirs to write",
            "n0/a1 -> n1/b1:7",
            "# a comment",
        )
        at = rng.randrange(1, len(lines))
        changed = [*lines[:at], "a ->" if rng.random() < 0.1 else rng.choice(edits), *lines[at + 1 :]]
        texts = {"a.netpol": "\n".join(changed) + "\n"}
        again, afresh = netpolc.compile(here.edited(texts)), netpolc.compile(texts)
        assert (again.files, again.policies, again.ok) == (afresh.files, afresh.policies, afresh.ok)
        assert described(again) == described(afresh)
        lines = changed if afresh.ok else lines
        notes += len(again.diagnostics)
    assert notes


def described(result):
    return [(each.code, each.message, repr(each.location), each.location.text) for each in result.diagnostics]


def test_a_memory_tells_sources_from_what_they_import():
    """The flows of an imported file count for nothing, though every text is the same."""
    texts = {
        "a.netpol": 'import "lib.netpol"\nnamespace a\nbaseline deny all\nx -> y:lib.pg\n',
        "lib.netpol": "port pg = 5432\nnamespace lib\nbaseline deny all\nx -> y:1\n",
    }
    here = netpolc.workspace(texts)
    for paths in (["a.netpol", "lib.netpol"], ["a.netpol"], ["lib.netpol", "a.netpol"], ["lib.netpol"], ["a.netpol"]):
        assert netpolc.compile(here, paths).files == netpolc.compile(texts, paths).files


def test_a_memory_knows_what_files_are_called_in_output():
    """Comments name a file from the root of its project, which may change though no source does."""
    texts = {"p/a.netpol": "namespace a\nbaseline deny all\nx -> y:1\n"}
    here = netpolc.workspace(texts)
    assert "# p/a.netpol:3: x -> y:1" in netpolc.compile(here, ["p"]).yaml
    rooted = {"p/netpolc.toml": 'sources = ["a.netpol"]\n'}
    again = netpolc.compile(here.edited(rooted), ["p"])
    assert again.yaml == netpolc.compile({**texts, **rooted}, ["p"]).yaml
    assert "# a.netpol:3: x -> y:1" in again.yaml


def test_a_change_is_paid_for_by_what_it_touches(monkeypatch):
    """One namespace of forty is lowered, and no other file parsed, once one line has changed."""
    texts = {f"{n}.netpol": f"namespace n{n}\nbaseline deny all\na -> b:1\nc -> d:2\n" for n in range(40)}
    here = netpolc.workspace(texts)
    assert netpolc.compile(here).ok
    lowered, parsed = [], []
    lower, parse = pipeline.lower, parser.parse
    monkeypatch.setattr(pipeline, "lower", lambda *given: lowered.append(given[3]) or lower(*given))
    monkeypatch.setattr(parser, "parse", lambda source: parsed.append(source.name) or parse(source))
    changed = netpolc.compile(here.edited({"7.netpol": texts["7.netpol"].replace(":2", ":3")}))
    assert lowered == [frozenset({"n7"})]
    assert parsed == ["7.netpol"]
    assert len(changed.policies) == len(netpolc.compile(here).policies)


@pytest.mark.parametrize("layout", ["object", "single"])
@pytest.mark.parametrize(("head", "touched"), [("namespace shop\nbaseline deny all\n", 2), ("", 1)])
def test_in_one_namespace_it_is_paid_for_by_the_policies_that_it_changes(head, touched, layout, monkeypatch):
    texts = {"shop.netpol": head + "".join(f"a{n} -> b{n}:{n + 1}\n" for n in range(30))}
    here = netpolc.workspace(texts)
    assert netpolc.compile(here, layout=layout).ok
    done = []

    def heard(name):
        module, _, function = name.rpartition(".")
        act = getattr(importlib.import_module(module), function)
        monkeypatch.setattr(name, lambda *given, **more: done.append(function) or act(*given, **more))

    heard("netpolc.compiler.validation.validate")
    heard("netpolc.targets.render.template_of")
    heard("netpolc.manifests.reading.read_policy")
    changed = {"shop.netpol": texts["shop.netpol"].replace(":7\n", ":99\n")}
    again = netpolc.compile(here.edited(changed), layout=layout)
    assert Counter(done) == dict.fromkeys(("validate", "template_of", "read_policy"), touched)
    assert again.files == netpolc.compile(changed, layout=layout).files


def test_no_process_is_started_and_no_place_looked_for(monkeypatch):
    large = "".join(f"namespace n{n}\nbaseline deny all\n" + "a -> b:1\n" * 300 for n in range(40))
    chart = {"Chart.yaml": "name: shop\n", "templates/a.yaml": POLICY}
    with monkeypatch.context() as patch:
        for name in ("fork", "system", "posix_spawn", "getcwd"):
            patch.setattr(os, name, lambda *_, called=name: pytest.fail(f"os.{called} was called"))
        patch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was run"))
        assert netpolc.compile({"a.netpol": large}).ok
        everything(TEXTS)
        with pytest.raises(netpolc.InputError, match="no program that renders it is run here"):
            netpolc.reach(chart, ["."])


def test_where_nothing_can_be_forked_there_is_one_process(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert processors.available() == 1
    assert netpolc.compile(TEXTS, ["shop.netpol"]).ok


def test_threads_share_a_memory():
    here = netpolc.workspace(TEXTS)
    wanted = everything(TEXTS)
    ended = []

    def ask(number):
        for turn in range(3):
            edited = here.edited({"shop.netpol": SHOP + f"a{number} -> b:{turn + 1}\n"})
            assert f"a{number}" in netpolc.compile(edited, ["shop.netpol"]).yaml
            assert everything(here) == wanted
        ended.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [0, 1, 2, 3]


def test_hundreds_of_calls_leave_nothing_behind():
    def objects():
        gc.collect()
        return len(gc.get_objects())

    def call(number):
        text = f"baseline deny all\nnamespace shop\nwebapp -> database:{number}\n"
        assert netpolc.compile({"shop.netpol": text}).ok
        if number % 20 == 0:
            assert not netpolc.format(text).diagnostics
            assert netpolc.can({"shop.netpol": text}, "shop/webapp", f"shop/database:{number}").allowed

    for number in range(1, 61):
        call(number)
    before = objects()
    for number in range(300):
        call(number % 60 + 1)
    assert objects() - before < 60


def test_a_memory_forgets_what_was_used_least_recently(monkeypatch):
    monkeypatch.setattr("netpolc.compiler.memory.MOST_CHARACTERS", 200)
    here = netpolc.workspace({"shop.netpol": SHOP})
    for number in range(1, 60):
        assert netpolc.compile(here.edited({"shop.netpol": SHOP.replace("5432", str(number))})).ok
    assert len(here.memory._sources) <= 200 // len(SHOP) + 1
    assert here.memory._made.keys() == set(here.memory._sources.values())


def test_rules_and_a_baseline_of_a_project_hold():
    texts = {"a.netpol": "namespace shop\nbaseline deny egress\nweb -> any:443\n"}
    rules = (
        '[rules]\nno-dns = { level = "off", reason = "a mesh" }\nNP606 = { level = "error", reason = "named ones" }\n'
    )
    here = netpolc.workspace({**texts, "netpolc.toml": rules})
    checked = netpolc.check(here)
    assert [(each.code, each.severity) for each in checked.diagnostics] == [("NP606", "error")]
    known = '{"format_version": "1", "findings": [%s]}'
    listed = '{"code": "NP606", "file": "a.netpol", "line": "web -> any:443", "about": [], "count": 1}'
    here = here.edited({"netpolc.toml": f'baseline = "known.json"\n{rules}', "known.json": known % listed})
    assert netpolc.check(here).diagnostics == ()
    assert [each.code for each in netpolc.check(here.edited({"known.json": known % ""})).diagnostics] == ["NP606"]
