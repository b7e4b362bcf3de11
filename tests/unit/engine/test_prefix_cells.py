from netpolc.engine import prefix_cells
from netpolc.engine.prefix_cells import cells_of
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.sets.labels import LabelRequirement, LabelSelector


def labelled(value):
    return PodSet(in_namespace("shop"), LabelSelector((LabelRequirement("app", "In", (value,)),)))


def test_the_pods_of_most_subjects_come_first():
    one, other = labelled("a"), labelled("b")
    cells = cells_of((EVERY_POD, one, other))
    assert [cell.subjects for cell in cells] == [{EVERY_POD, one}, {EVERY_POD, other}, {EVERY_POD}, {one}, {other}]
    assert [cell.pods for cell in cells] == [one, other, EVERY_POD, one, other]


def test_too_many_are_none(monkeypatch):
    monkeypatch.setattr(prefix_cells, "MOST", 4)
    assert cells_of((EVERY_POD, labelled("c"), labelled("d"))) == ()
