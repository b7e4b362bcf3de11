"""From random programs to what the compiler makes of them."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.source import Source
from netpolc.targets.render import Renderer
from tests.naive import policies
from tests.naive.programs import UNNAMED, Meaning, Program
from tests.strategies.programs import Author
from tests.strategies.universe import connections
from tests.strategies.writing import LIBRARY_FILE, Writer

NAME = "shop.netpol"
FOLDER = TemporaryDirectory()
HERE = Path(FOLDER.name)
"""Where the programs of this process lie, and what they import."""

RENDERER = Renderer()


def write_library(program):
    """Put what a program imports where its text looks for it."""
    if program.library:
        library = Writer(random.Random(0), plain=True).text(Program(program.library))
        (HERE / LIBRARY_FILE).write_text(library, "utf-8")


def compiled(text, program=None):
    """The compilation of a text, under the environment and namespace of a program."""
    if program is not None:
        write_library(program)
    options = (
        CompileOptions()
        if program is None
        else CompileOptions(environment=program.environment, namespace=program.namespace)
    )
    return compile_program(load_text(Source(NAME, text), HERE), options)


def rendered(compilation):
    """The YAML of a compilation."""
    return RENDERER.render_file(compilation.policies, (NAME,))


def documents(text):
    """The documents of a YAML file, as `kubectl -n` would apply them."""
    found = [document for document in yaml.load_all(text, yaml.CSafeLoader) if document is not None]
    for document in found:
        document["metadata"].setdefault("namespace", UNNAMED)
    return found


def made_up(seed, *, flat=False):
    """A random program, and its text."""
    source = random.Random(seed)
    author = Author(source)
    program = author.flat_program() if flat else author.program()
    return program, Writer(source).text(program)


def disagreement(program, text, *, seed, count):
    """Whether the text compiles, and a connection on which the program and its policies differ, or None."""
    compilation = compiled(text, program)
    if not compilation.ok:
        return False, None
    meaning = Meaning(program)
    applied = [*documents(rendered(compilation)), *meaning.assumed_denies()]
    for connection in connections(random.Random(seed), meaning, count):
        if meaning.allows(*connection) != policies.allows(applied, *connection):
            return True, connection
    return True, None
