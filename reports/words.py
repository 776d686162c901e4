"""Numbers and moments as a planner reads them: every one with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPACE = "\u00a0"
MINUS = "\u2212"
NONE = "not known"


def number(value: float | None, digits: int = 0) -> str:
    """1234.5 as 1,234 (or with *digits* decimals); None as "not known"."""
    if value is None or not np.isfinite(value):
        return NONE
    text = f"{abs(value):,.{digits}f}"
    negative = value < 0 and float(text.replace(",", "")) != 0
    return f"{MINUS}{text}" if negative else text


def quantity(value: float | None, unit: str, digits: int = 0) -> str:
    """A number and its unit that no line break parts; a *unit* that ends in a slash part is written as it is."""
    return NONE if value is None else f"{number(value, digits)}{SPACE}{unit}"


def usd(value: float | None, digits: int = 0) -> str:
    """1234 as $1,234."""
    if value is None:
        return NONE
    text = number(value, digits)
    return f"{MINUS}${text[1:]}" if text.startswith(MINUS) else f"${text}"


def usd_short(value: float | None) -> str:
    """1,240,000 as $1.24 M and 92,300 as $92.3 k: three figures, for headlines."""
    if value is None:
        return NONE
    size = abs(value)
    for limit, divisor, suffix in ((999_500, 1e6, "M"), (9_995, 1e3, "k")):
        if size >= limit:
            scaled = size / divisor
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            return f"{MINUS if value < 0 else ''}${scaled:,.{digits}f}{SPACE}{suffix}"
    return usd(value)


def energy(kwh: float | None) -> str:
    """A number of kWh in the unit that keeps it short: kWh, MWh or GWh."""
    if kwh is None:
        return NONE
    for limit, divisor, unit in ((1e6, 1e6, "GWh"), (1e4, 1e3, "MWh")):
        if abs(kwh) >= limit:
            return quantity(kwh / divisor, unit, 2 if divisor == 1e6 else 0)
    return quantity(kwh, "kWh")


def percent(fraction: float | None, digits: int = 1) -> str:
    """0.0123 as 1.2 %."""
    return NONE if fraction is None else f"{number(100.0 * fraction, digits)}{SPACE}%"


def plural(count: float, one: str, many: str | None = None) -> str:
    """ "1 rack", "14 racks"."""
    return f"{number(count)}{SPACE}{one if round(count) == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """ "a, b and c"."""
    words = list(parts)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else "nothing"


def moment(time: np.datetime64) -> str:
    """ "Tuesday 14 July, 15:00"."""
    hour = int(time.astype("datetime64[h]").astype(np.int64) % 24)
    return f"{DAYS[_weekday(time)]} {day(time)}, {hour:02d}:00"


def day(time: np.datetime64) -> str:
    """ "14 July"."""
    date = time.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    return (
        f"{int((date - month.astype('datetime64[D]')).astype(np.int64)) + 1} {MONTHS[int(month.astype(np.int64)) % 12]}"
    )


def course(values: Sequence[float]) -> str:
    """How a monthly number goes through the year: "stay at 7 all year" or "go from 2 (January) to 8 (December)"."""
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if round(values[low]) == round(values[high]):
        return f"stay at {number(values[low])} all year"
    return f"go from {number(values[low])} ({MONTHS[low]}) to {number(values[high])} ({MONTHS[high]})"


def humanised(name: str) -> str:
    """A key as words: "duty_freight" as "Duty freight"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _weekday(time: np.datetime64) -> int:
    return int((time.astype("datetime64[D]").astype(np.int64) + 3) % 7)
