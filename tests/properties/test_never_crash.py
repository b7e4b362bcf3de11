"""No text raises or hangs; each gives policies, or errors that point into it."""

import contextlib
import datetime
import json
import random
import signal
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from netpolc.checks.options import CheckOptions
from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.formats import FORMATS, Appearance
from netpolc.diagnostics.model import errors_in
from netpolc.source import Source
from tests.properties.building import HERE, NAME, compiled, made_up, rendered, write_library
from tests.rows import each_row

ROOT = Path(__file__).parents[2]

HANGS = 60
"""Seconds of this process after which nobody waits any longer."""

TODAY = CheckOptions(today=datetime.date(2031, 5, 1))
THOROUGH = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def parser_that_is_built():
    """So that no test times what happens once."""
    compiled("a -> b:80")


@contextlib.contextmanager
def within(seconds):
    """Interrupts what takes longer, not counting what other processes take."""

    def interrupt(*_):
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def places_of(diagnostic):
    yield from () if diagnostic.location is None else (diagnostic.location,)
    yield from (label.location for label in diagnostic.labels)
    yield from (edit.location for fix in diagnostic.fixes for edit in fix.edits)


def check(text, environment=None, namespace=None, *, seconds=HANGS):
    """Compile and render; what holds of every text."""
    with within(seconds):
        options = CompileOptions(environment=environment, namespace=namespace, checks=TODAY)
        compilation = compile_program(load_text(Source(NAME, text), HERE), options)
        for diagnostic in compilation.diagnostics:
            assert diagnostic.code in BY_CODE
            assert diagnostic.message
            for place in places_of(diagnostic):
                assert 0 <= place.span.start <= place.span.end <= len(place.source.text)
        for name, formatter in FORMATS.items():
            said = formatter(compilation.diagnostics, Appearance(color=True, width=80))
            said.encode()
            if name == "json":
                document = json.loads(said)
                assert document["error_count"] == sum(d.severity == "error" for d in compilation.diagnostics)
        if errors_in(compilation.diagnostics):
            assert not compilation.policies
        list(yaml.load_all(rendered(compilation), yaml.CSafeLoader))
    return compilation


def codes(compilation):
    return {diagnostic.code for diagnostic in compilation.diagnostics if diagnostic.severity == "error"}


# --- texts of all kinds

TOKENS = (
    *("->", "<->", "=>", "-->", "<-", "~>", "=", "==", "!=", ":", "::", "/", "*", "!", "@", ",", ".", "-", "_"),
    *("{", "}", "[", "]", "(", ")", "\n", "\r\n", "\r", " ", "\t", "#", "# why\n", "\\", '"', '""', "'", ";", "|"),
    *("web", "api", "db", "any", "std", "2048-game", "x-", "-x", "80", "0", "65536", "99999999999999999999", "007"),
    *("8000-8100", "8100-8000", "80/tcp", "53/udp", "/sctp", "/icmp", "*/udp", '"http"', '"not a port"', '"\\u0000"'),
    *("10.0.0.0/8", "10.0.0.1", "10.0.0.5/24", "10.0.0.0/33", "::/0", "2001:db8::/32", "fe80::1%eth0/64", "1.2.3"),
    *("::ffff:10.0.0.0/104", "010.0.0.0/8", "except", "import", '"std"', '"../x.netpol"', '"/etc/passwd"', "as"),
    *("names by", "strict names", "namespace", "shop", "env", "prod", "baseline", "assume", "deny", "all", "on"),
    *("ingress", "egress", "pods", "group", "net", "port", "service", "param", "assert", "allow", "only", "in"),
    *("notin", "@owner", '@owner("x")', "@expires(2031-05-06)", "@expires(2031-02-30)", "2031-01-01", "owner"),
    *("# netpolc: ignore[NP501] why", "# netpolc: ignore[NP101]", "apiVersion: v1", "app=web", "[app=web]", "}{"),
    *(
        "\u2192",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\u2028",
        "\x00",
        "\x1b[31m",
        "\uff11",
        "\u0430pi",
        "\U0001f600",
    ),
)

characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(
    st.text(characters, max_size=200),
    st.text(st.characters(min_codepoint=0, max_codepoint=0x2FF), max_size=200),
    st.lists(st.sampled_from(TOKENS), max_size=60).map("".join),
    st.lists(st.sampled_from(TOKENS), max_size=60).map(" ".join),
)


@THOROUGH
@given(texts)
@example("")
@example("\r")
@example("\ufeff\ufeff")
def test_any_text(text):
    check(text, "prod", "shop")


@pytest.mark.parametrize("text", ["\ud800", "a -> b:80 # \udfff", '@owner("\ud800")\na -> b:80'])
def test_lone_surrogates(text):
    """No file holds them, but a text that a program hands over may."""
    check(text)


