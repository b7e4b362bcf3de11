"""Input that means harm, or looks as if: it is reported with its place, or compiled for what it says; nothing else."""

import json
import os
import re
import subprocess

import pytest
import yaml

LONG = "a" * 64

REFUSED = {
    "a label value of 64 characters": (f"x -> [app={LONG}]:1", "NP404", 7),
    "a name of 64 characters": (f"x -> {LONG}:1", "NP404", 6),
    "a label key of 64 characters": (f"x -> [{LONG}=b]:1", "NP403", 7),
    "a namespace with a dot": ("namespace a.b\nx -> y:1", "NP101", 11),
    "a namespace with a dot, in a peer": ("x -> a.b/y:1", "NP101", None),
    "a namespace with a capital": ("namespace Shop\nx -> y:1", "NP402", 11),
    "a namespace of 64 characters": (f"namespace {LONG}\nx -> y:1", "NP402", 11),
    "a newline in a string": ('x -> "y\n":1', "NP104", 6),
    "a Cyrillic letter": ("x -> d\u0430ta:1", "NP110", 7),
    "a combining accent": ("x -> cafe\u0301:1", "NP110", 10),
    "an accent": ("x -> caf\u00e9:1", "NP110", 9),
    "a zero-width space": ("x -> da\u200bta:1", "NP110", 8),
    "a right-to-left override": ("x -> da\u202eta:1", "NP110", 8),
    "a key with two slashes": ("x -> [a/b/c=d]:1", "NP403", 7),
    "a key that begins with -": ("x -> [-a=b]:1", "NP403", 7),
    "a key that begins with _": ("x -> [_a=b]:1", "NP403", 7),
    "a key that begins with .": ("x -> [.a=b]:1", "NP403", 7),
    "a value that begins with -": ("x -> [a=-b]:1", "NP404", 7),
    "a value that ends with .": ("x -> [a=b.]:1", "NP404", 7),
    "a name that begins with _": ("x -> _y:1", "NP404", 6),
    "a name that begins with -": ("x -> -y:1", "NP101", 6),
    "a name that ends with -": ("x -> y-:1", "NP101", 6),
    "a namespace that begins with _": ("namespace _a\nx -> y:1", "NP402", 11),
    "port 0": ("x -> y:0", "NP302", 8),
    "port 65536": ("x -> y:65536", "NP302", 8),
    "port -1": ("x -> y:-1", "NP302", 8),
    "port 2^31": ("x -> y:2147483648", "NP302", 8),
    "a port of 5,000 digits": ("x -> y:" + "9" * 5000, "NP302", 8),
    "full-width digits": ("x -> y:\uff18\uff10", "NP110", 8),
    "Arabic digits": ("x -> y:\u0668\u0660", "NP110", 8),
    "a superscript digit": ("x -> y:8\u00b2", "NP110", 9),
    "a sign": ("x -> y:+80", "NP302", 8),
    "a reversed range": ("x -> y:90-80", "NP303", 8),
    "a range from a name": ('x -> y:"http"-90', "NP101", None),
    "half a range": ("x -> y:80-", "NP101", 8),
    "host bits": ("x -> 10.0.0.5/24:1", "NP306", 6),
    "a bare address": ("x -> 10.0.0.1:1", "NP305", 6),
    "a bare IPv6 address": ("x -> 2001:db8::1:1", "NP305", 6),
    "a netmask": ("x -> 10.0.0.0/255.0.0.0:1", "NP307", 6),
    "a hostmask": ("x -> 10.0.0.0/0.255.255.255:1", "NP307", 6),
    "a prefix with a leading zero": ("x -> 10.0.0.0/08:1", "NP307", 6),
    "an octet with a leading zero": ("x -> 010.0.0.0/8:1", "NP307", 6),
    "IPv4 mapped into IPv6": ("x -> ::ffff:10.0.0.0/104:1", "NP307", 6),
    "a zone id": ("x -> fe80::1%eth0/128:1", "NP307", 6),
    "an exception equal to its block": ("x -> 10.0.0.0/8 except 10.0.0.0/8:1", "NP308", 24),
    "an exception outside of its block": ("x -> 10.0.0.0/8 except 11.0.0.0/16:1", "NP308", 24),
    "an exception wider than its block": ("x -> 10.0.0.0/8 except 0.0.0.0/0:1", "NP308", 24),
    "an exception of the other family": ("x -> 10.0.0.0/8 except 2001:db8::/64:1", "NP308", 24),
    "a prefix of 33": ("x -> 1.2.3.4/33:1", "NP307", 6),
    "a prefix of 129": ("x -> ::/129:1", "NP307", 6),
    "an empty group": ("group g = {}\nx -> g:1", "NP101", 11),
    "a group of itself": ("group a = {a}\nx -> a:1", "NP215", None),
    "groups of each other": ("group a = {b}\ngroup b = {a}\nx -> a:1", "NP215", None),
    "a file that imports itself": ('import "a.netpol"\nx -> y:1', "NP208", 8),
    "an import of an absolute path": ('import "/etc/hostname"\nx -> y:1', "NP209", 8),
    "an import of an absolute path of Windows": ('import "C:/x.netpol"\nx -> y:1', "NP209", 8),
    "an import that climbs out": ('import "../../../../etc/hostname"\nx -> y:1', "NP209", 8),
    "an import that climbs out by detour": ('import "sub/../../x.netpol"\nx -> y:1', "NP209", 8),
    "an import with a backslash": ('import "..\\\\x.netpol"\nx -> y:1', "NP207", 8),
    "an import with a null byte": ('import "x\\u0000.netpol"\nx -> y:1', "NP207", 8),
    "an import of a folder": ('import "sub"\nx -> y:1', "NP207", 8),
    "an import of nothing": ('import ""\nx -> y:1', "NP207", 8),
    "an import of a link out": ('import "link.netpol"\nx -> y:1', "NP209", 8),
    "an import through a linked folder": ('import "linked/secret.netpol"\nx -> y:1', "NP209", 8),
    "an import of a link that goes in a circle": ('import "circle.netpol"\nx -> y:1', "NP207", 8),
    "an import of a pipe": ('import "pipe.netpol"\nx -> y:1', "NP207", 8),
    "half of a surrogate pair": ('@reason("a\\ud800b")\nx -> y:1', "NP104", None),
    "a namespace that climbs out": ("namespace ../x\nx -> y:1", "NP101", None),
    "a namespace with a slash": ("namespace a/b\nx -> y:1", "NP101", None),
    "an escape in the text": ("x -> \x1b[31my:1", "NP105", 6),
    "50,000 characters before the fault": ("x -> [" + "a" * 50_000 + "!]:1", "NP101", None),
    "50,000 dashes": ("x " + "-" * 50_000 + "> y:1", "NP102", 3),
    "50,000 backslashes": ('"' + "\\" * 50_001, "NP104", 1),
    "50,000 colons": ("x -> " + ":" * 50_000, "NP307", 6),
    "25,000 dots": ("a." * 25_000, "NP311", 1),
    "25,000 half ranges": ("0-" * 25_000, "NP101", 1),
    "an annotation of 300 KiB": ('@reason("' + "x" * 300_000 + '")\nx -> y:1', "NP405", None),
    "annotations of 300 KiB": (
        "".join(f'@reason("{"x" * 3000}{i}")\nx{i} -> y:1\n' for i in range(100)),
        "NP405",
        None,
    ),
    "5,000 braces": ("a -> " + "{" * 5000 + "b" + "}" * 5000 + ":1", "NP106", None),
    "5,000 brackets that never close": ("[" * 5000, "NP106", None),
    "5,000 blocks": ("namespace a {\n" * 5000, "NP106", None),
    "3,000 groups in a chain": (
        "".join(f"group g{i} = {{g{i + 1}, a}}\n" for i in range(3000)) + "g0 -> y:1",
        "NP106",
        None,
    ),
}


