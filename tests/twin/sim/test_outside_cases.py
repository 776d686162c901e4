"""Lines whose behaviour is known from outside: closed forms, and the test suites of other simulators.

Each is read as a plant file and run as `twin line` does. Random runs are seeded and gated at four standard errors of
their own replications. Each is long enough that the gate sees an error of 2 %: in the quantity itself, or, where the
quantity is a wait or a loss, in the process times behind it.
"""

from math import factorial
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.outside


def _wait_min(runs, name):
    return [run.stations[name].wait_h * 60 for run in runs]


def _erlang_b(load, servers):
    blocking = 1.0
    for number in range(1, servers + 1):
        blocking = load * blocking / (number + load * blocking)
    return blocking


def _erlang_c(load, servers):
    """Probability that an arrival waits."""
    last = load**servers / factorial(servers) / (1 - load / servers)
    return last / (sum(load**k / factorial(k) for k in range(servers)) + last)


def _erlang_c_wait(rate, service_rate, servers):
    return _erlang_c(rate / service_rate, servers) / (servers * service_rate - rate)


def test_case_01_three_servers(plain):
    """Proves: M/M/3 of Ciw's README: wait 4.444, 44 % wait, utilisation 2/3, 2.889 in the system, 0.889 in the queue.
    Sensitivity: service 2 % slower would wait 4.92; the README's own single run prints 4.2305."""
    case = plain.case("01")
    given, expected = case["inputs"], case["expected"]
    rate, service = given["arrival_rate"], 1 / given["service_rate"]
    station = plain.station("s", service, "exponential", servers=given["servers"])
    spec = plain.file(station, arrivals=plain.arrivals(1 / rate, "exponential"))
    runs = plain.measure(spec, 8000, warmup_h=80)
    slower = _erlang_c_wait(rate, given["service_rate"] / 1.02, given["servers"])
    plain.gate(_wait_min(runs, "s"), expected["mean_wait_queue"], visible=slower)
    plain.gate([run.stations["s"].utilisation for run in runs], expected["utilisation"])
    plain.gate([run.whole["wip"] for run in runs], expected["mean_number_in_system"])
    plain.gate(
        [run.stations["s"].prob_wait for run in runs],
        expected["prob_wait"],
        visible=_erlang_c(rate * service * 1.02, given["servers"]),
    )
    plain.gate([run.stations["s"].queue for run in runs], expected["mean_number_in_queue"], visible=slower * rate)


@pytest.mark.parametrize(
    ("law", "cv", "name"),
    [("deterministic", 0.0, "Wq_deterministic"), ("gamma", 0.5, "Wq_gamma4"), ("exponential", 1.0, "Wq_exponential")],
)
def test_case_02_one_server_any_law(plain, law, cv, name):
    """Proves: Pollaczek-Khinchine: waits of 2.0, 2.5 and 4.0. Sensitivity: service 2 % slower would wait 13 % longer;
    a gamma law with its shape inverted would wait 10."""
    case = plain.case("02")
    station = plain.station("s", case["inputs"]["mean_service"], law, cv)
    interval = 1 / case["inputs"]["arrival_rate"]
    runs = plain.measure(plain.file(station, arrivals=plain.arrivals(interval, "exponential")), 2000, warmup_h=20)
    exact = case["expected"][name]
    slower = exact * 1.02**2 * (1 - 0.8) / (1 - 0.8 * 1.02)
    plain.gate(_wait_min(runs, "s"), exact, visible=slower)


@pytest.mark.parametrize(
    ("first", "second", "spaces"), [(0.9, 0.9, 2), (0.9, 0.8, 3), (0.8, 0.9, 3), (0.95, 0.95, 5), (0.7, 0.9, 1)]
)
def test_case_04_bernoulli_machines(plain, first, second, spaces):
    """Proves: two Bernoulli machines with a buffer: production rate and units between them (Li and Meerkov).
    Sensitivity: without taking a place that is left in the same slot, p = 0.9 and 2 spaces would make 0.826."""
    expected = plain.case("04")["expected"]
    slotted = {"slot_min": 1, "up_probability": first}
    spec = plain.file(
        {"name": "one", "slotted": slotted, "next": "two"},
        {"name": "two", "slotted": slotted | {"up_probability": second}, "buffer": spaces},
    )
    runs = plain.measure(spec, 2500 if spaces < 5 else 4000, warmup_h=20)
    name = f"p{first}_p{second}_N{spaces}"
    plain.gate([run.whole["throughput_per_h"] / 60 for run in runs], expected[f"PR_{name}"])
    plain.gate([run.stations["two"].queue for run in runs], expected[f"WIP_{name}"])


