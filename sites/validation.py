"""Turns pydantic's findings into problems with file, key, value and cure."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sites.errors import InputError, Problem, nearest


class Strict(BaseModel):
    """Base of every description read from a file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Described = TypeVar("Described", bound=BaseModel)


def _dotted(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _known_keys(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Field names of the table in which the unknown key at *location* stands."""
    here: Any = kind
    for part in location[:-1]:
        if isinstance(part, int) or not isinstance(here, type) or not issubclass(here, BaseModel):
            continue
        field = here.model_fields.get(str(part))
        if field is None:
            return []
        here = field.annotation
        while getattr(here, "__args__", None):
            here = next((a for a in here.__args__ if a is not type(None) and a is not str), here.__args__[0])
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _ours(spot: str, value: Any, message: str) -> Problem:
    """A problem that one of our own checks found; a whole table is not printed, its message names what is wrong."""
    if isinstance(value, (dict, list, tuple)):
        return Problem(spot, message, "change the table")
    return Problem(spot, f"value {value!r}: {message}", "change the value")


def _inside(location: tuple[int | str, ...], table: tuple[int | str, ...]) -> bool:
    return len(location) > len(table) and location[: len(table)] == table


def validated(kind: type[Described], data: dict[str, Any], where: str) -> Described:
    """Build *kind* from plain *data* of file *where*; raises `InputError` with every problem found."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems = []
        found = error.errors()
        for item in found:
            if item["type"] == "too_short" and any(_inside(other["loc"], item["loc"]) for other in found):
                continue  # pydantic drops faulty members and then misses them
            spot = f"{where}: {_dotted(item['loc'])}" if item["loc"] else where
            if item["type"] == "extra_forbidden":
                cure = nearest(str(item["loc"][-1]), _known_keys(kind, item["loc"]))
                problems.append(Problem(spot, "unknown key", cure))
            elif item["type"] == "missing":
                problems.append(Problem(spot, "missing", "add it"))
            elif item["type"] == "value_error":
                problems.append(_ours(spot, item["input"], item["msg"].removeprefix("Value error, ")))
            else:
                problems.append(Problem(spot, f"value {item['input']!r}: {item['msg']}", "change the value"))
        raise InputError(problems) from error
