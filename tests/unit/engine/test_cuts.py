import pytest

from netpolc.engine.cuts import MOST, Cuts
from netpolc.engine.regions import PodSet, in_any_of, in_namespace
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector

SHOP = in_namespace("shop")


def pods(namespaces=SHOP, **labels):
    asked = (LabelRequirement(key, "In", tuple(values)) for key, values in labels.items())
    return PodSet(namespaces, LabelSelector(tuple(asked)))


@pytest.mark.parametrize(
    ("others", "parts"),
    [
        ([], [("a", "b", "c")]),
        ([pods(app="a")], [("a",), ("b", "c")]),
        ([pods(app="ab"), pods(app="bc")], [("a",), ("b",), ("c",)]),
        ([pods(app="abcd"), pods(tier="a"), pods(app="x")], [("a", "b", "c")]),
        ([PodSet(SHOP, LabelSelector((LabelRequirement("app", "NotIn", ("c",)),)))], [("a", "b"), ("c",)]),
    ],
)
def test_values_that_somebody_tells_apart_are_parts(others, parts):
    whole = pods(app="abc")
    assert list(Cuts([whole, *others]).parts(whole)) == [pods(app=values) for values in parts]


def test_namespaces_are_cut_as_labels_are():
    both = in_any_of(("a", "b"))
    assert list(Cuts([both, in_any_of(("a",))]).parts(both)) == [in_any_of(("a",)), in_any_of(("b",))]


def test_what_would_be_too_many_parts_stays_whole():
    values = [f"v{number}" for number in range(MOST + 1)]
    whole = PodSet(SHOP, LabelSelector((LabelRequirement("app", "In", tuple(values)),)))
    singles = [pods(app=(value,)) for value in values]
    assert list(Cuts([whole, *singles]).parts(whole)) == [whole]
    assert len(list(Cuts([whole, *singles[:9]]).parts(whole))) == 10
    most = PodSet(SHOP, LabelSelector((LabelRequirement("app", "In", tuple(values[:MOST])),)))
    assert len(list(Cuts(singles).parts(most))) == MOST
    wide = PodSet(in_any_of(values[:9]).namespaces, LabelSelector((LabelRequirement("app", "In", tuple(values[:9])),)))
    cuts = [*singles[:9], *(in_any_of((value,)) for value in values[:9])]
    assert list(Cuts(cuts).parts(wide)) == [wide]
    square = PodSet(
        in_any_of(values[:8]).namespaces, LabelSelector((LabelRequirement("app", "In", tuple(values[:8])),))
    )
    assert len(list(Cuts(cuts).parts(square))) == MOST
    assert list(Cuts([PodSet(SHOP, EVERYTHING)]).parts(PodSet(SHOP, EVERYTHING))) == [PodSet(SHOP, EVERYTHING)]


def test_only_what_lists_values_is_cut():
    left_out = PodSet(SHOP, LabelSelector((LabelRequirement("app", "NotIn", ("a", "b")),)))
    assert list(Cuts([left_out, pods(app="a")]).parts(left_out)) == [left_out]


def test_values_of_which_nobody_speaks_stay_together():
    assert list(Cuts([pods(app="a")]).parts(pods(app="abc"))) == [pods(app="a"), pods(app="bc")]
