"""Files that say `strict names`: each name declared, nothing else changed."""

import pytest

from netpolc.adopt.starting.programs import programs_of
from netpolc.adopt.starting.strict_names import with_strict_names
from netpolc.adopt.starting.written import names_offered
from netpolc.api import compile_text
from tests.unit.adopt.suggest.world import manifests, service, workload


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "namespace shop\n\nbaseline deny all\nweb -> db:1\n",
            "strict names\n\nnamespace shop\n\npods db = [app=db]\npods web = [app=web]\n\n"
            "baseline deny all\nweb -> db:1\n",
        ),
        ("# why\nweb -> db:1\n", "strict names\n\npods db = [app=db]\npods web = [app=web]\n\n# why\nweb -> db:1\n"),
        (
            'import "std"\nnames by name\n\nnamespace shop\n\npods a = [x=y]\n\n* -> std.dns\na -> {b, any}:1\n',
            'import "std"\nnames by name\nstrict names\n\nnamespace shop\n\npods a = [x=y]\npods b = [name=b]\n\n'
            "* -> std.dns\na -> {b, any}:1\n",
        ),
        (
            "namespace shop\n\nfar/web -> web:1\n",
            "strict names\n\npods web = [app=web]\n\nnamespace shop\n\nfar/web -> web:1\n",
        ),
        ("namespace shop\n\nbaseline deny all\n", "strict names\n\nnamespace shop\n\nbaseline deny all\n"),
    ],
)
def test_names_are_declared(text, expected):
    assert with_strict_names({"shop.netpol": text}) == {"shop.netpol": expected}


def test_a_file_that_would_not_compile_is_left_as_it_is():
    # A name of pods elsewhere that the section has for something else.
    odd = "namespace data\n\npods web = [x=y]\n\nbaseline deny all\nfar/web -> web:1\nnet -> web:2\n"
    files = {"a.netpol": "namespace shop\n\nweb -> db:1\n", "data.netpol": odd}
    strict = with_strict_names(files)
    assert strict["a.netpol"].startswith("strict names\n")
    assert strict["data.netpol"] in (odd, strict["data.netpol"])


def test_lines_that_wait_as_comments_compile_once_they_are_none():
    shown = manifests(
        *(workload(name) for name in ("orders", "orders-db", "cart", "cart-db", "cart-mq")),
        *(service(name, [80, 90]) for name in ("orders-db", "cart-db", "cart-mq")),
        workload("web", env={"A_URL": "http://orders-db:1234", "B_URL": "http://nobody"}),
    )
    (text,) = programs_of(shown).files.values()
    assert "# cart -> cart-db:{80, 90}\n" in text
    assert "nobody =" not in text
    said = text.replace("# cart -> ", "cart -> ").replace("# orders -> ", "orders -> ")
    assert {found.severity for found in compile_text(said).diagnostics} == {"note"}


def test_names_of_a_set_that_waits_as_a_comment():
    text = "# a -> b:1\n\n# For you.\n# `x` calls `y` -> z: here\n# {\n#   c,\n#   far/d,\n# } -> e:1\n# f ->\n"
    assert names_offered(text, ["# For you."]) == {"c", "e"}
    assert names_offered(text, ["# Nowhere."]) == set()


@pytest.mark.parametrize(
    "flow",
    [
        "{\n  a,\n  b,\n} -> c:1",
        "far/[\n  x=y,\n  !z,\n] -> {a, b}:1\na -> c:1",
        "a -> {\n  b,\n  c,\n}:{80, 90} ingress",
        "{\n  a,\n  b,\n} -> {\n  c,\n  far/e,\n}:80",
    ],
)
def test_names_of_a_flow_whose_brackets_are_on_several_lines(flow):
    waiting = "".join(f"# {line}\n" for line in flow.splitlines())
    assert names_offered(f"# For you.\n{waiting}# a -> d:1\n", ["# For you."]) == {"a", "b", "c", "d"}
