"""Endpoints that stand in no file."""

import pytest

from netpolc.ir.model import Net, Pods
from netpolc.language.resolve.standalone import StandaloneError, standalone_peers
from tests.rows import each_row


@each_row(
    "text, kinds",
    [
        ("edge/[app=proxy]", [Pods]),
        (" edge/* ", [Pods]),
        ("*/[app=proxy]", [Pods]),
        ("[team=edge]/[app in (proxy, other)]", [Pods]),
        ("10.1.0.0/24", [Net]),
        ("10.0.0.0/8 except {10.1.0.0/16}", [Net]),
        ("fd00::/8", [Net]),
        ("{edge/[app=proxy], 10.1.0.0/24}", [Pods, Net]),
    ],
)
def test_what_means_the_same_everywhere(text, kinds):
    assert list(map(type, standalone_peers(text))) == kinds


@each_row(
    "text, message",
    [
        ("", "is no endpoint"),
        ("edge/", "is no endpoint"),
        ("edge proxy", "is no endpoint"),
        ("a -> b:1\nedge/*", "is no endpoint"),
        ("edge/* # why", "is no endpoint"),
        ("edge/*, other/*", "is no endpoint"),
        ('@owner("x")\nedge/*', "is no endpoint"),
        ("any", "is not said in labels with a namespace, nor in addresses"),
        ("proxy", "is not said in labels with a namespace, nor in addresses"),
        ("edge/proxy", "is not said in labels with a namespace, nor in addresses"),
        ("std.ingress-nginx", "is not said in labels with a namespace, nor in addresses"),
        ("[app=proxy]", "is not said in labels with a namespace, nor in addresses"),
        ("*", "is not said in labels with a namespace, nor in addresses"),
        ('"example.com"', "is no"),
        ("{edge/*:80}", "is not said in labels with a namespace, nor in addresses"),
        ("{edge/*, proxy}", "is not said in labels with a namespace, nor in addresses"),
        ("10.1.0.1/24", "cannot be meant: "),
        ("10.1.0.1", "cannot be meant: "),
        ("10.0.0.0/8 except {11.0.0.0/8}", "cannot be meant: "),
        (f"edge/[app={'x' * 64}]", "cannot be meant: "),
        ("edge/[app=a, app=b]", "is"),
    ],
)
def test_what_only_a_file_can_say_or_nobody(text, message):
    with pytest.raises(StandaloneError, match=f"^{message}"):
        standalone_peers(text)
