"""docs/thermal.md calls what exists, and its examples give what hand, psychrolib and pvlib give."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import re
from collections.abc import Callable
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.model.equipment.towers import YORKCALC_APPROACH
from twin.model.thermal.outdoor_air import OutdoorAir

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "thermal.md").read_text()
PARENTS = ("twin.model.thermal", "twin.model.power", "sites")
ROOMS = ("thermal", "power")
# Numerical mathematics, the play-back of a plan, and what the page has under the machine that it serves
NOT_ON_THE_PAGE = {"__init__", "numeric", "operation", "chords", "moisture_steps"}
NOT_ON_THE_PAGE |= {"conditioned_halls", "conditioned_load", "hall_operation"}
SEA_LEVEL_PA = 101325.0
Numbers = list[tuple[float, int]]
"""Values and the digits behind the point with which the page prints them."""


def sections() -> dict[str, str]:
    """Text of the page below each heading."""
    parts = re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(section: str) -> list[doctest.Example]:
    """The statements of a section's example, with what the page says they print."""
    (block,) = re.findall(r"```python\n(.*?)```", sections()[section], flags=re.DOTALL)
    return doctest.DocTestParser().get_examples(block)


def calls() -> list[tuple[str, str, tuple[str, ...]]]:
    """Module or class, function and parameters of every call in a table of the page."""
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    found = re.findall(r"`(\w+)\.(\w+)\(([^`()]*)\)`", table)
    return [(owner, name, tuple(part.strip() for part in inside.split(",") if part)) for owner, name, inside in found]


def called(owner: str, name: str) -> Callable[..., Any]:
    """The function that the page calls *owner*.*name*."""
    if owner == "OutdoorAir":
        return getattr(OutdoorAir, name)
    for parent in PARENTS:
        if importlib.util.find_spec(f"{parent}.{owner}"):
            return getattr(importlib.import_module(f"{parent}.{owner}"), name)
    raise AssertionError(f"no module {owner}")


def rounded(values: Any, digits: int) -> Numbers:
    """*values*, all printed with *digits*."""
    return [(float(value), digits) for value in np.ravel(values)]


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising *function* is nil, by bisection."""
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return low


def si() -> Any:
    """psychrolib in SI units; an oracle, which only tests marked outside import."""
    import psychrolib

    psychrolib.SetUnitSystem(psychrolib.SI)
    return psychrolib


def air() -> Numbers:
    """By psychrolib."""
    psychrolib = si()
    states = [(35.0, 25.56), (20.0, 12.0)]
    ratios = [psychrolib.GetHumRatioFromTWetBulb(*state, SEA_LEVEL_PA) for state in states]
    dew = [psychrolib.GetTDewPointFromTWetBulb(*state, SEA_LEVEL_PA) for state in states]
    dry_air = [
        1.0 / psychrolib.GetMoistAirVolume(dry, w, SEA_LEVEL_PA) for (dry, _), w in zip(states, ratios, strict=True)
    ]
    return rounded(ratios, 5) + rounded(dew, 2) + rounded(dry_air, 4)


def chilled_water() -> Numbers:
    """Trane CGAM130 at 8 and 35 C by the coefficients of EnergyPlus's data set, one to three machines tried."""

    def curve(coefficients: tuple[float, ...], x: float, y: float) -> float:
        a, b, c, d, e, f = coefficients
        return a + b * x + c * x**2 + d * y + e * y**2 + f * x * y

    of_capacity = (1.0428575245, 0.0390769644, 0.0001876955, -0.0031517246, -9.84665e-5, -3.385144e-4)
    of_power = (0.5436161169, -0.0108322959, 0.0004105474, 0.0042214209, 4.027623e-4, -5.156184e-4)
    capacity, ratio = 433.628 * curve(of_capacity, 8.0, 35.0), curve(of_power, 8.0, 35.0) / 3.08
    running, power, unserved = [], [], []
    for load in (0.0, 300.0, 900.0, 1500.0):
        tried = {}
        for count in (1, 2, 3):
            u = min(load / (count * capacity), 1.0)
            if load <= count * capacity or count == 3:
                tried[count] = count * capacity * ratio * (0.0493 + 0.622 * u + 0.3275 * u**2)
        best = min(tried, key=tried.__getitem__) if load else 0
        running.append(best)
        power.append(tried[best] if load else 0.0)
        unserved.append(max(load - 3 * capacity, 0.0))
    flow = 600.0 / (998.21 * 4.1818 * 6.0)
    x = flow / 0.05
    pump_kw = 0.05 * 180.0 / (0.75 * 0.93) * (x / 3.0 + 2.0 / 3.0 * x**3)
    return rounded(running, 0) + rounded(power, 1) + rounded(unserved, 1) + rounded(flow, 5) + rounded(pump_kw, 2)