LINES = (
    *("web -> api:80", "web -> {api:80, db:81}", "* <-> *:*/udp ingress", "pods web = [app=api]", "group web = {api}"),
    *("net web = 10.0.0.0/8 except 10.1.0.0/16", "port web = {80, web}", "service web = api:80", "param net web"),
    *(
        "baseline deny all on web",
        "baseline assume deny egress",
        "namespace shop",
        "namespace web {",
        "}",
        "env prod {",
    ),
    *(
        'import "std"',
        "web -> std.dns",
        "std.web -> web.std:std.web",
        "strict names",
        "names by tier",
        "names by a/b/c",
    ),
    *(
        "assert only web -> db:*",
        "web ->",
        "-> web:80",
        "web:80",
        '@owner("x")',
        "{",
        "[",
        "env staging, prod {",
        "# x",
    ),
    *("any -> any:*", 'web -> "example.com":443', "web/web -> any/any:80", "data/any -> web:web", "*/*->[a]/[!a]:1"),
)


@THOROUGH
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join), st.sampled_from([None, "prod", "other"]))
def test_any_lines(text, environment):
    check(text, environment)


def mutated(source, text):
    """A text with a few characters or tokens deleted, doubled, swapped or inserted."""
    for _ in range(source.randint(1, 4)):
        first, second = sorted(source.choices(range(len(text) + 1), k=2))
        second = min(second, first + source.choice([1, 1, 2, 8, 60]))
        part = text[first:second]
        others = (*TOKENS, text[source.randrange(len(text) + 1) :][: source.randint(1, 30)])
        middle = source.choice(["", part * 2, part[::-1], source.choice(others), part + source.choice(others)])
        text = text[:first] + middle + text[second:]
    return text


@pytest.mark.search(50, block=50)
def test_programs_with_mistakes(seeds):
    for seed in seeds:
        program, text = made_up(seed)
        write_library(program)
        broken = mutated(random.Random(seed), text)
        try:
            check(broken, program.environment, program.namespace)
        except Exception as error:
            raise AssertionError(f"seed {seed}:\n{broken}") from error


# --- what an attacker would send

OPENERS = {"{": "}", "[": "]", "(": ")"}


@pytest.mark.parametrize(("opener", "closer"), OPENERS.items())
@pytest.mark.parametrize("before", ["", "a -> ", "a -> b:", "pods x = ", "namespace shop ", "env prod "])
def test_nested_brackets(opener, closer, before):
    assert codes(check(before + opener * 5000 + "a" + closer * 5000 + ":80"))


@pytest.mark.parametrize("opener", [*OPENERS, "{[(", "[app in ("])
def test_brackets_that_are_never_closed(opener):
    assert codes(check(opener * 100_000))
    assert codes(check((opener + "\n") * 20_000))


@pytest.mark.parametrize("closer", [*OPENERS.values(), "}])"])
def test_brackets_that_were_never_opened(closer):
    assert codes(check(closer * 100_000))


@pytest.mark.parametrize(
    "line",
    [
        *("a => b:80", "a -> -> b", "}", "{", "a -> b:80 80", "@owner", 'a -> "', "a -> [x in (", "kind: x", "a ->"),
        *(
            "\u0430 -> b:80",
            "env prod {",
            "=",
            "namespace x {",
            "import ../x",
            "names by",
            "a -> b : 80 / x",
            "(",
            "'a'",
        ),
    ],
)
def test_thousands_of_wrong_lines(line):
    assert bounded(f"{line}\n" * 4_000) < 2


@pytest.mark.parametrize(
    "line", ["a -> b:http", "a -> b", "10.0.0.1 -> b:80", "a -> b:0", "pods x = [y]", "a -> {b:1}:2"]
)
def test_thousands_of_lines_that_mean_nothing(line):
    assert bounded(f"{line}\n" * 4_000) < 6


def bounded(text):
    """How many seconds of this process finding its errors takes."""
    start = time.process_time()
    compilation = compile_program(load_text(Source(NAME, text), HERE), CompileOptions())
    assert codes(compilation)
    return time.process_time() - start


UNITS = (
    *("a", "a ", "a->", "a,", "-", "<", "#", '"', "\\", "1", "1.", ":", "::1", "/", "*", "!", "@", "@a(1)", "=", "a."),
    *(";", "; a->", ",#", "a: ", "- ", "'", "%", "\u0430", "in ", "{", "}", "[", ")"),
)
BEFORE = ("a -> ", 'a -> "', "a -> [", "a -> b:", "a -> [x in (", "namespace ", "baseline deny ", "@owner(")


