import tomllib

from hypothesis import given
from hypothesis import strategies as st

from netpolc.project.places import Places

TEXT = '''
"quoted" = 1 # = 2
lines = """
not = "a key"
[not.a.table]
"""  # end
nested = [[1, "]"], {x.y = '}', z = [2]}, """,""", 4]
dotted . "k" = 1979-05-27 07:32:00
[table.'in'] # [other]
key = -1.5e3
'''


def test_values_and_keys_are_found():
    places = Places(TEXT)

    def at(find, *keys):
        span = find(keys)
        return TEXT[span.start : span.end]

    assert at(places.key, "quoted") == '"quoted"'
    assert at(places.value, "quoted") == "1"
    assert at(places.value, "nested", 0, 1) == '"]"'
    assert at(places.value, "nested", 1, "x", "y") == "'}'"
    assert at(places.value, "nested", 1, "z", 0) == "2"
    assert at(places.value, "nested", 3) == "4"
    assert at(places.value, "dotted", "k") == "1979-05-27 07:32:00"
    assert at(places.value, "table", "in", "key") == "-1.5e3"
    assert at(places.value, "table", "in") == "'in'"
    assert at(places.value, "table", "in", "absent") == "'in'"
    assert at(places.value, "absent") == ""
    assert at(places.key, "not") == ""


@given(st.text(alphabet="[]{}=,.#\"'\n\\a1 ", max_size=40))
def test_any_text_is_scanned_to_its_end(text):
    Places(text)


values = st.recursive(
    st.integers() | st.booleans() | st.text("ab[]{},=#.", max_size=5).map(repr),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)


def write(value):
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(write, value))}]"
        case dict():
            return "{" + ", ".join(f"{key} = {write(inner)}" for key, inner in value.items()) + "}"
        case _:
            return str(value)


def ways(value, keys=()):
    yield keys, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from ways(inner, (*keys, key))


@given(st.dictionaries(st.sampled_from("abc"), values, max_size=3))
def test_the_text_of_every_value_is_that_value(document):
    text = "".join(f"{key} = {write(value)}\n" for key, value in document.items())
    places = Places(text)
    for keys, value in ways(tomllib.loads(text)):
        if keys:
            span = places.value(keys)
            assert tomllib.loads(f"v = {text[span.start : span.end]}") == {"v": value}