def plant(here):
    """What imports must not reach, beside the working folder, and ways to it."""
    outside = here.path.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.netpol").write_text("pods secret = [app=secret]\n")
    (here / "sub").mkdir()
    (here / "link.netpol").symlink_to(outside / "secret.netpol")
    (here / "linked").symlink_to(outside)
    (here / "circle.netpol").symlink_to("circle.netpol")
    os.mkfifo(here / "pipe.netpol")


@pytest.mark.parametrize(("text", "code", "column"), REFUSED.values(), ids=REFUSED)
def test_refused(netpolc, here, text, code, column):
    plant(here)
    here.write("a.netpol", text)
    before = here.files()
    ran = netpolc("build", "a.netpol", "-o", "out", "--error-format", "json")
    assert (ran.code, ran.out) == (1, "")
    found = json.loads(ran.err)["diagnostics"]
    (first, *_) = [diagnostic for diagnostic in found if diagnostic["code"] == code]
    assert first["range"]["file"] == "a.netpol"
    assert column in (None, first["range"]["start"]["column"])
    assert here.files() == before
    human = netpolc("check", "a.netpol")
    assert human.code == 1
    assert f"error[{code}]" in human.out
    assert re.search(r"--> a\.netpol:\d+:\d+\n", human.out)
    assert max(map(len, human.out.splitlines())) < 2000
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2028]", human.out)