def _tandem(plain, stations, buffer):
    names = [f"s{number}" for number in range(stations)]
    return plain.file(
        *(
            plain.station(name, 1, "exponential", next=after, buffer=buffer)
            for name, after in zip(names, [*names[1:], "exit"], strict=True)
        )
    )


@pytest.mark.parametrize(
    ("stations", "buffer"), [(2, 0), (2, 1), (2, 2), (2, 5), (2, 10), (3, 0), (4, 0), (5, 0), (3, 2)]
)
def test_case_06_blocking_after_service(plain, stations, buffer):
    """Proves: throughput of saturated tandems, (b+2)/(b+3) for two stations and 22/39 for three without buffers.
    Sensitivity: a buffer that counted the machine's own place would give the value of b - 1."""
    expected = plain.case("06")["expected"]
    runs = plain.measure(_tandem(plain, stations, buffer), 400, warmup_h=20)
    per_min = [run.whole["throughput_per_h"] / 60 for run in runs]
    plain.gate(per_min, expected[f"TH_{stations}stations_buffer{buffer}"])
    if (stations, buffer) == (3, 2):
        blocked, starved = expected["blocked_frac_station1_3st_b2"], expected["starved_frac_station3_3st_b2"]
        # A station 2 % faster than the others would be idle 2 % more of all time.
        plain.gate([run.stations["s0"].blocked for run in runs], blocked, visible=blocked + 0.02)
        plain.gate([run.stations["s2"].starved for run in runs], starved, visible=starved + 0.02)


@pytest.mark.parametrize(
    ("law", "cv", "slots"),
    [("deterministic", 0.0, 84), ("exponential", 1.0, 84), ("lognormal", 1.0, 84), ("deterministic", 0.0, 92),
     ("lognormal", 1.0, 100)],
)  # fmt: skip
def test_case_08_turned_away_whatever_the_law(plain, law, cv, slots):
    """Proves: Erlang B: 7.77 % are turned away by 84 slots, and 76.9 slots are busy, whatever the law of burn-in.
    Sensitivity: burn-in 2 % longer would turn 9.2 % away; units that wait instead, none."""
    case = plain.case("08")
    expected, load = case["expected"], 500 / 6
    spec = plain.station("slots", case["inputs"]["hold_h"] * 60, law, cv, servers=slots, buffer=0, working_kw=3.5)
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    days = 80 if slots < 100 else 200
    runs = plain.measure(plain.file(spec, arrivals=plain.arrivals(interval, "exponential")), 24 * days, warmup_h=48)
    longer = _erlang_b(load * 1.02, slots)
    plain.gate([run.whole["turned_away_share"] for run in runs], expected[f"blocking_c{slots}"], visible=longer)
    plain.gate([run.stations["slots"].lost_fraction for run in runs], expected[f"blocking_c{slots}"], visible=longer)
    plain.gate([run.stations["slots"].utilisation * slots for run in runs], expected[f"mean_busy_c{slots}"])
    plain.gate([run.whole["power_kw"] for run in runs], expected[f"mean_power_kW_c{slots}_at3.5kW"])


def test_case_08_lost_on_the_way(plain):
    """Proves: the same loss when units come from another station and find it full (`when_full`): the arrivals of an
    infinite server are a Poisson stream again. Sensitivity: blocked instead of lost, nothing would be lost."""
    case = plain.case("08")
    slots = plain.station("slots", 240, servers=84, buffer=0, when_full="lose")
    before = plain.station("before", 30, "exponential", servers="unlimited", next="slots")
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    runs = plain.measure(
        plain.file(before, slots, arrivals=plain.arrivals(interval, "exponential")), 24 * 80, warmup_h=48
    )
    lost = case["expected"]["blocking_c84"]
    longer = _erlang_b(500 / 6 * 1.02, 84)
    plain.gate([run.stations["slots"].lost_fraction for run in runs], lost, visible=longer)
    plain.gate([run.whole["lost_per_h"] for run in runs], lost * 500 / 24, visible=longer * 500 / 24)


