"""Why these sizes: for each item its binding limit, its margins, and what the next alternative would cost a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.contents import RunContents
from reports.figures.panel import Cell, Column, Table
from reports.kit import KINDS, UNITS, Sizes, words
from reports.words import MINUS, SPACE, humanised, listed, number, percent, usd

STEPS = ("more", "less", "without")
HEADS = (
    "least margin at design, spare out",
    "least margin at the extremes, spare out",
    "one step more, usd a year",
    "one step less, usd a year",
    "without, usd a year",
)
IMPOSSIBLE = "not possible"
SERVICE = "service_firm_kw"
SHORT = -0.0005  # a margin nearer to nil than this is the solver's dust
SOME_USD = 500.0  # a year; less is no reason to look at a plan again
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Note:
    """A number in words, and in small what it belongs to: "+23,605" and "4 instead"."""

    text: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.detail})" if self.detail else self.text


@dataclass(frozen=True)
class ItemRow:
    """An item with its *size* and the *limit* that sets it, in words, and *notes* in the order of `HEADS`."""

    name: str
    size: str
    limit: str
    notes: tuple[Note | None, ...]


@dataclass(frozen=True, eq=False)
class SizesSection:
    """What the section on sizes shows: *items*, the same as a *table*, what they come to, and the tables behind."""

    items: tuple[ItemRow, ...]
    table: Table
    verdict: str
    cheaper: str
    impossible: Table
    instead: Table
    margins: Table
    margins_verdict: str


def sizes_section(contents: RunContents) -> SizesSection | None:
    """Return the section on sizes, None when the summary has neither alternatives nor margins (older runs)."""
    summary = contents.summary
    changes, margins = summary.get("alternatives") or [], summary.get("margins") or []
    if not changes and not margins:
        return None
    items = item_rows(summary, changes, margins)
    return SizesSection(
        items,
        sizes_table(items),
        verdict(changes, summary["sizes"]),
        cheaper_words(changes),
        impossible_table(changes),
        instead_table(changes),
        margins_table(margins),
        margins_verdict(margins),
    )


def item_name(size: str) -> str:
    """Return what a reader calls the item of a *size* of summary.json; a way of building is its own name."""
    for kind in KINDS:
        if size in kind.sizes:
            return kind.name
    unit = next((unit for unit in UNITS if size.endswith(f"_{unit}")), "")
    return humanised(size.removesuffix(f"_{unit}") if unit else size)


def item_rows(summary: Mapping[str, Any], changes: Rows, margins: Rows) -> tuple[ItemRow, ...]:
    """Return the items, the one with most money at stake first."""
    items = list(dict.fromkeys(row["size"] for row in (*changes, *margins) if row.get("change") != "way"))
    items.sort(key=lambda size: -_stake_usd(size, changes))
    return tuple(_row(size, summary, changes, margins) for size in items)


def sizes_table(items: Sequence[ItemRow]) -> Table:
    """Return the *items* as a table, for its CSV file."""
    heads = (Column("Item"), Column("size"), *(Column(head) for head in HEADS), Column("limit that sets it"))
    rows: list[tuple[Cell, ...]] = [
        (item.name, item.size, *(None if note is None else str(note) for note in item.notes), item.limit)
        for item in items
    ]
    return Table(heads, tuple(rows))


def _row(size: str, summary: Mapping[str, Any], changes: Rows, margins: Rows) -> ItemRow:
    sizes: Sizes = summary["sizes"]
    kind = next((kind for kind in KINDS if size in kind.sizes), None)
    amount = words(kind, sizes) if kind is not None and all(name in sizes for name in kind.sizes) else None
    names = (size,) if kind is None else kind.sizes
    limit = " ".join(dict.fromkeys(summary["bindings"][name] for name in names if name in summary["bindings"]))
    return ItemRow(
        item_name(size),
        amount or _amount(size, float(sizes.get(size, 0.0))),
        limit,
        (
            _least(size, margins, ("design", "plan")),
            _least(size, margins, ("extreme",)),
            *(_step(size, step, changes) for step in STEPS),
        ),
    )


def _stake_usd(size: str, changes: Rows) -> float:
    found = [abs(row["usd_per_year"]) for row in changes if row["size"] == size and row["usd_per_year"] is not None]
    return max(found, default=0.0)


def _step(size: str, step: str, changes: Rows) -> Note | None:
    """ "+23,605" with "7 instead", "not possible", or None where nobody asked."""
    for row in changes:
        if row["size"] == size and row["change"] == step:
            text = IMPOSSIBLE if row["usd_per_year"] is None else signed(row["usd_per_year"])
            return Note(text, "" if step == "without" else _amount(size, row["amount"]))
    return None


def signed(value: float) -> str:
    """ "+1,234" or "−1,234": what a change adds to the yearly cost."""
    text = number(value)
    return text if text.startswith(MINUS) or text == "0" else f"+{text}"


def _amount(size: str, amount: float) -> str:
    unit = next((unit for unit in UNITS if size.endswith(f"_{unit}")), "")
    return f"{number(amount)}{SPACE}{UNITS.get(unit, '')}".strip()


def _least(size: str, margins: Rows, kinds: tuple[str, ...]) -> Note | None:
    """ "3 %" with "0.4 % dry bulb": the least margin with the spare out over conditions of these kinds."""
    found = [row for row in margins if row["size"] == size and row["kind"] in kinds and row["margin"] is not None]
    if not found:
        return None
    worst = min(found, key=lambda row: row["margin_spare_out"])
    return Note(percent(worst["margin_spare_out"], 0), worst["condition"])


def verdict(changes: Rows, sizes: Sizes) -> str:
    """Say which next alternative comes nearest to the plan, and which item could least be done without."""
    dearer = [row for row in changes if row["usd_per_year"] is not None and row["usd_per_year"] >= 0]
    if not changes:
        return "A quick run does not look at alternatives: plan again without --quick to see what each would cost."
    if not dearer:
        return "No alternative that was tried keeps all limits at a higher cost."
    nearest = min(dearer, key=lambda row: row["usd_per_year"])
    dearest = max(dearer, key=lambda row: row["usd_per_year"])
    found = (
        f"The alternative that comes nearest to the plan is {_said(nearest)}, {usd(nearest['usd_per_year'])} a year "
        f"more; the dearest of those that keep all limits is {_said(dearest)}, {usd(dearest['usd_per_year'])} more."
    )
    without = [
        row for row in changes if row["change"] == "without" and row["usd_per_year"] is None and sizes.get(row["size"])
    ]
    if without:
        found += f" Nothing stands in for {listed(_inner(item_name(row['size'])) for row in without)}."
    return found


def cheaper_words(changes: Rows) -> str:
    """Say which steps would save money by the weeks' programme, and why the plan has not taken them."""
    cheaper = sorted(
        (row for row in changes if row["usd_per_year"] is not None and row["usd_per_year"] <= -SOME_USD),
        key=lambda row: row["usd_per_year"],
    )
    if not cheaper:
        return ""
    said = listed(f"{_said(row)} ({usd(-row['usd_per_year'])})" for row in cheaper)
    return (
        f"By the representative weeks alone, money would be saved by {said}. Whole machines are rounded up one by one, "
        "and the year’s worst weeks ask more than these: such a step is worth a trial, it is no decision."
    )


