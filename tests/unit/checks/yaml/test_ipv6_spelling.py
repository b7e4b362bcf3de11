from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said

SPELLING = "NP421"
SPEC = "policyTypes: [Ingress]\ningress:\n- from:\n  - ipBlock:\n      cidr: {}\n      except: [{}]"


@each_row(
    "written, spelt",
    [
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8:0:0::/32", "2001:db8::/32"),
        ("2001:0db8::/32", "2001:db8::/32"),
        ("0::0/0", '"::/0"'),
        ("'fc00:0:0:0:0:0:0:0/7'", "'fc00::/7'"),
        ("2001:db8:0:0:1:0:0:0/80", "2001:db8:0:0:1::/80"),
        ("2001:db8:0:1:1:1:1::/112", "2001:db8:0:1:1:1:1:0/112"),
    ],
)
def test_blocks_are_spelt_as_the_server_asks_for(written, spelt):
    spec = SPEC.replace("\n      except: [{}]", "")
    text = written.strip("'")
    message = f"`{text}` is not spelt as RFC 5952 has it, of which the API server warns each time"
    assert said(spec.format(written), SPELLING) == [("warning", message, written, [spec.format(spelt)])]
    assert SPELLING not in codes(spec.format(spelt))


def test_exceptions_are_spelt_so_too():
    ((_, _, place, (fixed,)),) = said(SPEC.format("2001:db8::/32", "2001:DB8:1::/48"), SPELLING)
    assert (place, fixed) == ("2001:DB8:1::/48", SPEC.format("2001:db8::/32", "2001:db8:1::/48"))


@each_row(
    "block",
    ['"::/0"', "2001:db8::/32", "10.0.0.0/8", "2001:DB8::1/32", "'::ffff:10.0.0.0/104'", "2001:00db8::/32", "x:"],
)
def test_other_blocks(block):
    assert SPELLING not in codes(SPEC.format(block, ""))
