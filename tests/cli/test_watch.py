"""`netpolc watch`, as a process that files are saved around."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = 'sources = ["*.netpol"]\noutput = "out"\n'
SHOP = "namespace shop\nweb -> db:5432\n"


class Watching:
    """A running watch; its two streams are one, so that what it says has an order."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netpolc", "watch", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, text):
        """Everything that is said up to a line with a text; the limit of all tests ends one that waits in vain."""
        said = []
        for line in self.process.stdout:
            said.append(line)
            if text in line:
                return "".join(said)
        return pytest.fail(f"it ended without {text!r}: {''.join(said)}")

    def save(self, name, text):
        """As editors do: a new file in the place of the old."""
        beside = self.folder / f".{name}.new"
        beside.write_text(text, "utf-8")
        beside.replace(self.folder / name)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait()


@pytest.fixture
def watch(tmp_path):
    running = []

    def start(*arguments):
        running.append(Watching(tmp_path, *arguments))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "netpolc.toml").write_text(PROJECT, "utf-8")
    (tmp_path / "shop.netpol").write_text(SHOP, "utf-8")
    return tmp_path


def test_each_save_is_built_and_compared(shop, watch):
    watching = watch()
    watching.until("watching")
    assert "5432" in (shop / "out/shop/db.yaml").read_text()
    watching.save("shop.netpol", SHOP + "cron -> db:5432\n")
    said = watching.until("1 connection opened, 0 closed")
    assert "opened  shop/[app=cron] -> shop/[app=db] : TCP 5432" in said
    assert "shop.netpol:3: cron -> db:5432" in said
    assert "cron" in (shop / "out/shop/db.yaml").read_text()
    watching.save("shop.netpol", "# the same\n" + SHOP + "cron -> db:5432\n")
    watching.until("0 connections opened, 0 closed")
    watching.save("more.netpol", "namespace shop\ncron -> cache:6379\n")
    watching.until("opened  shop/[app=cron] -> shop/[app=cache] : TCP 6379")
    (shop / "more.netpol").unlink()
    watching.until("closed")
    assert watching.stop() == 130


def test_errors_are_said_and_the_last_good_state_is_kept(shop, watch):
    watching = watch()
    watching.until("watching")
    before = (shop / "out/shop/db.yaml").read_text()
    watching.save("shop.netpol", "web => db:5433\n")
    assert "NP102" in watching.until("nothing is built until this is fixed")
    watching.save("netpolc.toml", "sorces = 1\n")
    watching.until("NP801")
    assert (shop / "out/shop/db.yaml").read_text() == before
    watching.save("netpolc.toml", PROJECT)
    watching.until("nothing is built until this is fixed")
    watching.save("shop.netpol", SHOP.replace("5432", "5433"))
    assert "opened  shop/[app=web] -> shop/[app=db] : TCP 5433" in watching.until("1 connection opened, 1 closed")


def test_imports_and_templates_are_watched(shop, watch):
    (shop / "lib").mkdir()
    (shop / "lib/ports.netpol").write_text("port web = 80\n", "utf-8")
    (shop / "shop.netpol").write_text('import "lib/ports.netpol"\nnamespace shop\na -> b:ports.web\n', "utf-8")
    (shop / "netpolc.toml").write_text(PROJECT + 'templates = "layouts"\n', "utf-8")
    (shop / "layouts").mkdir()
    bundled = Path(__file__).parents[2] / "templates" / "networkpolicy.yaml.j2"
    (shop / "layouts/networkpolicy.yaml.j2").write_text(bundled.read_text("utf-8"), "utf-8")
    watching = watch()
    watching.until("watching")
    (shop / "lib/ports.netpol").write_text("port web = 81\n", "utf-8")
    watching.until("1 connection opened, 1 closed")
    (shop / "layouts/networkpolicy.yaml.j2").write_text("# ours\n" + bundled.read_text("utf-8"), "utf-8")
    watching.until("0 connections opened, 0 closed")
    assert "# ours" in (shop / "out/shop/b.yaml").read_text()


def test_one_file_is_checked_only(shop, watch):
    watching = watch("shop.netpol")
    watching.until("watching")
    watching.save("shop.netpol", "namespace shop\nbaseline deny all\nweb -> db:5432\n")
    assert "NP605" in watching.until("closed")
    assert not (shop / "out").exists()


def test_standard_input_cannot_be_watched(netpolc):
    ran = netpolc("watch", "-")
    assert ran.code == 2
    assert "standard input cannot be watched" in ran.err


def test_workloads_stay_where_they_are_while_the_program_gains_a_namespace(shop, watch):
    manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: c}]}\n"
    (shop / "netpolc.toml").write_text(PROJECT + 'manifests = ["deploy.yaml"]\n')
    (shop / "deploy.yaml").write_text(manifest)
    watching = watch()
    watching.until("watching")
    watching.save("shop.netpol", SHOP + "web -> db:9\nnamespace more\na -> b:1\n")
    assert "opened  shop/[app=web] -> shop/[app=db] : TCP 9\n" in watching.until("1 connection opened")
    watching.save("shop.netpol", SHOP)
    assert "closed  shop/[app=web] -> shop/[app=db] : TCP 9\n" in watching.until("1 closed")
    watching.stop()