def _said(row: Mapping[str, Any]) -> str:
    if row["change"] == "way":
        return f"a {row['size']}"
    name = _inner(item_name(row["size"]))
    if row["change"] == "without":
        return f"no {name}"
    return f"{name}: {_amount(row['size'], row['amount'])} instead of {_amount(row['size'], row['planned'])}"


def _inner(name: str) -> str:
    return name[:1].lower() + name[1:]


def impossible_table(changes: Rows) -> Table:
    """Return the steps that break a limit, each with the limit."""
    return Table(
        (Column("Step that cannot be taken"), Column("it would break")),
        tuple((_said(row), row["breaks"]) for row in changes if row["usd_per_year"] is None and row["breaks"]),
    )


def instead_table(changes: Rows) -> Table:
    """Return what would stand in an item's place, or in the place of the hall as it is, and what that costs."""
    heads = (Column("Built otherwise"), Column("usd a year more", 0), Column("what would then be bought"))
    rows = tuple(
        (_said(row), row["usd_per_year"], _bought(row["others"]))
        for row in changes
        if row["change"] in ("without", "way") and row["usd_per_year"] is not None
    )
    return Table(heads, tuple(sorted(rows, key=lambda row: float(row[1] or 0.0), reverse=True)))


def _bought(others: Mapping[str, float]) -> str:
    if not others:
        return "nothing else changes"
    return "; ".join(
        f"{_inner(item_name(size))}: {_amount(size, amount) if amount else 'none'}" for size, amount in others.items()
    )


