import itertools

from netpolc.policy.model import MatchExpression, Selector
from netpolc.policy.selectors import selected_by

VALUES = ("a", "b", None)


def expressions():
    for values in (("a",), ("b", "a"), ("a", "a")):
        yield MatchExpression("k", "In", values)
        yield MatchExpression("k", "NotIn", values)
    yield MatchExpression("k", "Exists")
    yield MatchExpression("k", "DoesNotExist")


def naive(selector, labels):
    def holds(one):
        match one.operator:
            case "In":
                return labels.get(one.key) in one.values
            case "NotIn":
                return labels.get(one.key) not in one.values
            case "Exists":
                return one.key in labels
        return one.key not in labels

    matched = all(labels.get(key) == value for key, value in selector.match_labels)
    return matched and all(map(holds, selector.match_expressions))


def test_a_selector_selects_what_all_of_its_requirements_hold_for():
    carried = [{"k": value} if value else {} for value in VALUES]
    labels = [(), (("k", "a"),)]
    for some, one, other in itertools.product(labels, expressions(), expressions()):
        selector = Selector(some, (one, other))
        read = selected_by(selector)
        expected = [naive(selector, each) for each in carried]
        assert [read is not None and read.matches(each) for each in carried] == expected
        assert (read is None) == (not naive(selector, {"k": "c"}) and not any(expected))
