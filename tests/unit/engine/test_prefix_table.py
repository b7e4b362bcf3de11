from netpolc.engine.from_policies import addresses_of
from netpolc.engine.model import Reason
from netpolc.engine.prefix_table import PrefixTable, RuleBlock, contested, differ
from netpolc.engine.regions import EVERY_POD
from netpolc.sets.ports import PortInterval, ports_of
from tests.rows import each_row


def span(cidr):
    (found,) = addresses_of(cidr, ()).ranges
    return found


def blocks(*written):
    return [
        RuleBlock(
            EVERY_POD,
            span(cidr),
            tuple(map(span, excepts)),
            ports_of([PortInterval("TCP", number, number)]),
            Reason(None, f"{number}", None, ""),
            Reason(None, f"except {number}", None, ""),
        )
        for number, (cidr, *excepts) in enumerate(written, 1)
    ]


@each_row(
    "written, expected",
    [
        ([["0.0.0.0/0", "10.0.0.0/8"]], []),
        ([["0.0.0.0/0", "10.0.0.0/8"], ["10.1.0.0/16"]], []),
        ([["0.0.0.0/0", "10.0.0.0/8"], ["0.0.0.0/0", "10.0.0.0/8"]], []),
        ([["0.0.0.0/0", "10.0.0.0/8"], ["0.0.0.0/0"]], ["10.0.0.0/8"]),
        ([["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9"], ["0.0.0.0/0"]], ["10.0.0.0/8"]),
        ([["0.0.0.0/0", "10.0.0.0/9"], ["10.0.0.0/8", "10.0.0.0/9"]], ["10.0.0.0/8"]),
        ([["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"], ["0.0.0.0/0"]], ["10.0.0.0/8"]),
        ([["0.0.0.0/0", "10.0.0.0/8"], ["10.0.0.0/8"]], []),
        ([["0.0.0.0/0", "10.1.0.0/16"], ["11.0.0.0/8"]], []),
        ([["::/0", "fd00::/8"], ["0.0.0.0/0"]], []),
    ],
)
def test_where_rules_may_not_add_up(written, expected):
    assert contested(blocks(*written)) == [span(each) for each in expected]


def test_pieces_say_which_rules_count():
    of_all = blocks(["0.0.0.0/0", "10.0.0.0/8"], ["0.0.0.0/0"], ["10.1.0.0/16"])
    found = {
        str(len(piece.addresses.ranges)): [
            [rule.reason.path for rule in rules] for rules in (piece.of_entry, piece.of_address, piece.together)
        ]
        for piece in PrefixTable(of_all, span("10.0.0.0/8")).pieces
    }
    # 10.1/16, which is one range, and what is left of 10/8.
    assert found == {"1": [["3"], ["3"], ["2", "3"]], "2": [[], [], ["2"]]}


def test_pieces_say_which_exception_they_are_in_or_else_have_in_them():
    several = blocks(["0.0.0.0/0", "10.1.0.0/16"], ["0.0.0.0/0", "10.0.0.0/8"], ["0.0.0.0/0", "10.0.0.0/8"])

    def said(within, of=several):
        return [piece.excepting and piece.excepting.path for piece in PrefixTable(of, span(within)).pieces]

    assert said("10.0.0.0/8") == ["except 1", "except 2"]
    assert said("11.0.0.0/8") == [None]
    assert said("10.0.0.0/7", several[:1]) == ["except 1", "except 1"]


def test_addresses_without_a_rule_are_a_piece_without_an_entry():
    (piece,) = PrefixTable(blocks(["10.0.0.0/8"]), span("11.0.0.0/8")).pieces
    assert (piece.of_entry, piece.of_address, piece.together, piece.excepting) == ((), (), (), None)


def test_rules_differ_by_their_ports():
    one, other, *_ = blocks(["10.0.0.0/8"], ["10.0.0.0/8"])
    assert differ([one], [other])
    assert not differ([one], [one])
    assert not differ([], [])
    assert not differ([one], blocks(["11.0.0.0/8"]))
