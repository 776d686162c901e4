"""Why so much solar and so many generators: one sentence each, with the numbers that decided."""

from types import SimpleNamespace

import numpy as np
import pytest

from optimiser.own_power_words import own_power_bindings
from sites.clock import Calendar
from twin.model.equipment.generators import Generators
from twin.model.equipment.solar import Solar

FIELD = Solar(tilt_deg=20.0, usd_per_kw=100.0, om_usd_per_kw_year=10.0, most_kw=1000.0, life_years=1)
SETS = Generators(
    rated_kw=100.0, most=2, emergency=False, usd_per_kw=30.0, life_years=1, fuel_slope=2.0, fuel_intercept=0.5,
    fuel_usd_per_kwh=0.06, om_usd_per_kwh=0.01,
)  # fmt: skip


@pytest.fixture
def told(tiny):
    """The sentences of given sizes and series."""

    def words(solar=FIELD, generators=SETS, sizes=None, **series):
        time = tiny.grid(1)
        plant = tiny.plant(equipment__solar=solar, equipment__generators=generators)
        case = tiny.inputs(time, plant, solar_kw_per_kw=np.full(8760, 0.25), generator_each_kw=np.full(8760, 100.0))
        values = {"solar_kw": 0.0, "solar_curtailed_kw": 0.0, "generators_kw": 0.0} | series
        plan = SimpleNamespace(
            values=lambda name: np.broadcast_to(values[name], (8760,)),
            data={"time": SimpleNamespace(values=Calendar().time)},
        )
        asked = {"transformer_kva": 1000.0, "solar_kw": 0.0, "generators_count": 0.0} | (sizes or {})
        return own_power_bindings(plan, case, asked)

    return words


def test_solar_says_what_a_kwh_of_it_costs_and_what_stopped_it(told):
    """Proves: 110 usd a year for 2,190 kWh are 5.0 cents; none bought, curtailed, all used and at the file's most.
    Sensitivity: upkeep left out would be 4.6 cents."""
    assert told()["solar_kw"] == (
        "A kW of modules makes 2,190 kWh a year and costs 110 usd a year, 5.0 cents a kWh: more than that saves on the "
        "bill."
    )
    lost = np.zeros(8760)
    lost[:100] = 87.6
    some = told(sizes={"solar_kw": 400.0}, solar_kw=100.0, solar_curtailed_kw=lost)["solar_kw"]
    assert "In 100 h the site takes no more of it, 1.0% of the year's output is curtailed;" in some
    assert "All of it is used;" in told(sizes={"solar_kw": 400.0}, solar_kw=100.0)["solar_kw"]
    assert "allows 1,000 kW (most_kw): more would pay" in told(sizes={"solar_kw": 1000.0}, solar_kw=250.0)["solar_kw"]


def test_generators_say_what_they_cost_and_when_they_run(told):
    """Proves: a set at 3,000 usd a year and 2.5 x 6 + 1 = 16 cents a kWh; its hours, its highest power, and whether the
    file allows more; emergency sets say that nothing pays for them.
    Sensitivity: fuel at its own price would be 7 cents."""
    none = told()["generators_count"]
    assert none.startswith("One costs 3,000 usd a year and 16.0 cents for each kWh at best load")
    assert none.endswith("more than dear hours and peaks would save.")
    made = np.zeros(8760)
    made[24:29] = [50, 100, 60, 0.2, 0]
    some = told(sizes={"generators_count": 1.0}, generators_kw=made)["generators_count"]
    assert "They run in 3 h, with up to 100 kW on 2026-01-02 01:00; one more would cost" in some
    assert told(sizes={"generators_count": 2.0}, generators_kw=made)["generators_count"].endswith("allows no more.")
    idle = told(generators=SETS.model_copy(update={"emergency": True}))["generators_count"]
    assert idle.startswith("For outages only")
    assert told(solar=None, generators=None) == {}
