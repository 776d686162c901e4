"""Lines whose behaviour is known from outside: closed forms, and the test suites of other simulators.

Random runs are seeded and gated at four standard errors of their own replications. Each is long enough that the gate
sees an error of 2 %: in the quantity itself, or, where the quantity is a wait, in the process times behind it.
"""

from math import factorial

import numpy as np
import pytest

from twin.sim.executor import run_tasks
from twin.sim.line_report import LineFile, LineRun, LineTask, run_line

pytestmark = pytest.mark.outside
SEED = 20260101


def _runs(line, hours, warmup_h, replications=10, **task):
    file = LineFile(line=line)
    return run_tasks(run_line, [LineTask(file, hours, warmup_h, SEED, r, **task) for r in range(replications)], 2)


def _gate(values, exact, *, visible=None):
    """Four standard errors around *exact*, narrow enough to see *visible* (default: 2 % more) as wrong."""
    mean = np.mean(values)
    gate = 4 * np.std(values, ddof=1) / len(values) ** 0.5
    assert abs(mean - exact) <= gate, f"{mean} is not {exact} within {gate}"
    assert abs((visible or 1.02 * exact) - exact) > gate, f"runs too short: the gate is {gate / exact:.2%}"


def _wait_min(runs: list[LineRun], name: str):
    return [run.stations[name].wait_h * 60 for run in runs]


def _erlang_c_wait(rate, service_rate, servers):
    load = rate / service_rate
    last = load**servers / factorial(servers) / (1 - load / servers)
    waits = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    return waits / (servers * service_rate - rate)


def test_case_01_three_servers(plain):
    """Proves: M/M/3 of Ciw's README: wait 4.444, utilisation 2/3, 2.889 in the system.
    Sensitivity: service 2 % slower would wait 4.92; the README's own single run prints 4.2305."""
    case = plain.case("01")
    given, expected = case["inputs"], case["expected"]
    interval, service = 1 / given["arrival_rate"], 1 / given["service_rate"]
    station = plain.station("s", service, "exponential", servers=given["servers"])
    runs = _runs(plain.line(station, arrivals=plain.arrivals(interval, "exponential")), 8000, 80)
    slower = _erlang_c_wait(given["arrival_rate"], given["service_rate"] / 1.02, given["servers"])
    _gate(_wait_min(runs, "s"), expected["mean_wait_queue"], visible=slower)
    _gate([run.stations["s"].utilisation for run in runs], expected["utilisation"])
    _gate([run.whole["wip"] for run in runs], expected["mean_number_in_system"])


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
    runs = _runs(plain.line(station, arrivals=plain.arrivals(interval, "exponential")), 2000, 20)
    exact = case["expected"][name]
    slower = exact * 1.02**2 * (1 - 0.8) / (1 - 0.8 * 1.02)
    _gate(_wait_min(runs, "s"), exact, visible=slower)


