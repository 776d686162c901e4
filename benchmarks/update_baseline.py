"""Rewrite baseline.json from a run of the solver benchmarks; refused unless the changelog says why.

    .venv/bin/python benchmarks/update_baseline.py

The line of CHANGELOG.md, under Unreleased, that names the baseline is copied into baseline.json. The same line does not
serve twice: every change of a counter has a reason of its own.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ROOT / "benchmarks" / "baseline.json"
CHANGELOG = ROOT / "CHANGELOG.md"


def reasons(changelog: str) -> list[str]:
    """Return the lines under Unreleased that name the baseline, the topmost first."""
    found, unreleased = [], False
    for line in changelog.splitlines():
        if line.startswith("## "):
            unreleased = "unreleased" in line.lower()
        elif unreleased and "baseline" in line.lower():
            found.append(line.lstrip("-* ").strip())
    return found


def reason_for_change(changelog: str, used: str) -> str:
    """Return the newest reason; raises `SystemExit` when there is none, or when it is the one *used* last time."""
    found = reasons(changelog)
    if not found or found[0] == used:
        seen = f"its topmost such line was used for the present baseline: {used!r}" if found else "it has no such line"
        raise SystemExit(
            "baseline.json is unchanged: under Unreleased, CHANGELOG.md must say in a new line that names the baseline "
            f"why the counters change; {seen}"
        )
    return found[0]


def measured_counters() -> dict[str, dict[str, int]]:
    """Run the solver benchmarks and return their counters; a counter off the old baseline does not matter here."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "benchmark.json"
        tests = str(ROOT / "benchmarks" / "test_solver.py")
        command = [sys.executable, "-m", "pytest", "-q", "--tb=no", tests, f"--benchmark-json={report}"]
        subprocess.run(command, cwd=ROOT, check=False)
        benchmarks = json.loads(report.read_text())["benchmarks"]
    return {benchmark["name"]: benchmark["extra_info"]["counters"] for benchmark in benchmarks}


def main() -> None:
    """Rewrite the baseline."""
    why = reason_for_change(CHANGELOG.read_text(), json.loads(BASELINE.read_text())["why"])
    baseline = {"why": why, "highspy": importlib.metadata.version("highspy"), "counters": measured_counters()}
    BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
    print(f"{BASELINE.relative_to(ROOT)}: {len(baseline['counters'])} benchmarks, because: {why}")


if __name__ == "__main__":
    main()
