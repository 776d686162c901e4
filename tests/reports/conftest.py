"""A run made by hand: plausible shapes, no solver, no simulation."""

import dataclasses
import tomllib
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from reports.contents import RunContents
from reports.page import render
from sites.clock import Calendar
from twin.model.contracts import LineResponse, Outcome, Plan, Prices, Weather
from twin.model.plant import read_plant

HOURS, MONTHS, REPLICATIONS = 8760, 12, 6
GIVEN = tomllib.loads((Path(__file__).parent / "run.toml").read_text(encoding="utf-8"))
COSTS, SIZES = GIVEN["costs"], GIVEN["sizes"]
RAMP = np.array([10, 15, 25, 35, 45, 55, 65, 75, 85, 90, 95, 100]) / 100
CALENDAR = Calendar(2026, -6.0, "America/Chicago")
PLANT = read_plant()[0]
PATTERNS = [pattern.name for pattern in PLANT.patterns]


def hourly(values, units):
    return "time", np.asarray(values, dtype=float), {"units": units}


def dataset(variables, coords=None, **attrs):
    return xr.Dataset(variables, coords={"time": CALENDAR.time, **(coords or {})}, attrs=attrs)


def make_weather():
    day, hour = CALENDAR.day_of_year, CALENDAR.hour
    slow = 3.5 * np.sin(2 * np.pi * np.arange(HOURS) / 190)
    dry = 18.5 - 12.5 * np.cos(2 * np.pi * (day - 20) / 365) + 5.5 * np.cos(2 * np.pi * (hour - 15) / 24) + slow
    dew = np.minimum(dry - 2.0, 9.0 - 11.0 * np.cos(2 * np.pi * (day - 25) / 365) + 0.5 * slow)
    sun = np.clip(np.sin(np.pi * (hour - 6) / 13), 0, None) * (600 - 250 * np.cos(2 * np.pi * (day - 10) / 365))
    return Weather(
        dataset(
            {
                "dry_bulb_c": hourly(dry, "degC"), "dew_point_c": hourly(dew, "degC"),
                "wet_bulb_c": hourly(dew + (dry - dew) / 3, "degC"),
                "humidity_ratio": hourly(0.003 + 0.0006 * np.clip(dew, 0, None), "kg/kg"),
                "pressure_pa": hourly(np.full(HOURS, 99_300.0), "Pa"), "ghi_w_m2": hourly(sun, "W/m2"),
                "dni_w_m2": hourly(0.8 * sun, "W/m2"), "dhi_w_m2": hourly(0.3 * sun, "W/m2"),
                "wind_m_s": hourly(np.full(HOURS, 4.2), "m/s"),
            },
            station="TX_Dallas_Fort_Worth_Intl", source="synthetic year from the statistics of 2009 to 2023",
        )
    )  # fmt: skip


def make_prices():
    hour, warm = CALENDAR.hour, np.isin(CALENDAR.month, (5, 6, 7, 8))
    noise = np.random.default_rng(7).gamma(2.0, 1.0, HOURS) / 2.0
    evening = np.exp(-(((hour - 19) / 2.0) ** 2))
    price = 0.022 + 0.008 * noise + (0.05 + 0.1 * warm) * evening * noise
    return Prices(dataset({"energy_usd_per_kwh": hourly(price, "usd/kWh")}, source="ERCOT LZ_NORTH day-ahead, 2025"))


