"""The distribution: four top-level names of its own, one command, and a wheel that holds every file."""

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("twin", "optimiser", "sites", "reports")
DATA = {".toml", ".csv", ".j2", ".css", ".js"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_other_distribution_owns_the_name(folder):
    """Proves: no other installed package ships a folder of this name.
    Sensitivity: pip would let it overwrite ours without a word, and `twin` would run the other code."""
    assert set(packages_distributions().get(folder, ["facility-twin"])) == {"facility-twin"}


def test_console_script():
    """Proves: installing gives exactly one command, `twin`, and it runs the command line."""
    (entry,) = distribution("facility-twin").entry_points.select(group="console_scripts")
    assert (entry.name, entry.value) == ("twin", "twin.cli:main")
    assert callable(entry.load())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The names in a wheel built offline from a copy, and the files of the four folders that it should hold."""
    copy = tmp_path_factory.mktemp("copy")
    for file in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(ROOT / file, copy)
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    expected = {
        str(file.relative_to(copy)) for folder in FOLDERS for file in (copy / folder).rglob("*") if file.is_file()
    }
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}, expected


def test_wheel_holds_every_file_and_no_other(built):
    """Proves: the wheel is the four folders, file by file.
    Sensitivity: hatchling obeys .gitignore, so a careless line there drops data files from the wheel silently."""
    names, expected = built
    assert names == expected


def test_wheel_holds_data_and_type_markers(built):
    """Proves: site and plant files, tables, templates and py.typed are among them (guards the test above)."""
    names, _ = built
    assert {Path(name).suffix for name in names} >= DATA
    assert {f"{folder}/py.typed" for folder in FOLDERS} <= names
    assert {"sites/texas.toml", "twin/model/starter.toml"} <= names
