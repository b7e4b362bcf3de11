import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from netpolc.project.discovery import CHART, RenderedFolder, Search
from netpolc.project.processes import run_bounded
from netpolc.project.rendering import render
from netpolc.source import Source

MANIFESTS = (".netpol", ".yaml", ".json")
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db}\nspec: {podSelector: {}}\n"
TEMPLATE = POLICY.replace("name: db", "name: {{ .Release.Name }}")
NAMED = "apiVersion: v2\nname: shop\nversion: 0.1.0\n"


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """Programs of our own, and no others."""
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))

    def make(name, script):
        file = tools / name
        file.write_text(f"#!{sys.executable}\nimport os, sys, time\n{script}\n")
        file.chmod(0o755)

    return make


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


def chart(tmp_path, text=NAMED, marker=CHART, name="chart"):
    folder = tmp_path / name
    folder.mkdir()
    (folder / marker).write_text(text)
    return RenderedFolder(folder, name, marker)


def search(folder, *paths, suffixes=MANIFESTS):
    """What is read as it is, what is rendered, and what is only noted."""
    found = Search(folder / "in", suffixes)
    for path in paths:
        found.named(Path(path))
    assert found.problems == []
    read = [file.name for file in found.files.values()]
    return read, [(each.name, each.marker) for each in found.rendered.values()], [*found.unapplied.values()]


def test_a_chart_stands_for_its_files_wherever_it_is_met(tmp_path, write):
    for name in (
        "Chart.yaml",
        "values.yaml",
        "templates/a.yaml",
        "charts/sub/Chart.yaml",
        "charts/sub/templates/b.yaml",
    ):
        write(f"deploy/shop/{name}", "")
    write("deploy/plain.yaml", "")
    write("deploy/shop/policies/shop.netpol", "")
    rendered = [("deploy/shop", CHART)]
    everything = ["deploy/plain.yaml", "deploy/shop/policies/shop.netpol"]
    assert search(tmp_path, "deploy") == (everything, rendered, [])
    assert search(tmp_path, "deploy/shop") == (everything[1:], rendered, [])
    assert search(tmp_path, "deploy", "deploy/shop", ".") == (everything, rendered, [])
    assert search(tmp_path, "deploy", suffixes=(".netpol",)) == (everything[1:], [], [])
    assert search(tmp_path, "deploy/shop/templates") == (["deploy/shop/templates/a.yaml"], [], [])
    assert search(tmp_path, "deploy/shop/values.yaml") == (["deploy/shop/values.yaml"], [], [])


