"""Power of machines and its energy, by state and by hour."""

import numpy as np
import pytest

from twin.sim.line.energy import Level, Meter
from twin.sim.line.statistics import energy_kwh, tally


def _hourly_kwh(network, name="line_kwh"):
    """Energy of each hour, from the readings at each full hour."""
    return np.diff(network.records[name])


def test_a_stretch_of_work_is_split_at_the_full_hour(plain):
    """Proves: 6 kW from 0:50 to 3:20 give 1, 6, 6 and 2 kWh. Sensitivity: booked where it ends, hour 3 would get 15."""
    spec = plain.line(plain.station("only", 150, working_kw=6.0), arrivals={"times_h": [50 / 60]})
    network = plain.run(spec, 5, by_hour=True)
    assert _hourly_kwh(network) == pytest.approx([1.0, 6.0, 6.0, 2.0, 0.0])


def test_a_meter_integrates_its_power():
    """Proves: 6 kW for 50 min and 2 kW for 30 min are 6 kWh. Sensitivity: integrating with the new power gives 4.67."""
    meter = Meter()
    meter.change(0.0, 6.0)
    meter.change(50.0, -4.0)
    assert meter.kwh_until(80.0) == pytest.approx(6.0)


def test_a_level_integrates_between_jumps():
    """Proves: 2 for 10 min and 5 for 4 min make 40. Sensitivity: integrating with the new value would give 70."""
    level = Level()
    level.change(0.0, 2.0)
    level.change(10.0, 3.0)
    assert level.area_until(14.0) == 40.0


def test_machines_draw_idle_power_while_staffed_and_nothing_when_dark(plain):
    """Proves: a machine at 3 kW for 30 min of every staffed hour and 1 kW otherwise takes 2 kWh, and 0 at night.
    Sensitivity: idle power around the clock would take 12 kWh in the second half day."""
    spec = plain.line(plain.station("only", 30, working_kw=3.0, idle_kw=1.0), arrivals=plain.arrivals(60))
    network = plain.run(spec, 24, by_hour=True, staffing=plain.staffed((0, 1), (720, 0)))
    hourly = _hourly_kwh(network)
    assert hourly[:12] == pytest.approx(np.full(12, 2.0))
    assert hourly[12:] == pytest.approx(np.zeros(12))


def test_a_machine_that_is_down_or_blocked_draws_idle_power(plain):
    """Proves: work is the only state with working power. Sensitivity: blocked at working power, 59 kWh more."""
    spec = plain.line(plain.station("fast", 1, next="slow", working_kw=60.0, idle_kw=6.0),
                      plain.station("slow", 1000, buffer=0))  # fmt: skip
    network = plain.run(spec, 1)
    assert network.meter.kwh_until(60.0) == pytest.approx(6 + 2 * 54 / 60)


def test_hours_and_changes_of_power_give_the_same_energy(plain):
    """Proves: two ways of counting agree on a line with breaks, breakdowns, rework and burn-in (1e-9 relative).
    Sensitivity: a stretch booked twice, or a change of power that was missed, would part them."""
    spec = plain.line(
        plain.station("a", 7, "gamma", 0.6, servers=3, next="b", working_kw=2.5, idle_kw=0.3,
                      breakdowns={"mtbf_h": 5, "mttr_min": 50}),
        plain.station("b", 5, "lognormal", 0.8, servers=2, buffer=2, next="burn_in", first_pass_yield=0.8,
                      on_failure="repair", working_kw=1.1, idle_kw=0.7, skill="tester", attends_at_once=2),
        plain.station("repair", 11, "weibull", 1.2, next="b", working_kw=0.9, skill="tester"),
        plain.station("pack", 4, "exponential", next="exit", buffer=1, working_kw=0.4,
                      breakdowns={"mtbf_h": 7, "mttr_min": 30, "clock": "calendar"}),
        cells=3, crew={"people": {"tester": 1}},
    )  # fmt: skip
    shifts = plain.staffed(
        *((h * 60.0 + m, c) for h in range(0, 300, 4) for m, c in ((0, 3), (95, 1), (130, 2), (190, 0)))
    )
    burn = plain.burn_in(
        infant_weibull_shape=0.5, infant_weibull_scale_h=20, rack_breakdowns={"mtbf_h": 20, "mttr_min": 90}
    )
    network = plain.run(spec, 300, burn=burn, staffing=shifts, racks=2, by_hour=True)
    by_state = sum(sum(energy_kwh(s, tally(s, 300 * 60.0)).values()) for s in network.stations)
    assert network.meter.kwh_until(300 * 60.0) == pytest.approx(by_state, rel=1e-9)
    assert _hourly_kwh(network).sum() == pytest.approx(by_state, rel=1e-9)
    of_zones = sum(zone.kw.area_until(300 * 60.0) for zone in network.area.zones) / 60
    assert _hourly_kwh(network, "burn_in_kwh").sum() == pytest.approx(of_zones, rel=1e-9)
    assert min(by_state, of_zones) > 100
    assert network.scrapped.count == 0
    assert network.shipped.count > 100
