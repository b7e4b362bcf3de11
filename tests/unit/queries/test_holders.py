from netpolc.engine.members import Members
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.verdicts import Pod
from netpolc.queries.holders import BLOCK, Holders
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector

COUNT = 5 * BLOCK // 2


def one(number):
    return PodSet(in_namespace("s"), LabelSelector((LabelRequirement("n", "In", (str(number),)),)))


def test_few_and_many_members_have_those_that_hold_any_of_them():
    pods = [Pod(namespace="s" if number else "t", labels={"n": str(number)}) for number in range(COUNT)]
    regions = [EVERY_POD, PodSet(in_namespace("t"), EVERYTHING), one(1), one(1), one(COUNT - 1), one("none")]
    holders = Holders(Members(pods), enumerate(regions))
    assert holders.of(0) == 0
    assert holders.of(1) == 0b000011
    assert holders.of(0b10) == holders.of(0b110) == 0b001101
    every = (1 << COUNT) - 1
    assert holders.of(every) == 0b011111
    assert holders.of(every & ~0b10) == 0b010011
    assert holders.of(every & ~1 & ~(1 << COUNT - 1)) == 0b001101


def test_what_is_the_same_has_one_number():
    pods = [Pod(namespace="s", labels={"n": "1"}), Pod(namespace="s", labels={"n": "2"})]
    holders = Holders(Members(pods), [(7, one(1)), (7, one(2))])
    assert holders.of(0b01) == holders.of(0b10) == 1 << 7