def heat_rejection() -> Numbers:
    """YorkCalc's terms summed and searched; the exchanger with psychrolib's air; the loop with the handbook's water."""
    psychrolib = si()

    def approach(ratio: float, range_k: float, wet_bulb_c: float) -> float:
        return sum(
            c * ratio**i * range_k**j * wet_bulb_c**k
            for i, plane in enumerate(YORKCALC_APPROACH)
            for j, row in enumerate(plane)
            for k, c in enumerate(row)
        )

    calibrated = root(lambda ratio: approach(ratio, 5.5, 25.56) - 4.0, 0.5, 2.0)
    leaving = []
    for wet_bulb in (25.56, 22.0):
        found = 0.0
        range_k = 5.5
        for _ in range(20):
            found = wet_bulb + approach(calibrated, range_k, wet_bulb)
            warm = found + range_k  # between 30 and 40 C the handbook has 4.1784 and 4.1785 kJ/(kg K)
            range_k = 5973.8 / (260.0 * (4.1784 + 0.0001 * (warm - 30.0) / 10.0))
        leaving.append(found)
    air_kw_per_k = 600.0 / psychrolib.GetMoistAirVolume(35.0, 0.015, SEA_LEVEL_PA) * (1.006 + 1.86 * 0.015)
    water_kw_per_k = 120.0 * 4.1806
    least, most = sorted((air_kw_per_k, water_kw_per_k))
    units, ratio = 450.0 / least, least / most
    effectiveness = 1.0 - exp(units**0.22 / ratio * (exp(-ratio * units**0.78) - 1.0))
    cooled_c = 50.0 - effectiveness * least * (50.0 - 35.0) / water_kw_per_k
    flow = 0.97 * 5000.0 / (4.1843 * 20.0)
    pump_kw = flow / 992.22 * 200.0 / 0.7
    fans_kw = rounded([60.0, 60.0], 1)
    return rounded(leaving, 2) + fans_kw + rounded(cooled_c, 2) + rounded([flow, pump_kw, 40.0], 2)


def water() -> Numbers:
    """Saturated air that leaves the tower at its design, by psychrolib and bisection; water of 998.21 kg/m3."""
    psychrolib = si()
    w_in = psychrolib.GetHumRatioFromTWetBulb(35.0, 25.56, SEA_LEVEL_PA)
    h_in = psychrolib.GetMoistAirEnthalpy(35.0, w_in) / 1000.0
    dry_air = 155.0 / psychrolib.GetMoistAirVolume(35.0, w_in, SEA_LEVEL_PA)

    def surplus(out_c: float) -> float:
        gained = psychrolib.GetSatHumRatio(out_c, SEA_LEVEL_PA) - w_in
        h_out = psychrolib.GetSatAirEnthalpy(out_c, SEA_LEVEL_PA) / 1000.0
        return h_out - h_in - gained * 4.186 * 20.0 - 6000.0 / dry_air

    evaporation = dry_air * (psychrolib.GetSatHumRatio(root(surplus, 20.0, 60.0), SEA_LEVEL_PA) - w_in)
    m3 = 3600.0 / 998.21
    return [(evaporation * m3, 2), (0.00008 * 260.0 * m3, 3), (evaporation * 4.0 / 3.0 * m3, 2)]


