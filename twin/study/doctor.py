"""Looks at the installation and says what is wrong with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

PACKAGES = ("simpy", "pyomo", "highspy", "numpy", "xarray", "plotly", "click", "pydantic", "h5netcdf")
FOLDERS = ("twin", "optimiser", "sites", "reports")


def _versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _solver() -> str:
    from optimiser.compiling import compile_model
    from optimiser.model import Model
    from optimiser.solver import Settings, solve
    from optimiser.timegrid import TimeGrid

    zero = np.zeros(1, dtype=np.int64)
    model = Model(TimeGrid(zero, np.ones(1), zero, zero, zero, zero))
    count = model.count("count", 5)

    @model.once
    def at_least() -> Any:
        """2 count >= 5"""
        return 2 * count >= 5

    model.minimise(count)
    found = solve(compile_model(model), Settings())
    if round(found.objective) != 3:
        raise RuntimeError(f"the smallest whole number above 2.5 came out as {found.objective}")
    for method in ("hipo", "simplex"):
        solve(compile_model(model).relaxed(), Settings(methods=(method,)))
    return "HiGHS solves a whole-number problem, and a relaxation by HiPO and simplex"


def _owners() -> str:
    owners = packages_distributions()
    foreign = {name: set(owners.get(name, [])) - {"facility-twin"} for name in FOLDERS}
    clash = {name: sorted(who) for name, who in foreign.items() if who}
    if clash:
        raise RuntimeError(
            f"other packages ship folders of ours: {clash}; install facility-twin in its own environment"
        )
    return "the four folders belong to facility-twin alone"


def _netcdf() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe.nc"
        xr.Dataset({"x": ("t", np.arange(3.0))}).to_netcdf(file, engine="h5netcdf")
        if float(xr.open_dataset(file, engine="h5netcdf")["x"].sum()) != 3.0:
            raise RuntimeError("netCDF does not give back what was written")
    return "netCDF writes and reads"


def _writable() -> str:
    with tempfile.TemporaryDirectory(dir="."):
        return "runs can be written in this folder"


def _site() -> str:
    from sites.schema import read_site, site_files

    return "sites read: " + ", ".join(read_site(name).site.name for name in site_files())


def examine() -> list[dict[str, Any]]:
    """Return what was looked at, what was found, and whether it is in order."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("versions", _versions),
        ("solver", _solver),
        ("names", _owners),
        ("results", _netcdf),
        ("folder", _writable),
        ("sites", _site),
    ]
    findings = []
    for what, check in checks:
        try:
            findings.append({"what": what, "ok": True, "found": check()})
        except Exception as error:  # a doctor reports whatever it meets
            findings.append({"what": what, "ok": False, "found": f"{type(error).__name__}: {error}"})
    browser = shutil.which("chromium") or "none found: needed only for browser tests"
    findings.append({"what": "browser", "ok": True, "found": browser})
    return findings