def margins_table(margins: Rows) -> Table:
    """Return every margin: what is asked, what stands with the spare out and with all, in each condition."""
    heads = (
        Column("Item"),
        Column("condition"),
        Column("dry bulb, °C", 1),
        Column("wet bulb, °C", 1),
        Column("unit", kind="short"),
        Column("asked", 0),
        Column("stands, spare out", 0),
        Column("stands, all", 0),
        Column("margin, spare out, %", 0),
        Column("margin, all, %", 0),
        Column("the condition is from"),
    )
    order = list(dict.fromkeys(row["size"] for row in margins))
    return Table(
        heads,
        tuple(
            (
                item_name(row["size"]),
                row["condition"],
                row["dry_bulb_c"],
                row["wet_bulb_c"],
                row["unit"],
                row["asks"],
                row["stands_spare_out"],
                row["stands"],
                _percent(row["margin_spare_out"]),
                _percent(row["margin"]),
                row["source"],
            )
            for row in sorted(margins, key=lambda row: order.index(row["size"]))
        ),
    )


def _percent(margin: float | None) -> float | None:
    return None if margin is None else 100.0 * margin


def margins_verdict(margins: Rows) -> str:
    """Say whether the equipment suffices at design conditions and beyond them, and what happens where it does not."""
    heat = [row for row in margins if row["size"] != SERVICE and row["margin"] is not None]
    at_design = [row for row in heat if row["kind"] == "design"]
    beyond = [row for row in heat if row["kind"] == "extreme"]
    found = []
    if at_design:
        short = [row for row in at_design if row["margin_spare_out"] < SHORT]
        found.append(
            "At the design conditions all that carries heat suffices with the spare out."
            if not short
            else f"At the design conditions these fall short with the spare out: {_short(short, 'margin_spare_out')}."
        )
    if beyond:
        short = [row for row in beyond if row["margin"] < SHORT]
        found.append(
            "It suffices at the extremes, too."
            if not short
            else f"Beyond them, with every machine running, these fall short: {_short(short, 'margin')}. In such hours "
            "burn-in must be put off or throttled."
        )
    service = [row for row in margins if row["size"] == SERVICE and row["kind"] != "plan" and row["margin"] is not None]
    tight = [row for row in service if row["margin_spare_out"] < SHORT]
    if tight:
        found.append(
            f"The grid service with one transformer out is {percent(-min(r['margin_spare_out'] for r in tight), 0)} "
            "short if the plan's busiest hour met the worst condition: the plan keeps its load lower by moving burn-in."
        )
    elif service:
        found.append(
            "The grid service carries the plan's busiest hour in each of these conditions, one transformer out."
        )
    return " ".join(found)


def _short(rows: Rows, margin: str) -> str:
    """The items of *rows*, each by its worst *margin* (with the spare out, or of all)."""
    worst: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        name = item_name(row["size"])
        if name not in worst or row[margin] < worst[name][margin]:
            worst[name] = row
    return listed(
        f"{_inner(name)} by {percent(-row[margin], 0)} at the {row['condition']}" for name, row in worst.items()
    )