@pytest.mark.parametrize("marker", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_kustomization_is_rendered_where_it_is_named(tmp_path, write, marker):
    write(f"base/{marker}", "")
    write("base/a.yaml", "")
    write(f"prod/{marker}", "")
    assert search(tmp_path, "prod") == ([], [("prod", marker)], [])
    assert search(tmp_path, "base", "prod") == ([], [("base", marker), ("prod", marker)], [])
    read, rendered, unapplied = search(tmp_path, ".")
    assert (read, rendered, sorted(unapplied)) == (["base/a.yaml"], [], ["base", "prod"])


def test_a_folder_of_a_charts_name_is_no_chart(tmp_path, write):
    write("Chart.yaml/a.yaml", "")
    assert search(tmp_path, ".") == (["Chart.yaml/a.yaml"], [], [])


def test_all_files_of_a_chart_are_parts_of_it(tmp_path, write):
    for name in ("Chart.yaml", "templates/_helpers.tpl", "shop.netpol"):
        write(name, "")
    found = Search(tmp_path / "in", MANIFESTS)
    found.named(Path())
    assert sorted(path.name for path in found.parts) == ["Chart.yaml", "_helpers.tpl"]


ECHO = "print(sys.argv[1:], os.path.basename(os.getcwd()), os.environ['KUBECONFIG'], repr(sys.stdin.read()))"


@pytest.mark.parametrize(
    ("program", "marker", "words"),
    [
        ("helm", CHART, ["template", "shop", ".", "--skip-tests"]),
        ("kubectl", "kustomization.yml", ["kustomize", "."]),
        ("kustomize", "Kustomization", ["build", "."]),
    ],
)
def test_what_is_run(tmp_path, tool, program, marker, words):
    tool(program, ECHO)
    found = render(chart(tmp_path, marker=marker))
    assert found.name == f"chart ({program} {words[0]})"
    assert found.text == f"{words} chart {os.devnull} ''\n"


def test_kubectl_comes_before_kustomize(tmp_path, tool):
    tool("kubectl", "print('kubectl')")
    tool("kustomize", "print('kustomize')")
    assert render(chart(tmp_path, marker="kustomization.yaml")).text == "kubectl\n"


@pytest.mark.parametrize(
    ("text", "folder", "release"),
    [
        (NAMED, "chart", "shop"),
        ('name: "my-shop"  # ours\n', "chart", "my-shop"),
        ("name: Shop.API_v2\n", "chart", "shop-api-v2"),
        (f"name: {'a' * 52}-b\n", "chart", "a" * 52),
        ("metadata:\n  name: inner\n", "My Chart", "my-chart"),
        ("", "--", "release"),
        ("name: ---\n", "chart", "release"),
    ],
)
def test_the_name_of_a_release_is_a_label(tmp_path, tool, text, folder, release):
    tool("helm", "print(sys.argv[2])")
    assert render(chart(tmp_path, text, name=folder)).text == f"{release}\n"


def test_a_library_has_nothing_to_render(tmp_path, tool):
    tool("helm", "sys.exit('Error: library charts are not installable')")
    assert render(chart(tmp_path, f"{NAMED}type: library\n")).text == ""


@pytest.mark.parametrize(
    ("marker", "message", "command"),
    [
        (CHART, "`my chart` is a chart, and `helm` is not installed", "helm template shop 'my chart' --skip-tests"),
        (
            "kustomization.yaml",
            "`my chart` is a kustomization, and neither `kubectl` nor `kustomize` is installed",
            "kustomize build 'my chart'",
        ),
    ],
)
@pytest.mark.usefixtures("tool")
def test_what_is_not_installed(tmp_path, marker, message, command):
    found = render(chart(tmp_path, marker=marker, name="my chart"))
    assert (found.code, found.severity, found.message) == ("NP811", "error", message)
    assert f"`{command} | netpolc check -`" in found.help
    assert found.location.source.name == os.path.join("my chart", marker)  # noqa: PTH118 -- as it is shown


@pytest.mark.parametrize("entries", ["", ".", ":.:", "chart", "./chart:"])
def test_a_program_of_the_chart_is_never_run(tmp_path, monkeypatch, entries):
    folder = chart(tmp_path)
    for place in (folder.path, tmp_path):
        (place / "helm").write_text("#!/bin/sh\necho pwned\n")
        (place / "helm").chmod(0o755)
    for working_folder in (folder.path, tmp_path):
        monkeypatch.chdir(working_folder)
        monkeypatch.setenv("PATH", entries)
        assert render(folder).message == "`chart` is a chart, and `helm` is not installed"


@pytest.mark.parametrize(
    ("complaint", "message", "advice"),
    [
        ("Error: parse error", "parse error", "see what `helm template shop chart --skip-tests` says"),
        ('E1123 02:50:35.644324   21226 run.go:72] "command failed" err=<\n\tno base\n >', "no base >", "see what"),
        ("error: one\n\n  two\nthree\nfour\nfive\nsix", "one two three four five", "see what"),
        ("\x1b[31mred\u202e\x07", "\\x1b[31mred\\u202e\\x07", "see what"),
        (
            "Error: You may need to run 'helm dependency build'",
            "You may",
            "fetch them with `helm dependency build chart`",
        ),
        ("Error: external plugins disabled; unable to load", "external plugins", "it has functions, and none is run"),
        ("error: kustomization.yaml is empty", "kustomization.yaml is empty", "list manifests at its `resources:`"),
        ("", "it ended with 3", "see what"),
        (
            "WARNING: Kubernetes configuration file is group-readable: /dev/null\nWARNING: so\nError: no",
            "no",
            "see what",
        ),
        ('level=WARN msg="unable"\nError: no\n\nUse --debug flag to render out invalid YAML', "no", "see what"),
        ("WARNING: insecure\n", "it ended with 3", "see what"),
    ],
)
def test_a_failure_says_what_the_tool_says(tmp_path, tool, complaint, message, advice):
    tool("helm", f"print('kind: half')\nsys.stderr.write({complaint!r})\nsys.exit(3)")
    found = render(chart(tmp_path))
    assert (found.code, found.severity) == ("NP811", "error")
    assert found.message.startswith(f"`helm template` cannot render `chart`: {message}")
    assert found.help.startswith(advice)


def test_a_warning_is_no_failure(tmp_path, tool):
    tool("helm", "sys.stderr.write('WARNING: insecure')\nprint('kind: a')")
    assert render(chart(tmp_path)).text == "kind: a\n"


def test_output_that_is_no_text(tmp_path, tool):
    tool("helm", r"sys.stdout.buffer.write(b'kind: \xff')")
    found = render(chart(tmp_path))
    assert (found.code, found.location.source.name) == ("NP105", "chart (helm template)")


@pytest.mark.parametrize(
    "script",
    [
        "time.sleep(60)",
        "os.close(1), os.close(2), time.sleep(60)",
        "os.fork() or time.sleep(60)",
        "os.fork() or (os.close(1), time.sleep(60))",
        "[os.write(2, b'x' * 65536) for _ in iter(int, 1)]",
    ],
    ids=["sleeps", "closes its streams", "leaves a child", "leaves a child that complains", "complains for ever"],
)
def test_a_tool_has_so_much_time(tmp_path, tool, script):
    tool("helm", script)
    started = time.monotonic()
    found = render(chart(tmp_path), seconds=0.3)
    assert time.monotonic() - started < 30
    ends_early = "os.close(1), os.close(2)" in script and not hasattr(os, "waitid")
    why = "it ended with -9" if ends_early else "it takes more than 0.3 seconds"
    assert found.message == f"`helm template` cannot render `chart`: {why}"
    assert ends_early or found.help == "pipe what it makes: `helm template shop chart --skip-tests | netpolc check -`"


@pytest.mark.parametrize(("size", "fits"), [(2**20, True), (2**20 + 1, False)])
def test_output_has_a_limit(tmp_path, tool, size, fits):
    tool("helm", f"print('#' * {size}, end='')")
    found = render(chart(tmp_path), limit=2**20)
    assert isinstance(found, Source) is fits
    assert fits or found.message.endswith("it makes more than 1 MiB")


def test_endless_output_ends(tmp_path, tool):
    tool("helm", "while True: print('#' * 65536)")
    assert render(chart(tmp_path)).message.endswith("it makes more than 32 MiB")


def test_a_program_that_cannot_be_run(tmp_path):
    (tmp_path / "helm").write_text("no program")
    (tmp_path / "helm").chmod(0o755)
    ended = run_bounded([str(tmp_path / "helm")], tmp_path, os.environ, seconds=9, limit=9)
    assert ended.failure == "it cannot be run: exec format error"
    ended = run_bounded(["/gone"], tmp_path, os.environ, seconds=9, limit=9)
    assert ended.failure == "it cannot be run: no such file or directory"


def test_a_marker_that_cannot_be_read(tmp_path):
    (tmp_path / CHART).mkdir()
    assert render(RenderedFolder(tmp_path, "chart", CHART)).code == "NP805"


@pytest.mark.skipif(shutil.which("helm") is None, reason="needs helm")
def test_helm(tmp_path, write):
    write("Chart.yaml", NAMED)
    write("templates/policy.yaml", TEMPLATE)
    write("templates/tests/pod.yaml", "kind: Pod\nmetadata: {name: a, annotations: {helm.sh/hook: test}}\n")
    folder = RenderedFolder(tmp_path / "in", "in", CHART)
    assert render(folder).text == f"---\n# Source: shop/templates/policy.yaml\n{POLICY.replace('db', 'shop')}"
    write("Chart.yaml", f'{NAMED}dependencies: [{{name: redis, version: 1.0.0, repository: "https://a.example"}}]\n')
    assert render(folder).help == "fetch them with `helm dependency build in`"


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="needs kubectl or kustomize")
def test_kustomize(tmp_path, write):
    write("base/kustomization.yaml", "resources: [policy.yaml]\n")
    write("base/policy.yaml", POLICY)
    write("prod/kustomization.yaml", "resources: [../base]\nnamespace: prod\n")
    folder = RenderedFolder(tmp_path / "in/prod", "prod", "kustomization.yaml")
    assert "  namespace: prod\n" in render(folder).text
    (tmp_path / "in/base/policy.yaml").unlink()
    found = render(folder)
    assert found.code == "NP811"
    assert "policy.yaml" in found.message


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="a program that has closed its output cannot be waited for")
def test_a_program_that_closes_its_output_before_it_ends_is_not_ended(tmp_path):
    # As the programs of GNU coreutils do.
    ended = run_bounded(["sh", "-c", "exec >&- 2>&-; sleep 0.1; exit 3"], tmp_path, os.environ, seconds=9, limit=9)
    assert (ended.failure, ended.bounded) == ("it ended with 3", False)