CLOSED = "baseline deny all\n"
KEYWORDS = (
    *("import", "names", "strict", "namespace", "env", "baseline", "pods", "group", "net", "port", "service", "param"),
    *("assert", "in", "notin", "except", "as", "on", "ingress", "egress", "all", "deny"),
)
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

ACCEPTED = {
    "a label value of 63 characters": f"x -> [app={'a' * 63}]:1",
    "a name of 253 characters": f"pods {'n' * 253} = [a=b]\nx -> {'n' * 253}:1",
    "a name of 254 characters": f"pods {'n' * 254} = [a=b]\nx -> {'n' * 254}:1",
    "names equal after cutting": "pods Xa = [a=b]\npods Xb = [a=c]\nx -> {Xa, Xb}:1".replace("X", "n" * 299),
    "names equal but for case": "x -> {Web, web, WEB, wEb}:1",
    "names equal but for signs": "x -> {a-b, a_b, [app=a.b]}:1",
    "a name of our own": "x -> {default-deny, all-pods, pods}:1\nx -> *:2",
    "an empty value and no value": 'x -> {[app=], [app=""], [app], [!app]}:1',
    "keywords as names": "".join(f"{word} -> {word}-db:1\nx -> {word}:2\n" for word in KEYWORDS),
    "blanks around a port": "x -> y: 80 ",
    "a range of one": "x -> y:80-80",
    "an IPv6 block in capitals": "baseline deny all\nx -> FE80:0:0::/64:1",
    "an exception twice": "baseline deny all\nx -> 10.0.0.0/8 except {10.1.0.0/16, 10.1.0.0/16}:1",
    "exceptions that leave nothing": "baseline deny all\nx -> 10.0.0.0/8 except {10.0.0.0/9, 10.128.0.0/9}:1",
    "overlapping blocks": f"{CLOSED}x -> {{10.0.0.0/8 except 10.1.0.0/16, 10.1.0.0/16 except 10.1.2.0/24}}:1",
    "the widest and the narrowest blocks": f"{CLOSED}x -> {{0.0.0.0/0, ::/0, 1.2.3.4/32, 2001:db8::1/128}}:1",
    "a group of groups": "group a = {b, c}\ngroup b = {d}\nx -> a:1",
    "Jinja in annotations and comments": '@reason("{{ 7*7 }}{% raw %}{# x #}")\nx -> y:1  # {{ 7*7 }} {% endfor %}',
    "YAML in an annotation": '@reason("a: b # c\\nkey: value\\n- x\\ty")\n@owner("!!python/object:x")\nx -> y:1',
    "line breaks of Unicode": '@reason("a\\u2028kind: x\\u0085y\\u2029\\u000bz\\u000cq")\nx -> y:1  # \u2028kind: x',
    "documents in an annotation": '@reason("\\n---\\nkind: Secret\\n...\\n%YAML 1.1\\n---\\n")\nx -> y:1  # ---',
    "right-to-left text": '@reason("\\u202e\\u2066 tac")\nx -> y:1  # \u05e9',
    "devices of Windows": "namespace con\nx -> {aux, nul, com1, [app=prn.txt]}:1\nnamespace lpt1\nx -> con:1",
    "terminal escapes in an annotation": '@reason("\\u001b[2J\\u001b]0;x\\u0007\\u009b")\nx -> y:1  # \x1b[2J',
    "200,000 blank lines": "\n" * 200_000 + "x -> y:1",
    "a comment of 1 MiB": "# " + "x " * 500_000 + "\nx -> y:1",
    "annotations just below the limit": '@reason("' + "x" * 250_000 + '")\nx -> y:1',
    "levels of braces": "x -> " + "{" * 64 + "b" + "}" * 64 + ":1",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted_for_what_it_says(netpolc, here, text):
    here.write("a.netpol", text)
    ran = netpolc("build", "a.netpol")
    assert ran.code == 0
    assert "error" not in ran.err
    # Nothing but plain lines, whatever was written; comments may hold letters of any script.
    assert not re.search(r"[^\n\x20-\x7e]", re.sub(r"(?m)^ *#.*$", "", ran.out))
    assert ran.out.replace("\n", " ").isprintable()
    documents = list(yaml.safe_load_all(ran.out))
    assert {document["kind"] for document in documents} == {"NetworkPolicy"}
    names = [(document["metadata"].get("namespace"), document["metadata"]["name"]) for document in documents]
    assert len({(namespace, name.casefold()) for namespace, name in names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name) and len(name) <= 253 for _, name in names)
    assert netpolc("build", "a.netpol", "-o", "out").code == 0
    assert len(here.names("out")) == len(documents)
    assert not [part for name in here.names("out") for part in name.split("/") if DEVICES.fullmatch(part)]


def test_annotations_reach_the_cluster_as_they_were_written(netpolc, here):
    texts = [
        "{{ 7*7 }}",
        "a: b # c",
        "x\n---\ny",
        "\u2028\u202e\u0085",
        "\x1b[2J\x00\x07",
        "'\"\\",
        "yes",
        "1e3",
        "日本",
    ]
    for text in texts:
        here.write("a.netpol", f"@reason({json.dumps(text)})\nx -> y:1\n")
        annotations = {}
        ran = netpolc("build", "a.netpol")
        assert ran.code == 0
        # PyYAML refuses a null byte even as an escape, which kubectl's reader takes.
        for document in yaml.safe_load_all(ran.out.replace("\\u0000", "\\u0001")):
            annotations |= document["metadata"].get("annotations", {})
        assert list(annotations.values()) == [text.replace("\0", "\1")]


FILES = {
    "a null byte": (b"x -> y:1\n\0", "a null byte in the text"),
    "no UTF-8": (b"x -> y:1 # \xff\xfe\n", "the byte 0xFF is not UTF-8 here"),
    "UTF-16": ("x -> y:1".encode("utf-16"), "the text is UTF-16, not UTF-8"),
    "half of a surrogate pair": (b"# \xed\xa0\x80", "the byte 0xED is not UTF-8 here"),
    "an overlong slash": (b"# \xc0\xaf", "the byte 0xC0 is not UTF-8 here"),
    "binary": (bytes(range(256)) * 100, "a null byte in the text"),
}


@pytest.mark.parametrize("command", ["build", "check", "fmt"])
@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_what_is_no_text(netpolc, here, command, content, said):
    here.write("a.netpol", content)
    ran = netpolc(command, "a.netpol")
    assert ran.code == 1
    assert f"error[NP105]: {said}\n  --> a.netpol:" in ran.out + ran.err
    assert netpolc(command, "-", stdin=content).code == 1
    assert here.files() == {"a.netpol": content}


def sparse(path):
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)


