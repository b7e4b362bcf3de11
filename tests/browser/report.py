"""The page of a report in a headless Chromium: clicked, searched, read back, with keys alone, and looked at.

`make browser` runs this. Pictures of what was seen are in `build/browser`.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import CHROMIUM, chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "browser"
SECOND = 1.0

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")


def netpolc(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "netpolc", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode()


def report(folder, place, *arguments):
    netpolc(folder, "report", "-q", "-o", str(place), *arguments)
    return place


@pytest.fixture(scope="module")
def opened():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as opening:
        yield opening


@pytest.fixture
def shop(opened, tmp_path):
    page = opened(report(ROOT / "examples" / "shop", tmp_path / "shop.html"))
    yield page
    assert (page.errors, page.refused) == ([], [])


def named(text, within=""):
    """A button by the text on it."""
    return first(f"{within} button", f"each.textContent === {json.dumps(text)}")


def first(selector, condition):
    """The first element of a selector that is so."""
    return f"{every(selector)}.find((each) => {condition})"


def every(selector):
    return f"[...document.querySelectorAll({json.dumps(selector)})]"


def text_of(page, selector):
    return page.ask(f"document.querySelector({json.dumps(selector)}).innerText")


def focused(page):
    return page.ask("document.activeElement.textContent || document.activeElement.id")


def test_two_clicks_tell_who_may_reach_the_database_and_by_which_line(shop):
    shop.click(named("shop", "#places"))
    shop.click(named("shop/database", "#details"))
    said = text_of(shop, "#details").partition("Whom it may reach")[0]
    assert [line for line in said.splitlines() if "/" in line and "policies" not in line and "->" not in line][1:4] == [
        "fulfilment/warehouse",
        "shop/catalogue",
        "shop/orders",
    ]
    assert "policies/shop.netpol:19\n{catalogue, orders} -> database:5432" in said
    assert "policies/shop.netpol:61\nwarehouse -> shop/database:5432" in said
    shop.picture(PICTURES / "shop-database.png")


def test_a_click_on_a_source_tells_both_ends(shop):
    shop.click(named("database", "#places"))
    shop.click(named("shop/orders", "#details"))
    said = text_of(shop, "#details")
    assert said.startswith("shop/orders → shop/database")
    assert "may, on TCP 5432" in said
    for end in (
        "egress of shop/orders\nis closed, and admits it by\nshop/orders spec.egress",
        "shop/database spec.ingress",
    ):
        assert end in said.replace("\n\n", "\n")
    shop.click(named("Back", "#details"))
    assert text_of(shop, "#details").startswith("shop/database")


def test_every_pair_that_the_page_shows_is_one_that_reach_prints(shop):
    rows = json.loads(netpolc(ROOT / "examples" / "shop", "reach", "--env", "prod", "--pairs", "--format", "json"))
    workloads = {each["id"] for each in rows["peers"] if each["type"] == "workload"}
    expected = sorted(
        [each["source"], each["destination"]]
        for each in rows["connections"]
        if {each["source"], each["destination"]} <= workloads
    )
    found = []
    for source in ("fulfilment", "payments", "shop"):
        for destination in ("fulfilment", "payments", "shop"):
            cell = first("#namespaces td button", f"each.title.startsWith('{source} to {destination}:')")
            if shop.ask(f"Boolean({cell})"):
                shop.click(cell)
                labels = shop.ask(f"{every('#workloads td button')}.map((each) => each.title)")
                pairs = (label.partition(": ") for label in labels)
                found += [ends.split(" to ") for ends, _, ports in pairs if ports != "not allowed"]
    assert sorted(found) == expected


def test_a_pair_that_may_not_says_what_closes_it(shop):
    shop.click(first("#namespaces td button", "each.title.startsWith('shop to shop:')"))
    shop.click(first("#workloads td button", "each.title === 'shop/storefront to shop/database: not allowed'"))
    said = text_of(shop, "#details").replace("\n\n", "\n")
    assert "may not, on any port\negress of shop/storefront\nis closed by\n" in said
    assert "policies/shop.netpol:7" in said


def test_keys_alone_find_open_and_close(shop):
    shop.press("/")
    shop.write("databa")
    assert shop.ask("document.activeElement.getAttribute('aria-activedescendant')") == "found-0"
    shop.press("Enter")
    assert focused(shop) == "shop/database"
    shop.press("Tab")
    assert focused(shop) == "Close"
    shop.press("Tab")
    shop.press("Enter")
    assert "→ shop/database" in focused(shop)
    shop.press("Escape")
    assert shop.ask("document.getElementById('details').hidden")
    assert focused(shop) == "search"


def test_coming_back_from_what_was_found_the_page_is_free_and_typing_looks_anew(shop):
    for key in ("/", *"databa", "Enter", "Escape"):
        shop.press(key)
    assert focused(shop) == "search"
    assert shop.ask("document.getElementById('found').hidden")
    shop.press("ArrowDown")
    assert not shop.ask("document.getElementById('found').hidden")
    shop.press("Escape")
    shop.ask("document.activeElement.blur()")
    shop.press("/")
    shop.write("orders")
    assert shop.ask("document.getElementById('search').value") == "orders"


def test_a_rule_of_a_manifest_is_called_by_its_policy(opened, tmp_path):
    folder = tmp_path / "cluster"
    large_cluster(folder, 1_200)
    page = opened(report(tmp_path, tmp_path / "page.html", "cluster"))
    page.press("/")
    page.write("team-0/app-1")
    page.press("Enter")
    said = page.ask("document.querySelector('#details .source').innerText")
    assert re.fullmatch(r"cluster/team-0.yaml:[0-9]+\nteam-0/app-1 spec.ingress\[[0-9]+\]", said)
    widths = f"{every('#namespaces tbody th')}.map((each) => each.getBoundingClientRect().width)"
    assert min(page.ask(widths)) >= 150  # though there are many columns, names stand on one line


def large_cluster(folder, deployments):
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from worlds import write_world  # noqa: PLC0415 -- they import each other by their names alone

    folder.mkdir()
    write_world(folder, deployments)


def test_arrows_walk_a_matrix_which_is_one_stop_of_tab(shop):
    stops = "document.querySelectorAll('#namespaces tbody td > [tabindex=\"0\"]').length"
    assert shop.ask(stops) == 1
    shop.ask("document.querySelector('#namespaces tbody td > [tabindex=\"0\"]').focus()")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "End", "Home", "ArrowUp"):
        shop.press(key)
    assert shop.ask(stops) == 1
    assert shop.ask("document.activeElement.closest('tr').rowIndex") == 2
    while shop.ask("document.activeElement.tagName") != "BUTTON":
        shop.press("ArrowRight")
    label = shop.ask("document.activeElement.title")
    shop.press("Enter")
    assert text_of(shop, "#workloads h3").lower() == f"from {label.partition(':')[0]}"
    assert shop.ask("document.activeElement.tagName") == "H3"


def test_what_can_be_pressed_has_a_name_and_every_id_is_one(shop):
    pressed = every("button, a, input, select, [role=button]")
    name = "each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length"
    assert shop.ask(f"{pressed}.every((each) => {name})")
    ids = shop.ask(f"{every('[id]')}.map((each) => each.id)")
    assert len(ids) == len({*ids})
    named_by = "each.getAttribute('aria-labelledby') ?? each.getAttribute('aria-controls')"
    assert {*shop.ask(f"{every('[aria-labelledby], [aria-controls]')}.map((each) => {named_by})")} <= {*ids}
    headed = "each.caption && each.tHead && each.querySelector('th[scope]')"
    assert shop.ask(f"{every('table')}.every((each) => {headed})")


def test_it_is_light_or_dark_as_the_system_is_and_has_a_switch(shop):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    seen = {}
    for scheme in ("light", "dark"):
        shop.media(prefers_color_scheme=scheme)
        seen[scheme] = shop.ask(ground)
        shop.picture(PICTURES / f"shop-{scheme}.png", whole=True)
        assert lowest_contrast(shop) >= 4.5
    assert seen["light"] != seen["dark"]
    shop.click("document.getElementById('theme')")
    assert shop.ask(ground) == seen["light"]


def lowest_contrast(page):
    """The least contrast of any text to what is behind it, as WCAG counts it; 4.5 is what it asks for."""
    return page.ask(
        """(() => {
          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const light = (color) => {
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((each) => each / 255)
              .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const behind = (each) => {
            for (; each; each = each.parentElement) {
              const color = getComputedStyle(each).backgroundColor;
              if (!color.endsWith(", 0)")) return color;
            }
            return getComputedStyle(document.documentElement).backgroundColor;
          };
          let least = 21;
          for (const each of document.querySelectorAll("main *, header *")) {
            const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
            if (!own || each.closest("svg, .none") || !each.checkVisibility()) continue;
            const [one, other] = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => b - a);
            least = Math.min(least, (one + 0.05) / (other + 0.05));
          }
          return least;
        })()"""
    )


def test_nothing_outside_of_the_page_is_loaded_or_run(shop):
    for attempt in (
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.com/x.png'}))",
        "fetch('https://example.com/').catch(() => null)",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.com/'}))",
    ):
        shop.ask(f"void ({attempt})")
    shop.ask("new Promise((resolve) => setTimeout(resolve, 200))")
    assert shop.refused == []  # the page's own policy refuses before anything is asked for
    shop.errors = [each for each in shop.errors if "Content Security Policy" not in each]
    assert shop.ask("(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()")
    shop.errors = [each for each in shop.errors if "TrustedHTML" not in each]


HOSTILE = "</script><img src=x onerror=alert(1)><b>&amp;\u202e\u200b"


def test_what_users_write_is_shown_and_never_acts(opened, tmp_path):
    label = HOSTILE[: HOSTILE.index("\u202e")]
    (tmp_path / "shop.netpol").write_text(f'namespace shop\nbaseline deny all\n@reason("{label}")\nweb -> db:1\n')
    page = opened(report(tmp_path, tmp_path / "page.html", "--title", HOSTILE))
    assert page.ask("document.querySelectorAll('img, iframe, script').length") == len(("data", "script"))
    title = text_of(page, "#title")
    assert title == "</script><img src=x onerror=alert(1)><b>&amp;\\u{202e}\\u{200b}"
    assert (page.errors, page.refused) == ([], [])


@pytest.mark.parametrize("deployments", [500, 2_000])
def test_large_clusters_answer_within_a_second(opened, tmp_path, deployments):
    large_cluster(tmp_path / "cluster", deployments)
    page = opened(report(tmp_path, tmp_path / "page.html", "cluster"))
    page.tell("Performance.enable", timeDomain="threadTicks")
    page.picture(PICTURES / f"cluster-{deployments}.png", whole=True)
    for step in (
        "document.querySelector('#places th button').click()",
        "document.querySelector('#details .names button').click()",
        "document.querySelector('#namespaces td button').click()",
        "Object.assign(document.getElementById('search'), {value: 'app-1'}).dispatchEvent(new Event('input'))",
        "document.getElementById('hypothetical').click()",
    ):
        before = busy(page)
        page.ask(step)
        page.ask("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))")
        assert busy(page) - before < SECOND, step
    assert (page.errors, page.refused) == ([], [])


def busy(page):
    """The CPU seconds that the page has taken."""
    return next(
        each["value"] for each in page.tell("Performance.getMetrics")["metrics"] if each["name"] == "TaskDuration"
    )


def test_printed_it_leaves_out_what_only_a_screen_can_use(shop):
    shop.tell("Emulation.setEmulatedMedia", media="print")
    assert not shop.ask("document.querySelector('nav').checkVisibility()")
    assert shop.ask("document.querySelector('#places').checkVisibility()")


def test_changes_name_what_opened_and_its_line(opened, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "shop.netpol").write_text("namespace shop\nbaseline deny all\nweb -> db:1\n")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "shop.netpol").write_text("namespace shop\nbaseline deny all\nweb -> db:2\n")
    page = opened(report(tmp_path, tmp_path / "page.html", "--against", "old", "new"))
    assert [*filter(None, text_of(page, "#changed").split("\n"))] == [
        "Against old.",
        "1 connection opened, 1 closed",
        *("opened", "shop/[app=web]", "to", "shop/[app=db]", "on TCP 2", "new/shop.netpol:3 web -> db:2"),
        *("closed", "shop/[app=web]", "to", "shop/[app=db]", "on TCP 1", "old/shop.netpol:3 web -> db:1"),
    ]


def test_what_was_seen_leads_to_peers_and_lines(opened, tmp_path):
    page = opened(report(ROOT / "examples" / "flows", tmp_path / "seen.html", "--flows", "flows/hubble.json"))
    said = page.ask("document.getElementById('flows').innerText")
    assert "1 connection not allowed; 3 of 9 lines never used" in said
    assert "denied when seen" in said
    page.click("document.querySelector('#flows .source')")
    assert page.ask("document.querySelector('#details h2').textContent") == "policies/shop.netpol:6"
    page.click(named("data/db", "#flows"))
    assert page.ask("document.querySelector('#details h2').textContent") == "data/db"
    assert (page.errors, page.refused) == ([], [])
