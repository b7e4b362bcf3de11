from netpolc.manifests.stream import read_documents
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS, typed, value

LAXER = {'a: 1\n---\n{"b": "\\/"}\n'}
STRICTER = {"a: 1\r---\rb: 2\r"}


def values(text):
    documents = list(read_documents(text))
    found = [value(root) for document in documents for root in document.roots]
    return [one for one in found if one is not None], [one.fault.message for one in documents if one.fault]


@each_row("fact", FACTS["streams"])
def test_a_stream_is_what_it_is_to_kubernetes(fact):
    text = fact["text"].replace('\\ud83d"', '\\ufffd"')
    found, faults = values(text)
    expected = [typed(one) for one in fact["json"]] if text == fact["text"] else [{"a": "\ufffd"}]
    if text in LAXER | STRICTER:
        assert bool(faults) == (text in STRICTER)
    else:
        assert bool(faults) == ("error" in fact)
        assert [typed(one) for one in found][: len(expected)] == expected


def test_a_broken_document_hides_no_other():
    found, faults = values("a: 1\n---\nb: [\n---\nc: 3\n--- d\ne: 5\n---\n\tf\n---\ng: 7\n")
    assert found == [{"a": 1}, {"c": 3}, {"e": 5}, {"g": 7}]
    assert len(faults) == 3
    assert faults[1] == "text follows `---` on its line"


def test_places_are_those_of_the_whole_text():
    text = '# c\n---\na: 1\n---\n{b: 2}\n---\n{"c": 3}\n--- x\n'
    starts = [
        root.start for document in read_documents(text) for root in document.roots if value(root) or not root.start
    ]
    assert starts == [0, text.index("a"), text.index("{b"), text.index('{"c')]
    (fault,) = [document.fault for document in read_documents(text) if document.fault]
    assert text[fault.start : fault.end] == "x"


def test_an_empty_text_has_nothing():
    assert values("") == ([], [])
    assert values("\n \n---\n# c\n---\n") == ([], [])
