from netpolc.manifests.expansion import MOST, Variables
from tests.rows import each_row

TOLD = [
    ("HOST", "db"),
    ("PORT", "5432"),
    ("URL", "http://$(HOST):${PORT}"),
    ("TWO", "a"),
    ("TWO", "b"),
    ("LOOP", "$(LOOP)x"),
]


@each_row(
    "text, expected",
    [
        ("plain", "plain"),
        ("$(HOST):$(PORT)", "db:5432"),
        ("${HOST}:${PORT}", "db:5432"),
        ("${HOST:-x}", "db"),
        ("${GONE:-x}", "x"),
        ("${GONE:x}", "x"),
        ("${GONE-x}", "x"),
        ("$(GONE)", "$(GONE)"),
        ("$(TWO)", "$(TWO)"),
        ("$(URL)/x", "http://db:5432/x"),
        ("ring.$(POD_NAMESPACE).svc", "ring.shop.svc"),
        ("$(DB_MAIN_SERVICE_HOST):$(DB_MAIN_SERVICE_PORT)", "db-main"),
        ("$HOST", "$HOST"),
    ],
)
def test_variables_have_their_values(text, expected):
    assert Variables(TOLD, "shop").within(text) == expected


def test_shells_need_no_brackets():
    assert Variables(TOLD, "shop").within("nc -z $HOST $PORT $GONE", in_shell=True) == "nc -z db 5432 $GONE"


def test_no_namespace_is_none():
    assert Variables(TOLD, None).within("ring.$(NAMESPACE).svc") == "ring.$(NAMESPACE).svc"


def test_there_is_an_end_to_it():
    assert len(Variables(TOLD, None).within("$(LOOP)")) < 20
    assert len(Variables([("A", "$(A)" * 100)], None).within("$(A)" * 100)) <= MOST
