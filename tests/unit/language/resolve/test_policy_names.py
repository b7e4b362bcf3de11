from tests.rows import each_row
from tests.unit.language.resolve.sources import program, said, shown

START = "namespace shop\nbaseline deny ingress\n* -> {a, b}:80\n"


def names(text):
    return [(each.name, shown(each.pods), dict(each.labels)) for each in program(text).policy_names]


@each_row(
    "text, expected",
    [
        ("policy x = a", [("x", "shop/app=a", {})]),
        ("policy x [team=a, example.com/tier=b] = a", [("x", "shop/app=a", {"team": "a", "example.com/tier": "b"})]),
        ("policy x = *", [("x", "shop/", {})]),
        ("policy x = shop/[y=z]", [("x", "shop/y=z", {})]),
        ("policy x = {a}", [("x", "shop/app=a", {})]),
        ("pods web = [y=z]\npolicy web = web", [("web", "shop/y=z", {})]),
        ("policy x = a\npolicy x = a", [("x", "shop/app=a", {})]),
        ("policy x = a\nnamespace data\npolicy x = a", [("x", "shop/app=a", {}), ("x", "data/app=a", {})]),
        ("env prod { policy x = a }", []),
    ],
)
def test_names(text, expected):
    assert names(START + text) == expected


@each_row(
    "text, expected",
    [
        ('@annotation("a=b")\npolicy x = a', {"a": "b"}),
        (
            '@annotation("Example.com/a=b=c")\n@annotation("b= \\n\\"")\npolicy x = a',
            {"Example.com/a": "b=c", "b": ' \n"'},
        ),
        ('@annotation("a=")\n@owner("me")\npolicy x = a', {"a": ""}),
        ('@annotation("a=b")\npolicy x = a\n@annotation("a=b")\npolicy x = a', {"a": "b"}),
    ],
)
def test_annotations(text, expected):
    (given,) = program(START + text).policy_names
    assert dict(given.annotations) == expected


@each_row(
    "text, expected",
    [
        ('@annotation("a=b")\npolicy x = a\npolicy x = a', ("NP429", "policy x = a")),
        ('@annotation("=b")\npolicy x = a', ("NP405", '@annotation("=b")')),
        ('@annotation("a b=c")\npolicy x = a', ("NP405", '@annotation("a b=c")')),
        ('@annotation("netpolc/owner=me")\npolicy x = a', ("NP429", '@annotation("netpolc/owner=me")')),
        ("policy X = a", ("NP401", "X")),
        ("policy x = {a, b}", ("NP429", "{a, b}")),
        ("policy x = any", ("NP429", "any")),
        ("policy x = 10.0.0.0/8", ("NP429", "10.0.0.0/8")),
        ("policy x = data/a", ("NP429", "data/a")),
        ("policy x = */a", ("NP429", "*/a")),
        ("policy x [!y] = a", ("NP429", "[!y]")),
        ("policy x [y in (a, b)] = a", ("NP406", "y in (a, b)")),
        ("policy x [app.kubernetes.io/managed-by=me] = a", ("NP429", "[app.kubernetes.io/managed-by=me]")),
        ("policy x = a\npolicy x = b", ("NP429", "policy x = b")),
        ("policy x = a\npolicy y = a", ("NP429", "policy y = a")),
        ("policy x = a\npolicy x [t=u] = a", ("NP429", "policy x [t=u] = a")),
    ],
)
def test_what_is_no_name_of_a_policy(text, expected):
    assert said(START + text) == [expected]