def _tandem(plain, stations, buffer):
    names = [f"s{number}" for number in range(stations)]
    return plain.line(
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
    runs = _runs(_tandem(plain, stations, buffer), 400, 20)
    per_min = [run.whole["throughput_per_h"] / 60 for run in runs]
    _gate(per_min, expected[f"TH_{stations}stations_buffer{buffer}"])
    if (stations, buffer) == (3, 2):
        blocked, starved = expected["blocked_frac_station1_3st_b2"], expected["starved_frac_station3_3st_b2"]
        # A station 2 % faster than the others would be idle 2 % more of all time.
        _gate([run.stations["s0"].blocked for run in runs], blocked, visible=blocked + 0.02)
        _gate([run.stations["s2"].starved for run in runs], starved, visible=starved + 0.02)


@pytest.mark.parametrize(("law", "cv"), [("deterministic", 0.0), ("exponential", 1.0), ("lognormal", 1.0)])
def test_case_08_turned_away_whatever_the_law(plain, law, cv):
    """Proves: Erlang B with 84 slots: 7.77 % are turned away, and 76.9 slots are busy, whatever the law of burn-in.
    Sensitivity: burn-in 2 % longer would turn 9.2 % away; units that wait instead, none."""
    case = plain.case("08")
    slots = plain.station("slots", case["inputs"]["hold_h"] * 60, law, cv, servers=84, buffer=0, working_kw=3.5)
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    runs = _runs(plain.line(slots, arrivals=plain.arrivals(interval, "exponential")), 24 * 80, 48)
    _gate(
        [run.whole["turned_away_share"] for run in runs],
        case["expected"]["blocking_c84"],
        visible=_erlang_b(500 / 6 * 1.02, 84),
    )
    _gate([run.stations["slots"].utilisation * 84 for run in runs], case["expected"]["mean_busy_c84"])
    _gate([run.whole["power_kw"] for run in runs], case["expected"]["mean_power_kW_c84_at3.5kW"])


def _erlang_b(load, servers):
    blocking = 1.0
    for number in range(1, servers + 1):
        blocking = load * blocking / (number + load * blocking)
    return blocking


def test_case_09_slots_with_a_queue(plain):
    """Proves: M/D/c with 92 slots of 4 h: a wait of 4.016 min (Crommelin).
    Sensitivity: 2 % more hours would wait 6.688 min, random hours of the same mean 7.18 (Erlang C)."""
    case = plain.case("09")
    slots = plain.station("slots", case["inputs"]["hold_h"] * 60, servers=92)
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    runs = _runs(plain.line(slots, arrivals=plain.arrivals(interval, "exponential")), 24 * 100, 72, 20)
    _gate(_wait_min(runs, "slots"), case["expected"]["Wq_min_c92"], visible=6.688)


def test_case_10_power_of_slots_without_end(plain):
    """Proves: M/G/infinity: 83.3 units burn, at 291.7 kW. Sensitivity: 5.8 kW more with 2 % more hours."""
    case = plain.case("10")
    slots = plain.station("slots", case["inputs"]["hold_h"] * 60, "weibull", 0.7, servers=None, working_kw=3.5)
    interval = 24 * 60 / case["inputs"]["arrivals_per_day"]
    runs = _runs(plain.line(slots, arrivals=plain.arrivals(interval, "exponential")), 24 * 100, 48)
    _gate([run.whole["power_kw"] for run in runs], case["expected"]["mean_power_kW"])
    _gate([run.stations["slots"].utilisation for run in runs], case["expected"]["mean_busy"])


@pytest.mark.parametrize("technicians", [1, 2])
def test_case_11_machines_and_technicians(plain, technicians):
    """Proves: 12 machines as units that go round between running and repair, with one or two technicians.
    Sensitivity: technicians without number would give an availability of 0.941."""
    case = plain.case("11")
    given, expected = case["inputs"], case["expected"]
    line = plain.line(
        plain.station("run", given["MTBF_min"], "exponential", servers=given["N"], next="repair"),
        plain.station("repair", given["MTTR_min"], "exponential", servers=technicians, next="run"),
        wip_limit_per_cell=given["N"],
    )
    runs = _runs(line, 16_000, 100)
    suffix = f"R{technicians}"
    _gate([run.stations["run"].utilisation for run in runs], expected[f"availability_{suffix}"])
    at_work = expected[f"failures_per_h_{suffix}"] * given["MTTR_min"] / 60
    _gate([run.stations["repair"].utilisation * technicians for run in runs], at_work)


def test_case_14_deterministic_lines(plain):
    """Proves: parts counted by other simulators' own tests: A to E, exactly. What happens at the last moment counts.
    Sensitivity: one part fewer in each if events at the horizon were left out."""
    expected = plain.case("14")["expected"]
    one = plain.line(plain.station("m", 1))
    assert plain.run(one, 17, until_min=1000).shipped.count == expected["A_parts"]
    half = run_line(LineTask(LineFile(line=one), 500 / 60, 500 / 60, 1, 0))
    assert round(half.whole["throughput_per_h"] * 500 / 60) == expected["B_parts"]
    two = plain.line(plain.station("m", 1, next="n"), plain.station("n", 1, buffer=5))
    assert plain.run(two, 17, until_min=1000).shipped.count == expected["C_parts_at_sink"]
    shifts = plain.staffed((0, 1), (5, 0), (10, 1), (15, 0))
    shift = plain.run(plain.line(plain.station("m", 3)), 1, until_min=20, staffing=shifts)
    assert shift.shipped.count == expected["D_parts"]
    assert shift.by_name["m"].working_min / 20 == expected["D_working_fraction"]
    fed = plain.line(plain.station("m", 0.25), arrivals=plain.arrivals(0.5))
    served = plain.run(fed, 24, until_min=1440)
    assert served.shipped.count == expected["E_parts"]
    assert served.by_name["m"].working_min / 1440 == expected["E_working_fraction"]
