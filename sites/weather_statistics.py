"""What a weather year amounts to: percentiles, degree hours, sun."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from sites.arrays import Floats

_PERCENTILES = {"p0_4": 0.4, "p1": 1.0, "p50": 50.0, "p99": 99.0, "p99_6": 99.6}
_COOLING_BASES_C = (18.3, 24.0, 27.0, 32.0)


def _spread(values: Floats) -> dict[str, float]:
    levels = {name: float(np.percentile(values, share)) for name, share in _PERCENTILES.items()}
    return {**levels, "max": float(values.max()), "mean": float(values.mean())}


def weather_statistics(weather: xr.Dataset) -> dict[str, Any]:
    """Statistics of a weather year (the Weather contract), as `twin weather` prints them.

    Percentiles [C] interpolate linearly between hours; degree hours [K h] add up what lies above their base;
    hours_wet_bulb_above_24 [h]; ghi_kwh_m2 [kWh/m2] of the year.
    """
    dry, wet = weather["dry_bulb_c"].to_numpy(), weather["wet_bulb_c"].to_numpy()
    return {
        "dry_bulb_c": _spread(dry),
        "wet_bulb_c": _spread(wet),
        "cooling_degree_hours": {f"{base:g}": float(np.maximum(dry - base, 0).sum()) for base in _COOLING_BASES_C},
        "wet_bulb_degree_hours_18": float(np.maximum(wet - 18, 0).sum()),
        "hours_wet_bulb_above_24": int((wet > 24).sum()),
        "ghi_kwh_m2": float(weather["ghi_w_m2"].sum()) / 1000,
    }
