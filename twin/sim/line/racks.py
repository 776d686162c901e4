"""Burn-in: racks of slots in which units run under load, from loading to unloading."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence as Numbers
from heapq import heappush
from math import inf

from simpy import Event
from simpy.events import NORMAL

from twin.model.burn_in import BurnIn
from twin.model.stations import BURN_IN
from twin.sim.line.cards import Cards
from twin.sim.line.energy import Level, Meter
from twin.sim.line.handling import Hands
from twin.sim.line.heat import Heat
from twin.sim.line.log import NOBODY, EventLog
from twin.sim.line.pauses import Pauses
from twin.sim.line.power_on import DemandLimiter, PowerOn
from twin.sim.line.rack_events import follow_heat, start_breakdowns
from twin.sim.line.slots import Rack, Slot
from twin.sim.line.streams import Streams
from twin.sim.line.timer import MINUTES_PER_HOUR, Call, Clock, Timer
from twin.sim.line.unit import Holder, Target, Unit
from twin.sim.line.zones import ReadyUnits, Zone

_LOOK_AGAIN_MIN = 5.0  # while the limiter holds units back: its room grows little by little as runs end


class BurnInArea:
    """The racks, the door before them and the people who load.

    Parameters: *spec*; *power_kw* of a unit that burns, by product; *racks* (none: slots without end); *power_on*, the
    rule of starting; *cards*, which the units give back; *meter*, the electricity of burn-in; *hours* of the run;
    *inlet_c*, the temperature at the inlet in each of them (none: never hot).

    `lit` counts units whose run is under way and not paused, throttled ones among them.
    """

    __slots__ = (
        "_at_once", "_cards", "_deaths", "_on_whole_end", "_power_on", "_ready", "_timer", "_turn", "_wake",
        "_wake_at_min", "_whole_min", "_whole_runs", "_whole_timer", "burning", "done", "door", "door_wait_min",
        "env", "failed_runs", "finished",
        "first_arrivals", "fraction", "hands", "heat", "limiter", "lit", "loads", "loads_begun", "log", "meter",
        "name", "next", "occupied", "on_failure", "pauses", "pool", "power_kw", "racks", "spec", "started", "starts",
        "unloads", "waited", "waiting", "zones",
    )  # fmt: skip

    def __init__(
        self, env: Clock, spec: BurnIn, power_kw: Numbers[float], racks: int | None, power_on: PowerOn,
        cards: Cards, meter: Meter, streams: Streams, hours: int, inlet_c: Numbers[float] | None = None,
    ) -> None:  # fmt: skip
        self.env, self.spec, self.power_kw, self.meter = env, spec, tuple(power_kw), meter
        self.name = BURN_IN
        self.pool = None
        self.log: EventLog | None = None
        self.next: Target | None = None
        self.on_failure: Target | None = None
        self.limiter: DemandLimiter | None = None
        self.pauses: Pauses | None = None
        self.door: deque[Unit] = deque()
        self.burning: dict[Unit, None] = {}
        self.done: deque[Unit] = deque()
        self.hands = Hands(env, self, spec.load_min, spec.unload_min, spec.people_per_crew)
        self.started = self.failed_runs = self.waited = 0
        self.loads_begun = 0
        self.door_wait_min = 0.0
        self.occupied, self.waiting, self.lit, self.finished = Level(), Level(), Level(), Level()
        self.first_arrivals, self.loads, self.starts, self.unloads = ([0] * (hours + 2) for _ in range(4))
        self._cards, self._power_on = cards, power_on
        self._at_once = power_on.at_once
        self._whole_min = spec.hours * MINUTES_PER_HOUR
        self._deaths = streams.weibull(
            BURN_IN, "infant mortality", spec.infant_weibull_shape, spec.infant_weibull_scale_h * MINUTES_PER_HOUR
        )
        self._timer = Timer(env)
        self._whole_runs: deque[tuple[float, int, Slot]] = deque()
        self._whole_timer = Timer(env)
        self._on_whole_end: Call = self._whole_run_over
        self._wake_at_min = inf
        self._turn = -1
        self._wake: Call = self._woken
        self.zones, self.racks = self._build(racks)
        self._ready = ReadyUnits(self.zones)
        if racks is not None:
            start_breakdowns(env, self, streams)
        self.heat = Heat(spec, inlet_c)
        self.fraction = self.heat.power_fraction(0)
        if self.heat.changes:
            env.process(follow_heat(env, self))

    # ------------------------------------------------------------------ building, breakdowns, heat

    def _build(self, racks: int | None) -> tuple[list[Zone], list[Rack]]:
        """Racks in their zones; those left over form a last zone of the same rating."""
        if racks is None:
            zone = Zone(0, inf)
            return [zone], [Rack(self.env, 0, zone, inf, self._burnt, alone=True)]
        spec = self.spec
        zones = [Zone(number, spec.zone_kw) for number in range(-(-racks // spec.racks_per_zone))]
        alone = spec.racks_per_zone == 1
        return zones, [
            Rack(self.env, number, zones[number // spec.racks_per_zone], spec.slots_per_rack, self._burnt, alone=alone)
            for number in range(racks)
        ]

    def repaired(self, rack: Rack, now_min: float) -> None:
        """*rack* is in use again."""
        rack.repair(now_min)
        self.note(now_min, "repaired", None, rack)
        self._ready.look_at_all()
        self.hands.serve(now_min)
        self.switch_on(now_min)
        if self.pauses is not None:
            self.pauses.resume(now_min)

    def throttle(self, now_min: float, fraction: float) -> None:
        """From now on every unit draws *fraction* of its rated power."""
        self.fraction = fraction
        for zone in self.zones:
            for feed in {zone.kw, *(rack.kw for rack in zone.racks)}:  # the zone's own book may be its only rack's
                feed.throttle(now_min, fraction)
        self.meter.change(now_min, fraction * sum(zone.kw.rated_kw for zone in self.zones) - self.meter.kw)

    def note(self, now_min: float, event: str, unit: Unit | None, rack: Rack | None = None, detail: str = "") -> None:
        """Note one *event* in the log, with the rack of the *unit* unless another is given."""
        if self.log is None:
            return
        if rack is None and unit is not None and unit.slot is not None:
            rack = unit.slot.rack
        self.log.add(now_min, event, BURN_IN, unit, NOBODY if rack is None else rack.number, detail)

    # ------------------------------------------------------------------ door and slots

    def receive(self, unit: Unit, now_min: float) -> bool:
        """Let *unit* queue at the door; its first arrival gives its card back."""
        unit.since_min = now_min
        self.door.append(unit)
        self.waiting.change(now_min, 1.0)
        if self.log is not None:
            self.note(now_min, "arrive", unit)
        if unit.carded:
            unit.carded = False
            self.first_arrivals[int(now_min / 60.0)] += 1
            self._cards.card_back(now_min)
        if self.hands.busy < self.hands.people:
            self.hands.serve(now_min)
        return True

    def keep_waiting(self, holder: Holder) -> None:
        """Never needed: the door never refuses."""
        raise RuntimeError(f"{holder} waits for the burn-in door, which never refuses")

    def retry(self, now_min: float) -> None:
        """Nothing waits here."""

    def has_place(self, unit: Unit) -> bool:  # noqa: ARG002 - the protocol's signature
        """There is always space before the door."""
        return True

    def reserve(self) -> None:
        """Nothing is promised where there is always space."""

    def crowding(self) -> float:
        """Units here for each slot."""
        slots = sum(rack.slots for rack in self.racks)
        return (len(self.door) + self.occupied.value) / slots

    @property
    def ready(self) -> list[Unit]:
        """Units that stand in their slots and wait to be switched on, in the order of readiness."""
        return self._ready.units()

    def next_to_load(self, now_min: float) -> Unit | None:
        """Take the first unit at the door, where one waits, and reserve a slot for it; None when no rack has one."""
        rack = self._next_rack()
        if rack is None:
            return None
        unit = self.door.popleft()
        self.door_wait_min += now_min - unit.since_min
        self.waited += now_min > unit.since_min
        self.loads_begun += 1
        rack.take(unit, now_min)
        self.occupied.change(now_min, 1.0)
        if self.log is not None:
            self.note(now_min, "load", unit)
        return unit

    def _next_rack(self) -> Rack | None:
        """Rack that is loaded next: in turn, so that all zones carry the same load; full and broken ones are passed."""
        racks, turn = self.racks, self._turn
        for _ in racks:
            turn += 1
            if turn == len(racks):
                turn = 0
            rack = racks[turn]
            if (rack.free or not rack.is_full) and not rack.down:
                self._turn = turn
                return rack
        return None

    def loaded(self, unit: Unit, now_min: float) -> None:
        """*unit* stands in its slot, ready to be switched on."""
        self.loads[int(now_min / 60.0)] += 1
        unit.since_min = now_min
        if self.log is not None:
            self.note(now_min, "ready", unit)
        slot = unit.slot
        assert slot is not None
        rack, kw = slot.rack, self.power_kw[unit.product]
        zone = rack.zone
        if (
            self._at_once and self.limiter is None and self.pauses is None
            and not (zone.ready or rack.down) and zone.has_power(kw)
        ):  # fmt: skip
            zone.reserve(kw)  # nobody of its zone is before it, and nothing holds it back
            self._light(unit, now_min)
        else:
            self._ready.add(zone, unit)
            self.switch_on(now_min)

    def unloaded(self, unit: Unit, now_min: float) -> None:
        """*unit* has left its slot."""
        slot = unit.slot
        assert slot is not None
        self.unloads[int(now_min / 60.0)] += 1
        if self.log is not None:
            self.note(now_min, "leave", unit)
        slot.rack.give_back(slot, now_min)
        self.occupied.change(now_min, -1.0)
        self.finished.change(now_min, -1.0)

    # ------------------------------------------------------------------ burning

    def switch_on(self, now_min: float) -> None:
        """Start every ready unit that may be started, in the order of readiness, as `ReadyUnits` has it."""
        ready = self._ready
        while (found := ready.first()) is not None:
            zone, unit = found
            if not self._at_once:
                due = self._power_on.due_min(self.started, unit.since_min, now_min)
                if due > now_min:
                    self._look_again(due, now_min)
                    return
            if not zone.has_power(self.power_kw[unit.product]):
                ready.set_aside()
            elif self._is_held_back(unit, now_min):
                self._look_again(now_min + _LOOK_AGAIN_MIN, now_min)
                return
            else:
                ready.take()
                zone.reserve(self.power_kw[unit.product])
                self._light(unit, now_min)

    def _is_held_back(self, unit: Unit, now_min: float) -> bool:
        if self.limiter is not None and not self.limiter.allows(self._whole_run(unit, now_min)):
            return True
        return self.pauses is not None and not self.pauses.allows(now_min)

    def _whole_run(self, unit: Unit, now_min: float) -> list[tuple[int, float]]:
        """Hours that *unit* would burn in if it began now and did not fail, with its power in each."""
        end_min = self.heat.end_min(now_min, self._whole_min)
        return self.heat.hourly_kw(now_min, end_min, self.power_kw[unit.product])

    def _light(self, unit: Unit, now_min: float) -> None:
        slot = unit.slot
        assert slot is not None
        death = self._deaths.at(unit.number, unit.round)
        burn_min = self._whole_min
        unit.failed = death < burn_min
        if unit.failed:
            burn_min = death
        unit.lit_min = now_min
        heat = self.heat
        unit.ends_min = now_min + burn_min if heat.is_never_hot else heat.end_min(now_min, burn_min)
        slot.rack.burning += 1
        if self.limiter is not None:
            self.limiter.commit(self._whole_run(unit, now_min))
        self.started += 1
        self.starts[int(now_min / MINUTES_PER_HOUR)] += 1
        self.waiting.change(now_min, -1.0)
        self.power_up(unit, now_min)
        if self.log is not None:
            self.note(now_min, "start", unit)
        if unit.failed or self.pauses is not None or not heat.is_never_hot:
            slot.timer.start(unit.ends_min - now_min, slot.on_end)
        else:
            self._await_whole_run(slot, unit.ends_min)

    def _await_whole_run(self, slot: Slot, ends_min: float) -> None:
        """Remember when the whole run in *slot* ends; only the first of these is on the clock's agenda.

        Runs of one length end in the order in which they began, so that they need no heap: hundreds of them would make
        every other event dearer. Each keeps the turn at which it would have been entered.
        """
        clock = self.env
        self._whole_runs.append((ends_min, next(clock.number), slot))
        if len(self._whole_runs) == 1:
            self._enter_whole_run()

    def _enter_whole_run(self) -> None:
        ends_min, number, _ = self._whole_runs[0]
        timer = self._whole_timer
        timer.call = self._on_whole_end
        heappush(self.env.agenda, (ends_min, NORMAL, number, timer))

    def _whole_run_over(self, event: Event) -> None:
        slot = self._whole_runs.popleft()[2]
        if self._whole_runs:
            self._enter_whole_run()
        self._burnt(slot, event)

    def power_up(self, unit: Unit, now_min: float) -> None:
        """*unit* draws power from now on: at its start, or after a pause."""
        assert unit.slot is not None
        kw = self.power_kw[unit.product]
        self.burning[unit] = None
        self.lit.change(now_min, 1.0)
        self.meter.change(now_min, kw * self.fraction)
        unit.slot.rack.switch(now_min, 1, kw, self.fraction)

    def power_down(self, unit: Unit, now_min: float) -> None:
        """*unit* draws no power any more: at its end, or for a pause."""
        assert unit.slot is not None
        kw = self.power_kw[unit.product]
        del self.burning[unit]
        self.lit.change(now_min, -1.0)
        # the last one leaves nothing behind, not even by rounding
        self.meter.change(now_min, -kw * self.fraction if self.burning else -self.meter.kw)
        unit.slot.rack.switch(now_min, -1, kw, self.fraction)

    def _burnt(self, slot: Slot, _: Event) -> None:
        """The burn-in is over, or the unit has failed: its power is off, its slot is held until unloading."""
        now = self.env.minute
        unit = slot.unit
        assert unit is not None
        rack = slot.rack
        zone = rack.zone
        rack.burning -= 1
        self.power_down(unit, now)
        zone.give_back(self.power_kw[unit.product])
        if unit.failed:
            unit.round += 1
            self.failed_runs += 1
        if self.log is not None:
            self.note(now, "finish", unit, None, "fail" if unit.failed else "pass")
        if self.pauses is not None:
            self.pauses.forget(unit)
        self.finished.change(now, 1.0)
        self.done.append(unit)
        if self.hands.busy < self.hands.people:
            self.hands.serve(now)
        if zone.ready:
            self._ready.look_at(zone)
        if self._ready.listed:
            self.switch_on(now)

    def _look_again(self, at_min: float, now_min: float) -> None:
        if at_min == inf or now_min < self._wake_at_min <= at_min:
            return
        if self._wake_at_min < inf:
            self._timer.cancel()
            self._timer = Timer(self.env)
        self._timer.start(at_min - now_min, self._wake)
        self._wake_at_min = at_min

    def _woken(self, _: Event) -> None:
        self._wake_at_min = inf
        self.switch_on(self.env.minute)