def test_case_09_slots_with_a_queue(plain):
    """Proves: M/D/c with slots of 4 h: mean wait, share that waits and length of the queue (Crommelin).
    Sensitivity: 92 slots at 2 % more hours would wait 6.688 min, random hours of the same mean 7.18 (Erlang C)."""
    case = plain.case("09")
    expected, slots = case["expected"], 92
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    spec = plain.file(
        plain.station("slots", case["inputs"]["hold_h"] * 60, servers=slots),
        arrivals=plain.arrivals(interval, "exponential"),
    )
    runs = plain.measure(spec, 24 * 100, warmup_h=72, replications=20)
    # 2 % more hours of work lengthen the wait by 66 % at 92 slots; Erlang C's growth is nearly the same.
    load = 500 / 6
    growth = _erlang_c_wait(load * 1.02, 1, slots) / _erlang_c_wait(load, 1, slots)
    wait, waits = expected[f"Wq_min_c{slots}"], expected[f"prob_wait_c{slots}"]
    plain.gate(_wait_min(runs, "slots"), wait, visible=6.688)
    growth_of_waits = _erlang_c(load * 1.02, slots) / _erlang_c(load, slots)
    plain.gate([run.stations["slots"].prob_wait for run in runs], waits, visible=waits * growth_of_waits)
    length = expected[f"Lq_c{slots}"]
    plain.gate([run.stations["slots"].queue for run in runs], length, visible=length * growth)


def test_case_10_power_of_slots_without_end(plain):
    """Proves: M/G/infinity: 83.3 units burn, at 291.7 kW, with the spread and the quantiles of a Poisson number.
    Sensitivity: 5.8 kW more with 2 % more hours; a spread of 6.4 units if arrivals were half as random."""
    case = plain.case("10")
    expected = case["expected"]
    slots = plain.station("slots", case["inputs"]["hold_h"] * 60, "weibull", 0.7, servers="unlimited", working_kw=3.5)
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    runs = plain.measure(plain.file(slots, arrivals=plain.arrivals(interval, "exponential")), 24 * 100, warmup_h=48)
    plain.gate([run.whole["power_kw"] for run in runs], expected["mean_power_kW"])
    plain.gate([run.stations["slots"].utilisation for run in runs], expected["mean_busy"])
    plain.gate([run.whole["wip"] for run in runs], expected["mean_busy"])
    plain.gate([run.whole["wip_sd"] for run in runs], expected["sd_busy"], visible=expected["sd_busy"] * 1.1)
    plain.gate([run.whole["power_sd_kw"] for run in runs], expected["sd_power_kW"], visible=35.1)
    for name, key in (("q95_busy", "wip_p95"), ("q99_busy", "wip_p99"), ("q999_busy", "wip_p99_9")):
        assert np.mean([run.whole[key] for run in runs]) == pytest.approx(expected[name], abs=1)
    assert np.mean([run.whole["power_p99_kw"] for run in runs]) == pytest.approx(expected["q99_power_kW"], abs=3.5)
    assert np.mean([run.whole["power_p95_kw"] for run in runs]) == pytest.approx(expected["q95_busy"] * 3.5, abs=3.5)


@pytest.mark.parametrize("technicians", [1, 2])
def test_case_11_machines_and_technicians(plain, technicians):
    """Proves: 12 machines that fail by the calendar and are repaired by one or two technicians (Palm).
    Sensitivity: technicians without number would give an availability of 0.941; a technician who stays with the
    machine for its next failure would be there all the time."""
    case = plain.case("11")
    given, expected = case["inputs"], case["expected"]
    breakdowns = {
        "mtbf_h": given["MTBF_min"] / 60, "mttr_min": given["MTTR_min"], "clock": "calendar", "skill": "technician"
    }  # fmt: skip
    spec = plain.file(
        plain.station("machine", 1000, servers=given["N"], breakdowns=breakdowns),
        operators=[{"name": "repair", "people": technicians, "skills": ["technician"]}],
    )
    runs = plain.measure(spec, 24_000, warmup_h=200)
    suffix = f"R{technicians}"
    down = expected[f"mean_down_{suffix}"]
    # 2 % more work of repair makes at least 2 % more machines stand still.
    plain.gate([run.stations["machine"].down * given["N"] for run in runs], down)
    plain.gate([1 - run.stations["machine"].down for run in runs], expected[f"availability_{suffix}"])
    plain.gate([run.stations["machine"].utilisation for run in runs], expected[f"availability_{suffix}"])
    plain.gate([run.stations["machine"].failures_per_h for run in runs], expected[f"failures_per_h_{suffix}"])
    plain.gate([run.operators["repair"]["utilisation"] for run in runs], expected[f"tech_utilisation_{suffix}"])


def _window_case(plain, at_shift_end):
    windows = {"name": "shifts", "windows_h": [[0, 5 / 60], [10 / 60, 15 / 60]]}
    spec = plain.file(plain.station("m", 3, calendar="shifts", at_shift_end=at_shift_end), calendars=[windows])
    (run,) = plain.measure(spec, 20 / 60, replications=1)
    return run


