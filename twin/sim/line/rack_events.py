"""What happens to racks by the clock: they break down and are repaired, and heat changes what their units draw."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy.events import URGENT

from twin.sim.line.slots import Rack
from twin.sim.line.streams import Sequence, Streams
from twin.sim.line.timer import LATE, Clock, occurrence

if TYPE_CHECKING:
    from twin.sim.line.racks import BurnInArea


def start_breakdowns(env: Clock, area: BurnInArea, streams: Streams) -> None:
    """Let every rack of *area* live and fail by the calendar, if the plant file says how."""
    spec = area.spec.rack_breakdowns
    if spec is None:
        return
    for rack in area.racks:
        name = f"rack {rack.number}"
        lives = Sequence(streams.times(name, "failure", spec.life))
        repairs = Sequence(streams.times(name, "repair", spec.repair))
        env.process(_break_down(env, area, rack, lives, repairs))


def _break_down(
    env: Clock, area: BurnInArea, rack: Rack, lives: Sequence, repairs: Sequence
) -> Generator[Any, Any, None]:
    """Take *rack* out of use now and then: nothing is loaded or switched on; what burns, burns on."""
    while True:
        yield env.timeout(lives.next())
        rack.fail(env.now)
        area.note(env.now, "fail", None, rack)
        area.note(env.now, "repair", None, rack)
        yield env.timeout(repairs.next())
        area.repaired(rack, env.now)


def follow_heat(env: Clock, area: BurnInArea) -> Generator[Any, Any, None]:
    """Change what the units of *area* draw at the hours at which the heat changes it.

    Power falls before all else of that moment and rises after it, so that no peak shows that did not last.
    """
    for minute, fraction in area.heat.changes:
        if minute > 0.0:
            yield occurrence(env, minute - env.now, URGENT if fraction < area.fraction else LATE)
            area.throttle(env.now, fraction)
