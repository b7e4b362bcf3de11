import os
from pathlib import Path

import pytest

from netpolc.language.resolve.standalone import ADVICE
from netpolc.project.config import EnvironmentSettings, Project, find, load, place
from netpolc.version import VERSION


def read(folder, text):
    file = folder / "netpolc.toml"
    file.write_bytes(text.encode())
    return load(file, "netpolc.toml")


def faults(folder, text):
    project, diagnostics = read(folder, text)
    assert project is None
    assert {diagnostic.code for diagnostic in diagnostics} == {"NP801"}
    return [
        (*found.location.source.position(found.location.span.start), found.location.text, found.message, found.help)
        for found in diagnostics
    ]


def test_every_key_is_read(tmp_path):
    project, diagnostics = read(
        tmp_path,
        """
        sources = ["policies/**/*.netpol", "shop.netpol"]
        output = "deploy/networkpolicies"
        target = "networkpolicy"
        api-version = "v1beta1"
        layout = "single"
        manifests = ["deploy/**/*.yaml"]
        templates = "templates"
        namespace = "shop"
        known-pods = ["data/[app=database]", "edge/*"]
        [labels]
        team = "payments"
        [ingress-controllers]
        nginx = "edge/[app=proxy]"
        "*" = "{edge/*, 10.1.0.0/24}"
        [env.prod]
        output = "deploy/live"
        [env.staging]
        namespace = "shop-staging"
        """,
    )
    assert diagnostics == ()
    assert project == Project(
        root=tmp_path,
        file=tmp_path / "netpolc.toml",
        sources=("policies/**/*.netpol", "shop.netpol"),
        output="deploy/networkpolicies",
        target="networkpolicy",
        api_version="v1beta1",
        layout="single",
        manifests=("deploy/**/*.yaml",),
        templates="templates",
        namespace="shop",
        labels={"team": "payments"},
        known_pods=("data/[app=database]", "edge/*"),
        ingress_controllers={"nginx": "edge/[app=proxy]", "*": "{edge/*, 10.1.0.0/24}"},
        environments={
            "prod": EnvironmentSettings(output="deploy/live"),
            "staging": EnvironmentSettings(namespace="shop-staging"),
        },
    )
    assert project.output_of("prod") == tmp_path / "deploy/live"
    assert project.output_of("staging") == tmp_path / "deploy/networkpolicies/staging"
    assert project.output_of(None) == tmp_path / "deploy/networkpolicies"
    assert (project.namespace_of("prod"), project.namespace_of("staging")) == ("shop", "shop-staging")


def test_an_empty_file_is_a_project_of_all_sources_below_it(tmp_path):
    project, diagnostics = read(tmp_path, "")
    assert (project, diagnostics) == (Project(root=tmp_path, file=tmp_path / "netpolc.toml"), ())
    assert project.output_of("prod") is None
    assert Project(root=tmp_path, file=tmp_path, output="out").output_of("prod") == tmp_path / "out"


def test_every_fault_is_reported_at_its_place(tmp_path):
    text = """\
sources = ["../x", 3, "a/**b", "ok.netpol"]
outptu = "x"
layout = '''objekt'''
labels = { team = 1, "a.b" = "x" }
[env]
2048 = {}
[env.prod] # settings
layout = "single"
namespace = ""
output = {a = 1}
[env.'x-']
""".replace("\n", "\r\n")
    assert [fault[:4] for fault in faults(tmp_path, text)] == [
        (1, 12, '"../x"', "`../x` leaves the project's folder"),
        (1, 20, "3", "`sources[1]` is an integer, not a string"),
        (1, 23, '"a/**b"', "`**` is only a part of a folder's name in `a/**b`"),
        (2, 1, "outptu", "unknown key `outptu`"),
        (3, 10, "'''objekt'''", "unknown layout `objekt`"),
        (4, 19, "1", "`labels.team` is an integer, not a string"),
        (6, 1, "2048", "`2048` cannot name an environment"),
        (8, 1, "layout", "unknown key `env.prod.layout`"),
        (9, 13, '""', "`env.prod.namespace` is empty"),
        (10, 10, "{a = 1}", "`env.prod.output` is a table, not a string"),
        (11, 6, "'x-'", "`x-` cannot name an environment"),
    ]


