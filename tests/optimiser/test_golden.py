"""The rows of every subsystem on two hours, held as text: names, formulas, coefficients, bounds and flows.

After a change that is meant: WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/optimiser/test_golden.py, and read the
difference before it is committed.
"""

import dataclasses
import os
import re

import numpy as np
import pytest

from optimiser.burnin import add_burn_in
from optimiser.commitment import add_commitment
from optimiser.cooling import add_cooling
from optimiser.generators import add_generators
from optimiser.labour import add_labour
from optimiser.line import add_line
from optimiser.model import Flows, Model
from optimiser.power import add_power
from optimiser.solar import add_solar
from optimiser.tariff import add_tariff
from twin.model.equipment.generators import Generators
from twin.model.equipment.solar import Solar

JULY_1ST = 24 * (31 + 28 + 31 + 30 + 31 + 30)
EQUIPMENT = {
    "money__holding_cost_fraction_per_year": 0.0876,
    "labour__keep_pattern_months": 3,
    "burn_in__hours": 2.0,
    "burn_in__least_racks": 1,
    "equipment__racks__usd_each": 20_000.0,
    "equipment__transformers__sizes_kva": (1000.0, 2000.0),
    "equipment__transformers__usd_each": (50_000.0, 90_000.0),
    "equipment__transformers__most_of_one_size": 3,
    "equipment__transformers__spare": 1,
    "equipment__transformers__load_loss_fraction": 0.01,
    "equipment__transformers__no_load_loss_fraction": 0.001,
    "equipment__battery__usd_per_kw": 900.0,
    "equipment__battery__usd_per_kwh": 250.0,
    "equipment__battery__charge_efficiency": 0.9,
    "equipment__battery__discharge_efficiency": 0.8,
    "equipment__battery__standing_loss_fraction_per_h": 0.01,
    "equipment__battery__least_charge_fraction": 0.1,
    "equipment__battery__most_kw": 500.0,
    "equipment__battery__most_kwh": 2000.0,
    "equipment__chiller__usd_each": 100_000.0,
    "equipment__chiller__spare": 1,
    "equipment__chiller__pump_kw_per_kw_th": 0.02,
    "equipment__chiller__power_part_load_curve": (0.16, 0.20, 0.64),
    "equipment__cold_store__usd_per_kwh_th": 30.0,
    "equipment__cold_store__loss_fraction_per_h": 0.01,
    "equipment__cold_store__rate_per_h": 0.25,
    "equipment__cold_store__most_kwh_th": 1000.0,
    "equipment__ventilation__usd_per_kw_th": 35.0,
    "equipment__ventilation__pad_usd_per_kw_th": 25.0,
    "equipment__ventilation__coil_usd_per_kw_th": 120.0,
    "burn_in_hall__coil_fan_kw_per_kw_th": 0.04,
    "assembly_hall__supply_fan_kw_per_kw_th": 0.08,
    "assembly_hall__sensible_kw_per_person": 0.08,
    "assembly_hall__latent_kw_per_person": 0.14,
}


