import pytest

from tests import seeds
from tests.seeds import Seeds, of_run


@pytest.mark.parametrize(("count", "enough"), [(3, False), (4, True), (30, True)])
def test_a_share_is_counted_over_seeds_that_are_the_same_in_each_run(count, enough):
    assert Seeds(of_run(0, 30)).meet(count, 1 / 10) is enough
    assert Seeds(of_run(304, 30), drawn=True).meet(count, 1 / 10)


@pytest.mark.parametrize("run", [0, 304])
def test_those_of_the_first_run_are_the_same_in_each(run):
    found = seeds.blocks("no test", run, 60, 30)
    assert [each.all for each in found.values()] == [tuple(of_run(run, 60)[:30]), tuple(of_run(run, 60)[30:])]
    assert [each.meet(0, 0) for each in found.values()] == [run != 0] * 2
