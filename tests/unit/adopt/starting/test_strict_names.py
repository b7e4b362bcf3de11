"""Files that say `strict names`: each name declared, nothing else changed."""

import pytest

from netpolc.adopt.starting.strict_names import with_strict_names


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
