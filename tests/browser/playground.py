"""The playground in a headless Chromium: it compiles, answers, shows mistakes, and asks nobody but its own folder.

`make browser` runs this after `make playground`. Pictures of what was seen are in `build/browser`.
"""

import base64
import json
import threading
import zlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netpolc.language.highlighting.pieces import pieces
from tests.browser.chromium import chromium

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "playground"
PICTURES = ROOT / "build" / "browser"
FIRST = "webapp -> database:5000\n"
FIFTY = "".join(f"web-{number} -> api-{number}:{8000 + number}\n" for number in range(50))


def link(program):
    """A program as a link has it."""
    packed = zlib.compressobj(wbits=-15)
    return base64.urlsafe_b64encode(packed.compress(program) + packed.flush()).rstrip(b"=").decode()


class Files(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 -- as its base has it
        ".html": "text/html",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".wasm": "application/wasm",
        ".json": "application/json",
        "": "application/octet-stream",
    }

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=FOLDER))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def loaded(browser, address):
    found = browser(f"{address}index.html", within=address)
    found.until("document.body.dataset.compiled >= 1")
    return found


@pytest.fixture
def page(loaded):
    loaded.click("document.getElementById('tab-yaml')")
    loaded.click("document.querySelector('#samples button')")
    say(loaded, FIRST)
    yield loaded
    assert loaded.errors == []
    assert loaded.refused == []


def say(page, program):
    """Put a program in the place of the one that is there, as typing does, and wait for the compiler."""
    page.ask(
        f"(() => {{ const text = document.getElementById('text'); text.value = {json.dumps(program)};"
        "document.body.dataset.compiled = 0; text.dispatchEvent(new Event('input')); })()"
    )
    page.until("document.body.dataset.compiled >= 1")


def shown(page, name):
    return page.ask(f"document.getElementById('{name}').textContent")


def test_the_first_example_is_compiled_and_proved(page):
    assert "port: 5000" in shown(page, "yaml")
    assert shown(page, "state") == "2 policies, proved to allow what the program says"
    page.picture(PICTURES / "playground.png")


def test_a_mistake_is_shown_at_its_place_and_the_last_good_program_stays(page):
    say(page, "webapp -> database")

    assert "1 error" in shown(page, "state")
    assert "no port is given for `database`" in shown(page, "findings")
    assert "port: 5000" in shown(page, "yaml")
    page.click("document.querySelector('#findings button')")
    assert page.ask("[text.selectionStart, text.selectionEnd]") == [10, 18]


def test_each_keystroke_of_a_program_is_answered(page):
    say(page, "")
    page.click("document.getElementById('text')")
    page.write("webapp -> database:50")
    page.until("document.getElementById('yaml').textContent.includes('port: 50\\n')")


def test_the_text_is_coloured_by_the_rules_of_the_language(page):
    programs = [each.read_text() for each in sorted(ROOT.glob("examples/**/*.netpol"))]
    programs += ['pods a = [app in (x, "y"), !z, tier=b]\n\ta -> [!a]:1-2/udp # end', "<b>\u202e€ 😀 -> [", "]]\r\n"]
    assert len(programs) > 9
    rules = "rulesOf(await (await fetch('highlighting.json')).json())"
    ask = f"import('./highlighting.js').then(async ({{pieces, rulesOf}}) => pieces(%s, {rules}))"
    for program in programs:
        assert page.ask(ask % json.dumps(program)) == [[*each] for each in pieces(program)]
        say(page, program)
        assert page.ask("colours.textContent") == page.ask("text.value") + "\n"


def test_the_colours_lie_where_the_text_is(page):
    say(page, "".join(f"web-{number} -> {'x' * 200}:{number}\n" for number in range(1, 90)))
    page.ask("text.scrollTop = 500, text.scrollLeft = 300")
    assert page.ask("text.scrollTop > 0 && text.scrollLeft > 0")
    page.until("colours.style.translate === `${-text.scrollLeft}px ${-text.scrollTop}px`")
    assert page.ask("numbers.style.translate") == page.ask("`0px ${-text.scrollTop}px`")
    for place in ("left", "top"):
        moved = page.ask(f"text.getBoundingClientRect().{place} - colours.getBoundingClientRect().{place}")
        assert moved == page.ask(f"text.scroll{place.title()}")
    assert page.ask("getComputedStyle(colours).font === getComputedStyle(text).font")
    page.picture(PICTURES / "playground-scrolled.png")
    say(page, "# a long text\n" * 3000)
    assert page.ask("getComputedStyle(text).color !== 'rgba(0, 0, 0, 0)' && colours.textContent") == "\n"


