"""The child that lays out, with a stand-in for pygraphviz that writes on all streams."""

import os
import subprocess

from netpolc.report.pictures import graphviz

STAND_IN = """
import os, sys
class AGraph:
    def __init__(self, string):
        self.string = string
    def draw(self, format, prog):
        os.write(1, b"debris")
        os.write(2, b"Fontconfig warning")
        print("more")
        return f"<svg>{prog} {self.string}</svg>".encode()
"""


def test_only_the_drawing_is_on_standard_output(tmp_path, monkeypatch):
    monkeypatch.setattr(graphviz, "find_spec", lambda _: True)
    (tmp_path / "pygraphviz.py").write_text(STAND_IN)
    environment = {**os.environ, "PYTHONPATH": os.fspath(tmp_path)}
    ended = subprocess.run(
        graphviz._command("dot"), input="é".encode(), env=environment, capture_output=True, check=True
    )
    assert ended.stdout.decode() == "<svg>dot é</svg>"
    assert b"debris" in ended.stderr