class Case:
    """Two hours of January, 3 h of weight each, with every rule of the plant at work."""

    def __init__(self, tiny, **changes):
        self.time = tiny.grid(2, weight=3.0)
        self.line = tiny.line(
            self.time, capacity_units_per_h=[5.0, 0.0], staffed_share=[1.0, 0.5], fixed_kw_per_team=[2.0, 0.5],
            kwh_per_unit=2.4, return_share=0.04, shipped_share=0.98, demand={0: 12.0}, weeks=np.full(12, 4.0),
        )  # fmt: skip
        points = (
            tiny.design_point(tiny.hall(pad=True, hours=1), tiny.assembly(50.0, 10.0, mechanical=True, hours=1), 90.0),
            tiny.design_point(
                tiny.hall(allowed=False, hours=1), tiny.assembly(40.0, 30.0, mechanical=True, hours=1), 95.0
            ),
        )
        second = tiny.laid(self.time, [0.0, 1.0]) > 0
        self.inputs = tiny.inputs(
            self.time, tiny.plant(**EQUIPMENT, **changes), line=self.line, design=points,
            hall=tiny.hall(pad=second, fan=0.02, water=0.002),
            assembly=tiny.assembly(
                tiny.laid(self.time, [30.0, -5.0]), tiny.laid(self.time, [0.0, 4.0]), mechanical=True
            ),
        )  # fmt: skip
        wages = dict.fromkeys(self.inputs.site.labour.wage_usd_per_h, 20.0)
        pay = {"wage_usd_per_h": wages, "burden_fraction": 0.3, "absence_fraction": 0.1}
        site = tiny.changed(self.inputs.site, {f"labour.{name}": value for name, value in pay.items()})
        self.inputs = dataclasses.replace(self.inputs, site=site)
        self.model = Model(self.time)
        self.staff, self.labour_flows = add_labour(self.model.within("labour"), self.inputs, self.line)
        self.production, self.line_flows = add_line(self.model.within("line"), self.line, self.staff)

    def upto_line(self):
        return self.model, {"labour": self.labour_flows, "line": self.line_flows}

    def burn_in(self):
        return add_burn_in(self.model.within("burn_in"), self.inputs, self.line, self.staff, self.production)


def labour_and_line(tiny):
    return Case(tiny).upto_line()


def burn_in(tiny):
    case = Case(tiny)
    _, flows = case.burn_in()
    return case.model, {"burn_in": flows}


def interruption(tiny):
    case = Case(tiny, burn_in__interruptible=True, burn_in__minimum_block_h=1.0, burn_in__restart_penalty_h=0.25)
    case.inputs = dataclasses.replace(case.inputs, tariff=tiny.prices(case.time, [0.1, 0.2]))  # dear hours may be dark
    _, flows = case.burn_in()
    return case.model, {"burn_in": flows}


def cooling(tiny):
    case = Case(tiny)
    found, _ = case.burn_in()
    _, flows = add_cooling(case.model, case.inputs, case.line, case.staff, case.production, found)
    return case.model, dict(zip(("hall", "chilled_water", "supply_fans"), flows, strict=True))


def power(tiny):
    time = tiny.grid(2, weight=3.0)
    model = Model(time)
    _, flows = add_power(model.within("power"), tiny.inputs(time, tiny.plant(**EQUIPMENT)), [], np.array([0.4, 0.5]))
    return model, dict(zip(("battery", "service"), flows, strict=True))


def tariff(tiny):
    time = tiny.grid(2, start=JULY_1ST + 15, weight=3.0)
    rows = tiny.tariff(
        fixed_usd_per_month=20.0,
        energy=[{"name": "energy", "tiers": [{"rate_usd_per_kwh": 0.05, "max_kwh": 1000.0},
                                             {"rate_usd_per_kwh": 0.08}]}],
        demand=[
            {"name": "maximum", "rate_usd_per_kw_month": 5.0, "minimum_kw": 50.0, "months": [7, 8],
             "ratchet": {"share": 0.8, "look_back_months": 2}},
            {"name": "on-peak", "when": [{"months": [7], "hours": [[16, 18]]}],
             "tiers": [{"rate_usd_per_kw_month": 9.0, "max_kw": 100.0}, {"rate_usd_per_kw_month": 11.0}]},
        ],
        coincident=[{"name": "cp", "rate_usd_per_kw_month": 6.0, "number": 1, "months": [7], "interval_minutes": 60}],
        peaks={6: [(JULY_1ST + 16, 1.0)]},
        minimum_bill_usd_per_month=500.0,
        riders=[{"name": "rider", "fraction": 0.02}],
    )  # fmt: skip
    model = Model(time)
    grid_mw, peak_mw = model.within("power").hourly("grid_mw", 2.0), model.within("power").monthly("peak_mw", 2.0)
    flows = add_tariff(model.within("tariff"), rows, grid_mw, peak_mw)
    return model, {"tariff": flows}


