import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netpolc.api import compile_text
from netpolc.diagnostics.fixing import Chosen, harm

# What is written, with the place of the error in ⟦…⟧, and what the fix makes of it, if there is one.
SLIPS = [
    ("NP210", "web -> ⟦std.dns⟧", 'import "std"\n\nweb -> std.dns'),
    ("NP210", "# header\n\nweb -> ⟦std.dns⟧", '# header\n\nimport "std"\n\nweb -> std.dns'),
    ("NP210", "# of the flow\nweb -> ⟦std.dns⟧", 'import "std"\n\n# of the flow\nweb -> std.dns'),
    ("NP207", 'import ⟦"sdt"⟧', 'import "std"'),
    ("NP207", 'import ⟦"std.netpol"⟧', 'import "std"'),
    ("NP207", 'import ⟦"a/sdt"⟧', None),
    ("NP210", 'import "std"\nweb -> ⟦sdt.dns⟧', 'import "std"\nweb -> std.dns'),
    ("NP210", "web -> ⟦db.data⟧:5432", "web -> data/db:5432"),
    ("NP210", "namespace data\nweb -> ⟦data.db⟧:5432", "namespace data\nweb -> data/db:5432"),
    ("NP210", "web -> db:⟦ports.http⟧", None),
    ("NP311", "web -> ⟦stripe.com⟧:443", None),
    ("NP311", "web -> ⟦kubernetes.default⟧:443", None),
    ("NP101", '⟦"web"⟧ -> db:1', "web -> db:1"),
    ("NP101", 'web -> {⟦"data/db"⟧, c}:1', "web -> {data/db, c}:1"),
    ("NP101", 'web -> ⟦"db:5432"⟧', "web -> db:5432"),
    ("NP101", 'web -> ⟦"data/db:53/udp"⟧', "web -> data/db:53/udp"),
    ("NP101", 'web -> ⟦"db:http"⟧', 'web -> db:"http"'),
    ("NP101", 'web -> ⟦"2001:db8::1:443"⟧', "web -> 2001:db8::1/128:443"),
    ("NP101", 'web -> ⟦"[2001:db8::1]:443"⟧', "web -> 2001:db8::1/128:443"),
    ("NP101", 'web -> ⟦"app=db, tier=x"⟧:1', "web -> [app=db, tier=x]:1"),
    ("NP101", 'web -> ⟦"db-*"⟧:1', None),
    ("NP311", 'web -> ⟦"*.example.com"⟧:1', None),
    ("NP407", 'web -> db:⟦"5432"/udp⟧', "web -> db:5432/udp"),
    ("NP407", 'web -> db:⟦"80-90"⟧', "web -> db:80-90"),
    ("NP407", 'web -> db:⟦"70000"⟧', None),
    ("NP101", 'net o = ⟦"10.0.0.0/8"⟧', "net o = 10.0.0.0/8"),
    ("NP101", 'net o = ⟦"10.0.0.7"⟧', "net o = 10.0.0.7/32"),
    ("NP101", "net o = ⟦[10.0.0.0/8, 10.0.0.7]⟧", "net o = {10.0.0.0/8, 10.0.0.7/32}"),
    ("NP101", "web -> ⟦[10.0.0.0/8]⟧:1", "web -> 10.0.0.0/8:1"),
    ("NP101", 'web -> ⟦"https://db"⟧', "web -> db:443"),
    ("NP101", '⟦"http://web:80"⟧ -> db:80', "web -> db:80"),
    ("NP311", 'web -> ⟦"db.data.svc"⟧:1', "web -> data/db:1"),
    ("NP311", 'web -> ⟦"https://api.example.com/v1"⟧', None),
    ("NP311", 'web -> ⟦"api.example.com"⟧:443', None),
    ("NP206", "pods db = ⟦{app: postgres}⟧", "pods db = [app=postgres]"),
    ("NP206", 'web -> ⟦{"app": "db", "tier": "x"}⟧:5432', "web -> [app=db, tier=x]:5432"),
    ("NP206", '⟦{"app": "web"}⟧ -> db:1', "[app=web] -> db:1"),
    ("NP206", 'pods db = ⟦{"app": "postgres", "role": "primary"}⟧', "pods db = [app=postgres, role=primary]"),
    ("NP206", 'pods db = ⟦{"app.kubernetes.io/name": "db", tier: x}⟧', "pods db = [app.kubernetes.io/name=db, tier=x]"),
    ("NP206", 'pods db = ⟦{app: "postgres", role: primary}⟧', "pods db = [app=postgres, role=primary]"),
    ("NP206", "⟦{app: web}⟧ -> db:80", "[app=web] -> db:80"),
    ("NP206", "web -> ⟦{app: db}⟧:80", "web -> [app=db]:80"),
    ("NP206", "baseline deny all on ⟦{app: db}⟧", "baseline deny all on [app=db]"),
    ("NP206", "pods db = ⟦{postgres, mysql}⟧", None),
    ("NP215", "port ⟦http⟧ = http", None),
    ("NP307", "web -> ⟦db:8000:9000⟧", "web -> db:8000-9000"),
]
each_slip = pytest.mark.parametrize(("code", "marked", "mended"), SLIPS)