def burn_in_hall() -> Numbers:
    """Rises by hand, the pad's wet bulb by psychrolib, every number of fans tried."""
    psychrolib = si()
    rise_k = 3500.0 / (325.0 / 0.9 * (1.006 + 1.86 * 0.016))
    inlet_c = 34.4 + 0.1 / 0.9 * rise_k
    pad_c = 38.0 - 0.85 * 16.0
    pad_ratio = psychrolib.GetHumRatioFromTWetBulb(pad_c, 22.0, SEA_LEVEL_PA)

    def fans_kw(count: int, flow: float) -> float:
        x = flow / count / 20.0
        on = min(x / 0.2, 1.0)
        x = max(x, 0.2)
        return count * 3.0 * on * (0.1 + 0.9 * (0.2 * x + 0.8 * x**3))

    best = min(range(8, 11), key=lambda count: fans_kw(count, 150.0))
    power = [fans_kw(best, 150.0), fans_kw(10, 200.0)]
    return [
        *rounded([inlet_c, inlet_c + rise_k, pad_c], 2),
        (pad_ratio, 4),
        (1.2 * 3.0 / 2.0, 2),
        *rounded([best, 10], 0),
        *rounded(power, 2),
        *rounded([0.0, 30.0], 1),
    ]


def conditioned_halls() -> Numbers:
    """The coil by psychrolib; one mass of 2 kWh/K on 1.5 kW/K, which tends to 20 + 15 / 1.5 = 30 C; steam by hand."""
    psychrolib = si()
    on_surface = psychrolib.GetSatHumRatio(9.0, SEA_LEVEL_PA)
    ratio = on_surface + 0.1 * (0.012 - on_surface)
    enthalpies = (
        psychrolib.GetMoistAirEnthalpy(26.0, 0.012),
        psychrolib.GetMoistAirEnthalpy(9.0 + 0.1 * 17.0, ratio),
    )
    total = 10.0 * (enthalpies[0] - enthalpies[1]) / 1000.0
    latent = 10.0 * (0.012 - ratio) * (2501.0 + 1.86 * 26.0)
    kept = exp(-0.75)
    free = [30.0 - 10.0 * kept**hour for hour in (1, 2, 3)]
    cooling = (free[2] - 28.0) * 1.5 / (1.0 - kept)
    steam_kw = (0.01 * (2675.6 - 4.186 * 20.0) + 0.01 / 9.0 * 4.186 * 80.0) / 0.95
    temperatures = rounded([*free[:2], 28.0, 0.0, 0.0, cooling], 2)
    return [(ratio, 5), (total, 1), (latent, 1), *temperatures, (steam_kw, 2)]


def power() -> Numbers:
    """The starter's machines by their numbers; Naumann's laws by hand; the inverter by pvlib; the fuel by its chart."""
    import pvlib

    losses = [2 * 2500.0 * (0.001 + 0.008 * (used / (5000.0 * 0.95)) ** 2) for used in (0.0, 4000.0)]
    first = 0.96 * 1000.0
    second_charge = (1800.0 - first * 0.9999) / 0.96
    third = 1800.0 * 0.9999 - 1000.0 / 0.96
    battery = [1000.0, second_charge, 0.0, 0.0, 0.0, 1000.0, first, 1800.0, third]
    rested = [(2.8575 * (charge - 0.5) ** 3 + 0.60225) ** 2 for charge in (0.9, 0.1)]
    calendar = 1.2571e-5 * sqrt(3600.0 * 8760.0 * sum(rested) / 2.0)
    cycles = (0.0630 * 0.8 + 0.0971) * (4.0253 * 0.2**3 + 1.0923) / 100.0 * sqrt(365 * 0.8)
    inverter = pvlib.inverter.pvwatts(np.array([0.01, 0.5, 0.86]), pdc0=1 / 1.2 / 0.96, eta_inv_nom=0.96)
    litre_kwh = 137_381 * 1.055056 / 3600.0 / 3.785412
    one_of_half, two_of_three_quarters, three_full = (137.8 * litre_kwh, 2 * 197.2 * litre_kwh, 3 * 269.1 * litre_kwh)
    fuel = [0.0, one_of_half + 50.0, two_of_three_quarters + 50.0, three_full + 50.0]  # a start each, of 50 kWh
    return (
        rounded(losses, 2)
        + rounded(battery, 1)
        + [(365 * 0.8, 1), (calendar, 4), (cycles, 4)]
        + rounded(inverter, 4)
        + rounded([0, 1, 2, 3], 0)
        + [(value, 0) for value in fuel]  # the curve's points are kept to four digits: 0.05 kW for each of 1000 kW
        + rounded([0.0, 0.0, 0.0, 1000.0], 1)
    )


