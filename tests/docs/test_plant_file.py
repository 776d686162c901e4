"""docs/plant-file.md says what the models say, and every file that it shows gives what its first line promises."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from twin.cli import cli
from twin.model.burn_in import BurnIn
from twin.model.laws import RandomTime
from twin.model.line import Carriers, Crew, Line, Operators
from twin.model.line_file import BurningProduct, LineFile, read_line
from twin.model.material import Arrivals
from twin.model.shifts import Break, Shift
from twin.model.stations import Batch, Breakdowns, SetUp, Slotted, Station
from twin.model.working_time import Calendar

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "plant-file.md").read_text()
FILES = sorted((DOCS / "lines").glob("*.toml"))
TABLES: dict[str, type[BaseModel]] = {
    "`[line]`": Line, "`[line.crew]`": Crew, "`[[line.stations]]`": Station, "Times": RandomTime,
    "Breakdowns": Breakdowns, "Set-ups": SetUp, "Batches": Batch, "Slotted machines": Slotted,
    "`[[line.arrivals]]`": Arrivals, "`[[line.operators]]`": Operators, "`[[line.calendars]]`": Calendar,
    "Shifts": Shift, "Breaks": Break, "`[[line.carriers]]`": Carriers, "`[burn_in]`": BurnIn,
    "`[[products]]`": BurningProduct,
}  # fmt: skip
IN_WORDS = {
    ("`[line]`", "first"): "first in the file",
    ("`[line]`", "crew"): "nobody",
    ("`[[line.stations]]`", "process_time"): "fixed, 0 min",
    ("`[[line.stations]]`", "servers"): "`1`",
    ("`[[line.stations]]`", "buffer"): '`"unlimited"`',
}

# What a file gives: place in the document, exact value, and the hours after which eight replications show it. A value
# of chance must lie within one and a half half-widths (3.5 standard errors), themselves at most 7 % of it; one of a
# fixed line is met to a millionth.
PROMISES: dict[str, list[tuple[str, float, int]]] = {
    "assembly": [("throughput_per_h", 6.0, 60)],
    "batches": [("stations.oven.wait_h", 0.15, 60), ("throughput_per_h", 10.0, 60)],
    "bernoulli": [("throughput_per_h", 60 * 0.857143, 300)],
    "burn_in": [("throughput_per_h", 1.5, 1000), ("stations.burn_in.utilisation", 0.75 * (1 + 0.0104 / 3), 1000)],
    "closed_loop": [("throughput_per_h", 45.0, 300)],
    "loss": [("turned_away_share", 0.0777302, 1800)],
    "mg1": [("stations.machine.wait_h", 2.5 / 60, 800)],
    "mmc": [("stations.counter.wait_h", 4.444444 / 60, 2400), ("wip", 2.888889, 2400)],
    "products": [("stations.fill.throughput_per_h", 2.0, 60), ("stations.fill.utilisation", 1 / 3, 60)],
    "repair": [("stations.machines.utilisation", 0.87677, 1500)],
    "rework": [("stations.test.throughput_per_h", 6 * 1.24, 1000)],
    "ring": [("stations.run.utilisation", 0.87677, 1500)],
    "set_ups": [("throughput_per_h", 6.0, 600)],
    "shifts": [
        ("stations.stops.throughput_per_h", 10.0, 60),
        ("stations.finishes.utilisation", 0.6, 60),
        ("stations.careful.utilisation", 0.3, 60),
    ],
    "tandem": [("throughput_per_h", 60 * 0.73402, 300)],
    "week": [("throughput_per_h", 2.0, 1680)],
    "zones": [("throughput_per_h", 1 / 3, 2000)],
}  # fmt: skip


def sections() -> dict[str, str]:
    """Text of the page below each heading."""
    parts = re.split(r"^##+ (.*)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> dict[str, str]:
    """Keys of a table with their defaults."""
    return dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*?) \|", text, flags=re.MULTILINE))


def shown(heading: str, kind: type[BaseModel], key: str) -> str:
    """How the page writes the default of a key."""
    field = kind.model_fields[key]
    if (heading, key) in IN_WORDS:
        return IN_WORDS[heading, key]
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return "none"
    return f"`{json.dumps(list(default) if isinstance(default, tuple) else default)}`".replace(".0`", "`")


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_on_the_page_with_its_default(heading):
    """Proves: the table under each heading names the keys of its model, all and no others, with their defaults.
    Sensitivity: a key added to the code, or a default changed, is missed here before an outsider misses it."""
    kind = TABLES[heading]
    assert rows(sections()[heading]) == {key: shown(heading, kind, key) for key in kind.model_fields}


def test_tables_of_the_file_are_all_described():
    """Proves: a file holds no table that the page has no heading for, and every station key takes what the page says
    of its default: the smallest file of the page is a line."""
    assert {f"`[{name}]`" for name in ("line", "burn_in")} | {"`[[products]]`"} <= set(sections())
    assert set(LineFile.model_fields) == {"name", "line", "burn_in", "products"}
    smallest = next(iter(re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)))
    assert LineFile.model_validate(tomllib.loads(smallest)).line.station("cut").buffer is None


def test_the_page_shows_the_files():
    """Proves: every file of docs/lines stands on the page as it is, and no other. Cure: copy the file into the page."""
    on_page = dict(re.findall(r"^### [^\n]*: `docs/lines/(\w+)\.toml`\n\n```toml\n(.*?)```", PAGE, flags=re.M | re.S))
    assert on_page == {file.stem: file.read_text() for file in FILES}
    assert set(on_page) == set(PROMISES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_gives_what_it_promises(file):
    """Proves: each file is accepted and `twin line` finds for it what its first line says.
    Sensitivity: the exact values of queueing theory and of hand counts; a buffer that counted the machine would give
    40.3 for the tandem, a stopped job begun anew 6 units an hour for `stops`, times repeated each round 0.7 for
    `ring`."""
    read_line(file)
    hours = max(hours for _, _, hours in PROMISES[file.stem])
    asked = ["line", "--plant", str(file), "--hours", str(hours), "--warmup", "120", "--replications", "8"]
    done = CliRunner().invoke(cli, [*asked, "--seed", "7", "--threads", "1", "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    for place, exact, _ in PROMISES[file.stem]:
        found: Any = document
        for key in place.split("."):
            found = found[key]
        assert found["half_width"] <= 0.07 * exact
        assert abs(found["mean"] - exact) <= max(1.5 * found["half_width"], 1e-6 * exact), (place, found)
