"""A tank of chilled water in layers: what flows through it, what mixes, and the heat that comes in by its wall.

Layers (nodes) of equal volume, 0 at the bottom. Charging pushes cold water in at the bottom and warm water out at the
top, discharging the other way. An hour of flow displaces the water by n node volumes: a layer k nodes further on gets
the share w_k(n) of it. Stirred nodes in series spread it as Poisson's distribution of mean n, which is the exact
solution of dT_i/dt = q (T_{i-1} - T_i) (Levenspiel, Chemical Reaction Engineering, ch. 14: tanks in series); water
pushed through as a plug goes on by n, split between the two nearest nodes. *mixing_fraction* of n is of the first kind,
the rest of the second. Then an hour of conduction between the nodes and of loss through the wall, exactly, by the
eigenvectors of its equations dT/dt = -K T + a T_ambient. Layers upside down mix to one temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from sites.arrays import Flags, Floats
from twin.model.equipment.stratified import Stratified
from twin.model.thermal.numeric import refuse_nan
from twin.model.thermal.water import density_kg_m3, heat_capacity_kj_per_kg_k

SECONDS_PER_HOUR = 3600.0
HOURS_AT_A_TIME = 512
SMALL = 1e-4  # exponents below this take the series: differences would lose their digits
SLACK_K = 1e-9  # layers upside down by less are even


@dataclass(frozen=True)
class Rest:
    """An hour without flow: T' = carry T + wall x T_ambient, both in K, and what comes in through the wall.

    *gain_ambient* T_ambient - wall . T is that heat [node K]: a node's volume warmed by 1 K.
    """

    carry: Floats
    wall: Floats
    gain_ambient: float


@dataclass(frozen=True)
class Tank:
    """A cylinder of *volume_m3* and *height_m* in *nodes* layers; *loss_w_per_m2_k* of its whole surface.

    *conductivity_w_per_m_k* between layers, with what walls and eddies add. The water's heat capacity is that at
    *mean_c* [C].
    """

    volume_m3: float
    height_m: float
    nodes: int = 10
    mixing_fraction: float = 1.0
    loss_w_per_m2_k: float = 0.0
    conductivity_w_per_m_k: float = 0.0
    mean_c: float = 10.0

    @classmethod
    def of(cls, spec: Stratified, size_kwh_th: float, supply_c: float) -> Self:
        """The tank of *spec* that holds *size_kwh_th* between the water's return and *supply_c* [C]."""
        mean_c = 0.5 * (supply_c + spec.return_c)
        volume = size_kwh_th / (volume_kwh_per_m3_k(mean_c) * (spec.return_c - supply_c))
        conductivity = spec.conductivity_w_per_m_k + spec.added_conductivity_w_per_m_k
        loss = spec.loss_w_per_m2_k
        return cls(volume, spec.height_m, spec.nodes, spec.mixing_fraction, loss, conductivity, mean_c)

    @property
    def node_kwh_per_k(self) -> float:
        """Heat capacity of one layer [kWh/K]."""
        return volume_kwh_per_m3_k(self.mean_c) * self.volume_m3 / self.nodes

    @property
    def ua_kw_per_k(self) -> Floats:
        """Conductance of the wall at each layer [kW/K]; the lids are with the first and the last."""
        section = self.volume_m3 / self.height_m
        area = np.full(self.nodes, 2.0 * np.sqrt(np.pi * section) * self.height_m / self.nodes)
        area[[0, -1]] += section
        return np.asarray(self.loss_w_per_m2_k * area / 1000.0)

    @cached_property
    def rest(self) -> Rest:
        """An hour of conduction and loss."""
        return rest_of(self)


def volume_kwh_per_m3_k(water_c: float) -> float:
    """Heat capacity of a cubic metre of water [kWh/(m3 K)] at *water_c* [C]."""
    return float(density_kg_m3(water_c) * heat_capacity_kj_per_kg_k(water_c)) / SECONDS_PER_HOUR


