"""Programs for a platform whose exceptions deny: what is written has no exception that takes or gives anything."""

import pytest

import netpolc
from netpolc.engine.longest_prefix import add_up
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import IPBlock
from netpolc.source import Source
from netpolc.targets.own_ranges import COMMENT, WITHOUT


def built(lines, platform="eks"):
    text = "namespace shop\nbaseline deny egress\n" + "".join(f"{each}\n" for each in lines)
    result = netpolc.compile({"netpolc.toml": f'platform = "{platform}"\n', "shop.netpol": text})
    assert result.ok
    return "".join(result.files.values())


@pytest.mark.parametrize(
    ("lines", "comments"),
    [
        (["web -> 0.0.0.0/0 except 10.0.0.0/8:443"], []),
        (["web -> 0.0.0.0/0 except 10.0.0.0/8:443", "web -> 10.1.0.0/16:80"], []),
        (["web -> 0.0.0.0/0 except 10.0.0.0/8:443", "web -> any:53/udp"], [COMMENT]),
        (["web -> 0.0.0.0/0 except 10.0.0.0/8:443", "* -> any:53/udp", "web -> 10.1.0.0/16:80"], [COMMENT]),
        # A block that begins with an exception loses the ports of the wider one.
        (["web -> 0.0.0.0/0 except 10.0.0.0/9:443", "web -> 10.0.0.0/8:80"], [WITHOUT]),
        # The entry for the exception takes the ports of 10/8, which has them from 0/0.
        (["web -> 0.0.0.0/0 except 10.1.0.0/16:443", "web -> 10.0.0.0/8:80"], [WITHOUT]),
        (["web -> 0.0.0.0/0 except 10.1.0.0/16:443", "* -> 10.0.0.0/8:80"], [WITHOUT]),
    ],
)
def test_rules_add_up_where_exceptions_deny(lines, comments):
    text = built(lines)
    policies = read_manifests(Source("shop.yaml", text)).policies
    assert add_up(policies)
    flat = " ".join(text.replace("#", " ").split())
    assert [each for each in (COMMENT, WITHOUT) if each in flat] == comments
    blocks = [peer for one in policies for rule in one.egress or () for peer in rule.peers if isinstance(peer, IPBlock)]
    assert any(each.excepts for each in blocks) is (WITHOUT not in comments)


def test_nothing_is_divided_elsewhere():
    assert "except" in built(["web -> 0.0.0.0/0 except 10.0.0.0/9:443", "web -> 10.0.0.0/8:80"], "calico")
