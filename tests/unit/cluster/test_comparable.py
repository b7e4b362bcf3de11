import pytest

from netpolc.cluster.cluster import clusters_of
from netpolc.cluster.comparable import incomparable
from tests.unit.cluster.test_placement import BOTH, SHOP, UNNAMED, part, pod, policy

DATA = SHOP.replace("shop", "data")


def found(old, new, *, hypothetical=True):
    sides = dict(zip(("old", "new"), clusters_of([part(*old), part(*new)]), strict=True))
    return {
        name: [(each.code, each.severity, each.message, each.help) for each in said]
        for name, said in incomparable(sides, hypothetical=hypothetical).items()
    }


UNNAMED_POLICY, POLICY_OF_SHOP = policy("p"), policy("p", "shop")
NAME_IT = "name it: `-n shop`"


@pytest.mark.parametrize(
    ("unnamed", "named", "about", "advice"),
    [
        ((UNNAMED,), (SHOP,), "`shop`", NAME_IT),
        ((None, UNNAMED_POLICY), (SHOP,), "`shop`", NAME_IT),
        ((None, UNNAMED_POLICY), (None, POLICY_OF_SHOP), "`shop`", NAME_IT),
        ((UNNAMED,), (None, POLICY_OF_SHOP), "`shop`", NAME_IT),
        ((UNNAMED, UNNAMED_POLICY), (SHOP,), "`shop`", NAME_IT),
        (
            (UNNAMED,),
            (BOTH,),
            "`data` and `shop`",
            "name it with `-n NAME`; the {} side is about `data` and `shop`",
        ),
    ],
)
@pytest.mark.parametrize("hypothetical", [True, False])
def test_a_side_without_a_namespace_is_not_compared_with_one_of_named_ones(unnamed, named, about, advice, hypothetical):
    said = [
        ("NP220", "error", f"the old side names no namespace, and the new one is about {about}", advice.format("new"))
    ]
    assert found(unnamed, named, hypothetical=hypothetical) == {"old": said}
    said = [
        ("NP220", "error", f"the new side names no namespace, and the old one is about {about}", advice.format("old"))
    ]
    assert found(named, unnamed, hypothetical=hypothetical) == {"new": said}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((UNNAMED,), (UNNAMED,)),
        ((UNNAMED,), (UNNAMED + SHOP,)),
        ((UNNAMED + SHOP,), (SHOP,)),
        ((SHOP,), (DATA,)),
        ((SHOP,), (BOTH,)),
        # Nothing, or nothing that closes, is about no namespace.
        ((None, ""), (SHOP,)),
        ((None, ""), (UNNAMED,)),
        ((None, pod("web")), (SHOP,)),
        (("pods web = [app=web]\n",), (SHOP,)),
        # A namespace that is given is the one of all that names none.
        ((UNNAMED, "", "shop"), (SHOP,)),
        # Objects beside others in `default` are there.
        ((None, UNNAMED_POLICY + pod("web", "default")), (SHOP.replace("shop", "default"),)),
    ],
)
def test_other_sides_are_compared(one, other):
    options = [{"namespace": side[2]} if len(side) > 2 else {} for side in (one, other)]
    sides = clusters_of([part(*one[:2], **options[0]), part(*other[:2], **options[1])])
    assert incomparable({"old": sides[0], "new": sides[1]}, hypothetical=True) == {}
    assert incomparable({"old": sides[1], "new": sides[0]}, hypothetical=False) == {}


@pytest.mark.parametrize(
    ("program", "workloads", "code", "advice"),
    [
        (BOTH, pod("web"), "NP220", "name it with `-n NAME`; policies are in `data` and `shop`"),
        (UNNAMED, pod("web", "shop"), "NP220", NAME_IT),
        (SHOP, pod("web", "monitoring"), "NP517", "the workloads are in `monitoring`: give those of the namespace"),
        (SHOP, pod("web"), None, None),
        (SHOP, pod("web", "shop") + pod("db", "monitoring"), None, None),
        (UNNAMED, pod("web"), None, None),
        (SHOP, "", None, None),
        (None, pod("web"), None, None),
    ],
)
def test_where_workloads_alone_are_compared_some_are_in_a_namespace_of_a_side(program, workloads, code, advice):
    assert found((program, workloads), (program, workloads)) == {}
    said = found((program, workloads), (program, workloads), hypothetical=False)
    assert [(each[0], each[1]) for each in said.get("workloads", ())] == ([] if code is None else [(code, "error")])
    assert all(each[3].startswith(advice) for each in said.get("workloads", ()))