def rest_of(tank: Tank, hours: float = 1.0) -> Rest:
    """Return what *hours* without flow do to a *tank*.

    K = L + diag(a) is symmetric, L the conduction between equal nodes and a the wall's conductance, both by a node's
    heat capacity [1/h]; with its eigenvectors exp(-K t), its integral and the integral of that are exact.
    """
    nodes, capacity = tank.nodes, tank.node_kwh_per_k
    section, layer_m = tank.volume_m3 / tank.height_m, tank.height_m / nodes
    between = hours * tank.conductivity_w_per_m_k * section / layer_m / 1000.0 / capacity
    a = hours * tank.ua_kw_per_k / capacity
    k = np.diag(a)
    for node in range(nodes - 1):
        k[node : node + 2, node : node + 2] += between * np.array([[1.0, -1.0], [-1.0, 1.0]])
    rates, vectors = np.linalg.eigh(k)
    rates = np.maximum(rates, 0.0)
    large = np.maximum(rates, SMALL)
    once = np.where(rates < SMALL, 1.0 - rates / 2 + rates**2 / 6 - rates**3 / 24, -np.expm1(-large) / large)
    twice = np.where(rates < SMALL, 0.5 - rates / 6 + rates**2 / 24, (1.0 + np.expm1(-large) / large) / large)
    wall = vectors @ (once * (vectors.T @ a))
    held = vectors @ (twice * (vectors.T @ a))
    return Rest((vectors * np.exp(-rates)) @ vectors.T, wall, float(a.sum() - a @ held))


def displacement(turnovers: ArrayLike, nodes: int, mixing_fraction: float) -> Floats:
    """Share of water that is 0, 1, .. *nodes* - 1 nodes further on after *turnovers* node volumes (hours, nodes)."""
    flow = np.atleast_1d(np.asarray(turnovers, dtype=float))
    stirred = mixing_fraction * flow
    weights = np.empty((flow.size, nodes))
    weights[:, 0] = np.exp(-stirred)
    for k in range(1, nodes):
        weights[:, k] = weights[:, k - 1] * stirred / k
    pushed = flow - stirred
    whole = np.floor(pushed)
    share = (pushed - whole)[:, None]
    at = np.arange(nodes) - np.minimum(whole, nodes).astype(int)[:, None]
    padded = np.concatenate([np.zeros((flow.size, nodes + 1)), weights], axis=1)
    row = np.arange(flow.size)[:, None]
    return np.asarray((1.0 - share) * padded[row, at + nodes + 1] + share * padded[row, at + nodes])


def transport(weights: Floats) -> Floats:
    """Matrices (hours, nodes, nodes) of the flow in the order in which it passes the nodes, from their *weights*."""
    nodes = weights.shape[1]
    padded = np.concatenate([np.zeros((len(weights), nodes)), weights], axis=1)
    back = np.arange(nodes)[:, None] - np.arange(nodes)
    return np.asarray(padded[:, back + nodes])


def settled(layers_c: Floats) -> Floats:
    """Layers [C] with those that lie upside down mixed to their mean: each no warmer than that above it.

    The nearest such profile of the same heat (isotonic regression, by pooling neighbours).
    """
    pools: list[tuple[float, int]] = []
    for value in layers_c.tolist():
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            below, number = pools.pop()
            mean = (mean * count + below * number) / (count + number)
            count += number
        pools.append((mean, count))
    return np.repeat([mean for mean, _ in pools], [count for _, count in pools])


@dataclass(frozen=True)
class TankYear:
    """What a tank did, by hour: *node_c* (hours, nodes) at the end of the hour [C], mean *outlet_c* [C] of the flow.

    At rest *outlet_c* is that of the bottom. *heat_kwh* carried out by the flow, above what it carried in: what the
    chillers take while charging, below nil while discharging; *gain_kwh* through the wall. *start_c* (nodes).
    """

    node_c: Floats
    outlet_c: Floats
    heat_kwh: Floats
    gain_kwh: Floats
    start_c: Floats

    def imbalance_kwh(self, tank: Tank) -> Floats:
        """Heat from nowhere in each hour [kWh]: change of what is held + carried out - through the wall."""
        held = tank.node_kwh_per_k * np.concatenate([[self.start_c.sum()], self.node_c.sum(axis=1)])
        return np.asarray(np.diff(held) + self.heat_kwh - self.gain_kwh)


