"""What to buy: sizes put together into items a buyer would order, each with its price and the limit that set it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.words import SPACE, humanised, number, plural, quantity

KW_TH_PER_TON = 3.51685
UNITS = {
    "kwh_th": "kWh of cold",
    "kw_th": "kW of heat",
    "kwh": "kWh",
    "kw": "kW",
    "kva": "kVA",
    "count": "",
    "m3": "m³",
}
Sizes = Mapping[str, float]


@dataclass(frozen=True)
class Item:
    """One line of the kit list: *name*, *size* in words, *installed_usd* (None when not priced), *binding* limits."""

    name: str
    size: str
    installed_usd: float | None
    bindings: tuple[str, ...]
    usual: str | None = None


@dataclass(frozen=True)
class _Kind:
    name: str
    sizes: tuple[str, ...]
    words: Callable[[Sizes], str]


def _service(sizes: Sizes) -> str:
    return (
        f"{number(sizes['transformers_count'])} × {quantity(sizes['transformer_kva'], 'kVA')} transformers, "
        f"{quantity(sizes['service_firm_kw'], 'kW')} firm with one out"
    )


def _chillers(sizes: Sizes) -> str:
    each = sizes["chiller_kw_th"]
    return f"{number(sizes['chillers_count'])} × {quantity(each, 'kW')} ({quantity(each / KW_TH_PER_TON, 'tons')}) each"


def _generators(sizes: Sizes) -> str:
    return f"{number(sizes['generators_count'])} × {quantity(sizes['generator_kw'], 'kW')}"


def _water_cooled(sizes: Sizes) -> str:
    each = sizes["water_cooled_chiller_kw_th"]
    count = number(sizes["water_cooled_chillers_count"])
    return f"{count} × {quantity(each, 'kW')} ({quantity(each / KW_TH_PER_TON, 'tons')}) each"


def _cold_store(sizes: Sizes) -> str:
    cold = sizes["cold_store_kwh_th"]
    return f"{quantity(cold, 'kWh')} of cold ({quantity(cold / KW_TH_PER_TON, 'ton-hours')})"


def _heat(name: str) -> Callable[[Sizes], str]:
    return lambda sizes: f"{quantity(sizes[name], 'kW')} of heat"


KINDS = (
    _Kind("Burn-in racks", ("racks_count",), lambda sizes: plural(sizes["racks_count"], "rack")),
    _Kind("Grid service", ("transformers_count", "transformer_kva", "service_firm_kw"), _service),
    _Kind(
        "Battery",
        ("battery_kw", "battery_kwh"),
        lambda sizes: f"{quantity(sizes['battery_kw'], 'kW')}, {quantity(sizes['battery_kwh'], 'kWh')}",
    ),
    _Kind("Solar field", ("solar_kw",), lambda sizes: f"{quantity(sizes['solar_kw'], 'kW')} of modules"),
    _Kind("Generators", ("generators_count", "generator_kw"), _generators),
    _Kind("Chillers", ("chillers_count", "chiller_kw_th"), _chillers),
    _Kind("Water-cooled chillers", ("water_cooled_chillers_count", "water_cooled_chiller_kw_th"), _water_cooled),
    _Kind("Cooling towers", ("towers_count",), lambda sizes: plural(sizes["towers_count"], "tower")),
    _Kind("Cold store", ("cold_store_kwh_th",), _cold_store),
    _Kind("Burn-in hall fans", ("ventilation_kw_th",), _heat("ventilation_kw_th")),
    _Kind("Evaporative pads", ("pads_kw_th",), _heat("pads_kw_th")),
    _Kind("Cooling coils", ("coils_kw_th",), _heat("coils_kw_th")),
)


def kit_list(summary: Mapping[str, Any]) -> list[Item]:
    """Items to buy, in the order of `KINDS`; sizes that no kind knows follow on lines of their own."""
    sizes: Sizes = summary["sizes"]
    baseline = summary["baseline"] or {}
    usual: Sizes = baseline.get("sizes") or {}
    known = [kind for kind in KINDS if all(name in sizes for name in kind.sizes)]
    taken = {name for kind in known for name in kind.sizes}
    other = [_Kind(_bare(name), (name,), _plain(name)) for name in sizes if name not in taken]
    return [
        Item(
            kind.name,
            words(kind, sizes),
            _installed(kind, summary["installed_usd"]),
            tuple(dict.fromkeys(summary["bindings"][name] for name in kind.sizes if name in summary["bindings"])),
            words(kind, usual) if all(name in usual for name in kind.sizes) else None,
        )
        for kind in (*known, *other)
    ]


def words(kind: _Kind, sizes: Sizes) -> str:
    """Return the size of a *kind* in words, "none" when nothing of it is bought."""
    first = [sizes[name] for name in kind.sizes]
    return "none" if first[0] == 0 or not any(first) else kind.words(sizes)


def _installed(kind: _Kind, prices: Mapping[str, float]) -> float | None:
    found = [float(prices[name]) for name in kind.sizes if name in prices]
    return sum(found) if found else None


def _unit(name: str) -> str:
    return next((unit for unit in UNITS if name.endswith(f"_{unit}")), "")


def _bare(name: str) -> str:
    unit = _unit(name)
    return humanised(name.removesuffix(f"_{unit}") if unit else name)


def _plain(name: str) -> Callable[[Sizes], str]:
    return lambda sizes: f"{number(sizes[name])}{SPACE}{UNITS.get(_unit(name), '')}".strip()
