"""The command line: thin, the roof of the house. Heavy imports stay inside the commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from sites.errors import StoppedError, TwinError
from twin.terminal import (
    Finite,
    Log,
    colour,
    file_option,
    json_option,
    out_option,
    plant_option,
    print_document,
    quiet_option,
    run_options,
    seed_option,
    show,
    threads_option,
)

ORDER = ("sites", "weather", "bill", "line", "calibrate", "optimise", "verify", "compare", "report", "doctor")
AMERICAN = {"optimize": "optimise"}
EPILOG = """\b
Examples:
  twin sites                              the sites that can be planned
  twin optimise --site texas              plan, play back, report (minutes)
  twin optimise --site texas --quick      a first answer (about a minute)
  twin compare --site texas --site florida  both sites planned, and which is cheaper
  twin report runs/latest                 make the report of a run again

Exit codes: 0 done, 1 our bug, 2 usage, 3 bad input, 4 infeasible, 5 stopped at a limit, 130 interrupted.
"""


class Workflow(click.Group):
    """Commands in the order of the work; the American spelling is taken as well."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the commands in workflow order."""
        return [name for name in ORDER if name in self.commands] + sorted(set(self.commands) - set(ORDER))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, American spelling included."""
        return super().get_command(ctx, AMERICAN.get(cmd_name, cmd_name))


@click.group(
    cls=Workflow,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="facility-twin", prog_name="twin")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Where to build, what to build and how to run an energy-hungry factory."""
    ctx.color = colour()


def main() -> NoReturn:
    """Run the command line with its published exit codes; a failure the user can mend never shows a traceback."""
    from twin.study.interrupts import finish, leave, listen

    try:
        listen()
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        finish()
    except TwinError as error:
        show(error)
        if isinstance(error, StoppedError):
            leave(error.exit_code)  # time is up: what a thread still computes is not waited for
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


@cli.command()
@click.argument("action", type=click.Choice(["list", "show"]), default="list")
@click.argument("name", required=False)
@json_option
def sites(action: str, name: str | None, as_json: bool) -> None:
    """List the sites, or SHOW every figure of one with its unit, source, date and confidence."""
    from sites.listing import listing_text, site_listing
    from sites.schema import read_site, site_files

    if action == "list":
        files = site_files()
        labels = {known: read_site(known).site.label for known in files}
        document = {"sites": [{"name": known, "label": label} for known, label in labels.items()]}
        print_document(document, as_json, lambda: "\n".join(f"{known:12} {label}" for known, label in labels.items()))
        return
    if name is None:
        raise click.UsageError("twin sites show NAME")
    document = site_listing(read_site(name))
    print_document(document, as_json, lambda: listing_text(document))


@cli.group(invoke_without_command=True)
@click.option("--site", help="A site's name or file: its station's statistical year.")
@click.option("--file", "file", type=file_option, help="An EPW, TMY3, TMY2, NSRDB PSM, SAM or compact CSV file.")
@click.option("--latitude", type=float, help="With --longitude: the nearest station's statistical year.")
@click.option("--longitude", type=float, help="Degrees east, negative in America.")
@click.option("--csv", "csv_out", type=file_option, help="Write the hourly year here (compact CSV).")
@json_option
@click.pass_context
def weather(
    ctx: click.Context,
    site: str | None,
    file: Path | None,
    latitude: float | None,
    longitude: float | None,
    csv_out: Path | None,
    as_json: bool,
) -> None:
    """Show the weather year of a site, of a file or of the nearest station, and its statistics."""
    given = [site is not None, file is not None, latitude is not None or longitude is not None]
    if ctx.invoked_subcommand is not None:
        if any(given) or csv_out is not None or as_json:
            raise click.UsageError(f"give the options after {ctx.invoked_subcommand}")
        return
    from twin.study.weather_tables import nearest_document, weather_document, weather_text

    if sum(given) != 1 or (latitude is None) != (longitude is None):
        raise click.UsageError("give either --site or --file, or both --latitude and --longitude")
    if latitude is not None and longitude is not None:
        document = nearest_document(latitude, longitude, csv_out)
    else:
        document = weather_document(site, file, csv_out)
    if "warning" in document:
        click.echo(f"warning: {document['warning']}", err=True)
    print_document(document, as_json, lambda: weather_text(document))


