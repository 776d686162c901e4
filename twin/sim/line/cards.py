"""Cards: a cap on the units between the first station and the burn-in door (constant work in process)."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from twin.model.shifts import MINUTES_PER_WEEK
from twin.sim.line.energy import Level

if TYPE_CHECKING:
    from twin.sim.line.source import Source
    from twin.sim.line.unit import Unit


class Cards:
    """The cards in circulation: *cards_per_cell* for each staffed cell (none: no cap).

    `carded` is the level of units that hold one; `lost_on_line` those that were scrapped with one, so that another
    unit may be released in their place.
    """

    __slots__ = ("_limit", "_most_cells", "_most_cells_min", "_per_cell", "carded", "lost_on_line", "sources")

    def __init__(self, cards_per_cell: int | None) -> None:
        self._per_cell = inf if cards_per_cell is None else cards_per_cell
        self._limit = 0.0
        self._most_cells = 0
        self._most_cells_min = -inf
        self.carded = Level()
        self.lost_on_line = 0
        self.sources: list[Source] = []

    @property
    def caps(self) -> bool:
        """There is a cap."""
        return self._per_cell < inf

    def staff(self, cells: int, now_min: float) -> None:
        """Put the cards of *cells* cells into circulation, and leave those of cells that went home on the line.

        A crew that works on alone keeps the line filled for the others; otherwise it would empty it, and the whole
        line would begin the next day with nothing at its last stations. Cards unused for a week are taken out.
        """
        if cells >= self._most_cells or now_min - self._most_cells_min > MINUTES_PER_WEEK:
            self._most_cells = cells
        if cells == self._most_cells:
            self._most_cells_min = now_min
        self._limit = self._per_cell * self._most_cells if cells else 0.0

    def is_free(self) -> bool:
        """Tell whether one more unit may be released."""
        return self.carded.value < self._limit

    def take(self, unit: Unit, now_min: float) -> None:
        """*unit* enters the line with a card."""
        unit.carded = True
        self.carded.change(now_min, 1.0)

    def card_back(self, now_min: float) -> None:
        """A unit has reached the burn-in door, or left: its card releases the next."""
        self.carded.change(now_min, -1.0)
        for source in self.sources:
            source.station.pull(now_min)

    def lost(self, now_min: float) -> None:
        """A unit was scrapped before it reached the door: another one may be released in its place."""
        self.lost_on_line += 1
        self.card_back(now_min)
