"""The bundled template as Python code, made with the wheel, so that nobody's first run has to compile it."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

import jinja2
from jinja2 import Template

from netpolc.resources import bundled
from netpolc.targets.trusted import CODE_VERSION

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "netpolc._bundled"


def generate(environment: Environment, name: str) -> tuple[str, str]:
    """The name of a module, and its text: the template as an environment compiles it."""
    text = bundled("templates", name).read_text("utf-8")
    return _module(text), environment.compile(text, name, name, raw=True)


def load(environment: Environment, name: str) -> Template | None:
    """The template from the wheel, if it was made from this text by this Jinja and these rules."""
    module = f"{PACKAGE}.{_module(bundled('templates', name).read_text('utf-8'))}"
    try:
        spec = find_spec(module)
    except ImportError:
        return None
    code = None if spec is None or spec.loader is None else getattr(spec.loader, "get_code", lambda _: None)(module)
    return None if code is None else Template.from_code(environment, code, environment.make_globals(None))


def _module(text: str) -> str:
    """A name that says what the code was made from."""
    made_from = f"{jinja2.__version__}\0{CODE_VERSION}\0{text}"
    return f"layout_{hashlib.sha256(made_from.encode()).hexdigest()[:16]}"
