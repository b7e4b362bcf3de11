"""Put the playground together: the page, the compiler with what it needs, Pyodide and Graphviz, in one folder.

`make playground` fetches the parts from their registries and runs this. Any host that serves files serves the folder.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from netpolc.language.highlighting.rules import rules

ROOT = Path(__file__).resolve().parents[1]
PAGE = ("highlighting.js", "index.html", "playground.css", "playground.js", "session.py", "worker.js")
PARTS = {
    "pyodide": ("pyodide-lock.json", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip"),
    "graphviz": ("dist/index.js",),
}
"""What is taken of each package of npm, by the folder that it gets."""
UNUSED = re.compile(
    r".*\.(so|pyd|typed|pyi)|.*/_bundled/codes/README.md|[^/]+\.dist-info/(?!METADATA|licenses).*|.*/cli/.*"
)
"""Files of wheels that a page has no use for; msgspec is itself the exception."""
SAMPLE = re.compile(r"^```netpol file=\S+[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DATE = (2026, 1, 1, 0, 0, 0)
"""The time that all files of an archive have, so that the same parts make the same archive."""


def samples(tutorial: str) -> list[dict[str, str]]:
    """Return the programs of the tutorial that stand alone, each with the title of the section that ends with it."""
    found: dict[str, str] = {}
    for section in re.split(r"(?m)^## ", tutorial)[1:]:
        title = section.partition("\n")[0]
        programs = [each for each in SAMPLE.findall(section) if not re.search(r"(?m)^(use|import) ", each)]
        if programs:
            found[title] = programs[-1]
    return [{"title": title, "program": program} for title, program in found.items()]


def highlighting() -> dict[str, object]:
    """Return the rules by which the editor is coloured: patterns, what groups are, and whether a selector begins."""
    outside, inside, end = rules()
    written = {"outside": outside, "inside": inside, "end": (end,)}
    listed = {name: [each._replace(pattern=of_browsers(each.pattern)) for each in of] for name, of in written.items()}
    return {**listed, "end": listed["end"][0]}


def of_browsers(pattern: str) -> str:
    """Return a pattern as JavaScript knows it, which has no quantifiers that give nothing back.

    A row of some characters gives nothing back if none of these may follow. Behind a group, that only saves time in
    the grammar, since what follows it there stands in no part of it.
    """
    return re.sub(r"(?<=\))([*+])\+", r"\1", re.sub(r"(\[(?:[^\]\\]|\\.)+\])([*+])\+", r"\1\2(?!\1)", pattern))


def packages(wheels: list[Path], archive: Path) -> None:
    """Join wheels in one archive, without what a page has no use for."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as joined:
        for wheel in sorted(wheels):
            with zipfile.ZipFile(wheel) as opened:
                for name in sorted(opened.namelist()):
                    if name.endswith("/") or (UNUSED.fullmatch(name) and "wasm32" not in name):
                        continue
                    joined.writestr(zipfile.ZipInfo(name, DATE), opened.read(name), zipfile.ZIP_DEFLATED)


def fetched(package: str, parts: Path) -> Path:
    """Fetch a package of npm into a folder.

    Raises:
        SystemExit: npm cannot.
    """
    try:
        packed = subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", parts, package], check=True, stdout=subprocess.PIPE
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"{package} could not be fetched with npm: {error}") from error
    return parts / packed.stdout.decode().split()[-1]


def unpack(package: Path, integrity: str, names: tuple[str, ...], folder: Path) -> None:
    """Take some files of a package of npm, whose digest is known.

    Raises:
        SystemExit: the package is another one than was meant.
    """
    content = package.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != integrity.removeprefix("sha512-"):
        raise SystemExit(f"{package.name} is not the package that playground/packages.json names")
    folder.mkdir(parents=True)
    with tarfile.open(package) as opened:
        for name in (*names, "LICENSE", "README.md"):
            try:
                held = opened.extractfile(f"package/{name}")
            except KeyError:
                continue
            if held is not None:
                (folder / Path(name).name).write_bytes(held.read())


def build(parts: Path, wheel: Path, out: Path) -> None:
    """Write the folder anew."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name in PAGE:
        shutil.copyfile(ROOT / "playground" / name, out / name)
    tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (out / "samples.json").write_text(json.dumps(samples(tutorial)), encoding="utf-8")
    (out / "highlighting.json").write_text(json.dumps(highlighting()), encoding="utf-8")
    packages([wheel, *parts.glob("*.whl")], out / "netpolc.zip")
    for name, about in json.loads((ROOT / "playground" / "packages.json").read_text(encoding="utf-8")).items():
        package = fetched(f"{about['package']}@{about['version']}", parts)
        unpack(package, about["integrity"], PARTS[name], out / name)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", type=Path, help="the folder of what was fetched")
    parser.add_argument("wheel", type=Path, help="the folder of netpolc's own wheel")
    parser.add_argument("out", type=Path, help="the folder to write")
    asked = parser.parse_args()
    (wheel,) = asked.wheel.glob("netpolc-*.whl")
    build(asked.parts, wheel, asked.out)
    size = sum(file.stat().st_size for file in asked.out.rglob("*") if file.is_file())
    print(f"wrote {asked.out}: {size / 1e6:.1f} MB; serve it with `python3 -m http.server --directory {asked.out}`")


if __name__ == "__main__":
    main()
