"""After an edit, a build says and writes what it would without any memory, though it may compile only a part."""

import os
import random
from pathlib import Path

import pytest

from netpolc.cli.output import Style
from netpolc.cli.runs.build import BuildRequest, BuildRun
from netpolc.cli.session import Session
from netpolc.compiler import pipeline
from tests.naive.programs import Program
from tests.strategies.programs import Author
from tests.strategies.shrinking import _programs
from tests.strategies.writing import LIBRARY_FILE, Writer

NAMESPACES = ("shop", "data", "ops")
FRAMES = (
    "baseline deny all",
    "baseline deny egress",
    "baseline deny ingress on {web, [tier=x]}",
    "baseline assume deny all on db",
    "pods db = [app=db, tier!=old]",
    "group both = {web, data/db}",
    "port metrics = {9090, 9100}",
    "names by tier",
    'import "shared.netpol" as s',
    "env prod { web -> db:7 }",
    "# netpolc: ignore[NP501] somebody else's",
    "# nothing",
    "",
)
OWN = ("web", "api", "*", "[app=web, x]", "[tier in (x, y)]")
ENDS = (
    *("web", "db", "api", "*", "[app=web, x]", "data/db", "shop/*", "ops/web", "lab/web", "*/db", "*/*", "any"),
    *("[team=a]/web", "[team=b]/*", "{web, data/db}", "10.0.0.0/8", "10.0.0.0/8 except 10.1.0.0/16", "data/[app=a.b]"),
)
PORTS = (":80", ":443", ":*", ":53/udp", ':"http"', ":8000-8100", ":{80, 81}")


class Town:
    """A program of a file for each namespace, as lines that can be edited."""

    def __init__(self, source):
        self.random = source
        self.files = {"shared.netpol": ["service pg = data/[app=pg]:5432"]}
        for name in NAMESPACES:
            head = f"namespace {name} [team={source.choice('ab')}]"
            frame = [line for line in FRAMES[1:] if source.random() < 0.1 and not line.startswith(("names", "import"))]
            self.files[f"{name}.netpol"] = [
                head,
                FRAMES[0],
                *frame,
                *(self.flow() for _ in range(source.randint(1, 8))),
            ]

    def flow(self):
        arrow = self.random.choice([" -> ", " -> ", "->", " <-> "])
        note = self.random.choice([""] * 8 + ['@owner("a")\n', '@reason("b") ', "@expires(2031-01-01)\n"])
        ends = [self.random.choice(OWN), self.random.choice(ENDS)]
        half = self.random.choice([""] * 12 + [" ingress", " egress"])
        if not half:
            self.random.shuffle(ends)
        comment = self.random.choice([""] * 12 + ["  # why", " # netpolc: ignore[NP501] later"])
        return f"{note}{ends[0]}{arrow}{ends[1]}{self.random.choice(PORTS)}{half}{comment}"

    def edit(self, *, anything):
        """Change a flow, or whatever a line may be."""
        lines = self.files[f"{self.random.choice(NAMESPACES)}.netpol"]
        at = self.random.randrange(1, len(lines) + 1)
        kind = self.random.randrange(10 if anything else 6)
        if kind < 3 and at < len(lines):
            lines[at] = self.flow()
        elif kind == 3:
            lines.insert(at, self.flow())
        elif kind == 4 and at < len(lines):
            del lines[at]
        elif kind == 5:
            lines[1:] = self.random.sample(lines[1:], len(lines) - 1)
        elif kind == 6:
            lines[0] = f"namespace {self.random.choice(NAMESPACES)} [team={self.random.choice('ab')}]"
        elif kind == 7:
            lines.insert(self.random.choice([0, at]), self.random.choice(FRAMES))
        elif kind == 8:
            lines.insert(0, self.random.choice(["web -> db:80", "baseline deny egress", "pods db = [app=d]"]))
        else:
            self.files["shared.netpol"][0] = self.random.choice(["service pg = [app=pg]:1", "pods pg = [app=pg]"])

    def texts(self):
        return {name: "".join(f"{line}\n" for line in lines) for name, lines in self.files.items()}


class Builder:
    """Builds in a folder of its own, with or without a memory."""

    def __init__(self, folder, cache, monkeypatch, capsys, *, remembers, **request):
        self.folder = folder
        self.folder.mkdir()
        self.cache = cache
        self.remembers = remembers
        self.patch = monkeypatch
        self.capsys = capsys
        self.request = BuildRequest(paths=(".",), output="out", **request)

    def build(self, texts):
        """What a build of these files says and writes, and how it ends."""
        for name, text in texts.items():
            (self.folder / name).write_text(text, "utf-8")
        self.patch.chdir(self.folder)
        self.patch.setenv("NETPOLC_CACHE", os.fspath(self.cache))
        if not self.remembers:
            for kept in self.cache.iterdir():
                if kept.name.startswith(("build-", "render-", "tree-")):
                    kept.unlink()
        code = BuildRun(Session(Path.cwd(), None, Style()), self.request).run()
        written = {str(path): path.read_text("utf-8") for path in sorted(Path("out").rglob("*.yaml"))}
        return code, self.capsys.readouterr().err, written


@pytest.fixture
def parts(monkeypatch):
    """The parts in which builds compiled; None stands for everything."""
    found = []

    def compiled(loaded, options, part=None):
        found.append(part)
        return real(loaded, options, part)

    real = pipeline.analyse
    monkeypatch.setattr(pipeline, "analyse", compiled)
    return found


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    """Two caches, which keep compiled templates from test to test."""
    return [tmp_path_factory.mktemp(name) for name in ("remembers", "forgets")]


@pytest.fixture
def builders(tmp_path, monkeypatch, capsys, caches):
    """A pair of builders for each call: one remembers what it built, the other does not."""

    def pair(name, **request):
        return [
            Builder(tmp_path / f"{cache.name}-{name}", cache, monkeypatch, capsys, remembers=remembers, **request)
            for cache, remembers in zip(caches, (True, False), strict=True)
        ]

    return pair


def build_alike(pair, texts):
    one, other = (builder.build(texts) for builder in pair)
    assert one == other, texts


@pytest.mark.parametrize("layout", ["namespace", "object"])
@pytest.mark.search(3, block=3)
def test_edits_of_flows(builders, parts, layout, seeds):
    for seed in seeds:
        town = Town(random.Random(seed))
        pair = builders(seed, layout=layout)
        for _ in range(5):
            build_alike(pair, town.texts())
            town.edit(anything=False)
    assert seeds.meet(sum(part is not None for part in parts), 0)


@pytest.mark.search(3, block=3)
def test_edits_of_anything(builders, seeds):
    for seed in seeds:
        source = random.Random(seed)
        town = Town(source)
        pair = builders(seed, layout="namespace", environment=source.choice([None, "prod"]))
        for _ in range(5):
            build_alike(pair, town.texts())
            town.edit(anything=True)


@pytest.mark.search(3, block=3)
def test_parts_of_programs_taken_away_and_put_back(builders, seeds):
    for seed in seeds:
        source = random.Random(seed)
        program = Author(source).program()
        pair = builders(seed, environment=program.environment, namespace=program.namespace)
        smaller = [*_programs(program)]
        for each in (program, *source.sample(smaller, min(2, len(smaller))), program):
            texts = {"shop.netpol": Writer(random.Random(seed), plain=True).text(each)}
            if each.library:
                texts[LIBRARY_FILE] = Writer(random.Random(0), plain=True).text(Program(each.library))
            build_alike(pair, texts)
