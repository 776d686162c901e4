"""What limits a line: the busiest station or skill, and the arrows between blocked and starved stations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from twin.model.burn_in import BurnIn
from twin.model.line import Line
from twin.model.stations import BURN_IN

if TYPE_CHECKING:
    from twin.sim.line.statistics import Shares

METHOD = (
    "highest active share (working, setting up or down) of staffed time, after Roser, Nakano and Tanaka 2002; "
    "second witness: the arrow rule of Kuo, Lim and Meerkov 1996 on blocked and starved shares"
)
MATERIAL = "material"
STATION, OPERATORS = "station", "operators"
_TOLERANCE = 1e-9  # shares closer than this are equal: they differ by rounding
WEAKEST_ARROW = 0.005  # of staffed time: less is the noise of a simulation, and points anywhere


@dataclass(frozen=True, slots=True)
class Ranked:
    """A station or group of operators with the share of its staffed time in which it is active."""

    name: str
    kind: str
    active_share: float


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What limits the line.

    *ranking*, the most active first; *turning_point*, the station that the arrows point to, "material" when the line
    waits for what comes from outside, or None without arrows; *agree*: both name the same (of operators: a station
    that needs them), or None where there is nothing to compare.
    """

    ranking: tuple[Ranked, ...]
    turning_point: str | None
    agree: bool | None

    @property
    def name(self) -> str | None:
        """The most active station or skill."""
        return self.ranking[0].name if self.ranking else None


def active_share(shares: Shares, is_burn_in: bool = False) -> float:
    """Share of staffed time in which a station works, is set up or is down: not waiting for others.

    Of burn-in it is the share of slots that are in use and not just waiting for somebody to unload them: a slot that
    waits for power limits the line as one that burns does, and what burns in a rack that is down burns on.
    """
    if is_burn_in:
        return shares.utilisation + shares.held
    staffed = 1.0 - shares.off
    return (shares.utilisation + shares.set_up + shares.down) / staffed if staffed > _TOLERANCE else 0.0


def find_bottleneck(
    line: Line,
    stations: Mapping[str, Shares],
    operators: Mapping[str, float],
    skills: Mapping[str, set[str]],
    burn_in: BurnIn | None = None,
) -> Bottleneck:
    """Rank what is active most, and ask the arrow rule for a second opinion.

    Parameters: *line*; mean shares of its *stations* by name, burn-in among them; utilisation of groups of *operators*
    by name (0 to 1, of the time they are there); the *skills* of each group; *burn_in*, if there is any. Stations with
    servers without number limit nothing and are left out.
    """
    counted = {spec.name for spec in line.stations if spec.servers is not None} | {BURN_IN}
    ranked = [
        Ranked(name, STATION, active_share(of, name == BURN_IN)) for name, of in stations.items() if name in counted
    ]
    ranked += [Ranked(name, OPERATORS, share) for name, share in operators.items()]
    # Numbers of no meaning (slots without end) rank nowhere; equals keep the order of the line.
    ranking = tuple(sorted((r for r in ranked if isfinite(r.active_share)), key=lambda r: -r.active_share))
    point = turning_point(line, {name: of for name, of in stations.items() if name in counted}, burn_in)
    return Bottleneck(ranking, point, _agreement(line, ranking, point, skills))


def _agreement(
    line: Line, ranking: tuple[Ranked, ...], point: str | None, skills: Mapping[str, set[str]]
) -> bool | None:
    if not ranking or point is None or point == MATERIAL:
        return None
    first = ranking[0]
    if first.kind == STATION:
        return first.name == point
    needed = next((spec.skill for spec in line.stations if spec.name == point), None)
    return needed in skills.get(first.name, {first.name})


def turning_point(line: Line, stations: Mapping[str, Shares], burn_in: BurnIn | None = None) -> str | None:
    """Arrow rule: the station that arrows point to and none leaves.

    Between a station i and each station j downstream of it an arrow points down when i is blocked more than j is
    starved (shares of staffed time), and up in the other case; less than half a percent is no arrow. Of several
    stations that no arrow leaves, that with the greatest severity, the sum of |blocked_i - starved_j| over its
    neighbours. Material from outside stands before the stations that it enters: blocked by the share that is turned
    away, or not at all.

    Ways back (rework) are left out: the rule is for lines that flow one way. Source: Kuo, Lim and Meerkov (1996),
    Mathematical Problems in Engineering 2; Li and Meerkov (2009), Production Systems Engineering, chapter 5.
    """
    blocked, starved = {}, {}
    for name, of in stations.items():
        staffed = max(1.0 - of.off, _TOLERANCE)
        blocked[name], starved[name] = of.blocked / staffed, of.starved / staffed
    for arrivals in line.material:
        enters = arrivals.at or line.first
        if not arrivals.always and enters in stations:
            blocked[MATERIAL] = max(blocked.get(MATERIAL, 0.0), stations[enters].lost_fraction)
    leaves: set[str] = set()
    severity: dict[str, float] = {}
    for up, down in forward_ways(line, set(blocked), burn_in):
        if up not in blocked:  # servers without number are never blocked
            continue
        strength = blocked[up] - starved[down]
        if abs(strength) > WEAKEST_ARROW:
            leaves.add(up if strength > 0 else down)
        for name in (up, down):
            severity[name] = severity.get(name, 0.0) + abs(strength)
    candidates = [name for name in severity if name not in leaves]
    if not candidates or max(severity.values()) <= WEAKEST_ARROW:
        return None
    return max(candidates, key=lambda name: severity[name])


def forward_ways(line: Line, known: set[str], burn_in: BurnIn | None = None) -> list[tuple[str, str]]:
    """Ways between *known* stations, from up to down, without those that lead back to where a unit may come from."""
    onward: dict[str, list[str]] = {spec.name: sorted(spec.ways_on & known) for spec in line.stations}
    if burn_in is not None:
        onward[BURN_IN] = sorted({burn_in.next, burn_in.on_failure} & known)
    if MATERIAL in known:
        entries = {arrivals.at or line.first for arrivals in line.material if not arrivals.always}
        onward[MATERIAL] = sorted(entries & known)
    starts = [MATERIAL] if MATERIAL in known else []
    starts += [arrivals.at or line.first for arrivals in line.material] + [spec.name for spec in line.stations]
    return list(_depth_first(starts, onward))


def _depth_first(starts: Iterable[str], onward: Mapping[str, list[str]]) -> Iterable[tuple[str, str]]:
    """Edges of a depth-first walk from *starts*, but for those that close a circle."""
    done: set[str] = set()
    for start in starts:
        if start in done:
            continue
        path, ways = [start], [iter(onward.get(start, ()))]
        while path:
            goal = next(ways[-1], None)
            if goal is None:
                done.add(path.pop())
                ways.pop()
            elif goal not in path:
                yield path[-1], goal
                if goal not in done:
                    path.append(goal)
                    ways.append(iter(onward.get(goal, ())))
