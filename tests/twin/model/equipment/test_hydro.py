"""The hydro loop in a plant file: what is refused, by key and with its number."""

from pathlib import Path

import pytest

from sites.errors import InputError
from twin.model.catalogue import installed_usd, prices
from twin.model.plant import read_plant

PLANT, _ = read_plant(Path("hydro"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("[products]", "equipment.hydro.loop.unit_kw: value 5.4: the product draws 3.5 kW"),
        ("[burn_in]\nthrottle_above_c = 45.0", "loop.supply_limit_c: value 50: the miners throttle above .* 45"),
        ("[equipment.hydro.loop]\nsupply_c = 35.0", r"dry_coolers\[1\].setpoint_c: value 40: .* loop.supply_c 35"),
        ('key = "racks"', r"dry_coolers\[0\].key: value 'racks': names another size"),
        ('key = "Racks"', r"dry_coolers\[0\].key: value 'Racks'"),
        ("spare = 12\nkey = 'cold'", r"dry_coolers\[0\].spare: value 12: of at most 12 dry coolers none is left"),
        ("fan_curve = [0.0, 2.0, -1.0]\nkey = 'cold'", r"dry_coolers\[0\].fan_curve: .* bends down"),
        ("[ramp]", "ramp.hydro_loop: missing: the plant has equipment.hydro"),
    ],
)
def test_what_does_not_fit_the_loop_is_refused(tmp_path, change, message):
    """Proves: each rule of the loop is told of its key with its value.
    Sensitivity: without them the wrong heat, a setpoint that nothing keeps, or two sizes of one name would be planned.
    """
    text = 'extends = "hydro"\n'
    if change == "[products]":
        starter = 'name = "air"\npower_kw = 3.5\nhash_rate_th_per_s = 200\nvalue_usd = 3500\n'
        text += f"[[products]]\n{starter}air_temperature_rise_k = 15\ninlet_limit_c = 40\n"
    elif change == "[ramp]":
        text = _without_ramp()
    elif change.startswith("["):
        text += change
    else:
        lines = {"key": "key = 'cold'", "most": "most = 12", "spare": "spare = 1", "fan_curve": ""}
        given = dict(line.split(" = ", 1) for line in change.splitlines())
        lines |= {key: f"{key} = {value}" for key, value in given.items()}
        text += (
            "[[equipment.hydro.dry_coolers]]\nname = 'x'\nua_kw_per_k = 25\nair_m3_per_s = 45\nfan_kw = 15\n"
            "setpoint_c = 40.0\nusd_each = 1\nlife_years = 20\n" + "\n".join(lines.values())
        )
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_plant(file)


def _without_ramp():
    """The starter plant with the hydro loop and its product, but with the starter's ramp."""
    from twin.model.plant_file import shipped_plants

    return shipped_plants()["hydro"].read_text().split("[ramp.hydro_loop]")[0]


def test_the_share_of_heat_to_the_hall_and_the_prices_of_sizes():
    """Proves: 3 % of the hydro plant's heat warms the hall, all of the starter's; each size has its own price.
    Sensitivity: a size that has no price would cost nothing in the plan's capital."""
    assert PLANT.heat_to_air_fraction == pytest.approx(0.03)
    assert read_plant()[0].heat_to_air_fraction == 1.0
    found = prices(PLANT.equipment, 1.1, 1000.0)
    each = {name: found[name].usd_each for name in ("dry_coolers_count", "assisted_dry_coolers_count")}
    assert each == pytest.approx({"dry_coolers_count": 55_000.0, "assisted_dry_coolers_count": 70_400.0})
    sizes = {"transformer_kva": 1000.0, "hydro_loop_kw_th": 2000.0, "dry_coolers_count": 5.0}
    paid = installed_usd(PLANT.equipment, 1.0, sizes)
    assert paid == pytest.approx({"hydro_loop_kw_th": 140_000.0, "dry_coolers_count": 250_000.0})
