"""Overall equipment effectiveness of a station, and where the rest of its planned time goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.sim.line.statistics import Shares

FORMULA = (
    "OEE = good first-pass work / planned time = availability x performance x quality; planned time is staffed time; "
    "availability = 1 - (breakdowns + set-ups) / planned; performance = working / available; quality = first pass yield"
)
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Oee:
    """*oee* and its three factors (None where there was no time to judge by), and the *losses*.

    Losses are shares of planned time, by cause, and add up with *oee* to 1: breakdowns, set_ups, blocked, starved,
    held (paused while staffed) and quality (work on what did not pass).
    """

    oee: float | None
    availability: float | None
    performance: float | None
    quality: float | None
    losses: dict[str, float]


def oee_of(shares: Shares) -> Oee:
    """OEE of a station from its *shares* of server time.

    Planned time is what is not off. Work runs at its nominal speed, so that performance is lost by waiting only.
    Source: Nakajima (1988), Introduction to TPM; names after ISO 22400-2.
    """
    planned = 1.0 - shares.off
    if planned <= _NOTHING:
        return Oee(None, None, None, None, {})
    working = shares.utilisation / planned
    good = working * shares.first_pass
    stopped = {"breakdowns": shares.down / planned, "set_ups": shares.set_up / planned}
    available = 1.0 - sum(stopped.values())
    losses = stopped | {
        "blocked": shares.blocked / planned,
        "starved": shares.starved / planned,
        "held": shares.held / planned,
        "quality": working - good,
    }
    performance = working / available if available > _NOTHING else None
    return Oee(good, available, performance, shares.first_pass, losses)
