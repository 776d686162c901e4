"""What the commands share: options, progress, and how answers and errors are printed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sites.errors import TwinError

file_option = click.Path(exists=False, path_type=Path)  # a folder in place of a file is bad input, not bad usage

Command = TypeVar("Command", bound=Callable[..., Any])


class Finite(click.FloatRange):
    """A number within a range; nan, which every range lets pass, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail as click does."""
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value} is no number.", param, ctx)
        return number


def colour() -> bool | None:
    """Whether to colour: as NO_COLOR and FORCE_COLOR say, else as click finds the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def show(error: TwinError) -> None:
    """Print the problems of an *error*, one a line."""
    problems = getattr(error, "problems", None)
    lines = [str(problem) for problem in problems] if problems else [str(error)]
    click.secho(f"error: {len(lines)} problem{'s' if len(lines) > 1 else ''}", fg="red", err=True, color=colour())
    for line in lines:
        click.echo(f"  {line}", err=True)


def print_document(document: dict[str, Any], as_json: bool, text: Callable[[], str]) -> None:
    """Print *document* as JSON, or what *text*() says of it."""
    from twin.model.runs import SCHEMA_VERSION, to_json

    document = {"schema_version": SCHEMA_VERSION, **document}
    click.echo(to_json(document).rstrip("\n") if as_json else text())


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
threads_option = click.option(
    "--threads", type=click.IntRange(1, 256), default=2, show_default=True, help="Worker processes."
)
out_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs"), show_default=True
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
seed_option = click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Random seed.")


class PlantName(click.Path):
    """A plant file, or the name of one that is shipped: "starter" is none in this folder, "./starter" would be."""

    def __init__(self) -> None:
        super().__init__(exists=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path that *value* names."""
        from twin.model.plant_file import plant_path

        path = super().convert(value, param, ctx)
        return path if str(value).startswith((".", os.sep)) else plant_path(Path(str(path)))


plant_option = PlantName()


class Log:
    """Progress on stderr, kept for log.jsonl; *quiet* keeps it only."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._begun = time.perf_counter()
        self.lines: list[dict[str, Any]] = []

    def __call__(self, message: str) -> None:
        """Note *message* with the seconds since the beginning."""
        seconds = round(time.perf_counter() - self._begun, 1)
        self.lines.append({"seconds": seconds, "message": message})
        if not self._quiet:
            click.echo(f"[{seconds:6.1f} s] {message}", err=True)


RUN_OPTIONS = (
    click.option(
        "--plant",
        "plant_file",
        type=plant_option,
        help="A plant file, or a shipped one: starter, hydro.  [default: starter]",
    ),
    click.option("--quick", is_flag=True, help="Representative weeks, 3 replications, a bound from labour alone."),
    click.option("--prove", is_flag=True, help="Prove the full bound in a quick run, too; at most 10 minutes a solve."),
    click.option("--gap", type=Finite(0, 1), help="Relative gap at which the choice of teams may stop."),
    click.option("--time-limit", type=Finite(1), help="Seconds after which a site's run stops and keeps its plan."),
    click.option("--replications", type=click.IntRange(2, 1000), help="Random years played.  [default: 5, quick 3]"),
    seed_option,
    threads_option,
)


def run_options(command: Command) -> Command:
    """Add the options of every command that plans, in their order."""
    for option in reversed(RUN_OPTIONS):
        command = option(command)
    return command
