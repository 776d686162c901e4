"""The page in a real browser: Debian's chromium, headless, with no network."""

import os
import re
import shutil
import subprocess
import warnings

import pytest

from reports.page import panels, write_report

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--virtual-time-budget=8000", "--enable-logging=stderr",
)  # fmt: skip
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browse(tmp_path_factory, contents):
    if CHROMIUM is None:
        reason = "chromium is not installed, so the page was NOT opened in a browser: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    file = tmp_path_factory.mktemp("browser") / "report.html"
    write_report(contents, file)

    def run(*flags):
        profile = tmp_path_factory.mktemp("profile")
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, file.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    return run


def complaints(run):
    """What the page said on the console: errors, refusals of the policy, warnings."""
    return [line for line in run.stderr.splitlines() if ":CONSOLE" in line]


def test_all_figures_are_drawn_without_an_error(browse, contents):
    """Proves: under its own policy, offline, the page draws every figure and says nothing on the console.
    Sensitivity: a policy that refuses Plotly's code, or one broken figure, leaves a plot without its drawing."""
    run = browse("--dump-dom")
    assert complaints(run) == []
    for panel in panels(contents).values():
        start = run.stdout.index(f'id="plot-{panel.name}"')
        plot = run.stdout[start : run.stdout.index("<figcaption", start)]
        assert len(re.findall(r'class="main-svg"', plot)) >= 2, panel.name
        assert 'class="modebar-btn"' in plot, panel.name
    assert "Share chart" not in re.sub(r"<script.*?</script>", "", run.stdout, flags=re.DOTALL)


@pytest.mark.parametrize(("scheme", "blink"), [("light", 1), ("dark", 0)])
def test_the_page_is_painted(browse, tmp_path, scheme, blink):
    """Proves: both colour schemes paint a page full of marks; a blank one would compress to a few kilobytes."""
    picture = tmp_path / f"{scheme}.png"
    run = browse(f"--blink-settings=preferredColorScheme={blink}", "--window-size=1280,4000", f"--screenshot={picture}")
    assert complaints(run) == []
    assert picture.stat().st_size > 100_000


def test_the_page_prints(browse, tmp_path):
    """Proves: the print style sheet gives a Letter document of a sensible number of pages."""
    paper = tmp_path / "report.pdf"
    browse("--no-pdf-header-footer", f"--print-to-pdf={paper}")
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 8 <= pages <= 40
    assert re.search(rb"/MediaBox\s*\[0 0 612 792\]", paper.read_bytes())
