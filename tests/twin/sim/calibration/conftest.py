"""Small logs, written as tuples."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from twin.sim.calibration.reading import Entry, Log

DEFAULTS = ("", -1, -1, "unit", "")


@pytest.fixture
def log() -> Callable[..., Log]:
    """A log of (minute, event, station, server, unit, product, detail); what is left out at the end is empty."""

    def make(*events: tuple, **more) -> Log:
        entries = [Entry(*event, *DEFAULTS[len(event) - 2 :]) for event in events]
        return Log("events.csv", entries, more.get("resolution_min", 1e-12), more.get("date", ""))

    return make
