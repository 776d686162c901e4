"""Whether the parts of a plant fit together: what no table of the plant file can see by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sites.errors import Problem, nearest
from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.line_checks import whole_problems, zone_problems
from twin.model.shifts import ShiftPattern
from twin.model.stations import BURN_IN

LEAST_HOURS, MOST_HOURS = 1.0, 168.0  # a plan counts whole hours, and its representative weeks close on themselves


def line_problems(line: Line, burn_in: BurnIn, products: Sequence[str] = ()) -> list[Problem]:
    """What is wrong between the *line*, its *burn_in* and the names of its *products*.

    Ways that lead nowhere, stations that nothing feeds, rings without a limit, a line without people.
    """
    found = whole_problems(line, burn_in, products)
    if BURN_IN not in line.reached() and not any(problem.where == "line.stations" for problem in found):
        what = f"most units from {line.first} do not go to burn_in, which a plan counts on"
        found.append(Problem("line.stations", what, "let the next of one of its stations be burn_in"))
    if line.crew.size == 0:
        found.append(Problem("line.crew.people", "nobody is in a crew", "give the people of one cell by skill"))
    found += [
        Problem(
            f"line.stations[{place}].slotted", f"{station.name} knows no shifts, and a plan has them", "leave it out"
        )
        for place, station in enumerate(line.stations)
        if station.slotted is not None
    ]
    return found


def line_file_problems(line: Line, burn_in: BurnIn | None, powers_kw: Mapping[str, float]) -> list[Problem]:
    """What is wrong between the parts of a file with no more than a *line*, its *burn_in* and its products.

    Parameters: *powers_kw* of the products by name [kW], the one that is made where none is named first.
    """
    found = whole_problems(line, burn_in, list(powers_kw))
    if burn_in is not None and not powers_kw:
        found.append(Problem("products", "burn-in of no product", "add one with its power_kw"))
    elif burn_in is not None:
        found += zone_problems(burn_in, max(powers_kw.values()))
    return found


def burn_in_problems(burn_in: BurnIn, heaviest_kw: float) -> list[Problem]:
    """What is wrong with the racks for miners of at most *heaviest_kw* [kW]: a full zone, hours out of range."""
    found = zone_problems(burn_in, heaviest_kw)
    slots = int(burn_in.zone_kw / burn_in.racks_per_zone / heaviest_kw + 1e-9)
    if not found and burn_in.slots_per_rack > slots:
        of_racks = "" if burn_in.racks_per_zone == 1 else f" of {burn_in.racks_per_zone} racks"
        what = f"value {burn_in.slots_per_rack}: a zone{of_racks} of {burn_in.zone_kw} kW holds {slots} slots, not more"
        if slots == 0:
            what = f"value {burn_in.slots_per_rack}: a zone{of_racks} of {burn_in.zone_kw} kW holds no slot of each"
        cure = (
            f"give {slots} or less, or a larger zone_kw" if slots else "give a larger zone_kw, or fewer racks_per_zone"
        )
        found.append(Problem("burn_in.slots_per_rack", what, cure))
    if burn_in.hours != round(burn_in.hours):
        what = f"value {burn_in.hours:g}: a plan counts whole hours"
        found.append(Problem("burn_in.hours", what, f"give {round(burn_in.hours)} or {round(burn_in.hours) + 1}"))
    if not LEAST_HOURS <= burn_in.hours <= MOST_HOURS:
        what = f"value {burn_in.hours:g}: outside {LEAST_HOURS:g} to {MOST_HOURS:g} h"
        found.append(Problem("burn_in.hours", what, "give at least an hour and at most a week"))
    return found


def pattern_problems(patterns: Sequence[ShiftPattern]) -> list[Problem]:
    """What is wrong with the menu of *patterns*: a name that stands twice, nobody at work, pauses outside the shift."""
    names = [pattern.name for pattern in patterns]
    found = []
    for place, pattern in enumerate(patterns):
        spot = f"patterns[{place}]"
        if pattern.name in names[:place]:
            found.append(Problem(f"{spot}.name", f"value {pattern.name!r}: stands twice", "rename one"))
        for number, shift in enumerate(pattern.shifts):
            here = f"{spot}.shifts[{number}]"
            if not shift.days:
                found.append(Problem(f"{here}.days", "value []: a shift on no day", 'name days, such as ["Mon"]'))
            twice = sorted({day for day in shift.days if shift.days.count(day) > 1})
            if twice:
                found.append(Problem(f"{here}.days", f"{', '.join(twice)} stands twice", "name each day once"))
            found += [
                Problem(
                    f"{here}.breaks[{pause}]",
                    f"value after_h {rest.after_h:g}, {rest.minutes:g} minutes: ends after the shift of "
                    f"{shift.length_h:g} h",
                    "give a pause within the shift",
                )
                for pause, rest in enumerate(shift.breaks)
                if rest.after_h + rest.minutes / 60.0 > shift.length_h + 1e-9
            ]
        if pattern.overtime_of is not None:
            found += _overtime_problems(spot, pattern, patterns)
        if not pattern.minutes.any():
            what = f"{pattern.name!r} staffs no station in any minute of the week"
            found.append(Problem(f"{spot}.shifts", what, "give a shift of some length"))
    return found


def _overtime_problems(spot: str, pattern: ShiftPattern, patterns: Sequence[ShiftPattern]) -> list[Problem]:
    """What is wrong with a pattern that is the overtime of another: it must be that one with paid hours added."""
    bases = {base.name: base for base in patterns if base.overtime_of is None}
    base = bases.get(str(pattern.overtime_of))
    if base is None:
        where = f"value {pattern.overtime_of!r}: no pattern that overtime can lengthen"
        return [Problem(f"{spot}.overtime_of", where, nearest(str(pattern.overtime_of), bases))]
    found = []
    if base.crews != pattern.crews:
        what = f"value {pattern.crews}: overtime is worked by the {base.crews} crews of {base.name!r}"
        found.append(Problem(f"{spot}.crews", what, f"give {base.crews}"))
    more_h = (pattern.paid_h_per_week - base.paid_h_per_week) / pattern.crews
    if more_h <= 0:
        what = f"{pattern.paid_h_per_week:g} paid hours a week, {base.name!r} has {base.paid_h_per_week:g}"
        found.append(Problem(f"{spot}.shifts", what, "overtime must be longer"))
    elif pattern.overtime_h_per_crew_week < base.overtime_h_per_crew_week + more_h - 1e-9:
        what = f"value {pattern.overtime_h_per_crew_week:g}: a crew works {more_h:g} h more than in {base.name!r}"
        found.append(Problem(f"{spot}.overtime_h_per_crew_week", what, "pay the added hours as overtime"))
    return found
