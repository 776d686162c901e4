"""One quick run of the main job, shared by all end-to-end tests, made twice to see that it repeats."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "twin.cli"]


def twin(*arguments, cwd):
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def run_twin():
    return twin


@pytest.fixture(scope="session")
def quick_runs(tmp_path_factory):
    """Two equal quick runs on one thread: (JSON document, run folder) of each."""
    found = []
    for number in (1, 2):
        folder = tmp_path_factory.mktemp(f"run{number}")
        done = twin("optimise", "--site", "texas", "--quick", "--threads", "1", "--json", "--quiet", cwd=folder)
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        found.append((document, folder / Path(document["run"])))
    return found