@pytest.mark.parametrize("value", ["helm", "netpolc"])
def test_the_label_that_netpolc_sets_is_not_for_others(tmp_path, value):
    key = "app.kubernetes.io/managed-by"
    message = f"the label `{key}` is netpolc's own: each policy has it, and says `netpolc`"
    for text, line, column in (
        (f'[labels]\nteam = "x"\n"{key}" = "{value}"\n', 3, 1),
        (f'labels."{key}" = "{value}"', 1, 8),
    ):
        assert faults(tmp_path, text) == [(line, column, f'"{key}"', message, "remove it")]


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("outputs = 1", "use `output`"),
        ("Sources = 1", "use `sources`"),
        ("workloads = 1", "use `manifests`"),
        ("Policies = 1", "use `sources`"),
        ("version = 1", "use `required-version`"),
        ("environments = 1", "write a table for each, as in `[env.staging]`"),
        ("ignore = 1", "`exclude` leaves out files, and `[rules]` findings"),
        ("[env.prod]\nworkloads = 1", "the keys here are `output`, `namespace`"),
        ("[env.prod]\nlayout = 1", "write `layout` above the first table, where it holds for the whole project"),
        ("[env.prod]\nnamespaces = 1", "use `namespace`"),
        ("[env.prod.rules]", "write `[rules]`, which holds for the whole project"),
        ("[env.prod]\nqqq = 1", "the keys here are `output`, `namespace`"),
        ('target = "cilium"', "use one of `networkpolicy`, `cluster-network-policy`"),
    ],
)
def test_help_names_the_way_out(tmp_path, text, help_):
    assert [fault[4] for fault in faults(tmp_path, text)] == [help_]


@pytest.mark.parametrize(
    ("line", "position", "message", "help_"),
    [
        ('nginx = ""', (2, 9), "`ingress-controllers.nginx` is empty", "write a value or leave the key out"),
        ('nginx = "proxy"', (2, 9), "`proxy` is not said in labels with a namespace, nor in addresses", ADVICE),
        ('nginx = "edge proxy"', (2, 9), "`edge proxy` is no endpoint", ADVICE),
        (
            'nginx = "10.1.0.1"',
            (2, 9),
            "`10.1.0.1` cannot be meant: the address `10.1.0.1` has no prefix length",
            "use `10.1.0.1/32`",
        ),
        (
            '"Nginx!" = "edge/*"',
            (2, 1),
            "`Nginx!` cannot be the name of a class: ",
            None,
        ),
    ],
)
def test_where_ingress_controllers_are_is_said_in_words_of_the_language(tmp_path, line, position, message, help_):
    ((row, column, _, found, advice),) = faults(tmp_path, f"[ingress-controllers]\n{line}\n")
    assert (row, column) == position
    assert found.startswith(message)
    assert advice == help_


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("database", "`database` is not said in labels with a namespace, nor in addresses"),
        ("data/[app=database", "`data/[app=database` is no endpoint"),
        ("10.0.0.0/8", "`10.0.0.0/8` is no endpoint of pods"),
        ("{data/*, 10.0.0.0/8}", "`{data/*, 10.0.0.0/8}` is no endpoint of pods"),
    ],
)
def test_known_pods_are_endpoints_of_pods(tmp_path, item, message):
    ((row, column, _, found, advice),) = faults(tmp_path, f'known-pods = ["{item}"]\n')
    assert (row, column, found) == (1, 15, message)
    assert advice


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sources = 'a'", "a string, not an array of strings"),
        ("sources = {}", "a table, not an array of strings"),
        ("sources = [[]]", "an array, not a string"),
        ("output = true", "a boolean, not a string"),
        ("layout = 1.5", "a float, not a string"),
        ("namespace = 1979-05-27T07:32:00Z", "a date or time, not a string"),
        ("labels = []", "an array, not a table"),
        ("env = 'prod'", "a string, not a table"),
        ("env.prod = 1", "an integer, not a table"),
        ("[[env]]", "an array, not a table"),
        ("ingress-controllers = 'edge/*'", "a string, not a table"),
        ("known-pods = 'edge/*'", "a string, not an array of strings"),
        ("known-pods = [1]", "an integer, not a string"),
        ("[ingress-controllers]\nnginx = ['edge/*']", "an array, not a string"),
    ],
)
def test_wrong_types_are_named_as_toml_names_them(tmp_path, text, kind):
    ((_, _, _, message, _),) = faults(tmp_path, text)
    assert message.endswith(f"is {kind}")


