"""The golden files of the tests themselves."""

import pytest

from tests import goldens
from tests.goldens import Golden

ODD = {
    "options.toml": "",
    "a.netpol": "a -> b:80\n",
    "lib/blank lines.netpol": "\n\n",
    "open.netpol": "a -> b:80",
    "returns.netpol": "a\r\nb\rc\u2028d\n",
    "expected.txt": "===== a.netpol\n======= more than a mark\n",
}


@pytest.mark.parametrize("count", range(1, len(ODD) + 1))
def test_every_text_is_read_as_it_was_written(count, tmp_path):
    texts = dict([*ODD.items()][:count])
    assert goldens.sections(goldens.written(texts)) == texts
    assert list(goldens.sections(goldens.written(texts))) == list(texts)
    path = tmp_path / "case.golden"
    golden = Golden(path, {name: text for name, text in texts.items() if not name.startswith("expected.")}, {})
    golden.compare({"expected.txt": "said\n"}, update=True)
    assert goldens.read(path) == golden._replace(expected={"expected.txt": "said\n"})


def test_a_golden_file_shows_what_it_holds():
    assert goldens.written({"shop.netpol": "a -> b\n", "expected.txt": "=====\n"}) == (
        "====== shop.netpol\na -> b\n====== expected.txt\n=====\n"
    )


def test_what_differs_fails_and_changes_nothing(tmp_path):
    golden = Golden(tmp_path / "case.golden", {}, {"expected.txt": "a\n"})
    with pytest.raises(AssertionError):
        golden.compare({"expected.txt": "b\n"}, update=False)
    assert not golden.path.exists()