def make_plan(weather, prices):
    month, how = CALENDAR.month, CALENDAR.hour_of_week
    teams = np.zeros((MONTHS, len(PATTERNS)))
    teams[:, PATTERNS.index("two8")] = np.round(7 * RAMP)
    teams[9:, PATTERNS.index("day12")] = 1
    crews = np.zeros((MONTHS, len(PATTERNS)))
    crews[:, PATTERNS.index("continental")] = np.where(RAMP > 0.5, 2, 1)
    share = np.stack([pattern.staffed_share for pattern in PLANT.patterns])
    staffed = np.einsum("mp,pw->mw", teams, share)[month, how]
    demand = np.round(500 * 250 / 12 * RAMP)
    production = 5.0 * staffed * (demand.sum() / (5.0 * staffed).sum())
    burning = np.convolve(np.concatenate([production[-12:], production]), np.ones(12), "same")[12:]
    candidate = np.isin(np.arange(HOURS), [each["hour"] for each in make_candidates(weather)])
    burning = burning * np.where(candidate, 0.55, 1.0)
    burn_in = 3.5 * burning
    line = 14.0 * staffed
    dry = weather.values("dry_bulb_c")
    cooling = 0.06 * burn_in + np.clip(dry - 18, 0, None) * (4 + 0.012 * burn_in)
    building = 60 + 48 * (staffed > 0)
    losses = 4.5 + 0.008 * (burn_in + line + cooling + building)
    grid = burn_in + line + cooling + building + losses
    zeros = np.zeros(HOURS)
    power = {
        "line_kw": line, "burn_in_kw": burn_in, "cooling_kw": cooling, "building_kw": building, "losses_kw": losses,
        "battery_charge_kw": zeros, "battery_discharge_kw": zeros, "grid_kw": grid, "chiller_kw": 0.7 * cooling,
    }  # fmt: skip
    heat = ("assembly", "chiller", "store_fill", "store_empty")
    ways = heat_by_way(weather, burn_in)
    units_an_hour = ("production_units", "loads", "burn_in_starts", "unloads")
    by_month = {"stock_units": 0, "shipped_units": 1, "demand_units": 1, "shortage_units": 0}
    return Plan(
        dataset(
            {
                **{f"{name}_per_h": hourly(production, "units/h") for name in units_an_hour},
                **{f"{name}_units": hourly(burning, "units") for name in ("waiting", "ready", "burning", "done")},
                **{name: hourly(values, "kW") for name, values in power.items()},
                "battery_level_kwh": hourly(zeros, "kWh"),
                "energy_usd_per_kwh": hourly(prices.values("energy_usd_per_kwh") * 1.03 + 0.006, "usd/kWh"),
                **{f"{name}_kw_th": hourly(burn_in / 7, "kW_th") for name in heat},
                **{f"{name}_kw_th": hourly(values, "kW_th") for name, values in ways.items()},
                "store_level_kwh_th": hourly(zeros, "kWh_th"), "water_m3": hourly(0.002 * ways["pad"], "m3"),
                "teams": (("month", "pattern"), teams, {"units": "teams"}),
                "burn_in_crews": (("month", "pattern"), crews, {"units": "crews"}),
                **{name: ("month", wanted * demand, {"units": "units"}) for name, wanted in by_month.items()},
                "size": ("item", np.array(list(SIZES.values())), {"units": "as named"}),
                "cost_usd_per_year": ("cost_line", np.array(list(COSTS.values())), {"units": "usd/year"}),
            },
            {"pattern": PATTERNS, "month": np.arange(1, 13), "item": list(SIZES), "cost_line": list(COSTS)},
            site="texas", plant="starter",
        )
    )  # fmt: skip


def heat_by_way(weather, burn_in_kw):
    """Coils where it is humid (with open air at the edge of it), pads where it is hot, else open air."""
    dew, dry = weather.values("dew_point_c"), weather.values("dry_bulb_c")
    by_coil = np.where(dew > 18.0, 1.0, np.where(dew > 17.5, 0.5, 0.0)) * burn_in_kw
    by_air = burn_in_kw - by_coil
    hot = (dry > 30.0) & (by_coil == 0)
    return {"free_air": np.where(hot, 0.0, by_air), "pad": np.where(hot, by_air, 0.0), "coil": by_coil}


