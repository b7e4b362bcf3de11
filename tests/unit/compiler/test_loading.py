import hashlib

import pytest

from netpolc.cache import Cache
from netpolc.compiler import loading
from netpolc.compiler.loading import load_files, load_text
from netpolc.language.syntax import parser
from netpolc.project.discovery import SourceFile
from netpolc.source import Source

SHOP = """\
import "lib.netpol"  # why
namespace shop [a=b]
@reason("é")
{web, x} -> db:{lib.pg, 80-90/udp}
assert deny a -> b:1
"""


class Fixture:
    def __init__(self, folder):
        self.folder = folder / "src"
        self.folder.mkdir()
        self.cache = Cache(folder / "cache")
        self.cache.folder.mkdir()

    def write(self, **texts):
        for name, text in texts.items():
            (self.folder / f"{name}.netpol").write_text(text)

    def load(self, *names, cache=True):
        files = [SourceFile(self.folder / f"{name}.netpol", f"{name}.netpol") for name in names]
        return load_files(files, self.folder, self.cache if cache else None)


@pytest.fixture
def here(tmp_path):
    return Fixture(tmp_path)


@pytest.fixture
def parsed(monkeypatch):
    """The names of the sources that were parsed, and not found in the cache."""
    names = []
    real = parser.parse

    def parse(source):
        names.append(source.name)
        return real(source)

    monkeypatch.setattr("netpolc.language.syntax.parser.parse", parse)
    return names


def shape(loaded):
    """All that a run may see of its files."""
    return [
        (
            file.is_source,
            file.outline,
            [file.outline.source.name, file.outline.source.label, file.outline.source.text],
            sorted(file.imports),
            [(span.start, span.end) for span in loaded.comments[file.outline.source]],
        )
        for file in loaded.files
    ], loaded.diagnostics


def spans(node):
    """Every place in a tree, which comparing trees leaves out."""
    if hasattr(node, "start"):
        return [(node.start, node.end)]
    if isinstance(node, tuple | list):
        return [span for part in node for span in spans(part)]
    return [span for name in getattr(node, "__struct_fields__", ()) for span in spans(getattr(node, name))]


def test_a_hit_is_the_same_as_a_miss(here, parsed):
    here.write(shop=SHOP, lib="port pg = 5432\n")
    plain = here.load("shop", cache=False)
    miss = here.load("shop")
    assert parsed == ["shop.netpol", "lib.netpol"] * 2
    hit = here.load("shop")
    assert len(parsed) == 4
    # Sources differ from run to run; all that is in them does not.
    for one in (miss, hit):
        assert repr(shape(one)) == repr(shape(plain))
        for file, other in zip(one.files, plain.files, strict=True):
            assert spans(file.outline) == spans(other.outline)
            assert len(spans(file.outline)) > 3


def test_a_changed_text_is_a_miss(here, parsed):
    here.write(a="x -> y:1\n")
    here.load("a")
    here.write(a="x -> y:2\n")
    assert "y:2" in here.load("a").files[0].outline.source.text
    here.write(a="x -> y:1\n")
    here.load("a")
    assert parsed == ["a.netpol"] * 3
    here.load("a")
    assert parsed == ["a.netpol"] * 3


def test_another_netpolc_is_a_miss(here, parsed, monkeypatch):
    here.write(a="x -> y:1\n")
    here.load("a")
    monkeypatch.setattr(loading, "fingerprint", lambda: b"other")
    here.load("a")
    assert parsed == ["a.netpol"] * 2


def test_a_damaged_entry_is_a_miss(here, parsed):
    here.write(a='x -> y:1  # c\n@reason("z")\nnamespace b\n')
    good = repr(shape(here.load("a")))
    (entry,) = here.cache.folder.iterdir()
    whole = entry.read_bytes()
    damaged = [whole[:at] for at in range(0, len(whole), 7)]
    damaged += [whole[:at] + b"\x00" + whole[at + 1 :] for at in range(0, len(whole), 7) if whole[at]]
    damaged += [b"", b"\xff" * 1000, whole + b"x", whole + whole]
    for count, content in enumerate(damaged, 2):
        entry.write_bytes(content)
        assert repr(shape(here.load("a"))) == good
        assert len(parsed) == count


