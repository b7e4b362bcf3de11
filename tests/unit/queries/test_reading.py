from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.language.syntax.tree import (
    Cidr,
    EveryPort,
    PortName,
    PortRange,
    PortRef,
    Ref,
    Scoped,
    Selector,
    SetOf,
    Star,
)
from netpolc.queries.reading import QueryError, about, read_destination, read_endpoint, read_ports
from tests.rows import each_row


@each_row(
    "text, kind",
    [
        ("web", Ref),
        (" any ", Ref),
        ("lib.web", Ref),
        ("*", Star),
        ("*/*", Scoped),
        ("shop/[app=web]", Scoped),
        ("[app=web, !legacy]", Selector),
        ("{a, b/c, {d}}", SetOf),
        ("10.0.0.0/8 except 10.1.0.0/16", Cidr),
        ("10.0.0.1", Cidr),
        ("2001:db8::1", Cidr),
        ("::", Cidr),
        ("2048-game", Ref),
        ("ingress", Ref),
    ],
)
def test_endpoints(text, kind):
    written = read_endpoint(text)
    assert isinstance(written.endpoint, kind)
    assert written.ports is None
    span = written.endpoint.span
    assert written.source.text[span.start : span.end].startswith(text.strip())


@each_row(
    "text, kind, items",
    [
        ("web:80", Ref, (PortRange,)),
        ("web:{80, http}", Ref, (PortRange, PortRef)),
        ('shop/web:"http"/udp', Scoped, (PortName,)),
        ("*/*:*", Scoped, (EveryPort,)),
        ("10.0.0.1:443", Cidr, (PortRange,)),
        ("[2001:db8::1]:443", Cidr, (PortRange,)),
        ("2001:db8::/32:443", Cidr, (PortRange,)),
        ("[app=x]:1-2", Selector, (PortRange,)),
    ],
)
def test_destinations(text, kind, items):
    written = read_destination(text)
    assert isinstance(written.endpoint, kind)
    assert tuple(map(type, written.ports.items)) == items


def test_an_address_stands_for_its_own_block():
    assert read_endpoint("10.0.0.1").endpoint.block.text == "10.0.0.1/32"
    assert read_destination("[::1]:80").endpoint.block.text == "::1/128"


@pytest.mark.parametrize(("text", "count"), [("80", 1), ("80,443", 2), ("{80, 53/udp}", 2), ("8000-8100", 1), ("*", 1)])
def test_ports(text, count):
    assert len(read_ports(text)[0].items) == count


FOREIGN = [
    *("", " ", "a -> b:1", "a -> b:1 #", "a <-> b:1", "a -> b:1 ingress", "a # b", "a\n", "a\nb -> c:1", "a b", "a:80"),
    *("@owner(1) a", "namespace x", "x = y", "{", "}", "[", '"', "\\", "a;b", "\0", "\ud800", "a\u2028b", "{}"),
]


@each_row("text", [text for text in FOREIGN if text.strip() != "a"])
def test_what_is_no_endpoint_is_refused(text):
    with pytest.raises(QueryError):
        read_endpoint(text)


@each_row("text", ["", "a:80 ingress", "a:80 # x", "a:80\nb", "-> b:1", "a:", ":80"])
def test_what_is_no_destination_is_refused(text):
    with pytest.raises(QueryError):
        read_destination(text)


@each_row("text", ["", "0", "65536", "80-", "9-8", "-1", "80 ingress", "80\n", "x:1", "http 80", "80} #"])
def test_what_is_no_port_is_refused(text):
    if text.strip() == "80":
        assert read_ports(text)
        return
    with pytest.raises(QueryError):
        read_ports(text)


@given(st.text(max_size=40) | st.text('ab/*[]{}=,:.->\n #@"12', max_size=30))
def test_any_text_is_read_or_refused(text):
    for read in (read_endpoint, read_destination, read_ports):
        with suppress(QueryError):
            read(text)


def test_a_part_of_a_question_is_named():
    with pytest.raises(QueryError) as refused, about("--from"):
        read_endpoint("")
    assert (refused.value.message, refused.value.about) == ("it is empty", "--from")
