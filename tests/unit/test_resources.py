import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from netpolc import resources
from netpolc.resources import bundled

ROOT = Path(resources.__file__).parent.parent
READ = "from netpolc.resources import bundled; print(bundled('codes', 'NP1.md').read_text('utf-8'))"


def run(path):
    command = [sys.executable, "-S", "-P", "-c", READ]
    return subprocess.run(command, env={"PYTHONPATH": str(path)}, capture_output=True, text=True, check=True).stdout


def test_a_checkout_has_them_beside_the_package():
    assert bundled("templates", "networkpolicy.yaml.j2").is_file()
    assert bundled("templates") == ROOT / "templates"
    assert bundled("codes") == ROOT / "docs" / "codes"
    assert not bundled("templates", "no-such-file").is_file()


def test_an_unknown_folder_is_a_fault():
    with pytest.raises(KeyError):
        bundled("secrets")


def a_wheel(folder):
    package = folder / "netpolc"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(ROOT / "netpolc" / "resources.py", package)
    codes = package / "_bundled" / "codes"
    codes.mkdir(parents=True)
    (codes / "NP1.md").write_text("bundled", "utf-8")
    return folder


def test_a_wheel_has_them_inside_of_the_package(tmp_path):
    site = a_wheel(tmp_path / "site")
    # Another distribution's folder beside the package must not be taken for ours.
    (site / "docs" / "codes").mkdir(parents=True)
    (site / "docs" / "codes" / "NP1.md").write_text("foreign", "utf-8")
    assert run(site) == "bundled\n"


def test_a_zip_file_has_them_inside_of_the_package(tmp_path):
    site = a_wheel(tmp_path / "site")
    archive = tmp_path / "site.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in site.rglob("*"):
            file.write(path, path.relative_to(site))
    assert run(archive) == "bundled\n"


def test_importing_is_cheap():
    command = [sys.executable, "-c", "import sys, netpolc.resources; print('importlib.resources' in sys.modules)"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert output == "False\n"