def bare(marked):
    return marked.replace("⟦", "").replace("⟧", "")


def errors(text):
    return [d for d in compile_text(f"{text}\n", name="shop.netpol").diagnostics if d.severity == "error"]


def applied(text, fix):
    (edit,) = fix.edits
    return text[: edit.location.span.start] + edit.text + text[edit.location.span.end :]


@each_slip
def test_a_slip_is_told_at_its_place_with_a_fix_that_compiles(code, marked, mended):
    text = bare(marked)
    (found,) = errors(text)
    span = found.location.span
    assert (found.code, f"{text[: span.start]}⟦{found.location.text}⟧{text[span.end :]}") == (code, marked)
    assert found.help or code == "NP207"
    assert [applied(text, fix) for fix in found.fixes] == ([] if mended is None else [mended])
    assert mended is None or errors(mended) == []


def test_an_import_that_is_meant_for_the_library_is_corrected_and_no_second_one_added():
    of_import, of_name = errors('import "sdt"\nweb -> std.dns')
    assert [fix.message for fix in of_import.fixes] == ['use `"std"`']
    assert (of_name.help, of_name.fixes) == ('correct the import to `"std"`', ())


def test_the_import_of_the_library_is_safe_to_add():
    (found,) = errors("web -> std.dns")
    assert [fix.applicability for fix in found.fixes] == ["safe"]


@pytest.mark.parametrize(
    "text", ["port postgres = 5432\nweb -> {app: postgres}", "web -> {a:80, b:90}", 'web -> {a:"http"}']
)
def test_a_set_with_ports_is_no_selector(text):
    assert errors(text) == []


@given(
    st.lists(st.sampled_from([bare(marked) for code, marked, _ in SLIPS if code != "NP215"]), min_size=2, max_size=4)
)
@example(['import "std.netpol"', 'import "sdt"'])
@settings(max_examples=15)
def test_a_fix_removes_its_error_and_brings_no_other(texts):
    text = "\n".join(dict.fromkeys(line for each in texts for line in each.split("\n")))
    before = errors(text)
    for found in before:
        for fix in found.fixes:
            after = errors(applied(text, fix))
            assert harm([Chosen(found, fix)], before, after) == []
            assert count(after, found) < count(before, found)


def count(found, like):
    return sum(
        (each.code, each.message, each.location.text) == (like.code, like.message, like.location.text) for each in found
    )


@pytest.mark.parametrize(
    ("port", "advice"),
    [
        ("any", "every port is `*`"),
        ("udp", "a protocol follows its port, as in `443/udp`; every port of it is `*/udp`"),
        ("icmp", "policies are about TCP, UDP and SCTP, and leave it to the network plugin what becomes of ICMP"),
        ("https", 'declare it: `port https = 8080`; a container port\'s name is quoted: `"https"`'),
        ("postgres", 'declare it: `port postgres = 5432`; a container port\'s name is quoted: `"postgres"`'),
    ],
)
def test_the_way_out_of_unknown_ports(port, advice):
    assert [found.help for found in errors(f"web -> db:{port}")] == [advice]