def test_case_14_deterministic_lines(plain):
    """Proves: parts counted by other simulators' own tests: A to C and E, exactly. What happens at the last moment
    counts. Sensitivity: one part fewer in each if events at the horizon were left out."""
    expected = plain.case("14")["expected"]

    def parts(spec, minutes, warmup_min=0.0):
        (run,) = plain.measure(spec, minutes / 60, warmup_h=warmup_min / 60, replications=1)
        return run, round(run.whole["throughput_per_h"] * minutes / 60, 6)

    one = plain.file(plain.station("m", 1))
    assert parts(one, 1000)[1] == expected["A_parts"]
    assert parts(one, 500, 500)[1] == expected["B_parts"]
    two = plain.file(plain.station("m", 1, next="n"), plain.station("n", 1, buffer=5))
    assert parts(two, 1000)[1] == expected["C_parts_at_sink"]
    run, made = parts(plain.file(plain.station("m", 0.25), arrivals=plain.arrivals(0.5)), 1440)
    assert made == expected["E_parts"]
    assert run.stations["m"].utilisation == pytest.approx(expected["E_working_fraction"], rel=1e-12)


@pytest.mark.parametrize(("letter", "mode"), [("D", "stop"), ("F", "finish"), ("G", "do_not_start")])
def test_case_14_shifts(plain, letter, mode):
    """Proves: parts and working time of two short shifts, in the three ways to treat a job at the end of a shift.
    Sensitivity: each of the three modes gives other numbers than the other two."""
    expected = plain.case("14")["expected"]
    run = _window_case(plain, mode)
    assert run.whole["throughput_per_h"] / 3 == pytest.approx(expected[f"{letter}_parts"], rel=1e-12)
    assert run.stations["m"].utilisation == pytest.approx(expected[f"{letter}_working_fraction"], rel=1e-12)


def test_case_14_shifts_of_operators(plain):
    """Proves: the same numbers when it is the operator who keeps the calendar, not the machine."""
    expected = plain.case("14")["expected"]
    windows = {"name": "shifts", "windows_h": [[0, 5 / 60], [10 / 60, 15 / 60]]}
    for letter, mode in (("D", "stop"), ("F", "finish"), ("G", "do_not_start")):
        spec = plain.file(
            plain.station("m", 3, skill="hand", at_shift_end=mode),
            calendars=[windows],
            operators=[{"name": "hands", "people": 1, "skills": ["hand"], "calendar": "shifts"}],
        )
        (run,) = plain.measure(spec, 20 / 60, replications=1)
        assert run.whole["throughput_per_h"] / 3 == pytest.approx(expected[f"{letter}_parts"]), mode
        assert run.stations["m"].utilisation == pytest.approx(expected[f"{letter}_working_fraction"]), mode


def _buzen(loads, customers):
    """Normalisation constants of a closed network of single exponential servers (Buzen 1973)."""
    constants = [1.0] + [0.0] * customers
    for load in loads:
        for number in range(1, customers + 1):
            constants[number] += load * constants[number - 1]
    return constants


@pytest.mark.parametrize("carriers", [2, 5])
def test_closed_loop(plain, carriers):
    """Proves: N carriers over two exponential stations with material always there: throughput G(N-1) / G(N) and
    utilisations of the closed network. Sensitivity: a carrier that came back one station early would leave the second
    station's queue without end."""
    spec = plain.file(
        plain.station("load", 4, "exponential", next="work"),
        plain.station("work", 5, "exponential"),
        carriers=[{"name": "pallet", "count": carriers, "first": "load", "last": "work"}],
    )
    runs = plain.measure(spec, 2000, warmup_h=20)
    constants = _buzen([4.0, 5.0], carriers)
    per_min = constants[carriers - 1] / constants[carriers]
    plain.gate([run.whole["throughput_per_h"] / 60 for run in runs], per_min)
    plain.gate([run.stations["load"].utilisation for run in runs], 4 * per_min)
    plain.gate([run.stations["work"].utilisation for run in runs], 5 * per_min)


def test_the_cases_are_those_that_were_given():
    """Proves: the copies in this project are the files that were given, none left out."""
    given = sorted(Path("../shared/cases/line").glob("*.json"))
    assert given
    copies = Path(__file__).parents[2] / "cases" / "line"
    for case in given:
        assert (copies / case.name).read_bytes() == case.read_bytes(), case.name
