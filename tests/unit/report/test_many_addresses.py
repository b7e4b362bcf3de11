from netpolc.report.many_addresses import MOST_LISTED, named, together


def groups(*pairs):
    return [len(each) for each in together([(*pair, "") for pair in pairs], lambda pair: pair)]


def test_many_addresses_with_one_end_in_common_are_told_together():
    many = [f"203.0.113.{number}" for number in range(MOST_LISTED + 1)]
    assert groups(*((each, "shop/web") for each in many), ("shop/api", "shop/web")) == [len(many), 1]
    assert groups(*((each, "shop/web") for each in many[1:])) == [1] * MOST_LISTED
    assert groups(*(("shop/api", f"shop/web-{each}") for each in many)) == [1] * len(many)
    assert groups(*((each, f"2001:db8::{number}") for number, each in enumerate(many))) == [len(many)]


def test_the_first_of_many_are_named():
    assert named(["a", "b", "a", "c", "d"]) == "a, b, c, d"
    assert named(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"]) == (
        "192.0.2.1, 192.0.2.2, 192.0.2.3 and 2 more addresses"
    )
    assert named(f"2001:db8:{number}::/48" for number in range(9)).endswith(" and 6 more addresses and blocks")
