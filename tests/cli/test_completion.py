import subprocess

import pytest

from netpolc.cli.completing.shells import LINE, SCRIPTS, split
from netpolc.cli.entry import COMPLETE
from netpolc.cli.words import COMMANDS
from netpolc.diagnostics.codes import CODES
from tests.rows import each_row
from tests.stand_in import StandIn

PROGRAM = """\
import "std"
namespace shop
baseline deny ingress on backup
pods database = [app=db, tier=data]
net office = 203.0.113.0/24
port admin = 8080
* -> std.dns
webapp -> database:5432
office -> webapp:admin
webapp -> {cache, other/queue:5672}:{6379, 53/udp, 9000-9010}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: %s, labels: {app: %s}}
spec: {containers: [{name: main, ports: [{containerPort: 9090}]}]}
"""


@pytest.fixture
def completed(netpolc, monkeypatch):
    """What a shell offers on a line."""

    def complete(line, shell="bash"):
        with monkeypatch.context() as patch:
            patch.setenv(COMPLETE, shell)
            patch.setenv(LINE, line)
            ran = netpolc()
        assert ran.err == ""
        return ran.out.splitlines()

    return complete


def test_help_is_as_it_was_after_a_completion(completed, netpolc):
    """Typer keeps the names of an option that it has made once."""
    completed("netpolc --v")
    assert netpolc("-h").code == 0


def test_words_options_and_values(completed, here):
    assert completed("netpolc ex") == ["explain"]
    assert completed("netpolc ") == [name for name in COMMANDS if " " not in name]
    assert completed("netpolc --v") == ["--version"]
    assert completed("netpolc flows sql --dialect sp") == ["spark"]
    assert completed("netpolc help ch") == ["check"]
    assert completed("netpolc help check ") == []
    assert completed("netpolc nosuch ") == []
    assert completed("netpolc build --la") == ["--layout"]
    assert completed("netpolc build --layout n") == ["namespace"]
    assert completed("netpolc build --layout=n") == ["--layout=namespace"]
    assert completed("netpolc build --layout namespace --la") == []
    assert completed("netpolc build --exclude x --excl") == ["--exclude"]
    assert completed("netpolc build -- --la") == []
    assert completed("netpolc build -o out --layout n") == ["namespace"]
    assert completed("netpolc completion z") == ["zsh"]
    assert completed("netpolc check --format s", "zsh") == ["sarif"]
    assert completed("netpolc expl", "fish") == [f"explain\t{COMMANDS['explain'].rstrip('.')}"]
    codes = [code.code for code in CODES if code.code.startswith("NP2")]
    assert completed("netpolc explain NP2") == codes
    assert completed("netpolc explain np2") == [code.lower() for code in codes]
    assert completed("netpolc explain ") == [code.code for code in CODES]
    assert completed("netpolc explain unk") == [code.name for code in CODES if code.name.startswith("unk")]
    assert completed("netpolc build --env ") == []
    here.write("netpolc.toml", "[env.prod]\n[env.preview]\n[env.staging]\n")
    assert completed("netpolc build --env pr") == ["prod", "preview"]
    assert completed("netpolc check -e s") == ["staging"]
    here.write("netpolc.toml", "[env.prod\n")
    assert completed("netpolc build --env ") == []


def test_contexts_are_those_that_kubectl_has(completed, here, monkeypatch):
    stand_in = StandIn(here / "bin", {"config get-contexts --output=name": [0, "prod\nprod-eu\nstaging\n", ""]})
    monkeypatch.setenv("NETPOLC_KUBECTL", str(stand_in.program))
    assert completed("netpolc plan --context pr") == ["prod", "prod-eu"]
    assert completed("netpolc pull --context ") == ["prod", "prod-eu", "staging"]
    stand_in.answer({})
    assert completed("netpolc drift --context ") == []
    monkeypatch.setenv("NETPOLC_KUBECTL", "no-such-kubectl")
    assert completed("netpolc apply --context ") == []
    assert completed("netpolc check cluster:") == []


def test_clusters_among_inputs(completed, here, monkeypatch):
    stand_in = StandIn(here / "bin", {"config get-contexts --output=name": [0, "prod\nprod-eu\nstaging\n", ""]})
    monkeypatch.setenv("NETPOLC_KUBECTL", str(stand_in.program))
    for command in ("check deploy", "can web db:1", "import", "suggest", "init --from", "diff old"):
        assert completed(f"netpolc {command} cluster:s") == ["cluster:staging"], command
    assert completed("netpolc check --workloads cluster:prod-") == ["cluster:prod-eu"]
    assert completed("netpolc diff a b --workloads cl") == ["cluster:prod", "cluster:prod-eu", "cluster:staging"]
    assert completed("netpolc report ") == []
    assert completed("netpolc build cl") == []
    here.write("clusters/a.yaml", "")
    assert completed("netpolc report cl") == []
    assert completed("netpolc report clust") == []
    assert completed("netpolc report cluster") == []
    assert completed("netpolc report cluster:st") == ["cluster:staging"]
    assert completed("netpolc reach cluster:prod --from sh") == []