@pytest.mark.parametrize("unit", UNITS)
def test_a_line_of_many_thousand_characters(unit):
    check(unit * (150_000 // len(unit)))


@pytest.mark.parametrize("before", BEFORE)
def test_long_lines(before):
    for unit in UNITS:
        check(before + unit * (20_000 // len(unit)), seconds=10)


@pytest.mark.parametrize("blank", [" ", "\t"])
def test_a_line_of_blanks(blank):
    for before in BEFORE:
        check(before + blank * 100_000, seconds=2)


def test_very_many_blank_lines():
    for blank in ("\n", "\r\n", " \n", "#\n", "\t\r\n"):
        assert check(blank * (300_000 // len(blank)) + "a -> b:80").policies


@pytest.mark.parametrize("character", [*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\uffff"])
def test_control_characters(character):
    for text in ("a -> b{}:80", "a{} -> b:80", 'a -> b:"ht{}tp"', "{}", "# {}\na -> b:80", '@owner("{}")\na -> b:80'):
        check(text.replace("{}", character))


@pytest.mark.parametrize(
    "name", ["\u0430pi", "ap\u0456", "\uff41pi", "a\u0301pi", "\u200bapi", "\U0001d41api", "api\u202e", "\u03b1"]
)
def test_letters_that_look_like_others(name):
    for text in (
        f"{name} -> db:80",
        f"pods {name} = [app=api]",
        f"a -> [app={name}]:80",
        f"namespace {name}\na -> b:1",
    ):
        assert codes(check(text))


# --- programs that would be large, were they spelt out


@pytest.mark.parametrize("kind", ["pods", "group", "net", "port", "service"])
def test_a_chain_of_declarations(kind):
    last = {"net": "10.0.0.0/8", "port": "80", "service": "a:80"}.get(kind, "[app=a]")
    chain = [f"{kind} x{at} = x{at + 1}" for at in range(2000)]
    text = "\n".join([*chain, f"{kind} x2000 = {last}", "a -> b:x0" if kind == "port" else "a -> x0:80"])
    assert codes(check(text))


@pytest.mark.parametrize(
    "value",
    ["{{x{0}, x{0}}}", "{{x{0}, data/x{0}}}", "{{{{x{0}, a}}, {{x{0}, b}}, x{0}}}", "{{*/x{0}, x{0}, shop/x{0}}}"],
)
def test_groups_that_double(value):
    groups = [f"group x{at} = {value.format(at + 1)}" for at in range(40)]
    compilation = check("\n".join([*groups, "group x40 = {a, b}", "x0 -> c:80"]))
    assert len(compilation.policies) <= 8


def test_ports_that_double():
    ports = [f"port x{at} = {{x{at + 1}, x{at + 1}, {at + 1}}}" for at in range(40)]
    assert check("\n".join([*ports, "port x40 = 80", "a -> b:x0"])).policies


def test_services_that_double():
    services = [f"service x{at} = {{x{at + 1}, x{at + 1}}}" for at in range(40)]
    assert check("\n".join([*services, "service x40 = a:80", "b -> x0"])).policies


@each_row(
    "text",
    [
        *("pods a = a", "group a = {a, b}", "net a = a", "port a = {80, a}", "service a = a:80"),
        *("pods a = b\npods b = a", "group a = {b, c}\ngroup b = {c, a}", "port a = b\nport b = {a, 1}"),
        *("group a = data/a", "group a = */a", "namespace shop\ngroup a = shop/a", "group a = {x, {y, {a}}}"),
        *("service a = {b, c:80}\nservice b = a", "namespace data\npods b = shop/a\nnamespace shop\npods a = data/b"),
    ],
)
def test_declarations_that_go_round(text):
    use = "\nq -> z:a" if "port" in text else "\nq -> a" if "service" in text else "\na -> z:80"
    assert "NP215" in codes(check(text + use))


def test_a_cross_product():
    """A hundred sources times a hundred destinations times ten ports: as much to say as it is, and no more."""
    sources = ", ".join(f"a{at}" for at in range(100))
    destinations = ", ".join(f"b{at}" for at in range(100))
    ports = ", ".join(str(8000 + 2 * at) for at in range(10))
    compilation = check(f"baseline deny all\n{{{sources}}} -> {{{destinations}}}:{{{ports}}}")
    assert len(compilation.policies) == 201


def test_many_nested_sets():
    """Sixty sets within each other, each twice as wide as a line is allowed to be."""
    text = "{a, " * 60 + "b" + "}" * 60 + " -> c:80"
    assert len(check(text).policies) == 2


def test_many_statements():
    text = "".join(f"a{at % 50} -> b{at}:{at % 7 + 1}\n" for at in range(3000))
    assert len(check(text).policies) == 3001