def make_heat(plan, weather):
    """What summary.json says of heat: modes counted one by one, limits and lines made by hand."""
    ways = {name: plan.values(f"{name}_kw_th") for name in ("free_air", "pad", "coil")}
    labels = np.array(
        [
            "mixed"
            if coil and (free or pad)
            else "coils"
            if coil
            else "pads"
            if pad
            else "open air"
            if free
            else "idle"
            for free, pad, coil in zip(*ways.values(), strict=True)
        ]
    )
    names = ("idle", "open air", "pads", "coils", "mixed")
    by_month = {name: [int((labels[CALENDAR.month == m] == name).sum()) for m in range(MONTHS)] for name in names}
    water, cooling = plan.values("water_m3"), plan.values("cooling_kw")
    dry, wet = weather.values("dry_bulb_c"), weather.values("wet_bulb_c")
    limits = (("inlet", 38.0, "C"), ("least inlet", 5.0, "C"), ("relative humidity", 0.9, "1"),
              ("least relative humidity", 0.1, "1"), ("dew point", 20.0, "C"), ("wbgt", 31.0, "C"))  # fmt: skip
    ratio = np.linspace(1e-5, 0.015, 9)
    return {
        "hours_by_mode": {name: sum(by_month[name]) for name in names}, "hours_by_mode_and_month": by_month,
        "water_m3_by_month": [float(water[CALENDAR.month == m].sum()) for m in range(MONTHS)],
        "evaporated_m3": 0.75 * float(water.sum()), "pue": 1.137, "wue_l_per_kwh": 0.214, "kwh_per_unit": 74.2,
        "linear_form": {
            "modelled_kwh": 501_000.0, "true_kwh": 500_000.0, "energy_error": 0.002, "modelled_peak_kw": 199.2,
            "true_peak_kw": 200.0, "peak_error": -0.004, "unserved_kwh_th": 0.0,
        },
        "limits": [
            {"name": name, "limit": limit, "unit": unit, "hours_broken": 0, "hours_binding": 10 * place,
             "worst_value": 0.98 * limit, "worst_hour": 24 * place + 15}
            for place, (name, limit, unit) in enumerate(limits)
        ],
        "worst_hours": [
            {"hour": int(hour), "why": "highest cooling power", "dry_bulb_c": float(dry[hour]),
             "wet_bulb_c": float(wet[hour]), "inlet_c": 37.5, "cooling_kw": float(cooling[hour]),
             "mode": str(labels[hour])}
            for hour in np.argsort(-cooling, kind="stable")[:5]
        ],
        "chart": {
            "pressure_pa": 99_300.0,
            "lines": {
                "inlet": {"dry_bulb_c": [38.0, 38.0], "humidity_ratio": [1e-5, 0.015]},
                "least inlet": {"dry_bulb_c": [5.0, 5.0], "humidity_ratio": [1e-5, 0.015]},
                "dew point": {"dry_bulb_c": [5.0, 38.0], "humidity_ratio": [0.015, 0.015]},
                "relative humidity": {
                    "dry_bulb_c": (22.0 + 9.0 * np.log(ratio / 0.015)).tolist(), "humidity_ratio": ratio.tolist(),
                },
                "wbgt": {"dry_bulb_c": [], "humidity_ratio": []},
            },
        },
    }  # fmt: skip


def make_outcome(plan, weather):
    stream = np.random.default_rng(11)

    def by_hour(name, units, values=None, spread=0.03):
        base = plan.values(name) if values is None else values
        jitter = 1 + spread * stream.standard_normal((REPLICATIONS, HOURS))
        return ("replication", "time"), np.clip(base * jitter, 0, None), {"units": units}

    shipped = plan.values("shipped_units") * (1 + 0.008 * stream.standard_normal((REPLICATIONS, MONTHS)))
    inlet = np.clip(weather.values("dry_bulb_c") + 2.0, 5.0, 36.5)
    kw = ("line_kw", "burn_in_kw", "cooling_kw", "building_kw", "losses_kw", "grid_kw")
    uses = ["line", "burn_in", "cooling", "building", "losses"]
    totals = np.array([[plan.values(f"{use}_kw").sum() for use in uses]] * REPLICATIONS)
    costs = np.tile(list(COSTS.values()), (REPLICATIONS, 1))
    bill = stream.uniform(9_000, 11_000, (REPLICATIONS, MONTHS, 2))
    return Outcome(
        dataset(
            {
                "shipped_units": (("replication", "month"), shipped, {"units": "units"}),
                "scrapped_units": ("replication", stream.uniform(300, 340, REPLICATIONS), {"units": "units"}),
                "wip_units": by_hour("waiting_units", "units"),
                "occupied_slots": by_hour("burning_units", "slots"),
                "burning_units": by_hour("burning_units", "units"),
                **{name: by_hour(name, "kW") for name in kw},
                "battery_kw": by_hour("battery_charge_kw", "kW"),
                "inlet_c": by_hour("", "degC", inlet, 0.01),
                "inlet_relative_humidity": by_hour("", "1", np.full(HOURS, 0.55), 0.05),
                "unserved_heat_kw_th": by_hour("", "kW_th", np.zeros(HOURS)),
                "energy_kwh_state_changes": (("replication", "use"), totals, {"units": "kWh"}),
                "energy_kwh_hourly": (("replication", "use"), totals, {"units": "kWh"}),
                "bill_usd": (("replication", "month", "line"), bill, {"units": "usd"}),
                "bill_kwh": ("replication", totals.sum(axis=1), {"units": "kWh"}),
                "cost_usd_per_year": (("replication", "cost_line"), costs, {"units": "usd/year"}),
            },
            {"use": uses, "line": ["energy", "demand"], "cost_line": list(COSTS), "month": np.arange(1, 13)},
            seed=1,
        )
    )  # fmt: skip