def simulate_tank(
    tank: Tank, flow_m3_per_h: ArrayLike, inlet_c: ArrayLike, ambient_c: ArrayLike, start_c: ArrayLike
) -> TankYear:
    """Return what a *tank* does with a given flow.

    Parameters, arrays of hours: *flow_m3_per_h* upwards (charging) or, below nil, downwards; *inlet_c* of the water
    that comes in, *ambient_c* around the tank [C]; *start_c* of the layers [C], from the bottom. Raises `ValueError`
    for inputs that are not numbers.
    """
    flow, inlet, ambient = (np.asarray(x, dtype=float) for x in np.broadcast_arrays(flow_m3_per_h, inlet_c, ambient_c))
    start = np.broadcast_to(np.asarray(start_c, dtype=float), (tank.nodes,))
    refuse_nan(flow_m3_per_h=flow, inlet_c=inlet, ambient_c=ambient, start_c=start)
    turnovers = np.abs(flow) * tank.nodes / tank.volume_m3
    found = np.empty((flow.size + 1, tank.nodes))
    found[0] = settled(start)
    parts = [
        _run(tank, turnovers[part], flow[part] >= 0, inlet[part], ambient[part], found[part.start : part.stop + 1])
        for part in (slice(at, min(at + HOURS_AT_A_TIME, flow.size)) for at in range(0, flow.size, HOURS_AT_A_TIME))
    ]
    outlet, heat, gain = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TankYear(found[1:], outlet, heat * tank.node_kwh_per_k, gain * tank.node_kwh_per_k, start)


def _run(
    tank: Tank, turnovers: Floats, upwards: Flags, inlet: Floats, ambient: Floats, found: Floats
) -> tuple[Floats, Floats, Floats]:
    """Fill *found* (hours + 1, nodes) from its first row on; return outlet [C], heat out and gain [node K]."""
    rest, nodes = tank.rest, tank.nodes
    weights = displacement(turnovers, nodes, tank.mixing_fraction)
    passed = np.cumsum(weights, axis=1)
    matrix = transport(weights)
    matrix[~upwards] = matrix[~upwards, ::-1, ::-1]
    filled = 1.0 - passed  # of each node, by the inlet
    leaves = filled[:, ::-1].copy()
    filled[~upwards], leaves[~upwards] = filled[~upwards, ::-1], leaves[~upwards, ::-1]
    # one product for all hours in place of one for each: carry is symmetric
    step = (matrix.transpose(0, 2, 1).reshape(-1, nodes) @ rest.carry).reshape(matrix.shape)
    added = (filled * inlet[:, None]) @ rest.carry + ambient[:, None] * rest.wall
    last, low_above = nodes - 1, nodes - 2
    state = found[0]
    for hour, (up, moves, at) in enumerate(
        zip(upwards.tolist(), (turnovers > 0).tolist(), inlet.tolist(), strict=True)
    ):
        bottom, top = state.item(0), state.item(last)
        upside = moves and (at > bottom + SLACK_K if up else at < top - SLACK_K)
        state = state.dot(step[hour])
        state += added[hour]
        if upside or state.item(0) > state.item(1) + SLACK_K or state.item(last) < state.item(low_above) - SLACK_K:
            state = settled(state)
        found[hour + 1] = state
    before = found[:-1]
    left = (leaves * before).sum(axis=1)  # of what was there
    of_tank = leaves.sum(axis=1)
    heat = left - inlet * of_tank
    flowing = np.where(turnovers > 0, turnovers, 1.0)
    outlet = np.where(turnovers > 0, inlet + heat / flowing, found[1:, 0])
    moved = (np.einsum("hij,i->hj", matrix, rest.wall) * before).sum(axis=1) + inlet * (filled @ rest.wall)
    return outlet, heat, rest.gain_ambient * ambient - moved
