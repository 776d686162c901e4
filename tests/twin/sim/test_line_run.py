"""One measured run of a plant file: material, products, operators, burn-in."""

import pytest

from twin.model.line_file import LineFile
from twin.sim.line_run import LineTask, run_line


def _run(spec, hours, warmup_h=0.0, **task):
    return run_line(LineTask(spec, hours, warmup_h, 1, 0, **task))


def test_times_of_arrival_are_kept(plain):
    """Proves: units come at the hours of the plan: 0, 0 and 1.5. Sensitivity: taken for intervals, the last at 3 h."""
    run = _run(plain.file(plain.station("only", 6), arrivals={"times_h": [0, 0, 1.5]}), 2, log=True)
    log = run.log
    released = [m for m, event in zip(log["time_min"], log["event"], strict=True) if event == "release"]
    assert released == [0, 0, 90]


def test_a_rate_is_kept_exactly(plain):
    """Proves: 4 an hour in the first half of the day, none in the second: 48 a day, the first at 15 min.
    Sensitivity: a mean rate over the day would bring 2 in each hour."""
    rates = [4.0] * 12 + [0.0] * 12
    run = _run(plain.file(plain.station("only", 1), arrivals={"units_per_h": rates}), 48, log=True)
    log = run.log
    released = [m for m, event in zip(log["time_min"], log["event"], strict=True) if event == "release"]
    assert released == pytest.approx([1440 * day + 15 * (k + 1) for day in range(2) for k in range(48)])


