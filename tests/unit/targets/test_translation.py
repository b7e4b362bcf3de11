from types import SimpleNamespace

import jinja2
import pytest

from netpolc.targets.translation import LAYOUT, UntranslatableError, translate
from tests.rows import each_row

FILTERS = {"loud": lambda text, mark="!": f"{text.upper()}{mark}", "length": len}
TESTS = {"string": lambda value: isinstance(value, str)}
THING = SimpleNamespace(
    name="50%s of it", number=7, none=None, empty=(), words=("a", "b"), pairs=(("k", "v"), ("K", "V")), values=3
)


def by_python(text):
    names = {}
    exec(translate(text, "thing"), names)  # noqa: S102 -- as netpolc does
    return names["bind"](FILTERS, TESTS)(THING)


def by_jinja(text):
    environment = jinja2.Environment(**LAYOUT)  # noqa: S701 -- YAML is no HTML
    environment.filters |= FILTERS
    return environment.from_string(text).render(thing=THING)


@each_row(
    "text",
    [
        "",
        '100 % {text} of \'"it"\n',
        "{{ thing.name }}{{ thing.number }}{{ thing.none }}{{ thing.values }}",
        "{{ thing.name | loud }}{{ thing.name | loud('%') }}{{ thing.words | length }}",
        "{% for word in thing.words %}\n- {{ word }}\n{% endfor %}\nend",
        "{% for key, value in thing.pairs %}{{ key }}={{ value }} {% endfor %}",
        "{% for a in thing.words %}{% for b in thing.words %}{% set c = a | loud %}{{ c + b }}{% endfor %}{% endfor %}",
        "{% if thing.none %}a{% elif thing.empty %}b{% elif thing.number %}c{% else %}d{% endif %}",
        "{% if thing.none %}a{% else %}{% endif %}{% if thing.number %}{% endif %}.",
        "{% if thing.none is none and thing.name is string and not thing.number is string or false %}yes{% endif %}",
        "{{ 1 + thing.number }}{{ 'a' if thing.none is not none else 'b' }}",
        "{% macro twice(what, sign) %}{{ what }}{{ sign }}{{ what }}{% endmacro %}<{{ twice(thing.name, '%') }}>",
        "{% macro twice(class) %}{{ class }}{% endmacro %}{% set import = 1 %}{{ twice(import) }}",
        "{# a comment #}\n{{ thing.name -}}  \n  x",
    ],
)
def test_what_is_translated_writes_what_jinja_does(text):
    assert by_python(text) == by_jinja(text)


@each_row(
    "text",
    [
        "{{ other }}",
        "{% set a = 1 %}{% for b in thing.words %}{% set a = 2 %}{% endfor %}",
        "{% for thing in thing.words %}{% endfor %}",
        "{% if thing %}{% set a = 1 %}{% endif %}{{ a }}",
        "{% for a in thing.words %}{% set b = a %}{% endfor %}{{ b }}",
        "{% for a in thing.words if a %}{% endfor %}",
        "{% for a in thing.words %}{% else %}none{% endfor %}",
        "{% for a in thing.words recursive %}{% endfor %}",
        "{% for a in thing.words %}{{ loop.index }}{% endfor %}",
        "{{ thing['name'] }}",
        "{{ thing.name | loud(mark='?') }}",
        "{{ 'a' if thing.none }}",
        "{% filter loud %}a{% endfilter %}",
        "{% include 'other' %}",
        "{% if true %}{% macro inner() %}{% endmacro %}{% endif %}",
        "{% set a.b = 1 %}",
    ],
)
def test_the_rest_of_jinja_is_refused(text):
    with pytest.raises(UntranslatableError):
        translate(text, "thing")
