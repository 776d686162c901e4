"""A plant file that says only in what it differs from another: `extends = "starter"`, or a path, as its first line.

Tables are merged key by key; a list, a number or a number with its origin takes the place of the other file's whole.
What is wrong is told of the file in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from pydantic import BaseModel

from sites.errors import InputError, Problem, nearest
from sites.figures import Figure, find_figures, is_origin_table, parse_toml
from sites.validation import find_problems

EXTENDS = "extends"
Described = TypeVar("Described", bound=BaseModel)


def shipped_plants() -> dict[str, Path]:
    """Return the plant files that are shipped with the package, by name; the starter plant is the first."""
    found = sorted(Path(str(files("twin.model"))).glob("*.toml"), key=lambda file: (file.stem != "starter", file.stem))
    return {file.stem: file for file in found}


def plant_path(named: Path) -> Path:
    """Return the shipped plant file of that name, or *named* itself: a name has no suffix and no folder."""
    is_name = not named.suffix and named.parent == Path() and str(named) == named.name
    return shipped_plants().get(named.name, named) if is_name else named


@dataclass(frozen=True, eq=False)
class PlantFile:
    """A plant *file* as it stands, *own*, without its `extends`, and the file that it extends (None: none)."""

    file: Path
    own: dict[str, Any]
    base: PlantFile | None

    @property
    def chain(self) -> tuple[PlantFile, ...]:
        """This file and those that it extends, one after the other."""
        return (self, *(() if self.base is None else self.base.chain))

    @property
    def merged(self) -> dict[str, Any]:
        """What the file says together with what it extends, origins and all."""
        return self.own if self.base is None else _merged(self.base.merged, self.own)

    @property
    def text(self) -> str:
        """The whole plant as one file that extends no other."""
        return tomlkit.dumps(self.merged)

    def states(self, key: str) -> str:
        """Return the name of the file in which the dotted *key* stands; one that is missing, where its table does."""
        parts = re.findall(r"[^.\[\]]+", key)
        own: Any = self.own
        for place, part in enumerate(parts):
            if self.base is None or not isinstance(own, dict) or is_origin_table(own):
                break
            if part not in own:
                return self.file.name if self._is_new(parts[: place + 1]) else self.base.states(key)
            own = own[part]
        return self.file.name

    def _is_new(self, parts: list[str]) -> bool:
        """Whether the files that this one extends do not say the key, and this one says the table it should be in."""
        below: Any = {} if self.base is None else self.base.merged
        for part in parts:
            if not isinstance(below, dict):
                return False
            if part not in below:
                return len(parts) > 1
            below = below[part]
        return False


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in own.items():
        before = found.get(key)
        are_tables = isinstance(before, dict) and isinstance(value, dict)
        found[key] = _merged(before, value) if are_tables and not is_origin_table(before) else value  # type: ignore[arg-type]
    return found


def open_plant(file: Path, before: tuple[Path, ...] = ()) -> PlantFile:
    """Return the plant *file* with all that it extends; *before*: the files that led to it.

    Raises `InputError` for a file that is missing or no TOML, and for one that extends itself.
    """
    where = f"{file.name}: {EXTENDS}"
    own = parse_toml(file)
    if EXTENDS not in own:
        return PlantFile(file, own, None)
    named = own.pop(EXTENDS)
    if not isinstance(named, str) or not named:
        cure = f'write a name in quotes, such as "{next(iter(shipped_plants()))}", or a path from this file'
        raise InputError(Problem(where, f"value {named!r}: no plant file", cure))
    path = plant_path(Path(named))
    if path == Path(named):
        path = file.parent / path
    if path.resolve() in {one.resolve() for one in (*before, file)}:
        raise InputError(Problem(where, f"value {named!r}: leads back to {path.name}", "extend another plant file"))
    if not path.exists():
        raise InputError(Problem(where, f"value {named!r}: no such plant file", nearest(named, shipped_plants())))
    return PlantFile(file, own, open_plant(path, (*before, file)))


def read_extended(kind: type[Described], file: Path) -> tuple[Described, list[Figure]]:
    """Read *kind* from a plant *file* and what it extends, with the origins of its numbers.

    Raises `InputError` with every problem, each named with the file in which it stands.
    """
    opened = open_plant(file)
    problems = [problem for one in opened.chain for problem in find_figures(one.own, one.file.name)[2]]
    data, figures, _ = find_figures(opened.merged, file.name)
    made, wrong, cause = find_problems(kind, data, file.name)
    if made is None or problems:
        raise InputError([*problems, *(_placed(opened, problem) for problem in wrong)]) from cause
    return made, figures


def _placed(opened: PlantFile, problem: Problem) -> Problem:
    """The *problem* with the name of the file in which its key stands."""
    name, _, key = problem.where.partition(": ")
    return replace(problem, where=f"{opened.states(key)}: {key}") if key and name == opened.file.name else problem