INDEPENDENT: dict[str, Callable[[], Numbers]] = {
    "Air": air,
    "Chilled water": chilled_water,
    "Heat rejection": heat_rejection,
    "Water": water,
    "Air of the burn-in hall": burn_in_hall,
    "Conditioned halls": conditioned_halls,
    "Power": power,
}


def test_every_group_has_an_example():
    """Proves: each heading of the page has one example, and each example a derivation of its own here."""
    assert list(sections()) == list(INDEPENDENT)
    assert all(examples(section) for section in INDEPENDENT)


@pytest.mark.parametrize("section", INDEPENDENT)
def test_examples_print_what_the_page_shows(section):
    """Proves: an example can be copied from the page and gives what stands under it, without a warning.
    Sensitivity: a renamed function, a changed default or another last digit. Cure: run it, and see why it changed."""
    test = doctest.DocTest(examples(section), {}, section, "docs/thermal.md", 0, None)
    told: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(test, out=told.append).failed
    assert failed == 0, "".join(told)


@pytest.mark.outside
@pytest.mark.parametrize("section", INDEPENDENT)
def test_examples_are_right(section):
    """Proves: every number under an example follows, to its last digit, from hand, psychrolib or pvlib without any
    function of ours.
    Sensitivity: a COP multiplied, counter-flow in place of cross-flow (0.5 K), density at standard conditions (0.15 K),
    evaporation by specific humidity (6 %), charge taken at the wrong end of the efficiency: each is seen here."""
    shown = [float(text) for example in examples(section) for text in re.findall(r"-?\d+(?:\.\d+)?", example.want)]
    derived = INDEPENDENT[section]()
    assert len(shown) == len(derived)
    for number, (value, digits) in zip(shown, derived, strict=True):
        assert abs(number - value) <= 0.501 * 10.0**-digits, (number, value)


@pytest.mark.parametrize(("owner", "name", "inside"), calls(), ids=lambda part: part if isinstance(part, str) else "")
def test_calls_are_those_of_the_code(owner, name, inside):
    """Proves: each function of the tables exists with the parameters that the page gives it, in their order, and none
    that it needs is left out.
    Sensitivity: a renamed or added parameter makes the page's call impossible."""
    parameters = inspect.signature(called(owner, name)).parameters
    places = [list(parameters).index(part) for part in inside]
    assert all(left < right for left, right in pairwise(places))
    assert {key for key, parameter in parameters.items() if parameter.default is inspect.Parameter.empty} <= set(inside)


@pytest.mark.parametrize("room", ROOMS)
def test_every_idea_is_on_the_page(room):
    """Proves: every module of heat and power has a function on the page. Cure: add its row.
    Sensitivity: a new model that no outsider would find."""
    modules = {path.stem for path in (ROOT / "twin" / "model" / room).glob("*.py")} - NOT_ON_THE_PAGE
    assert modules <= {owner for owner, _, _ in calls()}