def make_response():
    cells = PLANT.line.cells
    share = np.stack([pattern.staffed_share for pattern in PLANT.patterns])
    capacity = 5.2 * np.arange(cells + 1)[None, :, None, None, None] * share[None, None, :, :, None]
    weekly = capacity.sum(axis=3)
    line = ("design", "teams", "pattern")
    crew = np.array(list(PLANT.line.crew.people.values()), dtype=float)
    wip = np.tile(9.0 * np.arange(cells + 1)[None, :, None], (1, 1, len(PATTERNS)))

    def both(name, dims, values, units):
        attrs, half = {"units": units}, np.asarray(values) * 0.02
        return {name: (dims, values, attrs), f"{name}_half_width": (dims, half, attrs)}

    data = xr.Dataset(
        {
            **both("capacity_units_per_h", (*line, "hour_of_week", "product"), capacity, "units/h"),
            **both("weekly_units", (*line, "product"), weekly, "units"),
            **both("return_share", "product", [0.028], "1"), **both("shipped_share", "product", [0.994], "1"),
            **both("kwh_per_unit", "product", [2.31], "kWh/unit"),
            **both("wip_units", line, wip, "units"),
            "fixed_kw": (("hour_of_week", "pattern"), share.T * 1.3, {"units": "kW"}),
            "base_kw": ((), 0.0, {"units": "kW"}),
            "people": (("pattern", "hour_of_week", "skill"), share[:, :, None] * crew, {"units": "people"}),
            "heat_share_to_hall": (("product",), np.ones(1), {"units": "1"}),
        },
        coords={
            "design": ["base"], "teams": np.arange(cells + 1), "pattern": PATTERNS, "hour_of_week": np.arange(168),
            "product": ["air-cooled"], "skill": list(PLANT.line.crew.people),
        },
        attrs={"replications": 4, "seed": 1},
    )  # fmt: skip
    return LineResponse(data)


def make_candidates(weather):
    highest = weather.values("dry_bulb_c").reshape(365, 24).max(axis=1)
    days = {month: np.flatnonzero(CALENDAR.day_month == month) for month in (5, 6, 7, 8)}
    return [
        {"hour": int(24 * day + hour), "month": month, "probability": 1 / 18}
        for month, those in days.items()
        for day in sorted(those[np.argsort(-highest[those])[:6]])
        for hour in (14, 15, 16)
    ]