def test_endpoints_and_ports_of_a_program(completed, here):
    assert completed("netpolc can ") == []
    here.write("shop.netpol", PROGRAM)
    assert completed("netpolc can ") == [
        "office",
        "other/queue",
        "shop/backup",
        "shop/cache",
        "shop/database",
        "shop/webapp",
        "std.dns",
    ]
    assert completed("netpolc can web") == ["webapp"]
    assert completed("netpolc can shop/webapp shop/d") == ["shop/database:"]
    assert completed("netpolc can shop/webapp shop/database:") == ["shop/database:5432"]
    assert completed("netpolc can office webapp:") == ["webapp:admin"]
    assert completed("netpolc can shop/webapp shop/cache:") == [
        "shop/cache:53/udp",
        "shop/cache:6379",
        "shop/cache:9000-9010",
    ]
    assert completed("netpolc can shop/webapp other/queue:") == ["other/queue:5672"]
    assert completed("netpolc reach --to shop/database --port ") == ["5432"]
    assert completed("netpolc build -n o") == ["other"]
    assert completed("netpolc reach --port 5") == ["53/udp", "5432", "5672"]
    here.write("elsewhere/b.netpol", "gateway -> store:1\n")
    assert completed("netpolc reach elsewhere --from g") == ["gateway"]
    here.write("shop.netpol", "web ->\n")
    assert completed("netpolc can shop/") == []


def test_endpoints_of_manifests(completed, here):
    here.write("netpolc.toml", 'sources = ["shop.netpol"]\nmanifests = ["*.yaml"]\n[env.prod]\n')
    here.write("shop.netpol", "namespace shop\npods database = [app=db]\nweb -> database:5432\n")
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: front, namespace: shop}\n"
    service += "spec: {selector: {app: web}, ports: [{port: 80}, {port: 53, protocol: UDP}]}\n"
    pods = [POD % ("web", "shop", "web"), POD % ("scraper", "monitoring", "scraper")]
    here.write("pods.yaml", "---\n".join([*pods, service]))
    assert completed("netpolc can shop/") == ["shop/database", "shop/front", "shop/web"]
    assert completed("netpolc can shop/web m") == ["monitoring/scraper:"]
    assert completed("netpolc can shop/web monitoring/scraper:") == ["monitoring/scraper:9090"]
    assert completed("netpolc can shop/web shop/front:") == ["shop/front:53/udp", "shop/front:80"]
    assert completed("netpolc can svc/f") == ["svc/front"]
    assert completed("netpolc can web shop/svc/f") == ["shop/svc/front:"]
    assert completed("netpolc can web svc/front:5") == ["svc/front:53/udp"]
    assert completed("netpolc can pod/") == ["pod/scraper", "pod/web"]
    assert completed("netpolc can monitoring/po/") == ["monitoring/po/scraper"]
    assert completed("netpolc can deploy/") == []
    assert completed("netpolc reach --from shop/w") == ["shop/web"]
    assert completed("netpolc reach --to shop/d") == ["shop/database"]
    here.write("netpolc.toml", "no project\n")
    assert "shop/database" in completed("netpolc can shop/")


def test_revisions(completed, here):
    assert completed("netpolc diff --against ") == []
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "a"], ["tag", "v1.2"], ["branch", "topic"]):
        subprocess.run([*git, *command], cwd=here.path, check=True)
    assert sorted(completed("netpolc diff --against ")) == ["main", "topic", "v1.2"]
    assert completed("netpolc diff --against v") == ["v1.2"]
    assert completed("netpolc diff git:t") == ["git:topic"]
    assert len(completed("netpolc diff gi")) == 3
    assert completed("netpolc diff shop") == completed("netpolc diff ") == []


@each_row(
    "line, words, incomplete",
    [
        ("netpolc", [], "netpolc"),
        ("netpolc ", [], ""),
        ("netpolc can a", ["can"], "a"),
        ("A=1 ./bin/netpolc can a ", ["can", "a"], ""),
        ("netpolc can 'a b", ["can"], "a b"),
        ("netpolc can 'a b' ", ["can", "a b"], ""),
        ("netpolc can # ", ["can", "#"], ""),
    ],
)
def test_a_line_is_split_as_shells_do(line, words, incomplete):
    assert split(line) == (words, incomplete)


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_of_a_shell(netpolc, shell):
    ran = netpolc("completion", shell)
    assert (ran.code, ran.out, ran.err) == (0, SCRIPTS[shell], "")
    assert COMPLETE in ran.out
    assert LINE in ran.out


BASH = """\
netpolc() { printf '%s\n' shop/cache:53/udp shop/cache:6379; }
compopt() { printf '%s ' compopt "$@"; }
COMP_LINE='netpolc can a shop/cache:' COMP_POINT=25
_netpolc netpolc
printf '%s,' "${COMPREPLY[@]}"
netpolc() { echo shop/cache:; }
COMP_LINE='netpolc can a shop/c' COMP_POINT=20
_netpolc netpolc
printf '%s,' "${COMPREPLY[@]}"
"""


def test_bash_is_given_what_follows_the_last_colon(process):
    script = process("completion", "bash").stdout.decode()
    ran = subprocess.run(["bash", "--norc", "-c", script + BASH], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "53/udp,6379,compopt -o nospace shop/cache:,"