SETS = Generators(
    rated_kw=400.0, most=3, emergency=False, load_fractions=(0.25, 0.5, 0.75, 1.0),
    fuel_kw_per_rated_kw=(1.0, 1.5, 2.1, 3.0), minimum_load_fraction=0.3, start_fuel_kwh_per_rated_kw=0.05,
    fuel_usd_per_kwh=0.06, om_usd_per_kwh=0.01, usd_per_kw=600.0, life_years=1,
)  # fmt: skip


def own_power_inputs(tiny, **fields):
    time = tiny.grid(2, weight=3.0)
    solar = Solar(tilt_deg=20.0, usd_per_kw=1000.0, om_usd_per_kw_year=18.0, most_kw=500.0, life_years=1)
    plant = tiny.plant(**EQUIPMENT, equipment__solar=solar, equipment__generators=SETS)
    return time, tiny.inputs(
        time, plant, solar_kw_per_kw=tiny.laid(time, [0.0, 0.7]), generator_each_kw=np.full(8760, 390.0), **fields
    )


def own_power(tiny):
    time, inputs = own_power_inputs(tiny)
    model = Model(time)
    _, (solar,) = add_solar(model.within("solar"), inputs)
    _, (sets, fuel) = add_generators(model.within("generators"), inputs)
    return model, {"solar": solar, "generators": sets, "generators_running": fuel}


def own_power_running(tiny):
    time, inputs = own_power_inputs(tiny)
    model = Model(time)
    running = tiny.laid(time, [0, 2]).astype(int)
    _, flows = add_generators(model.within("generators"), dataclasses.replace(inputs, generators_running=running))
    return model, dict(zip(("generators", "generators_running"), flows, strict=True))


def commitment(tiny):
    time, inputs = own_power_inputs(tiny, tariff=tiny.prices(tiny.grid(2), [0.05, 0.30]))
    model = Model(time)
    _, usd = add_commitment(model.within("commitment"), inputs, SETS, np.array([0, 2]), np.array([0.4, 0.5]), 1.0)
    return model, {"all": Flows(cost={"bill_and_fuel": usd})}


BEFORE = {
    "burn_in": ("labour", "line"),
    "interruption": ("labour", "line"),
    "cooling": ("labour", "line", "burn_in"),
}


def own_part(text, before):
    """The text without what the subsystems before it put into the model: their own golden text holds that."""
    starts = tuple(f"{name}_" for name in before)
    kept, skipping = [], False
    for line in text.splitlines():
        if not line.startswith("  "):
            skipping = line.startswith(starts)
        name = line.split(" <= ")[1] if " <= " in line and line.startswith("  ") and ":" not in line else ""
        if not skipping and not name.startswith(starts):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)) + "\n"


@pytest.mark.parametrize(
    "subsystem",
    [
        labour_and_line, burn_in, interruption, cooling, power, tariff,
        own_power, own_power_running, commitment,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_rows_are_those_of_the_golden_text(tiny, rows_of, subsystem):
    """Proves: every row, coefficient, bound and formula of the subsystem on two hours is as it was last agreed.
    Sensitivity: a sign, a shifted hour, a lost weight or a unit (kW for MW) changes a line of the text."""
    name = subsystem.__name__
    text = own_part(rows_of(*subsystem(tiny)), BEFORE.get(name, ()))
    file = tiny.GOLDEN / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{file.name} differs; see the head of this file"


def test_every_formula_is_in_a_golden_text(tiny):
    """Proves: the texts together hold every constraint that a whole facility has.
    Sensitivity: a subsystem that is added without a golden text would be held by nothing."""
    texts = "".join(file.read_text(encoding="utf-8") for file in sorted(tiny.GOLDEN.glob("*.txt")))
    case = Case(tiny)
    facility = tiny.build(case.inputs, case.time)
    missing = [name for name in facility.model.formulas if f"\n{name}\n" not in texts]
    assert missing == []
