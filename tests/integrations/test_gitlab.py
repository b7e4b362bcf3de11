import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEMPLATE = yaml.safe_load((ROOT / "integrations/gitlab/netpolc.gitlab-ci.yml").read_text("utf-8"))


@pytest.fixture
def job(repository):
    """Run the script of a job as GitLab does: all lines by one shell, which ends at the first that fails."""

    def run(name, code=0, **variables):
        given = {key: str(value) for key, value in TEMPLATE["variables"].items()}
        script = "set -eo pipefail\n" + "\n".join(TEMPLATE[name]["script"])
        place = {"CI_PROJECT_DIR": str(repository.root)}
        return repository.run("bash", "-c", script, code=code, **{**given, **place, **variables})

    return run


def test_artifacts_are_what_the_scripts_write():
    for name, kept in (("netpolc-check", ["netpolc-codequality.json"]), ("netpolc-diff", ["netpolc-diff.md"])):
        artifacts = TEMPLATE[name]["artifacts"]
        named = artifacts.get("paths") or [artifacts["reports"]["codequality"]]
        assert named == kept
        assert all(file in "".join(TEMPLATE[name]["script"]) for file in kept)
        assert TEMPLATE[name]["extends"] == ".netpolc"


@pytest.mark.parametrize(("text", "code", "found"), [("webapp -> a:1\n", 0, []), ("webapp -> a\n", 1, ["NP301"])])
def test_check(job, repository, text, code, found):
    repository.write("policies/shop.netpol", text)
    done = job("netpolc-check", code=code)
    report = json.loads((repository.root / "netpolc-codequality.json").read_text())
    assert [one["check_name"].split()[0] for one in report] == found
    assert all(one in done.stdout for one in found)


def test_a_folder_and_options(job, repository):
    repository.write("services/shop/netpolc.toml", 'sources = ["*.netpol"]\n[env.prod]\n[env.dev]\n')
    repository.write("services/shop/a.netpol", "env dev {\n  a -> b\n}\n")
    job("netpolc-check", NETPOLC_FOLDER="services/shop", NETPOLC_OPTIONS="--env prod")
    job("netpolc-check", code=1, NETPOLC_FOLDER="services/shop", NETPOLC_OPTIONS="--env dev")
    (finding,) = json.loads((repository.root / "netpolc-codequality.json").read_text())
    assert finding["location"]["path"] == "services/shop/a.netpol"


@pytest.mark.parametrize(("given", "told"), [({}, ["prod", "dev"]), ({"NETPOLC_OPTIONS": "--env dev"}, [])])
def test_a_job_compares_all_environments(job, repository, given, told):
    repository.write("services/shop/netpolc.toml", 'sources = ["*.netpol"]\n[env.prod]\n[env.dev]\n')
    repository.write("services/shop/a.netpol", "namespace shop\na -> b:1\n")
    base = repository.commit()
    repository.write("services/shop/a.netpol", "namespace shop\na -> b:1\nenv dev {\n  a -> b:2\n}\n")
    given |= {"NETPOLC_FOLDER": "services/shop", "NETPOLC_FAIL_ON": "widened", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    job("netpolc-diff", code=1, **given)
    said = (repository.root / "netpolc-diff.md").read_text()
    assert re.findall("^### (.*)$", said, re.MULTILINE) == told
    assert said.count("1 connection opened") == 1


@pytest.fixture
def gitlab():
    """The notes of a merge request, as the API of GitLab serves them, a page at a time."""
    notes = []

    class Notes(BaseHTTPRequestHandler):
        def do_GET(self):
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            self.answer(notes[page - 1 : page], str(page + 1) if page < len(notes) else "")

        def do_POST(self):
            notes.append({"id": len(notes) + 1, "body": self.body()})
            self.answer(notes[-1])

        def do_PUT(self):
            note = next(note for note in notes if note["id"] == int(self.path.rpartition("/")[2]))
            note["body"] = self.body()
            self.answer(note)

        def body(self):
            return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

        def answer(self, value, following=""):
            assert self.path.startswith("/projects/5/merge_requests/7/notes")
            assert self.headers["PRIVATE-TOKEN"] == "secret"
            self.send_response(200)
            self.send_header("X-Next-Page", following)
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Notes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield notes, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_diff(job, repository, gitlab):
    notes, address = gitlab
    notes += [{"id": 1, "body": "of a person"}, {"id": 2, "body": "another"}]
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    repository.write("policies/shop.netpol", "namespace shop\n\nwebapp -> database:22\n")
    request = {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_API_V4_URL": address,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
    }
    done = job("netpolc-diff", **request)
    assert "TCP 22" in done.stdout
    assert "TCP 22" in (repository.root / "netpolc-diff.md").read_text()
    assert len(notes) == 2
    for port in (23, 24):
        repository.write("policies/shop.netpol", f"namespace shop\n\nwebapp -> database:{port}\n")
        assert "secret" not in job("netpolc-diff", NETPOLC_TOKEN="secret", **request).stdout  # noqa: S106 -- of the server above
    assert [note["id"] for note in notes] == [1, 2, 3]
    assert notes[2]["body"].startswith("<!-- netpolc . -->\n**Network policies")
    assert "TCP 24" in notes[2]["body"]
    job("netpolc-diff", NETPOLC_TOKEN="secret", NETPOLC_FOLDER="./policies/..", **request)  # noqa: S106 -- as above
    assert [note["body"].partition("\n")[0] for note in notes[2:]] == [
        "<!-- netpolc . -->",
        "<!-- netpolc ./policies/.. -->",
    ]


def test_a_base_without_policies_fails_nothing(job, repository):
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    repository.write("policies/shop.netpol", "namespace shop\n\nwebapp -> database\n")
    done = job("netpolc-diff", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert "NP301" in done.stderr
    assert "could not be compared" in (repository.root / "netpolc-diff.md").read_text()


@pytest.mark.parametrize(
    ("text", "judged", "code"),
    [
        ("namespace shop\n\nwebapp -> database:22\n", "", 0),
        ("namespace shop\n\nwebapp -> database:22\n", "widened", 1),
        ("namespace shop\n\nwebapp -> database:5432\n", "any", 0),
        ("namespace shop\n\nwebapp -> database\n", "widened", 1),
        ("webapp -> database:5432\n", "widened", 1),
    ],
)
def test_a_change_that_is_refused_or_cannot_be_judged_fails_the_gate(job, repository, text, judged, code):
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    repository.write("policies/shop.netpol", text)
    done = job("netpolc-diff", code=code, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, NETPOLC_FAIL_ON=judged)
    assert ("NETPOLC_FAIL_ON is" in done.stdout) == bool(code)


def test_a_rule_of_the_project_refuses_a_change(job, repository):
    base = repository.run("git", "rev-parse", "HEAD").stdout.strip()
    with (repository.root / "netpolc.toml").open("a") as file:
        file.write('[rules]\nNP622 = { level = "error", reason = "ports are named" }\n')
    repository.write("policies/shop.netpol", "namespace shop\n\nwebapp -> database:*\n")
    job("netpolc-diff", code=1, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert "every port" in (repository.root / "netpolc-diff.md").read_text()
