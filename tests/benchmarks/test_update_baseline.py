"""The baseline of counters changes only together with a line of the changelog that says why."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("update_baseline", ROOT / "benchmarks" / "update_baseline.py")
update_baseline = importlib.util.module_from_spec(spec)
spec.loader.exec_module(update_baseline)

CHANGELOG = """# Changelog
## [Unreleased]
### Changed
- Baseline: the cold store has a row less each hour.
- Something else.
## [0.1.0]
- Baseline: first counters.
"""


def test_reason_stands_under_unreleased():
    """Proves: the line that names the baseline is found, without its bullet, and only under Unreleased.
    Sensitivity: reading the whole file would let a line of an old release excuse every later change."""
    assert update_baseline.reasons(CHANGELOG) == ["Baseline: the cold store has a row less each hour."]


@pytest.mark.parametrize(
    ("changelog", "used", "complaint"),
    [
        (CHANGELOG.replace("Baseline: the cold store", "The cold store"), "", "has no such line"),
        (CHANGELOG, "Baseline: the cold store has a row less each hour.", "was used for the present baseline"),
    ],
)
def test_change_without_a_new_reason_is_refused(monkeypatch, tmp_path, changelog, used, complaint):
    """Proves: no reason, or one used before, leaves the file as it was and does not even run the benchmarks.
    Sensitivity: without the second case one line would serve for every change until the next release."""
    files = {"BASELINE": json.dumps({"why": used}), "CHANGELOG": changelog}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(update_baseline, name, tmp_path / name)
    monkeypatch.setattr(update_baseline, "measured_counters", lambda: pytest.fail("ran the benchmarks"))
    with pytest.raises(SystemExit, match=complaint):
        update_baseline.main()
    assert (tmp_path / "BASELINE").read_text() == files["BASELINE"]


def test_new_reason_is_kept_beside_the_counters(monkeypatch, tmp_path):
    """Proves: with a reason the counters are replaced and the reason stands beside them."""
    for name, text in {"BASELINE": json.dumps({"why": "first counters"}), "CHANGELOG": CHANGELOG}.items():
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(update_baseline, name, tmp_path / name)
    monkeypatch.setattr(update_baseline, "ROOT", tmp_path)
    monkeypatch.setattr(update_baseline, "measured_counters", lambda: {"month": {"rows": 3}})
    update_baseline.main()
    written = json.loads((tmp_path / "BASELINE").read_text())
    assert written["counters"] == {"month": {"rows": 3}}
    assert written["why"] == "Baseline: the cold store has a row less each hour."


def test_shipped_baseline_has_its_reason_in_the_changelog():
    """Proves: what baseline.json gives as its reason stands in CHANGELOG.md.
    Sensitivity: counters edited by hand, or a reason taken out of the changelog, would go unseen."""
    why = json.loads((ROOT / "benchmarks" / "baseline.json").read_text())["why"]
    assert why
    assert why in (ROOT / "CHANGELOG.md").read_text()
