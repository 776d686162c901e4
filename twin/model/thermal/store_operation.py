"""A stratified tank that follows a plan's cold as far as it can, and what it comes to in a linear store.

The flow is that which moves the asked heat in the hour: from a table of flows, between whose points all that happens is
interpolated, so that heat is kept exactly. Temperatures are in shares: 0 at the chillers' supply, 1 at the return.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

import numpy as np

from sites.arrays import Floats
from twin.model.equipment.stores import ColdStore
from twin.model.equipment.stratified import Stratified
from twin.model.thermal.numeric import refuse_nan
from twin.model.thermal.stratified_store import SLACK_K, Tank, displacement, settled, transport

POINTS_PER_NODE = 4  # of the table of flows: between them the spread errs by at most 1/64 of a node squared
LEAST_KWH_TH = 1e-3  # a tank that holds less is none
CYCLES = 12  # after which a day of filling and emptying repeats itself
REST_H = 24
WARMER_K = 15.0  # than the supply: the air in which the loss is measured


class _Way(NamedTuple):
    """Tables of one direction of flow, at each of its points: heat moved [node shares] for a state, and the hour."""

    moved: Floats
    hour: tuple[Floats, ...]


@dataclass(frozen=True)
class StoreTank:
    """A tank of *size_kwh_th* between *supply_c* and the *spec*'s return; full power moves *rate_per_h* of that.

    Pumps and diffusers are for full power with water of the usable limit, so for a larger flow than with cold water.
    """

    spec: Stratified
    size_kwh_th: float
    supply_c: float
    rate_per_h: float

    @classmethod
    def of(cls, kit: ColdStore, supply_c: float, size_kwh_th: float | None = None) -> Self:
        """The tank of a *kit* that is stratified, of *size_kwh_th* or of its size of reference."""
        if kit.stratified is None:
            raise ValueError("the cold store of this plant is not stratified")
        reference = kit.stratified.reference_kwh_th or kit.most_kwh_th
        return cls(kit.stratified, reference if size_kwh_th is None else size_kwh_th, supply_c, kit.rate_per_h)

    @cached_property
    def tank(self) -> Tank:
        """The vessel."""
        return Tank.of(self.spec, self.size_kwh_th, self.supply_c)

    @property
    def node_kwh_th(self) -> float:
        """What one layer holds between supply and return [kWh_th]."""
        return self.size_kwh_th / self.spec.nodes

    @property
    def span_k(self) -> float:
        """Return above supply [K]."""
        return self.spec.return_c - self.supply_c

    @property
    def least_share(self) -> float:
        """Share of that below which a flow takes or gives too little to go on: the usable limit below the return."""
        return (self.spec.return_c - self.spec.usable_outlet_c) / self.span_k

    @cached_property
    def ways(self) -> tuple[_Way, _Way]:
        """Tables of filling (upwards) and of emptying (downwards).

        A state is the layers' shares, 1, the ambient's share, and room for the hour's gain through the wall.
        """
        tank, nodes = self.tank, self.spec.nodes
        most = self.rate_per_h * nodes / self.least_share
        flows = np.arange(np.ceil(most * POINTS_PER_NODE) + 1) / POINTS_PER_NODE
        weights = displacement(flows, nodes, tank.mixing_fraction)
        leaves = 1.0 - np.cumsum(weights, axis=1)[:, ::-1]
        filled = leaves[:, ::-1]
        matrix = transport(weights)
        one, ambient, gain = nodes, nodes + 1, nodes + 2
        up, down = np.zeros((2, len(flows), nodes + 3, nodes + 3))
        up[:, :nodes, :nodes] = matrix
        down[:, :nodes, :nodes] = matrix[:, ::-1, ::-1]
        down[:, :nodes, one] = filled[:, ::-1]  # water of the return comes in
        after = np.zeros((nodes + 3, nodes + 3))
        after[:nodes, :nodes] = tank.rest.carry
        after[:nodes, ambient] = tank.rest.wall
        after[one, one] = 1.0
        after[gain, :nodes] = -tank.rest.wall
        after[gain, ambient] = tank.rest.gain_ambient
        for way in (up, down):
            way[:, [one, ambient], [one, ambient]] = 1.0
        tail = np.zeros((len(flows), 3))
        warmth = np.concatenate([leaves, tail], axis=1)
        cold = np.concatenate([-leaves[:, ::-1], tail], axis=1)
        cold[:, one] = leaves.sum(axis=1)
        return _Way(warmth, _pairs(after @ up)), _Way(cold, _pairs(after @ down))


def _pairs(matrices: Floats) -> tuple[Floats, ...]:
    """For each point of a table its matrix beside the step to the next: for a state beside the share of the step."""
    steps = np.concatenate([np.diff(matrices, axis=0), np.zeros_like(matrices[:1])])
    return tuple(np.ascontiguousarray(both) for both in np.concatenate([matrices, steps], axis=2))


@dataclass(frozen=True)
class StoreFigures:
    """What a tank comes to in a linear store.

    *usable_share* of what its whole volume would hold is given in a day of filling and emptying at full power, without
    loss: its figure of merit (Musser and Bahnfleth, ASHRAE Transactions 104, 1998), emptied down to the usable limit.
    Of what is usable is lost at rest, an hour, *loss_per_h* and *loss_per_h_k* for each K of the air above the supply.
    """

    usable_share: float
    loss_per_h: float
    loss_per_h_k: float

    def losses_per_h(self, above_supply_k: Floats) -> Floats:
        """Share that is lost in hours of air *above_supply_k* [K] warmer than the supply; nil in colder air."""
        return np.asarray(np.clip(self.loss_per_h + self.loss_per_h_k * above_supply_k, 0.0, 1.0))


@dataclass(frozen=True)
class StoreYear:
    """What the tank did, by hour: *taken_kw_th* up (+) or given (-), *short_kw_th* of what it was to give.

    *outlet_c* mean of the flow, of the bottom at rest; *node_c* (hours, nodes) at the end of the hour, from the bottom;
    *flow_m3_per_h* upwards (+) or downwards (-); *gain_kwh_th* through the wall; *start_c* (nodes).
    """

    taken_kw_th: Floats
    short_kw_th: Floats
    outlet_c: Floats
    node_c: Floats
    flow_m3_per_h: Floats
    gain_kwh_th: Floats
    start_c: Floats

    @classmethod
    def none(cls, wish_kw_th: Floats) -> Self:
        """A year without a tank: all that was to come out of it is short."""
        nil = np.zeros_like(wish_kw_th)
        short = np.maximum(-wish_kw_th, 0.0)
        return cls(nil, short, np.full_like(nil, np.nan), np.empty((nil.size, 0)), nil, nil, np.empty(0))


def follow_tank(
    store: StoreTank,
    planned_kw_th: Floats,
    need_kw_th: Floats,
    most_kw_th: Floats,
    ambient_c: Floats,
    start_c: Floats | None = None,
) -> StoreYear:
    """Return what a stratified tank takes up and gives when it follows a plan as far as it can.

    Parameters, arrays of hours: *planned_kw_th* up (+) or out (-), *need_kw_th* of the halls, *most_kw_th* that the
    chillers can make, *ambient_c* around the tank; *start_c* of the layers (`starting_layers_c` where left out). It
    gives no more than is needed and takes no more than the chillers have to spare; emptying stops where the outlet gets
    as warm as the usable limit, filling where it gets as near to the supply as that is to the return. Raises
    `ValueError` for inputs that are not numbers.
    """
    refuse_nan(planned_kw_th=planned_kw_th, need_kw_th=need_kw_th, most_kw_th=most_kw_th, ambient_c=ambient_c)
    asked_kw_th = np.where(
        planned_kw_th > 0,
        np.minimum(planned_kw_th, np.maximum(most_kw_th - need_kw_th, 0.0)),
        np.maximum(planned_kw_th, -np.maximum(need_kw_th, 0.0)),
    )
    if store.size_kwh_th < LEAST_KWH_TH:
        return StoreYear.none(np.minimum(asked_kw_th, 0.0))
    nodes, span_k = store.spec.nodes, store.span_k
    start = starting_layers_c(store, planned_kw_th) if start_c is None else settled(np.asarray(start_c, dtype=float))
    states = np.zeros((asked_kw_th.size + 1, nodes + 3))
    states[0, :nodes] = (start - store.supply_c) / span_k
    states[0, nodes] = 1.0
    moved, flow = _follow(store, asked_kw_th, (ambient_c - store.supply_c) / span_k, states)
    outlet = np.where(flow > 0, moved / np.where(flow > 0, flow, 1.0), 0.0)
    outlet = np.where(flow < 0, 1.0 - moved / np.where(flow < 0, flow, 1.0), outlet)
    taken = moved * store.node_kwh_th
    shares = states[1:, :nodes]
    return StoreYear(
        taken_kw_th=taken,
        short_kw_th=np.maximum(taken - np.minimum(asked_kw_th, 0.0), 0.0) * (asked_kw_th < 0),
        outlet_c=store.supply_c + span_k * np.where(flow == 0, shares[:, 0], outlet),
        node_c=store.supply_c + span_k * shares,
        flow_m3_per_h=flow * store.tank.volume_m3 / nodes,
        gain_kwh_th=states[1:, nodes + 2] * store.node_kwh_th,
        start_c=start,
    )


def _follow(store: StoreTank, asked_kw_th: Floats, ambient: Floats, states: Floats) -> tuple[Floats, Floats]:
    """Fill *states* (hours + 1, state) from the first on; return heat moved and flow [node shares, nodes], signed."""
    nodes, least = store.spec.nodes, store.least_share / POINTS_PER_NODE
    (warmth, filling), (cold, emptying) = store.ways
    size, last, outside = nodes + 3, nodes - 1, nodes + 1
    rest = np.ascontiguousarray(filling[0][:, :size])
    high = 1.0 + SLACK_K
    moved, flow = [], []
    # An hour depends on the one before: plain floats and small products, each of half a microsecond.
    both = np.zeros(2 * size)
    state, stepped = both[:size], both[size:]
    state[:] = states[0]
    asked_of_nodes = (asked_kw_th / store.node_kwh_th).tolist()
    for following, asked, around in zip(states[1:], asked_of_nodes, ambient.tolist(), strict=True):
        state[outside] = around
        upside = False
        if asked == 0.0:
            moved.append(0.0)
            flow.append(0.0)
            rest.dot(state, out=following)
        elif asked > 0:
            upside = state.item(0) < -SLACK_K
            point, share, got = _flow_of(warmth.dot(state), asked, least)
            np.multiply(state, share, stepped)
            filling[point].dot(both, out=following)
            moved.append(got)
            flow.append((point + share) / POINTS_PER_NODE)
        else:
            upside = state.item(last) > high
            point, share, got = _flow_of(cold.dot(state), -asked, least)
            np.multiply(state, share, stepped)
            emptying[point].dot(both, out=following)
            moved.append(-got)
            flow.append(-(point + share) / POINTS_PER_NODE)
        if upside:
            following[:nodes] = settled(following[:nodes])
        elif following.item(0) > following.item(1) + SLACK_K:
            _settle_bottom(following, nodes)
        if following.item(last) < following.item(last - 1) - SLACK_K:
            _settle_top(following, nodes)
        state[:] = following
    return np.array(moved), np.array(flow)


def _settle_bottom(layers: Floats, nodes: int) -> None:
    """Mix the bottom of *layers* with as many above it as are colder."""
    mean, count = layers.item(0), 1
    while count < nodes and layers.item(count) < mean:
        mean = (mean * count + layers.item(count)) / (count + 1)
        count += 1
    layers[:count] = mean


def _settle_top(layers: Floats, nodes: int) -> None:
    """Mix the top of *layers* with as many below it as are warmer."""
    mean, count = layers.item(nodes - 1), 1
    while count < nodes and layers.item(nodes - 1 - count) > mean:
        mean = (mean * count + layers.item(nodes - 1 - count)) / (count + 1)
        count += 1
    layers[nodes - count : nodes] = mean


def _flow_of(can: Floats, wanted: float, least: float) -> tuple[int, float, float]:
    """Point of the table of flows and share of the step behind it that move *wanted*; and what they move.

    *can* is the heat moved at each point. No further than to the point from which a step moves less than *least*.
    """
    point = int(can.searchsorted(wanted)) - 1
    end = can.size - 1
    if 0 <= point < end:
        low, high = can.item(point), can.item(point + 1)
        if high - low >= least:
            return point, (wanted - low) / (high - low), wanted
    enough = np.diff(can) >= least
    end = end if enough.all() else int(enough.argmin())
    point = min(int(can[: end + 1].searchsorted(wanted)) - 1, end)
    if point == end:
        return end, 0.0, max(can.item(end), 0.0)
    low, high = can.item(point), can.item(point + 1)
    return point, (wanted - low) / (high - low), wanted


def starting_layers_c(store: StoreTank, planned_kw_th: Floats) -> Floats:
    """Layers [C] (nodes) before the first hour: as much cold water as the lowest point of the plan asks, warm above."""
    needed = max(0.0, -float(np.cumsum(planned_kw_th).min(initial=0.0)))
    usable = store_figures(store).usable_share * store.size_kwh_th
    cold_nodes = store.spec.nodes * (min(needed / usable, 1.0) if usable > 0 else 0.0)
    cold = np.clip(cold_nodes - np.arange(store.spec.nodes), 0.0, 1.0)
    return np.asarray(store.spec.return_c - store.span_k * cold)


@lru_cache(maxsize=32)
def store_figures(store: StoreTank) -> StoreFigures:
    """Return what *store* comes to in a linear store: the tank itself, filled and emptied until days repeat."""
    still = replace(store, spec=store.spec.model_copy(update={"loss_w_per_m2_k": 0.0}))
    layers_c = np.full(store.spec.nodes, store.spec.return_c)
    for _ in range(CYCLES):
        filled_c = _at_full_power(still, 1.0, layers_c).node_c[-1]
        layers_c = _at_full_power(still, -1.0, filled_c).node_c[-1]
    usable = _given_kwh_th(still, filled_c)
    if usable <= 0.0:
        return StoreFigures(0.0, 0.0, 0.0)
    rested = [_at_rest(still, filled_c, 0.0), _at_rest(store, filled_c, WARMER_K)]
    calm, warm = (1.0 - (_given_kwh_th(store, layers) / usable) ** (1.0 / REST_H) for layers in rested)
    return StoreFigures(usable / store.size_kwh_th, calm, (warm - calm) / WARMER_K)


def _at_full_power(store: StoreTank, way: float, start_c: Floats) -> StoreYear:
    """Fill (*way* 1) or empty (-1) the tank at full power for as long as it would take to turn it over, and an hour."""
    hours = int(np.ceil(1.0 / store.rate_per_h)) + 1
    power = store.rate_per_h * store.size_kwh_th
    nil, full = np.zeros(hours), np.full(hours, power)
    need, most = (nil, full) if way > 0 else (full, nil)
    return follow_tank(store, way * full, need, most, np.full(hours, store.supply_c), start_c)


def _given_kwh_th(store: StoreTank, start_c: Floats) -> float:
    still = replace(store, spec=store.spec.model_copy(update={"loss_w_per_m2_k": 0.0}))
    return -float(_at_full_power(still, -1.0, start_c).taken_kw_th.sum())


def _at_rest(store: StoreTank, start_c: Floats, warmer_k: float) -> Floats:
    nil = np.zeros(REST_H)
    return np.asarray(follow_tank(store, nil, nil, nil, nil + store.supply_c + warmer_k, start_c).node_c[-1])