def test_a_question_is_answered_with_the_line(page):
    page.click("document.getElementById('tab-can')")
    page.until("document.getElementById('answer').textContent.startsWith('yes')")

    assert "shop.netpol:1: webapp -> database:5000" in shown(page, "answer")


def test_a_change_is_compared_with_what_was_kept(page):
    say(page, "* -> database:5000")
    page.click("document.getElementById('tab-diff')")
    page.until("document.getElementById('diff').textContent.includes('1 connection opened')")
    page.click("document.getElementById('keep')")
    page.until("document.getElementById('diff').textContent.includes('0 connections opened')")


def test_a_picture_is_drawn(page):
    page.click("document.getElementById('tab-picture')")
    page.until("document.getElementById('picture').naturalWidth > 50")
    page.picture(PICTURES / "playground-picture.png")


def test_a_link_holds_the_program_and_hostile_text_stays_text(browser, address, page):
    hostile = "# <img src=x onerror=alert(1)></textarea><script>alert(1)</script>\nwebapp -> database:5000"
    say(page, hostile)
    page.click("document.getElementById('share')")
    page.until("location.hash.length > 3")
    link = page.ask("location.hash")

    other = browser(f"{address}index.html{link}", within=address)
    other.until("document.body.dataset.compiled >= 1")

    assert other.ask("text.value") == hostile
    assert other.errors == other.refused == []


@pytest.mark.parametrize(
    ("fragment", "program"),
    [
        ("p=%%%", None),
        ("p=AAAA", None),
        ("p=" + "_" * 5000, None),
        ("p=" + link(b"a" * 5_000_000), None),
        ("p=" + link(b"\xff\xfe\x00"), "\ufffd\ufffd\0"),
        ("p=" + link(b"<script>alert(1)</script><img src=x onerror=alert(1)>"), "<script>"),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_a_link_that_somebody_has_made_up_does_no_harm(page, fragment, program):
    page.ask("document.body.dataset.compiled = 0")
    page.ask(f"void (location.hash = {json.dumps(fragment)})")
    page.until("document.body.dataset.compiled >= 1")
    assert ("The link is damaged" in shown(page, "state")) == (program is None)
    text = page.ask("text.value")
    assert text.startswith(program) if program else text == FIRST
    assert page.ask("document.querySelectorAll('img:not(#picture), script:not([src])').length") == 0
    say(page, "a -> b:1\n")
    assert shown(page, "state") == "2 policies, proved to allow what the program says"


def test_each_sample_of_the_tutorial_compiles_but_for_the_mistake(page):
    titles = page.ask("[...document.querySelectorAll('#samples button')].map((each) => each.textContent)")
    assert len(titles) > 3
    for number, title in enumerate(titles):
        say(page, "")
        page.ask("document.body.dataset.compiled = 0")
        page.click(f"document.querySelectorAll('#samples button')[{number}]")
        page.until("document.body.dataset.compiled >= 1")
        assert page.ask("text.value") != ""
        assert page.ask("document.getElementById('state').className") == ("bad" if title == "A mistake" else "good")


def test_no_beginning_of_a_program_is_too_much_for_it(page):
    """As it is typed, at each keystroke: an answer each time, with mistakes or without, and never a failure."""
    program = 'import "std"\nnamespace {shop, x}\nbaseline deny all\n@owner("é😀")\n{a, b} -> [c=d]:1-2/udp # x\n'
    for end in range(len(program) + 1):
        say(page, program[:end])
        said = shown(page, "state")
        assert "error" in said or "proved" in said, (program[:end], said)
    assert "proved" in said


def test_nothing_outside_of_the_folder_can_be_asked(page):
    said = page.ask("fetch('https://example.org/').then(() => 'answered', () => 'refused')")

    assert said == "refused"
    page.errors.clear()  # the policy of the page says that it refused


def test_a_browser_without_webassembly_is_told(browser, address):
    page = browser(f"{address}index.html", within=address, before="delete globalThis.WebAssembly")
    page.until("document.getElementById('state').textContent.includes('no WebAssembly')")

    assert page.errors == []


def test_it_is_ready_soon_after_its_runtime_and_compiles_at_once_afterwards(page):
    took = []
    for number in range(15):
        say(page, f"{FIFTY}web -> api:{number + 1}\n")
        took.append(float(page.ask("document.body.dataset.took")))
    runtime, netpolc = (float(page.ask(f"document.body.dataset.{name}")) for name in ("runtime", "netpolc"))
    at_best, mostly = sorted(took)[:8:7]
    print(f"runtime {runtime:.0f} ms, then netpolc {netpolc:.0f} ms")
    print(f"a compile of 51 lines {at_best:.1f} ms at best, and {mostly:.1f} ms mostly")

    assert netpolc < runtime / 2
