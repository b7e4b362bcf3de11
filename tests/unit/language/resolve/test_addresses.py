import pytest

from netpolc.api import compile_text
from netpolc.diagnostics.model import errors_in
from netpolc.language.resolve.addresses import canonical, resolve_cidr
from netpolc.language.syntax.parser import parse
from netpolc.policy import addresses
from netpolc.source import Location, Source
from tests.rows import each_row


def read(text):
    """The canonical block and its exceptions, or None, and what is said: code, place and the fix."""
    source = Source("f", f"net n = {text}")
    parsed = parse(source)
    assert parsed.diagnostics == ()
    found = []
    cidr = parsed.tree.items[0].statement.value
    result = resolve_cidr(cidr, lambda block: Location(source, block.span), found.append)
    said = [(d.code, d.location.text, d.fixes[0].edits[0].text if d.fixes else None) for d in found]
    return result, said


@each_row(
    "written, block, excepts",
    [
        ("10.0.0.0/8", "10.0.0.0/8", ()),
        ("0.0.0.0/0", "0.0.0.0/0", ()),
        ("255.255.255.255/32", "255.255.255.255/32", ()),
        ("::/0", "::/0", ()),
        ("2001:DB8:0:0:0:0:0:0/32", "2001:db8::/32", ()),
        ("2001:db8::0001/128", "2001:db8::1/128", ()),
        ("1:0:0:2:0:0:0:3/128", "1:0:0:2::3/128", ()),
        ("1:0:2:3:4:5:6:7/128", "1:0:2:3:4:5:6:7/128", ()),
        ("::1.2.3.4/128", "::102:304/128", ()),
        ("10.0.0.0/8 except 10.1.0.0/16", "10.0.0.0/8", ("10.1.0.0/16",)),
        ("10.0.0.0/8 except {10.20.0.0/16, 10.3.0.0/16, 10.3.0.0/16}", "10.0.0.0/8", ("10.3.0.0/16", "10.20.0.0/16")),
        ("10.0.0.0/8 except {10.0.0.0/16, 10.0.0.0/9}", "10.0.0.0/8", ("10.0.0.0/9", "10.0.0.0/16")),
        ("10.0.0.0/8 except {10.0.0.0/9, 10.128.0.0/9}", "10.0.0.0/8", ("10.0.0.0/9", "10.128.0.0/9")),
        ("::/0 except {2001:DB8::/32, 2001:0db8::/32}", "::/0", ("2001:db8::/32",)),
    ],
)
def test_blocks_in_canonical_form(written, block, excepts):
    emptied = block == "10.0.0.0/8" and excepts == ("10.0.0.0/9", "10.128.0.0/9")
    assert read(written) == ((block, excepts), [("NP503", "10.0.0.0/8", None)] * emptied)


@each_row(
    "written, expected",
    [
        ("10.0.0.1", ("NP305", "10.0.0.1", "10.0.0.1/32")),
        ("2001:db8::1", ("NP305", "2001:db8::1", "2001:db8::1/128")),
        ("0.0.0.0", ("NP305", "0.0.0.0", None)),  # noqa: S104 -- a text to be read, nothing is bound
        ("::", ("NP305", "::", None)),
        ("10.0.0.1/8", ("NP306", "10.0.0.1/8", "10.0.0.0/8")),
        ("2001:db8::1/32", ("NP306", "2001:db8::1/32", "2001:db8::/32")),
        ("010.0.0.0/8", ("NP307", "010.0.0.0/8", "10.0.0.0/8")),
        ("010.0.0.1/8", ("NP306", "010.0.0.1/8", "10.0.0.0/8")),
        ("10.0.0.0/08", ("NP307", "10.0.0.0/08", "10.0.0.0/8")),
        ("::ffff:10.0.0.0/104", ("NP307", "::ffff:10.0.0.0/104", None)),
        ("10.0.0.0/33", ("NP307", "10.0.0.0/33", None)),
        ("10.0.0.256/32", ("NP307", "10.0.0.256/32", None)),
        ("10.0.0/8", ("NP307", "10.0.0/8", None)),
        ("10.0.0.0/255.0.0.0", ("NP307", "10.0.0.0/255.0.0.0", "10.0.0.0/8")),
        ("fe80::1%eth0/64", ("NP307", "fe80::1%eth0/64", None)),
        ("fe80::1%eth0", ("NP307", "fe80::1%eth0", None)),
        ("1::2::3/64", ("NP307", "1::2::3/64", None)),
        ("1.2.3.4.5", ("NP307", "1.2.3.4.5", None)),
        ("10.0.0.0/8 except 10.0.0.0/8", ("NP308", "10.0.0.0/8", None)),
        ("10.0.0.0/8 except 0.0.0.0/0", ("NP308", "0.0.0.0/0", None)),
        ("10.0.0.0/8 except 11.0.0.0/16", ("NP308", "11.0.0.0/16", None)),
        ("10.0.0.0/8 except 2001:db8::/32", ("NP308", "2001:db8::/32", None)),
        ("10.0.0.0/8 except 10.0.0.1", ("NP305", "10.0.0.1", "10.0.0.1/32")),
        ("10.0.0.0/8 except {10.1.0.0/16, 10.0.0.1/16}", ("NP306", "10.0.0.1/16", "10.0.0.0/16")),
    ],
)
def test_what_is_refused_and_what_would_be_right(written, expected):
    assert read(written) == (None, [expected])


def test_every_part_is_judged():
    result, said = read("10.0.0.1/8 except {10.0.0.2, 10.0.0.3/16}")
    assert result is None
    assert [code for code, *_ in said] == ["NP306", "NP305", "NP306"]


def test_a_fix_is_itself_in_order():
    for written in ("10.0.0.1", "2001:db8::1", "10.9.8.7/8", "010.0.0.0/8", "2001:DB8::1/32"):
        (_, _, right) = read(written)[1][0]
        assert read(right) == ((right, ()), [])


def test_canonical_hides_host_bits():
    assert canonical(addresses.AddressBlock(32, 0x0A010203, 8)) == "10.0.0.0/8"
    assert canonical(addresses.AddressBlock(128, 1, 128)) == "::1/128"


@pytest.mark.parametrize(
    ("line", "fixes"),
    [
        ("a -> 2001:db8::1:443", ["2001:db8::1/128:443"]),
        ("a -> {2001:db8::1:443, b:80}", ["2001:db8::1/128:443"]),
        ("a -> {2001:db8::1:443, b}:80", ["2001:db8::1:443/128"]),
        ("2001:db8::1:443 -> b:80", ["2001:db8::1:443/128"]),
        ("net n = 2001:db8::1:443", ["2001:db8::1:443/128"]),
        ("a -> 2001:db8::a:80", ["2001:db8::a/128:80"]),
        ("a -> 10.0.0.1/8:80", ["10.0.0.0/8", "10.0.0.1/32"]),
    ],
)
def test_each_reading_of_an_address_compiles(line, fixes):
    (found, *_) = compile_text(f"{line}\n").diagnostics
    assert [fix.edits[0].text for fix in found.fixes] == fixes
    for each in found.fixes:
        (edit,) = each.edits
        mended = line[: edit.location.span.start] + edit.text + line[edit.location.span.end :]
        assert not errors_in(compile_text(f"{mended}\n").diagnostics)
