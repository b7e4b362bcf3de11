import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.manifests.settings import LONGEST, MOST, WorkloadSettings, words_of
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.adopt.suggest.world import document, manifests, workload


def said(*documents):
    """What the first workload is told: the words of each name, the text, and how a comment would put it."""
    found = manifests(*documents)
    settings = WorkloadSettings(found.config_maps)
    return [(" ".join(one.words), one.value, one.detail) for one in settings.of(found.workloads[0])]


def config(name="config", **data):
    return document("v1", "ConfigMap", name, data=data)


def mounted(volume):
    return workload("web", volumes=[{"name": "v", **volume}])


@each_row(
    "name, words",
    [
        ("DB_HOST", ("DB", "HOST")),
        ("db.host", ("DB", "HOST")),
        ("db-host", ("DB", "HOST")),
        ("dbHost", ("DB", "HOST")),
        ("DBHost", ("DB", "HOST")),
        ("DBHOST", ("DB", "HOST")),
        ("pghost", ("PG", "HOST")),
        ("PGHOSTADDR", ("PGHOSTADDR",)),
        ("GHOST", ("GHOST",)),
        ("DB2_HOST", ("DB", "2", "HOST")),
        ("", ()),
    ],
)
def test_the_words_of_a_name(name, words):
    assert words_of(name) == words


def test_variables_and_arguments():
    found = said(
        workload(
            "web", env={"DB_HOST": "db"}, command=["run"], args=["--db-url=x=y", "--db-host", "z", "-v", "w", "-db=u"]
        )
    )
    assert found == [
        ("DB HOST", "db", "env DB_HOST"),
        ("", "run", "command"),
        ("DB URL", "x=y", "args --db-url"),
        ("DB HOST", "", "args --db-host"),
        ("DB HOST", "z", "args --db-host"),
        ("", "-v", "args"),
        ("", "w", "args"),
        ("DB", "u", "args -db"),
    ]


def test_what_comes_from_a_config_map_is_named_by_it():
    env = [{"configMapRef": {"name": "config"}, "prefix": "APP_"}, {"configMapRef": {"name": "gone"}}]
    assert said(workload("web", envFrom=env), config(DB_HOST="db", file="a: b\nc: d\n")) == [
        ("APP DB HOST", "db", "ConfigMap config, DB_HOST")
    ]


def test_one_key_under_another_name():
    source = {"name": "DB_HOST", "valueFrom": {"configMapKeyRef": {"name": "config", "key": "database"}}}
    web = workload("web")
    web["spec"]["template"]["spec"]["containers"][0]["env"] = [source]
    assert said(web, config(database="db", other="x")) == [("DB HOST", "db", "ConfigMap config, database")]


@pytest.mark.parametrize(
    ("volume", "keys"),
    [
        ({"configMap": {"name": "config"}}, ["a", "b"]),
        ({"configMap": {"name": "config", "items": [{"key": "b", "path": "x"}]}}, ["b"]),
        ({"projected": {"sources": [{"configMap": {"name": "config"}}]}}, ["a", "b"]),
        ({"configMap": {"name": "other"}}, []),
        ({"secret": {"secretName": "config"}}, []),
    ],
)
def test_files_of_config_maps(volume, keys):
    found = said(mounted(volume), config(a="x", b="y"), document("v1", "ConfigMap", "other", "data", data={"a": "z"}))
    assert [each[2] for each in found] == [f"ConfigMap config, {key}" for key in keys]


def test_lines_of_a_file():
    text = "# a remark\n// another\n\nhost: db\n  'url' = \"http://x\",\nserver a:80;\n- http://y\n;x\n"
    assert [each[:2] for each in said(mounted({"configMap": {"name": "config"}}), config(file=text))] == [
        ("HOST", "db"),
        ("URL", "http://x"),
        ("", "server a:80;"),
        ("", "- http://y"),
    ]


def test_items_of_a_list_are_named_by_the_key_above_it():
    text = "alerting:\n- targets:\n  - db:5432\n  - http://x\n  - 'mail'\nfile: y\n- db:1\nnames:\n- a b\n- key: v\n"
    found = said(mounted({"configMap": {"name": "config"}}), config(**{"app.conf": text}))
    assert [(words, value) for words, value, _ in found if value] == [
        ("TARGETS", "db:5432"),
        ("", "  - http://x"),
        ("TARGETS", "mail"),
        ("FILE", "y"),
        ("", "db:1"),
        ("", "- a b"),
        ("KEY", "v"),
    ]


def test_a_line_is_shown_where_the_manifest_has_it():
    text = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: shop}
data:
  block: |
    a: 1

    b: 2
  folded: >-
    c: 3
    d: 4
"""
    (held,) = read_manifests(Source("config.yaml", text), wide=True).config_maps
    (web,) = manifests(mounted({"configMap": {"name": "config"}})).workloads
    found = WorkloadSettings([held]).of(web)
    assert [(one.value, one.location.line) for one in found] == [("1", 6), ("2", 8), ("3 d: 4", 9)]


def test_there_is_an_end_to_it():
    long = "x" * (LONGEST + 1)
    assert said(workload("web", env={"A": long, "B": "b"})) == [("B", "b", "env B")]
    many = config(file="a: 1\n" * (MOST + 10), other=f"{long}\n")
    assert len(said(mounted({"configMap": {"name": "config"}}), many)) == MOST


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.conf", "url: http://x # see http://y", ["http://x"]),
        ("a.conf", "url: http://x // see http://y", ["http://x"]),
        ("a.conf", "url: http://x#y", ["http://x#y"]),
        ("a.js", "/* see\nhttp://y */\nurl = 'http://x'", ["http://x"]),
        ("a.xml", "<!-- see\nhttp://y -->\n<a>http://x</a>", ["<a>http://x</a>"]),
        ("a.py", '"""See\nhttp://y\n"""\nurl = "http://x"', ["http://x"]),
        ("a.conf", "files: /var/*\nurl: http://x */", ["/var/*", "http://x */"]),
        ("a.json", '{"schemaVersion": 1, "panels": [], "url": "http://x"}', []),
        ("logo.svg", "<a>http://x</a>", []),
        ("index.html", "<a>http://x</a>", []),
        ("README.txt", "http://x", []),
        ("LICENSE", "http://x", []),
    ],
)
def test_what_is_for_people_in_files_is_left_out(name, text, expected):
    found = said(mounted({"configMap": {"name": "config"}}), config(**{name: text}))
    assert [each[1] for each in found] == expected


def test_a_remark_moves_no_line():
    found = manifests(mounted({"configMap": {"name": "config"}}), config(**{"a.js": "/* a\nb */\nurl = 'http://x'"}))
    (one,) = WorkloadSettings(found.config_maps).of(found.workloads[0])
    assert one.value == "http://x"


def test_a_variable_from_elsewhere_has_a_name_only():
    web = workload("web", args=["--db=$(DB_HOST):$(PORT)"], env={"DB_HOST": "db"})
    held = web["spec"]["template"]["spec"]["containers"][0]["env"]
    held.append({"name": "PORT", "valueFrom": {"configMapKeyRef": {"name": "config", "key": "port"}}})
    held.append({"name": "REDIS_HOST", "valueFrom": {"secretKeyRef": {"name": "secret", "key": "host"}}})
    assert said(web, config(port="5432")) == [
        ("DB HOST", "db", "env DB_HOST"),
        ("REDIS HOST", "", "env REDIS_HOST"),
        ("DB", "db:5432", "args --db"),
        ("PORT", "5432", "ConfigMap config, port"),
    ]
