"""Whether the people of a line can do its work: skills that nobody has, calendars that never meet, short windows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sites.errors import Problem, nearest
from twin.model.laws import RandomTime
from twin.model.shifts import HOURS_PER_WEEK
from twin.model.stations import Station

if TYPE_CHECKING:
    from twin.model.line import Line

LOOK_AHEAD_H = 8.0 * HOURS_PER_WEEK  # what does not happen within eight weeks is taken never to happen
Spans = list[tuple[float, float]]  # [begin, end) in minutes of the run
ALWAYS: Spans = [(0.0, LOOK_AHEAD_H * 60)]


def calendar_problems(line: Line) -> list[Problem]:
    """Calendars that are named and do not exist, names that stand twice, calendars that never open."""
    found = []
    for kind in ("calendars", "operators", "carriers"):
        names = [item.name for item in getattr(line, kind)]
        found += [
            Problem(f"{kind}[{place}].name", f"value {name!r}: stands twice", "rename one")
            for place, name in enumerate(names)
            if name in names[:place]
        ]
    known = [calendar.name for calendar in line.calendars]
    for kind in ("stations", "operators"):
        found += [
            Problem(f"{kind}[{place}].calendar", f"value {item.calendar!r}: no calendar", nearest(item.calendar, known))
            for place, item in enumerate(getattr(line, kind))
            if item.calendar is not None and item.calendar not in known
        ]
    found += [
        Problem(
            f"calendars[{place}]", f"{calendar.name!r} never opens in the first eight weeks", "give shifts or windows_h"
        )
        for place, calendar in enumerate(line.calendars)
        if not _spans(line, calendar.name)
    ]
    return found


def people_problems(line: Line) -> list[Problem]:
    """Skills that nobody has, jobs for more people than there are, people who never meet the station they work at."""
    found: list[Problem] = []
    for place, station in enumerate(line.stations):
        wanted = [(f"stations[{place}].skill", station.skill, f"{station.name} is attended by this skill")]
        if station.breakdowns is not None:
            repairs = f"{station.name} is repaired by this skill"
            wanted.append((f"stations[{place}].breakdowns.skill", station.breakdowns.skill, repairs))
        lacking = [
            problem
            for key, skill, why in wanted
            if skill is not None
            for problem in skill_problems(line, key, skill, why)
        ]
        found += [problem for problem in lacking if problem.where not in {told.where for told in found}]
        if not lacking:
            found += _staffing_problems(place, station, line)
            found += _window_problems(place, station, line)
    return found


def skill_problems(line: Line, key: str, skill: str, why: str) -> list[Problem]:
    """What is wrong with a *skill* that *key* of *line* asks for: no crew and no operator has it, or nobody is one."""
    if _groups(line, skill):
        return []
    groups = [place for place, group in enumerate(line.operators) if skill in group.skills]
    if skill in line.crew.people:
        return [Problem(f"crew.people.{skill}", f"value 0: {why}", "give 1 or more")]
    if groups:
        return [Problem(f"operators[{groups[0]}].people", f"value 0: {why}", "give 1 or more")]
    known = {*line.crew.people, *(name for group in line.operators for name in group.skills)}
    cure = nearest(skill, known) if known else "give crew.people or operators this skill, or leave it out"
    return [Problem(key, f"value {skill!r}: nobody in crew or operators has it", cure)]


def _groups(line: Line, skill: str) -> list[tuple[str, int, str | None]]:
    """Name, people and calendar of the groups of whom each has *skill*; a job takes its people from one of them."""
    crew = line.crew.people.get(skill, 0) * line.cells
    groups = [(group.name, group.people, group.calendar) for group in line.operators if skill in group.skills]
    return [group for group in [("the crew", crew, None), *groups] if group[1] > 0]


def _spans(line: Line, name: str | None) -> Spans:
    """When a calendar is open within the look-ahead; an unknown one, told elsewhere, and none at all: always."""
    calendar = next((calendar for calendar in line.calendars if calendar.name == name), None)
    if calendar is None:
        return ALWAYS
    changes = calendar.changes_min(LOOK_AHEAD_H)
    opens = [at for at, is_open in changes if is_open]
    closes = [at for at, is_open in changes if not is_open and at > 0]
    return [(a, min(b, ALWAYS[0][1])) for a, b in zip(opens, closes, strict=True) if a < ALWAYS[0][1]]


def _staffing_problems(place: int, station: Station, line: Line) -> list[Problem]:
    """Too few people for one job of a *station*, or never any of them while it is open."""
    if station.skill is None:
        return []
    groups = _groups(line, station.skill)
    most = max(people for _, people, _ in groups)
    if most < station.people_per_job:
        what = f"value {station.people_per_job}: {station.name} has {most} of {station.skill!r} in one group"
        return [Problem(f"stations[{place}].people_per_job", what, f"give {most} or less, or more people")]
    able = [(name, calendar) for name, people, calendar in groups if people >= station.people_per_job]
    opening = _spans(line, station.calendar)
    hours = [_spans(line, calendar) for _, calendar in able]
    if not opening or not all(hours):
        return []  # a calendar that never opens is told at its own place
    if any(_longest_min(opening, there) > 0 for there in hours):
        return []
    what = f"value {station.calendar!r}: {station.name} is never open while anybody of {station.skill!r} is there"
    names = ", ".join(f"{name} keeps {calendar!r}" for name, calendar in able)
    return [Problem(f"stations[{place}].calendar", f"{what} ({names})", "let the calendars overlap")]


def _longest_min(one: Spans, other: Spans) -> float:
    """Longest time [min] that two lists of spans, each in order, have in common; 0 when they never meet."""
    longest, here, there = 0.0, 0, 0
    while here < len(one) and there < len(other):
        longest = max(longest, min(one[here][1], other[there][1]) - max(one[here][0], other[there][0]))
        if one[here][1] <= other[there][1]:
            here += 1
        else:
            there += 1
    return longest


def _window_problems(place: int, station: Station, line: Line) -> list[Problem]:
    """Jobs that are not started when they could not be finished, and are longer than the longest window.

    A window ends when the station's calendar closes, or the last of the groups that may serve it leaves.
    """
    if station.at_shift_end != "do_not_start":
        return []
    groups = _groups(line, station.skill) if station.skill is not None else []
    opening = _spans(line, station.calendar)
    longest = max(
        (_longest_min(opening, _spans(line, calendar)) for _, _, calendar in groups),
        default=_longest_min(opening, ALWAYS),
    )
    if longest in (0.0, ALWAYS[0][1]):
        return []
    times = {"process_time": station.process_time}
    times |= {f"process_time_by_product.{product}": time for product, time in station.process_time_by_product.items()}
    return [
        Problem(
            f"stations[{place}].{key}.mean_min",
            f"value {time.mean_min:g}: the longest window of {station.name} has {longest:g} min, "
            "and it starts nothing that it cannot finish",
            f"give {longest:g} or less, or another at_shift_end",
        )
        for key, time in times.items()
        if _shortest_min(time) > longest
    ]


def _shortest_min(time: RandomTime) -> float:
    """The shortest time [min] that a law gives."""
    if time.law == "empirical":
        weights: Iterable[float] = time.weights or [1.0] * len(time.values_min)
        return min(value for value, weight in zip(time.values_min, weights, strict=True) if weight > 0)
    if time.law == "deterministic" or (time.cv == 0 and time.law != "exponential"):
        return time.mean_min
    return 0.0
