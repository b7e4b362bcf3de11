"""Policies in each of the layouts in which people write them, and what becomes of a text by a fix."""

import json

import yaml

from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


class _Dumper(yaml.SafeDumper):
    """Writes nothing for null, as people do who forget what they were about to write."""


class _Indented(_Dumper):
    """Writes dashes further in than the key before them."""

    def increase_indent(self, **settings):
        return super().increase_indent(**{**settings, "indentless": False})


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


_dumped = {}
"""What was dumped, since several layouts are made of the same text, and dumping takes longer than what is tested."""


def _block(document):
    return _dump(document, _Dumper)


def _indented(document):
    return _dump(document, _Indented, indent=2)


def _dump(document, dumper, **settings):
    key = repr(document), dumper
    if key not in _dumped:
        _dumped[key] = yaml.dump(document, Dumper=dumper, sort_keys=False, **settings)
    return _dumped[key]


def _remarked(document):
    """With a comment above each line, and one behind it."""
    lines = _indented(document).splitlines()
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return "".join(
        f"{' ' * indent}# above {number}\n{line}  # behind {number}\n"
        for number, (indent, line) in enumerate(zip(indents, lines, strict=True))
    )


LAYOUTS = {
    "block": _block,
    "indented": _indented,
    "remarked": _remarked,
    "windows": lambda document: _indented(document).replace("\n", "\r\n"),
    "unfinished": lambda document: _block(document).rstrip("\n"),
    "mixed": lambda document: yaml.safe_dump(document, sort_keys=False, default_flow_style=None),
    "flow": lambda document: yaml.safe_dump(document, sort_keys=False, default_flow_style=True, width=10_000),
    "json": lambda document: json.dumps(document),
    "tall json": lambda document: json.dumps(document, indent=2) + "\n",
    "second": lambda document: f"# first\n---\n{_block(document)}---\n",
    "listed": lambda document: _indented({"apiVersion": "v1", "kind": "List", "items": [document]}),
}


def judged(text):
    return read_manifests(Source("shop.yaml", text), checking=CHECKING_READERS)


def applied(text, fix):
    """A text with the edits of a fix, which do not touch each other."""
    edits = sorted(fix.edits, key=lambda edit: edit.location.order)
    parts, at = [], 0
    for edit in edits:
        span = edit.location.span
        assert at <= span.start <= span.end <= len(text)
        parts += [text[at : span.start], edit.text]
        at = span.end
    return "".join([*parts, text[at:]])


def comments(text):
    """The comments of a text in the `remarked` layout."""
    return [part for line in text.splitlines() if (part := line.partition("#")[2])]