def test_a_rate_at_random_is_a_poisson_stream(plain):
    """Proves: 12 an hour from 0 to 12 h and 2 afterwards: each half of the day has its mean and a Poisson spread.
    Sensitivity: exact intervals would have no spread; one constant rate, 84 in each half."""
    days = 300
    spec = plain.file(plain.station("only", 0), arrivals={"units_per_h": [12.0] * 12 + [2.0] * 12, "at_random": True})
    log = _run(spec, 24 * days, log=True).log
    halves = [[0, 0] for _ in range(days)]
    for minute, event in zip(log["time_min"], log["event"], strict=True):
        if event == "release" and minute < days * 1440:
            halves[int(minute // 1440)][int(minute % 1440 >= 720)] += 1
    for place, mean in ((0, 144.0), (1, 24.0)):
        counts = [half[place] for half in halves]
        average = sum(counts) / days
        spread = sum((count - average) ** 2 for count in counts) / (days - 1)
        assert average == pytest.approx(mean, abs=4 * (mean / days) ** 0.5)
        assert spread == pytest.approx(mean, rel=4 * (2 / days) ** 0.5)


def test_units_come_several_at_a_time(plain):
    """Proves: 6 an hour, 3 at a time: at 30 and 60 min. Sensitivity: three times as many units."""
    log = _run(
        plain.file(plain.station("only", 1), arrivals={"units_per_h": [6.0] * 24, "units_each": 3}), 1, log=True
    ).log
    released = [m for m, event in zip(log["time_min"], log["event"], strict=True) if event == "release"]
    assert released == pytest.approx([30] * 3 + [60] * 3)


def test_products_are_mixed_by_their_shares(plain):
    """Proves: 3 of 4 units are of a, and throughput is told by product. Sensitivity: equal shares would give one
    half."""
    run = _run(plain.file(plain.station("only", 1), arrivals=plain.arrivals(2) | {"mix": {"a": 3.0, "b": 1.0}}), 1000)
    units = 30 * 1000
    assert run.products["a"] / 30 == pytest.approx(0.75, abs=4 * (0.1875 / units) ** 0.5)
    assert run.products["a"] + run.products["b"] == pytest.approx(run.whole["throughput_per_h"])


def test_a_process_time_by_product(plain):
    """Proves: one a of 2 min and one b of 6 in every 20 min: 40 % at work. Sensitivity: 60 % with 6 min for all."""
    station = plain.station("only", 6, process_time_by_product={"a": {"mean_min": 2}})
    spec = plain.file(
        station,
        arrivals=[{"product": "a", **plain.arrivals(20)}, {"at": "only", "product": "b", **plain.arrivals(20)}],
    )
    run = _run(spec, 100, 10)
    assert run.stations["only"].utilisation == pytest.approx((2 + 6) / 20)


def test_arrivals_wait_outside_or_are_turned_away(plain):
    """Proves: five units at once and a machine with one space: 2 are taken and 3 turned away, or wait outside, and all
    are made. Sensitivity: those outside would count as work in process."""
    arrivals = {"times_h": [0.0] * 5}
    lost = _run(plain.file(plain.station("only", 10, buffer=1), arrivals=arrivals), 1)
    assert lost.whole["turned_away_share"] == pytest.approx(3 / 5)
    assert lost.whole["throughput_per_h"] == 2
    waits = _run(plain.file(plain.station("only", 10, buffer=1), arrivals=arrivals | {"when_full": "wait"}), 1)
    assert waits.whole["turned_away_share"] == 0
    assert waits.whole["throughput_per_h"] == 5
    assert waits.whole["wip"] <= 2


def test_unlimited_servers_from_a_file(tmp_path):
    """Proves: "unlimited" in TOML is servers without number: 10 units of 100 min are all at work at once."""
    from twin.model.line_file import read_line

    file = tmp_path / "line.toml"
    file.write_text(
        '[[line.stations]]\nname = "oven"\nservers = "unlimited"\n'
        'process_time = { law = "deterministic", mean_min = 100 }\n'
        '[line.arrivals]\ninterval = { law = "deterministic", mean_min = 10 }\n',
        encoding="utf-8",
    )
    run = _run(read_line(file), 10, 4)
    assert run.stations["oven"].utilisation == pytest.approx(10)
    assert run.stations["oven"].wait_h == 0


def test_the_warm_up_is_left_out(plain):
    """Proves: a line that is fed for 10 h and measured for the 10 h after shows nothing. Sensitivity: 3 units an
    hour."""
    spec = plain.file(plain.station("only", 1), arrivals={"times_h": [k / 6 for k in range(60)]})
    assert _run(spec, 10, 10.5).whole["throughput_per_h"] == 0
    assert _run(spec, 10).whole["throughput_per_h"] == pytest.approx(6)


def test_burn_in_between_two_stations(plain):
    """Proves: 2 h in one of four slots for a unit each 45 min, at 3.5 kW: 2 h x 60 / 45 of the slots burn, and product
    and energy go through. Sensitivity: with handling counted as burning, 3.5 x 2.08 x 60 / 45."""
    spec = LineFile.model_validate({
        "line": {
            "stations": [plain.station("build", 10, next="burn_in"), plain.station("repair", 5),
                         plain.station("pack", 5)],
            "arrivals": plain.arrivals(45),
        },
        "burn_in": plain.burn_in().model_dump(),
        "products": [{"name": "miner", "power_kw": 3.5}],
    })  # fmt: skip
    run = _run(spec, 24 * 30, 24)
    assert run.whole["throughput_per_h"] == pytest.approx(60 / 45, rel=0.01)
    assert run.whole["power_kw"] == pytest.approx(3.5 * 2 * 60 / 45, rel=0.01)
    assert run.stations["burn_in"].utilisation == pytest.approx(2 * 60 / 45 / 4, rel=0.01)
    assert run.by_hour_of_week["kw"].mean() == pytest.approx(run.whole["power_kw"], rel=0.01)


def test_intervals_of_work_in_process_cover_the_whole_run(plain):
    """Proves: the mean of the intervals is the mean of the run, warm-up included. Sensitivity: without the warm-up the
    first would not be empty."""
    spec = plain.file(plain.station("only", 30), arrivals={"times_h": [1.0]})
    run = _run(spec, 1, 1, intervals=4)
    assert run.wip_series.tolist() == pytest.approx([0, 0, 1, 0])


def _night(**changes):
    """Four units at 0:00 for a rack of four slots and 4 h, loaded and unloaded by one person in 6 min each."""
    burn_in = {
        "hours": 4, "slots_per_rack": 4, "racks": 1, "least_racks": 1, "most_racks": 1, "zone_kw": 20, "load_min": 6,
        "unload_min": 6, "people_per_crew": 1, "skill": "crew", "infant_weibull_shape": 1,
        "infant_weibull_scale_h": 1e9, "next": "pack", "on_failure": "pack",
    }  # fmt: skip
    line = {
        "arrivals": {"at": "feed", "times_h": [0, 0, 0, 0]},
        "stations": [{"name": "feed", "next": "burn_in"}, {"name": "pack"}],
        "calendars": [{"name": "day", "windows_h": [[1, 9]], "repeat_h": 24}],
    }
    file = LineFile.model_validate({"line": line, "burn_in": burn_in | changes, "products": [{"power_kw": 3.5}]})
    columns = run_line(LineTask(file, 24.0, 0.0, 1, 0, log=True)).log
    assert columns is not None
    seen = zip(columns["unit"], columns["station"], columns["event"], columns["time_min"], strict=True)
    return [(event, minute) for unit, station, event, minute in seen if unit == 0 and station == "burn_in"]


def test_burn_in_crews_keep_their_calendar():
    """Proves: one person who comes at 1:00 loads the first unit until 1:06, and it burns at once for 4 h.
    Sensitivity: with hands without end it would be loaded at 0:00."""
    assert _night(crews=1, crew_calendar="day")[:5] == [
        ("arrive", 0.0), ("load", 60.0), ("ready", 66.0), ("start", 66.0), ("finish", 306.0),
    ]  # fmt: skip


def test_runs_begin_in_the_hours_that_are_named():
    """Proves: a unit that is ready at 0:06 begins at 3:00 of the day, or of the week.
    Sensitivity: the direct way for units that need not wait would light it at 0:06."""
    assert ("start", 180.0) in _night(power_on_h=[3])
    assert ("start", 30 * 60.0) not in _night(power_on_h=[30])  # after the 24 h of this run


def test_a_ceiling_pauses_runs_that_may_pause_and_holds_the_others_back():
    """Proves: with nothing allowed from 4:00 to 6:00 an interruptible run is dark for two hours, without a penalty; one
    that may not pause does not begin before, for it would still burn then.
    Sensitivity: a ceiling on starts alone would let the first burn on at 4:00."""
    ceiling = [99.0] * 4 + [0.0] * 2 + [99.0] * 18
    told = {"crews": 1, "crew_calendar": "day", "ceiling_kw": ceiling}
    assert _night(**told, interruptible=True)[3:7] == [
        ("start", 66.0), ("stop", 240.0), ("resume", 360.0), ("finish", 426.0),
    ]  # fmt: skip
    (begun,) = [minute for event, minute in _night(**told) if event == "start"]
    assert 360.0 <= begun <= 365.0
