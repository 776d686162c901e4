"""Repairs by people: first come first served, before other work, suspended at the end of a shift."""

import pytest

FIXED = {"mtbf_law": "deterministic", "mttr_law": "deterministic"}


def _events(network, *wanted):
    log = network.log
    return [(m, e, s) for m, e, s in zip(log.time_min, log.event, log.station, strict=True) if e in wanted]


def test_one_technician_repairs_one_machine_after_the_other(plain):
    """Proves: two machines that fail at 60 min are repaired at 60 to 80 and 80 to 100. Sensitivity: both at once by
    80."""
    spec = plain.line(
        plain.station(
            "m", 1000, servers=2,
            breakdowns={"mtbf_h": 1, "mttr_min": 20, "clock": "calendar", "skill": "technician", **FIXED},
        ),
        operators=[{"name": "workshop", "people": 1, "skills": ["technician"]}],
    )  # fmt: skip
    network = plain.run(spec, 2, log=True, until_min=110)
    assert [(m, e) for m, e, _ in _events(network, "repair", "repaired")] == [
        (60, "repair"), (80, "repaired"), (80, "repair"), (100, "repaired"),
    ]  # fmt: skip
    assert network.by_name["m"].down_min == pytest.approx(20 + 40)


def test_repairs_come_before_other_work_of_the_same_people(plain):
    """Proves: who assembles and repairs finishes the job at hand, 70, and then repairs, 70 to 90, before the next job.
    Sensitivity: work first, and the machine would stay down for as long as there is material."""
    spec = plain.line(
        plain.station("hand", 70, skill="fitter"),
        plain.station(
            "m", 1000, breakdowns={"mtbf_h": 1, "mttr_min": 20, "clock": "calendar", "skill": "fitter", **FIXED}
        ),
        arrivals=[{"at": "hand"}, {"at": "m"}],
        operators=[{"name": "fitters", "people": 1, "skills": ["fitter"]}],
    )
    network = plain.run(spec, 3, log=True, until_min=100)
    assert _events(network, "repair", "repaired") == [(70, "repair", "m"), (90, "repaired", "m")]
    assert [m for m, _ in plain.starts(network, "hand")] == [0, 90]


def test_a_repair_stops_at_the_end_of_the_technicians_shift(plain):
    """Proves: 20 min of repair begun at 60, with a technician until 70 and from 100 on, ends at 110.
    Sensitivity: repeated from its beginning it would end at 120, unattended at 80."""
    spec = plain.line(
        plain.station(
            "m", 1000, breakdowns={"mtbf_h": 1, "mttr_min": 20, "clock": "calendar", "skill": "technician", **FIXED}
        ),
        calendars=[{"name": "day", "windows_h": [[0, 70 / 60], [100 / 60, 4]]}],
        operators=[{"name": "workshop", "people": 1, "skills": ["technician"], "calendar": "day"}],
    )
    network = plain.run(spec, 3, log=True, until_min=119)
    assert [(pytest.approx(m), e) for m, e, _ in _events(network, "repair", "repaired")] == [
        (60, "repair"), (100, "repair"), (110, "repaired"),
    ]  # fmt: skip


def test_a_machine_that_fails_gives_its_people_to_others(plain):
    """Proves: of two groups, it is the one at the failed machine that goes on elsewhere. Sensitivity: asking the first
    group of the station only, the second machine would stand until 80."""
    spec = plain.line(
        plain.station("press", 1000, skill="smith", breakdowns={"mtbf_h": 1, "mttr_min": 20, **FIXED}),
        plain.station("file", 5, skill="tool"),
        arrivals=[{"at": "press", "times_h": [0]}, {"at": "file", "times_h": [0.5]}],
        operators=[
            {"name": "absent", "people": 1, "skills": ["smith"], "calendar": "never_now"},
            {"name": "both", "people": 1, "skills": ["smith", "tool"]},
        ],
        calendars=[{"name": "never_now", "windows_h": [[100, 101]]}],
    )
    network = plain.run(spec, 2, log=True, until_min=70)
    assert plain.starts(network, "file")[0][0] == pytest.approx(60)