def make_summary(plan, weather):
    grid, month = plan.values("grid_kw"), CALENDAR.month
    price = plan.values("energy_usd_per_kwh")
    monthly = [
        {
            "month": place + 1, "demand_units": float(plan.values("demand_units")[place]),
            "shipped_units": float(plan.values("shipped_units")[place]),
            "energy_usd": float((grid * price)[month == place].sum()),
            "demand_usd": float(5.25 * grid[month == place].max()), "coincident_usd": 4_833.33, "fixed_usd": 581.0,
            "kwh": float(grid[month == place].sum()), "peak_kw": float(grid[month == place].max()),
            "billing_kw": float(max(grid[month == place].max(), 0.8 * grid.max())),
        }
        for place in range(MONTHS)
    ]  # fmt: skip
    bill = sum(each[f"{part}_usd"] for each in monthly for part in ("energy", "demand", "coincident", "fixed"))
    objective, units = sum(COSTS.values()), float(plan.values("shipped_units").sum())
    promise = {"units": units, "usd": bill, "peak_kw": float(grid.max()), "kwh": float(grid.sum())}
    outcome = {key: {"mean": 0.998 * value, "half_width": 0.004 * value} for key, value in promise.items()}
    kept = {**dict.fromkeys(promise, True), "all": True}
    first = {key: {"mean": 0.96 * value, "half_width": 0.004 * value} for key, value in promise.items()}
    crews = {pattern.name: pattern.crews for pattern in PLANT.patterns}
    each_crew = np.array([crews[name] for name in PATTERNS])
    return {
        "schema_version": 1, "site": "texas", "plant": "starter", "site_label": "Dallas-Fort Worth, Texas",
        "status": "feasible", "quick": False, "objective_usd_per_year": objective,
        "bound_usd_per_year": objective - 61_500.0, "decidable_usd_per_year": 4_950_000.0, "gap_usd_per_year": 61_500.0,
        "gap": 61_500.0 / 4_950_000.0, "gap_of_saving": 0.071, "sizes": SIZES, "bindings": GIVEN["bindings"],
        "installed_usd": GIVEN["installed"], "bill_usd": bill, "costs": COSTS,
        "carbon": {"average_t_per_year": 2400.0, "average_source": "the state's average", "marginal_t_per_year": 4025.0,
                   "marginal_source": "the margin"},
        "baseline": {
            "objective_usd_per_year": objective + 866_000.0,
            "costs": {**COSTS, "labour": 12.4e6, "energy": 301_000.0, "demand": 210_000.0, "coincident": 258_000.0},
            "sizes": {**SIZES, "racks_count": 19.0, "cold_store_kwh_th": 0.0},
            "savings": {
                "labour": 500_000.0, "energy": 66_000.0, "demand_and_coincident": 330_000.0, "capital": -40_000.0,
                "holding": 8_000.0, "other": 2_000.0,
            },
            "patterns": [
                {
                    "pattern": "two8", "label": "two 8 h shifts", "feasible": True, "teams_by_quarter": [8, 7, 8, 7],
                    "racks_count": 19.0, "peak_kw": 2187.0, "objective_usd_per_year": objective + 866_000.0,
                    "reason": "",
                },
                {
                    "pattern": "day8", "label": "one 8 h shift", "feasible": False, "teams_by_quarter": [],
                    "racks_count": None, "peak_kw": None, "objective_usd_per_year": None,
                    "reason": "all 8 cells make 20,000 good units",
                },
            ],
        },
        "life_cycle_cost_usd": 83_100_000.0, "net_present_value_usd": 5_560_000.0, "promise": promise,
        "outcome": outcome, "kept": kept, "monthly": monthly,
        "labour": {
            "patterns": [{"name": p.name, "label": p.label, "crews": p.crews} for p in PLANT.patterns],
            "line_heads_by_month": (plan.values("teams") @ each_crew * 6).tolist(),
            "burn_in_heads_by_month": (plan.values("burn_in_crews") @ each_crew * 2).tolist(),
        },
        "bills": {
            "objective_usd": bill, "calculator_usd": bill,
            "replications": {"mean": 1.003 * bill, "half_width": 0.004 * bill},
        },
        "rounds": [
            {"promise": promise, "outcome": first, "kept": {**dict.fromkeys(promise, False), "all": False}},
            {"promise": promise, "outcome": outcome, "kept": kept},
        ],
        "notes": ["Weather is a synthetic year made from a station's statistics; no day of it happened."],
        "good_units_per_year": units, "usd_per_good_unit": objective / units,
        "candidate_hours": make_candidates(weather), "heat": make_heat(plan, weather),
    }  # fmt: skip


def make_assumptions():
    return [
        {
            "key": figure.key, "base": figure.base, "low": figure.low, "high": figure.high, "source": figure.source,
            "date": figure.date, "confidence": figure.confidence, "note": figure.note,
            "assumption": figure.is_assumption,
        }
        for figure in read_plant()[1]
    ]  # fmt: skip


@pytest.fixture(scope="session")
def contents():
    weather, prices = make_weather(), make_prices()
    plan = make_plan(weather, prices)
    return RunContents(
        summary=make_summary(plan, weather),
        manifest=GIVEN["manifest"],
        plan=plan,
        outcome=make_outcome(plan, weather),
        response=make_response(),
        weather=weather,
        prices=prices,
        assumptions=make_assumptions(),
    )


@pytest.fixture(scope="session")
def altered(contents):
    """Return the contents with other fields, and with other entries in the summary."""

    def change(summary=None, without=(), **fields):
        data = {key: value for key, value in {**contents.summary, **(summary or {})}.items() if key not in without}
        return dataclasses.replace(contents, summary=data, **fields)

    return change


@pytest.fixture(scope="session")
def page(contents):
    return render(contents)
