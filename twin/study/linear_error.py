"""How far a plan's straight lines were from the simulated year."""

from __future__ import annotations

from sites.arrays import Floats


def linear_error(modelled: Floats, true: Floats, unit: str = "") -> dict[str, float]:
    """Error of a planned series of hours against the simulated one: of the year's energy [kWh] and of its peak [kW].

    *unit* is put behind those of the keys: "_th" for heat.
    """
    energy, peak = float(true.sum()), float(true.max())
    planned, planned_peak = float(modelled.sum()), float(modelled.max())
    return {
        f"modelled_kwh{unit}": planned,
        f"true_kwh{unit}": energy,
        "energy_error": planned / energy - 1.0 if energy > 0 else 0.0,
        f"modelled_peak_kw{unit}": planned_peak,
        f"true_peak_kw{unit}": peak,
        "peak_error": planned_peak / peak - 1.0 if peak > 0 else 0.0,
    }