def test_a_well_kept_entry_of_another_shape_is_a_miss(here, parsed):
    here.write(a="x -> y:1\n")
    here.load("a")
    (entry,) = here.cache.folder.iterdir()
    kept = here.cache.read(entry.name)
    digest = kept[: hashlib.sha256().digest_size]
    for content in (b"", b"\x90", b"\x93\x01\x02\x03", b"\xc0", b"\xff"):
        here.cache.write(entry.name, digest + content)
        here.load("a")
    assert len(parsed) == 6


def test_errors_are_not_forgotten_by_the_cache(here):
    here.write(a="x -> \ny -> z:1\n")
    first, second = here.load("a"), here.load("a")
    assert [d.code for d in first.diagnostics] == [d.code for d in second.diagnostics] == ["NP101"]


def test_each_file_is_read_once_however_it_is_reached(here, parsed):
    here.write(a='import "b.netpol"\nimport "./b.netpol" as again\n', b='import "c.netpol"\n', c="")
    (here.folder / "link.netpol").symlink_to("b.netpol")
    loaded = here.load("c", "a", "b", "link", cache=False)
    assert parsed == ["c.netpol", "a.netpol", "b.netpol"]
    assert [file.is_source for file in loaded.files] == [True, True, True]
    _, a, b = loaded.files
    assert set(a.imports.values()) == {b.key}


def test_what_is_only_imported_is_no_source(here):
    here.write(a='import "b.netpol"\n', b="")
    assert [file.is_source for file in here.load("a").files] == [True, False]


def test_files_stand_in_the_order_in_which_they_are_met(here):
    here.write(a='import "d.netpol"\nimport "c.netpol"\n', b="", c="", d='import "e.netpol"\n', e="")
    names = [file.outline.source.name for file in here.load("b", "a").files]
    assert names == ["b.netpol", "a.netpol", "d.netpol", "e.netpol", "c.netpol"]


def test_a_cycle_is_reported_and_ends(here):
    here.write(a='import "b.netpol"\n', b='import "c.netpol"\n', c='import "a.netpol"\nimport "c.netpol" as self\n')
    loaded = here.load("a")
    assert [(d.code, d.message, repr(d.location)) for d in loaded.diagnostics] == [
        ("NP208", "files import each other: a.netpol -> b.netpol -> c.netpol -> a.netpol", "c.netpol:1:8"),
        ("NP208", "files import each other: c.netpol -> c.netpol", "c.netpol:2:8"),
    ]


def test_a_diamond_is_no_cycle(here):
    here.write(a='import "b.netpol"\nimport "c.netpol"\n', b='import "d.netpol"\n', c='import "d.netpol"\n', d="")
    assert here.load("a").diagnostics == ()


def test_an_import_that_cannot_be_read_is_reported_once(here):
    here.write(a='import "b.netpol"\n', c='import "b.netpol"\n', d="")
    (here.folder / "b.netpol").write_bytes(b"\xff")
    loaded = here.load("a", "c", "b")
    assert [d.code for d in loaded.diagnostics] == ["NP105"]
    assert [dict(file.imports) for file in loaded.files] == [{"b": None}, {"b": None}]


def test_the_library_is_an_ordinary_file(here):
    here.write(a='import "std"\n')
    loaded = here.load("a")
    assert loaded.diagnostics == ()
    assert [file.outline.source.name for file in loaded.files] == ["a.netpol", "std"]


def test_a_text(here):
    here.write(lib="port pg = 1\n")
    loaded = load_text(Source("<stdin>", SHOP), here.folder, here.cache)
    assert [(file.outline.source.label, file.is_source) for file in loaded.files] == [
        ("<stdin>", True),
        ("lib.netpol", False),
    ]
    assert loaded.diagnostics == ()


def test_work_that_is_spread_gives_the_same(here, monkeypatch):
    monkeypatch.setattr(loading, "LEAST_TO_SPREAD", 10)
    monkeypatch.setattr("netpolc.language.syntax.spread.SMALLEST_SHARE", 10)
    monkeypatch.setattr("netpolc.processors.available", lambda: 2)
    texts = {f"f{n}": f'import "f{n + 1}.netpol" as next\na{n} -> b:{n + 1}\n' for n in range(6)}
    here.write(**texts, f6="a => b:1\n", f7="x -> y:7\n")
    files = [SourceFile(here.folder / f"f{n}.netpol", f"f{n}.netpol") for n in range(8)]
    alone, spread = (load_files(files, here.folder, processes=processes) for processes in (1, 2))
    assert [file.outline.statements for file in spread.files] == [file.outline.statements for file in alone.files]
    assert [d.code for d in spread.diagnostics] == [d.code for d in alone.diagnostics] == ["NP102"]