@weather.command()
@click.option("--latitude", required=True, type=float, help="Degrees north.")
@click.option("--longitude", required=True, type=float, help="Degrees east, negative in America.")
@click.option("--out", required=True, type=file_option, help="The compact CSV to write.")
@click.option("--utc-offset", type=click.IntRange(-12, 14), help="Standard time, h from UTC.  [default: a likely one]")
@click.option("--service", envvar="TWIN_PVGIS", help="Address of the API, without the tool.  [default: PVGIS 5.3]")
@click.option("--timeout", type=Finite(0.1, 3600), default=60.0, show_default=True, help="Seconds to wait.")
@json_option
def fetch(
    latitude: float,
    longitude: float,
    out: Path,
    utc_offset: int | None,
    service: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Fetch a place's typical year from PVGIS, the European Commission's public service; needs the internet."""
    from sites.pvgis import SERVICE
    from twin.study.weather_tables import fetched_document, weather_text

    document = fetched_document(latitude, longitude, utc_offset, out, service or SERVICE, timeout)
    print_document(document, as_json, lambda: weather_text(document))


@cli.command()
@click.option("--tariff", required=True, type=file_option, help="Our TOML or a URDB JSON.")
@click.option("--load", "load_file", required=True, type=file_option, help="CSV with a column load_kw.")
@click.option("--year", type=int, help="Calendar year of the load.  [default: its time column, else 2026]")
@click.option("--previous-peaks", help="12 kW values, January to December of the year before.")
@click.option("--prices", "prices_file", type=file_option, help="Hourly market prices, for a tariff that follows them.")
@click.option("--node", help="Settlement point of ERCOT's files, or the column of a plain price file.")
@click.option("--price-year", type=int, help="The year wanted, of price files that hold several.")
@click.option("--power-factor", type=Finite(0, 1, min_open=True), help="At which the load is drawn.")
@click.option(
    "--coincident", multiple=True, metavar="NAME=KW", help="Coincident demand that an earlier year has fixed."
)
@click.option("--curtailable", multiple=True, metavar="NAME=KW", help="Load nominated for a curtailable credit.")
@click.option("--new-customer", is_flag=True, help="A first year: no ratchet and no coincident peak from before.")
@json_option
def bill(tariff: Path, load_file: Path, year: int | None, as_json: bool, **told: Any) -> None:
    """Bill a year's load with a tariff."""
    from twin.study.billing import Told, bill_of_file, bill_text

    document = bill_of_file(tariff, load_file, year, Told(**told))
    for note in document["notes"]:
        click.echo(f"note: {note}", err=True)

    print_document(document, as_json, lambda: bill_text(document))


@cli.command()
@click.option(
    "--plant", "plant_file", required=True, type=plant_option, help="A plant file, or one with a [line] only."
)
@click.option("--hours", type=Finite(0, 1e6, min_open=True), required=True, help="Hours that are measured.")
@click.option("--warmup", type=Finite(0, 1e6), help="Hours before them.  [default: found by MSER-5]")
@click.option("--replications", type=click.IntRange(2, 10_000), help="Runs.  [default: until --precision, 5 to 100]")
@click.option(
    "--precision", type=Finite(0, 1, min_open=True), default=0.02, show_default=True,
    help="Half-width over mean of throughput, WIP and cycle time.",
)  # fmt: skip
@click.option("--log", "log", type=file_option, help="Write the events of the first run here (CSV).")
@click.option("--gantt", type=file_option, help="Write a chart of its machines and racks here (HTML).")
@click.option("--window", "window_h", type=(Finite(0), Finite(0)), metavar="FROM TO", help="Hours of the run it shows.")
@click.option("--trace", type=click.IntRange(0), metavar="UNIT", help="Follow that unit of the first run.")
@seed_option
@threads_option
@json_option
def line(plant_file: Path, as_json: bool, **told: Any) -> None:
    """Simulate any line and print what it does, with 95 % half-widths."""
    from twin.sim.line_report import LineRequest
    from twin.sim.line_text import line_text
    from twin.sim.trace import trace_text
    from twin.study.line import LineFiles, line_study

    asked = LineRequest(
        told["hours"], told["warmup"], told["replications"], told["precision"], told["seed"], told["threads"]
    )
    files = LineFiles(told["log"], told["gantt"], told["window_h"], told["trace"])
    document = line_study(plant_file, asked, files)

    def text() -> str:
        return line_text(document) + (f"\n\n{trace_text(document['trace'])}" if "trace" in document else "")

    print_document(document, as_json, text)


@cli.command()
@click.option(
    "--log", "log_file", required=True, type=file_option, help="An event log (CSV), as `twin line --log` writes it."
)
@click.option(
    "--plant", "plant_file", required=True, type=file_option, help="The plant file, or one with a [line] only."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("calibrated.toml"),
    show_default=True,
    help="The new plant file; an older one of this name is replaced, --plant never.",
)
@click.option("--replications", type=click.IntRange(2), default=10, show_default=True, help="Replays of the log.")
@seed_option
@threads_option
@json_option
def calibrate(
    log_file: Path, plant_file: Path, out: Path, replications: int, seed: int, threads: int, as_json: bool
) -> None:
    """Fit a plant file to an event log, and play the log again."""
    from twin.study.calibrate import calibrate as calibrate_plant
    from twin.study.calibrate import calibrate_text

    document = calibrate_plant(log_file, plant_file, out, replications=replications, seed=seed, workers=threads)
    print_document(document, as_json, lambda: calibrate_text(document))


@cli.command()
@click.option("--site", required=True, help="A site's name, or a site file (.toml).")
@click.option(
    "--weather", "weather_file", type=file_option, help="EPW, TMY3, TMY2, NSRDB or CSV.  [default: statistics]"
)
@click.option("--prices", "prices_file", type=file_option, help="Hourly price CSV.  [default: statistics]")
@click.option("--load", "load_file", type=file_option, help="A fixed load (CSV, load_kw) in place of the line.")
@run_options
@out_option
@quiet_option
@json_option
def optimise(
    site: str,
    weather_file: Path | None,
    prices_file: Path | None,
    load_file: Path | None,
    plant_file: Path | None,
    out: Path,
    quiet: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Plan a site: what to buy, which shifts, when every burn-in starts; play it back and write the report."""
    from twin.model.runs import check_writable
    from twin.study.case import read_case
    from twin.study.plan import Effort, run_study
    from twin.study.record import command_line, study_text, write_study

    log = Log(quiet)
    case = read_case(
        site, plant_file=plant_file, weather_file=weather_file, prices_file=prices_file, load_file=load_file
    )
    check_writable(out)
    effort = Effort.asked(**asked)
    study = run_study(case, effort, log)
    files = {"weather": weather_file, "prices": prices_file, "load": load_file}
    folder, summary = write_study(study, out, command_line(), files, log.lines)
    log(f"report: {folder / 'report.html'}")

    print_document({**summary, "run": str(folder)}, as_json, lambda: study_text(summary, folder))
    if study.status == "infeasible":
        short = sum(float(value) for value in study.last.plan.values("shortage_units"))
        click.echo(f"demand is short by {short:,.0f} units a year; see the report", err=True)
        sys.exit(4)
    if study.status == "stopped":
        sys.exit(5)


@cli.command()
@click.argument("run", type=click.Path(file_okay=False, path_type=Path))
@click.option("--replications", type=click.IntRange(2, 1000), default=5, show_default=True)
@seed_option
@threads_option
@json_option
def verify(run: Path, replications: int, seed: int, threads: int, as_json: bool) -> None:
    """Play a run's plan back again, in other random years, and compare promise and outcome."""
    from twin.study.verify import verify_run, verify_text

    document = verify_run(run, replications=replications, seed=seed, workers=threads)

    print_document(document, as_json, lambda: verify_text(document))


@cli.command()
@click.argument("runs", nargs=-1, type=click.Path(file_okay=False, path_type=Path))
@click.option("--site", "sites", multiple=True, help="A site's name or file to plan first; give it twice or more.")
@click.option("--weather", multiple=True, metavar="SITE=FILE", help="A weather year for one of the sites.")
@click.option("--prices", multiple=True, metavar="SITE=FILE", help="A price file for one of the sites.")
@run_options
@out_option
@quiet_option
@json_option
def compare(
    runs: tuple[Path, ...],
    sites: tuple[str, ...],
    weather: tuple[str, ...],
    prices: tuple[str, ...],
    plant_file: Path | None,
    out: Path,
    quiet: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Compare sites line by line, beside import: plan each --site, or take finished RUNS."""
    from twin.model.runs import check_writable
    from twin.study.compare import compare_runs, comparison_document, save_comparison
    from twin.study.compare_words import text_of

    if bool(runs) == bool(sites):
        raise click.UsageError("give either --site NAME twice or more, or the folders of finished runs")
    if len(runs or sites) < 2:
        raise click.UsageError("a comparison takes two sites or more")
    log = Log(quiet)
    check_writable(out)
    folders = list(runs)
    if sites:
        from twin.study.plan import Effort
        from twin.study.plan_sites import orders_of, plan_sites
        from twin.study.record import command_line

        effort = Effort.asked(**asked)
        orders = orders_of(sites, weather, prices)
        folders = plan_sites(orders, effort, out, plant_file=plant_file, command=command_line(), progress=log)
    document = comparison_document(compare_runs(folders))
    for file in save_comparison(document, out):
        log(f"comparison: {file}")
    print_document(document, as_json, lambda: text_of(document))


@cli.command()
@click.argument("run", type=click.Path(file_okay=False, path_type=Path))
@click.option("--out", type=file_option, help="Where to write the page.  [default: report.html in the run]")
def report(run: Path, out: Path | None) -> None:
    """Make the HTML report of a run again."""
    from twin.study.record import report_of

    click.echo(report_of(run, out))


@cli.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check the installation: versions, the solver, name collisions, a place to write."""
    from twin.study.doctor import examine

    findings = examine()
    healthy = all(finding["ok"] for finding in findings)
    print_document(
        {"healthy": healthy, "findings": findings},
        as_json,
        lambda: "\n".join(f"{'ok  ' if f['ok'] else 'FAIL'} {f['what']}: {f['found']}" for f in findings),
    )
    if not healthy:
        sys.exit(1)


if __name__ == "__main__":
    main()