@pytest.mark.parametrize(
    "path", ["/etc", "a/../b", "..", "C:/x", "C:x", "\\\\x", "..\\\\x", "a\\\\b", "a\\u0000b", "//x", "link", "link/a"]
)
@pytest.mark.parametrize("line", ['output = "{}"', 'sources = ["{}"]', 'templates = "{}"', '[env.prod]\noutput = "{}"'])
def test_no_path_leaves_the_project(tmp_path, line, path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    ((row, *_),) = faults(root, line.format(path))
    assert row == 1 + line.count("\n")


@pytest.mark.parametrize(
    ("text", "position", "label"),
    [
        ("output 'x'", (1, 8), "expected '=' after a key in a key/value pair"),
        ("layout = 'a'\r\noutput = \r\n", (2, 10), "invalid value"),
        ("output = 'x", (1, 12), 'expected "\'"'),
        ("é = 'x'", (1, 1), "invalid statement"),
        ("a = 1\na = 2", (2, 6), "cannot overwrite a value"),
    ],
)
def test_a_syntax_error_is_placed(tmp_path, text, position, label):
    _, (found,) = read(tmp_path, text)
    assert found.code == "NP801"
    assert found.message == "the text is not TOML here"
    assert found.location.source.position(found.location.span.start) == position
    assert label in found.label


@pytest.mark.parametrize(
    "text",
    ["a = " + "[\n" * 20_000, "a = " + "9" * 1900, "a" + ".a" * 30_000 + " = 1", ("a" + ".b" * 900 + "=1\n") * 30],
)
def test_hostile_text_is_refused_soon(tmp_path, text):
    project, (found, *_) = read(tmp_path, text)
    assert (project, found.code) == (None, "NP801")


def test_a_file_that_cannot_be_read_is_no_project(tmp_path):
    assert [found.code for found in load(tmp_path / "netpolc.toml")[1]] == ["NP805"]
    (tmp_path / "netpolc.toml").write_bytes(b"output = '\xff'")
    assert [found.code for found in load(tmp_path / "netpolc.toml")[1]] == ["NP801"]
    (tmp_path / "netpolc.toml").write_bytes(b" " * 70_000)
    assert [found.code for found in load(tmp_path / "netpolc.toml")[1]] == ["NP805"]


def test_find_looks_upwards(tmp_path):
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (tmp_path / "netpolc.toml").touch()
    assert find(inner) == tmp_path / "netpolc.toml"
    assert find(Path("/proc")) is None


def test_what_has_the_name_of_a_project_file_is_found_and_no_project(tmp_path):
    place = tmp_path / "netpolc.toml"
    for make, undo, why in (
        (place.mkdir, place.rmdir, "it is a folder"),
        (lambda: os.mkfifo(place), place.unlink, "it is a named pipe"),
        (lambda: place.symlink_to("/dev/null"), place.unlink, "it is a device"),
        (lambda: place.symlink_to("nowhere"), place.unlink, "no such file or directory"),
        (lambda: place.symlink_to(place), place.unlink, "too many levels of symbolic links"),
    ):
        make()
        assert find(tmp_path) == place
        project, (found,) = load(place, "netpolc.toml")
        assert (project, found.code, found.message) == (None, "NP805", f"`netpolc.toml` cannot be read: {why}")
        undo()


def test_place_finds_a_value_again(tmp_path):
    project, _ = read(tmp_path, 'sources = [\n  "a.netpol", # first\n  "b.netpol",\n]\n')
    assert place(project, "sources", 1).text == '"b.netpol"'
    project.file.unlink()
    assert place(project, "sources", 1) is None


def test_rules_and_a_baseline_are_read(tmp_path):
    rules = """
        required-version = ">=0.1"
        baseline = "known.json"
        [rules]
        NP606 = { level = "off", reason = "gateways" }
        [rules.no-dns]
        level = "error"
        reason = "an outage in May"
        """
    project, diagnostics = read(tmp_path, rules)
    assert diagnostics == ()
    assert (project.required_version, project.baseline) == (">=0.1", "known.json")
    assert project.levels == {"NP606": "off", "NP605": "error"}
    assert project.rules["NP605"].reason == "an outage in May"


def test_another_version_is_said_before_all_else_that_may_be_wrong(tmp_path):
    text = 'new-key = 1\nrequired-version = ">=99"\noutput = 3\n'
    project, (found,) = read(tmp_path, text)
    assert (project, found.code, found.location.text) == (None, "NP824", '">=99"')
    assert found.message == f"this project requires netpolc `>=99`, and this is {VERSION}"


@pytest.mark.parametrize(("text", "codes"), [("", []), ("new-key = 1", ["NP824"])])
def test_what_was_committed_for_another_version_counts_as_long_as_it_can_be_read(tmp_path, text, codes):
    file = tmp_path / "netpolc.toml"
    file.write_text(f'required-version = "<0.1"\n{text}')
    project, diagnostics = load(file, committed=True)
    assert ([found.code for found in diagnostics], project is None) == (codes, bool(codes))


def test_a_requirement_that_is_none_is_a_fault_beside_others(tmp_path):
    found = faults(tmp_path, 'required-version = "0.x"\nnew-key = 1\n')
    assert [each[3] for each in found] == ["`0.x` is no requirement of a version", "unknown key `new-key`"]
