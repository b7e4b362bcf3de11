from netpolc.manifests.meant_blocks import candidates, canonical
from tests.rows import each_row


@each_row(
    "text, meant",
    [
        ("10.0.0.1/8", ["10.0.0.0/8", "10.0.0.1/32"]),
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("010.0.0.0/08", ["10.0.0.0/8"]),
        ("10.0.0.1", ["10.0.0.1/32"]),
        ("2001:DB8::1/32", ["2001:db8::/32", "2001:db8::1/128"]),
        ("2001:db8::1", ["2001:db8::1/128"]),
        ("::ffff:10.0.0.0/104", ["10.0.0.0/8"]),
        ("::ffff:10.0.0.0/90", []),
        ("10.0.0.0/33", []),
        ("anything", []),
    ],
)
def test_what_a_text_is_meant_for(text, meant):
    assert [canonical(each) for each in candidates(text)] == meant