@pytest.mark.parametrize("command", ["build", "check", "fmt"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (sparse, "it is larger than 16 MiB"),
        (os.mkfifo, "it is a named pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "it is a device"),
        (lambda path: path.symlink_to("/dev/null"), "it is a device"),
        (lambda path: path.symlink_to("nowhere"), "no such file or directory"),
        (lambda path: path.symlink_to(path.name), "too many levels of symbolic links"),
    ],
    ids=["a large file", "a pipe", "an endless device", "an empty device", "a dangling link", "a link in a circle"],
)
def test_what_is_no_file(netpolc, here, command, make, said):
    make(here / "a.netpol")
    ran = netpolc(command, "a.netpol")
    assert ran.code == 2
    assert ran.out + ran.err == f"error[NP805]: `a.netpol` cannot be read: {said}\n\n1 error\n"


def test_standard_input_without_an_end(here, process):
    """`/dev/zero` is read up to the limit, and no further."""
    with open("/dev/zero", "rb") as zero:  # noqa: PTH123 -- a device
        ran = process("build", "-", stdin=zero)
    assert ran.returncode == 2
    assert b"`<stdin>` cannot be read: it is larger than 16 MiB" in ran.stderr
    assert here.files() == {}


def test_a_file_that_may_not_be_read(netpolc, here, monkeypatch):
    here.write("a.netpol", "x -> y:1\n")
    real = os.open

    def refuse(path, *arguments, **options):
        if str(path).endswith("a.netpol"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr("netpolc.project.reading.os.open", refuse)
    for command in ("build", "check", "fmt"):
        ran = netpolc(command, "a.netpol")
        assert ran.code == 2
        assert "`a.netpol` cannot be read: permission denied" in ran.out + ran.err


def test_a_cycle_of_imports_is_shown(netpolc, here):
    for one, other in ("ab", "bc", "ca"):
        here.write(f"{one}.netpol", f'import "{other}.netpol"\nx -> y:1\n')
    ran = netpolc("check", "a.netpol", "--format", "plain")
    assert ran.code == 1
    assert ran.out.startswith(
        "c.netpol:1:8: error[NP208]: files import each other: a.netpol -> b.netpol -> c.netpol -> a.netpol"
    )
    assert netpolc("check").code == 1


def test_a_long_chain_of_imports_is_no_cycle(netpolc, here):
    for i in range(600):
        here.write(f"f{i}.netpol", f'import "f{i + 1}.netpol" as next\nport p = {i + 1}\n')
    here.write("f600.netpol", "port p = 1\n")
    here.write("a.netpol", 'import "f0.netpol"\nx -> y:f0.p\n')
    assert netpolc("build", "a.netpol").code == 0
    here.write("f600.netpol", 'import "a.netpol"\n')
    assert "NP208" in netpolc("build", "a.netpol").err


def test_one_file_under_two_names(netpolc, here):
    here.write("lib/ports.netpol", "port pg = 5432\n")
    (here / "other.netpol").symlink_to("lib/ports.netpol")
    here.write(
        "a.netpol",
        'import "lib/ports.netpol" as one\nimport "./lib/../lib/ports.netpol" as two\nimport "other.netpol" as three\n'
        "x -> y:{one.pg, two.pg, three.pg}\n",
    )
    ran = netpolc("build", "a.netpol")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("port: 5432") == 1
    here.write("b.netpol", 'import "lib/ports.netpol"\nimport "lib/ports.netpol"\nx -> y:1\n')
    assert "NP201" in netpolc("build", "b.netpol").err


def test_names_that_differ_in_case_are_two_files_where_they_are_two(netpolc, here):
    here.write("Ports.netpol", "port pg = 1\n")
    here.write("ports.netpol", "port pg = 2\n")
    if len(here.names()) == 1:
        pytest.skip("this file system does not tell case")
    here.write("a.netpol", 'import "Ports.netpol" as one\nimport "ports.netpol" as two\nx -> y:{one.pg, two.pg}\n')
    assert netpolc("build", "a.netpol").code == 0
    here.write("b.netpol", 'import "PORTS.netpol"\nx -> y:1\n')
    assert "NP207" in netpolc("build", "b.netpol").err


def test_an_import_may_lead_to_a_link_that_stays_inside(netpolc, here):
    here.write("lib/ports.netpol", "port pg = 5432\n")
    (here / "short.netpol").symlink_to("lib/ports.netpol")
    here.write("a.netpol", 'import "short.netpol"\nx -> y:short.pg\n')
    assert netpolc("build", "a.netpol").code == 0


def test_the_project_is_the_fence_of_imports(netpolc, here, monkeypatch):
    here.write("shared/ports.netpol", "port pg = 5432\n")
    here.write("team/a.netpol", 'import "../shared/ports.netpol"\nx -> y:ports.pg\n')
    monkeypatch.chdir(here / "team")
    assert "NP209" in netpolc("build", "a.netpol").err
    here.write("netpolc.toml", "")
    assert netpolc("build", "a.netpol").code == 0
    here.write("team/netpolc.toml", "")
    assert "NP209" in netpolc("build", "a.netpol").err


def test_nothing_in_a_diagnostic_acts_on_a_terminal(netpolc, here):
    evil = "\x1b]0;owned\x07\x1b[2J\r\u202e\u2066\u200b\x9b"
    here.write(f"a{evil}.netpol", f'# {evil}\nx -> y:0 # {evil}\nx{evil} -> y:1\n@reason("{evil}")\nimport "{evil}"\n')
    for form in ("human", "plain", "json"):
        ran = netpolc("check", "--format", form)
        assert ran.code == 1
        assert (ran.out + ran.err).replace("\n", "").isprintable()
    ran = netpolc("build", f"missing{evil}.netpol")
    assert ran.code == 2
    assert ran.err.replace("\n", "").isprintable()


def test_no_name_writes_outside_of_the_output(netpolc, here):
    here.write(
        "a.netpol",
        "namespace con\nx -> {aux, nul}:1\nnamespace com1\nx -> lpt9:1\npods NUL = [a=b]\nx -> NUL:1\n",
    )
    assert netpolc("build", "a.netpol", "-o", "out").code == 0
    assert here.names("out")
    assert not [part for name in here.names("out") for part in name.split("/") if DEVICES.fullmatch(part)]
    assert set(here.files()) == {"a.netpol", "out/.netpolc-inventory", *(f"out/{name}" for name in here.names("out"))}


def test_an_inventory_cannot_lead_a_build_astray(netpolc, here):
    here.write("precious.yaml", "mine\n")
    here.write("a.netpol", "x -> y:1\n")
    digest = subprocess.run(["sha256sum", "precious.yaml"], check=True, capture_output=True, text=True).stdout[:64]
    for name in ("../precious.yaml", "/precious.yaml", "x/../../precious.yaml", "..\\precious.yaml"):
        inventory = {"version": 1, "outputs": {".": {name: [digest]}}, "folders": [".."]}
        here.write("out/.netpolc-inventory", json.dumps(inventory))
        netpolc("build", "a.netpol", "-o", "out", "--force")
        assert (here / "precious.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "a.netpol", "-o"),
        ("build", "a.netpol", "--templates"),
        ("can", "a", "b"),
        ("check", "--workloads"),
        ("check", "--baseline"),
        ("diff", "a.netpol"),
        ("help",),
        ("import", "a.yaml", "-o"),
        ("init",),
        ("reach", "--values"),
        ("suggest",),
    ],
)
@pytest.mark.parametrize("name", ["9" * 300, f"{'a' * 300}.yaml"])
def test_a_name_that_is_too_long_for_a_file(netpolc, here, arguments, name):
    here.write("a.netpol", "namespace shop\nweb -> db:1\n")
    here.write("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    ran = netpolc(*arguments, name)
    assert ran.code == 2
    assert "NP901" not in ran.err


def test_a_working_folder_that_was_deleted(netpolc, here, monkeypatch):
    gone = here / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ran = netpolc("check")
    monkeypatch.chdir(here.path)
    assert ran.code == 2
    assert "error[NP823]: the working folder was deleted\n" in ran.err
