"""Assembly: several parts become one product."""

import pytest


def _miner(plain, board_min, supply_min, buffer=6, **more):
    """Three boards and a supply become a miner in 10 min."""
    return plain.line(
        plain.station(
            "assemble", 10, buffer=buffer, parts={"board": 3, "supply": 1}, makes="miner", next="pack", **more
        ),
        plain.station("pack", 1),
        arrivals=[
            {"at": "assemble", "product": "board", "interval": {"law": "deterministic", "mean_min": board_min}},
            {"at": "assemble", "product": "supply", "interval": {"law": "deterministic", "mean_min": supply_min}},
        ],
    )


def test_assembly_begins_when_every_part_is_there(plain):
    """Proves: boards every 4 min and a supply every 11: the third board comes at 8, the next three are whole at 20 and
    32. Sensitivity: begun with any parts, the first would start at 0; with two boards, at 4."""
    network = plain.run(_miner(plain, 4, 11), 1, log=True, until_min=45)
    assert [m for m, _ in plain.starts(network, "assemble")] == [8, 20, 32, 44]
    log = network.log
    shipped = [log.product[k] for k in range(len(log.event)) if log.event[k] == "exit"]
    assert shipped == ["miner"] * 3
    assert network.absorbed == 3 * 4  # two boards and a supply go into each main part


def test_parts_are_kept_apart(plain):
    """Proves: supplies that come too often fill their own buffer, not that of the boards, and are turned away.
    Sensitivity: one buffer for all would be full of supplies, and nothing would be made."""
    network = plain.run(_miner(plain, 4, 1, buffer=3), 10)
    assert network.by_name["pack"].starts == 49  # begun at 8, 20, ..., 584
    boards, supplies = network.sources
    assert boards.turned_away == 0
    assert supplies.turned_away == pytest.approx(600 - 50 - 3, abs=2)


def test_a_product_is_as_old_as_its_first_part(plain):
    """Proves: the time in the plant counts from the first board: 0 to 19. Sensitivity: from the start of work, 11."""
    network = plain.run(_miner(plain, 4, 11), 1, until_min=19)
    assert list(network.shipped.cycles_min) == [19.0]


def test_parts_made_upstream_block_when_their_buffer_is_full(plain):
    """Proves: a board station whose buffer of three is full is blocked until the next miner is begun, at 10 and 20.
    Sensitivity: without blocking it would make a board a minute."""
    spec = plain.line(
        plain.station("print", 1, next="assemble"),
        plain.station("assemble", 10, buffer=3, parts={"board": 3, "supply": 1}, makes="miner"),
        arrivals=[
            {"at": "print", "product": "board"},
            {"at": "assemble", "product": "supply", "times_h": [0.0, 0.1, 0.2, 0.3]},
        ],
    )
    network = plain.run(spec, 1, log=True, until_min=24)
    assert [m for m, _ in plain.starts(network, "assemble")] == [3, 13, 23]
    # 3 for the first; 3 in the buffer and one held from 7 on; then three more after 13 and after 23.
    assert [m for m, _ in plain.starts(network, "print")] == [0, 1, 2, 3, 4, 5, 6, 13, 14, 15, 23, 24]


def test_material_that_is_always_there_is_taken_as_it_is_needed(plain):
    """Proves: parts without end are released for one product at a time. Sensitivity: taken while there is a buffer for
    them, an unlimited buffer would never be full."""
    spec = plain.line(
        plain.station("assemble", 10, parts={"board": 3, "supply": 1}, makes="miner"),
        arrivals=[{"product": "board"}, {"at": "assemble", "product": "supply"}],
    )
    network = plain.run(spec, 1)
    assert network.shipped.count == 6
    assert network.wip.value <= 1 + 4
