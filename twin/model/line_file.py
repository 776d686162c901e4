"""A plant file as far as a line goes: its line, its burn-in, and what its products draw while they burn."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from sites.errors import Problem, nearest
from sites.figures import parse_toml
from sites.validation import Strict, raise_faults, read_described, validated
from twin.model.burn_in import BurnIn
from twin.model.fit import line_file_problems
from twin.model.line import Line
from twin.model.line_products import UNNAMED
from twin.model.plant import Plant, read_plant
from twin.model.plant_file import EXTENDS


class BurningProduct(Strict):
    """A product as far as a line needs it: *power_kw* while it burns. What else a plant file says is read over."""

    name: str = Field(default=UNNAMED, min_length=1)
    power_kw: float = Field(ge=0)
    hash_rate_th_per_s: float | None = None
    value_usd: float | None = None
    air_temperature_rise_k: float | None = None
    inlet_limit_c: float | None = None


class LineFile(Strict):
    """A plant file with a line, and perhaps its burn-in, but without the rest of the plant."""

    name: str = "line"
    line: Line
    burn_in: BurnIn | None = None
    products: tuple[BurningProduct, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        names = [product.name for product in self.products]
        wrong = [
            Problem(f"products[{place}].name", f"value {name!r}: stands twice", "rename one")
            for place, name in enumerate(names)
            if name in names[:place]
        ]
        if self.burn_in is not None and self.burn_in.crew_calendar is not None:
            known = [calendar.name for calendar in self.line.calendars]
            if self.burn_in.crew_calendar not in known:
                what = f"value {self.burn_in.crew_calendar!r}: no calendar"
                wrong.append(Problem("burn_in.crew_calendar", what, nearest(self.burn_in.crew_calendar, known)))
        raise_faults([*wrong, *line_file_problems(self.line, self.burn_in, self.powers_kw)])
        return self

    @property
    def powers_kw(self) -> dict[str, float]:
        """Power [kW] of each product while it burns, by name, in the file's order."""
        return {product.name: product.power_kw for product in self.products}

    @property
    def power_kw(self) -> float:
        """Power [kW] of the first product."""
        return self.products[0].power_kw if self.products else 0.0


def read_line(file: Path) -> LineFile:
    """Read the line of a whole plant *file*, or of one that has only a line; raises `InputError` with every problem."""
    of_a_plant = set(Plant.model_fields) - set(LineFile.model_fields)
    if not (of_a_plant | {EXTENDS}) & set(parse_toml(file)):
        return read_described(LineFile, file)[0]
    plant, _ = read_plant(file)
    parts = {
        "name": plant.name,
        "line": plant.line,
        "burn_in": plant.burn_in,
        "products": [{"name": product.name, "power_kw": product.power_kw} for product in plant.products],
    }
    return validated(LineFile, parts, file.name)
