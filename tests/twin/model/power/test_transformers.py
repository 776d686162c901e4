"""Transformers: quadratic losses, ambient derating, N+1, chords."""

import numpy as np
import pytest

from sites.errors import InputError
from twin.model.grid_service import firm_kw_each, grid_load_kw, no_load_loss_kw
from twin.model.plant import read_plant
from twin.model.power.transformers import (
    bank_loss_kw,
    efficiency,
    firm_kw,
    grid_kw,
    load_loss_chords,
    loading_ambient_c,
    overload_kw,
    rating_share,
    used_kw_of_grid,
)

STARTER = read_plant()[0].equipment.transformers
KIT = STARTER.model_copy(
    update={"power_factor": 0.8, "load_loss_fraction": 0.01, "no_load_loss_fraction": 0.002, "spare": 1}
)
IEEE = KIT.model_copy(update={"derating_fraction_per_k": 0.015, "uprating_fraction_per_k": 0.01})


def test_losses_by_hand():
    """Proves: two of 1000 kVA that deliver 800 kW at 0.8, 500 kVA each: 2 x 2 + 2 x 10 x 0.5^2 = 9 kW; at 1600 kW
    4 + 20 = 24; without load 4.
    Sensitivity: losses in proportion give 14 at half load; kW taken for kVA gives 4 + 20 x 0.16 = 7.2."""
    assert bank_loss_kw(KIT, 2, 1000.0, np.array([0.0, 800.0, 1600.0])) == pytest.approx([4.0, 9.0, 24.0])
    assert efficiency(KIT, 2, 1000.0, np.array([0.0, 800.0])) == pytest.approx([0.0, 800 / 809])


def test_the_efficiency_is_best_where_both_losses_are_alike():
    """Proves: no-load and load loss are alike at a load of sqrt(0.002 / 0.01) = 0.447 of the rating, where the
    efficiency is best.
    Sensitivity: a loss in proportion to the load has its best efficiency at full load."""
    used = np.linspace(10.0, 1600.0, 1591)
    best = used[efficiency(KIT, 2, 1000.0, used).argmax()]
    assert best == pytest.approx(1600.0 * np.sqrt(0.2), abs=1.0)


def test_grid_and_use_balance_and_invert():
    """Proves: taken = used + lost to 1e-12 in every hour, and the use found from the taken power is the use, also
    without load loss.
    Sensitivity: the other root of the quadratic is below nil."""
    used = np.random.default_rng(1).uniform(0.0, 1600.0, 8760)
    for kit in (KIT, KIT.model_copy(update={"load_loss_fraction": 0.0})):
        taken = grid_kw(kit, 2, 1000.0, used)
        assert taken == pytest.approx(used + bank_loss_kw(kit, 2, 1000.0, used), rel=1e-12)
        assert used_kw_of_grid(kit, 2, 1000.0, taken) == pytest.approx(used, rel=1e-9, abs=1e-9)
        assert (np.diff(grid_kw(kit, 2, 1000.0, np.sort(used))) > 0).all()


def test_linear_form_is_on_the_safe_side_of_the_true_loss():
    """Proves: the loss in proportion that the plan was solved with is never below the quadratic one at unit power
    factor and up to rated load, and the same at rated load within the square of the loss share.
    Sensitivity: a linear form with the mean slope would promise a peak that is too low."""
    kit = STARTER.model_copy(update={"power_factor": 1.0})
    used = np.linspace(0.0, 2000.0, 101)
    linear = grid_load_kw(kit, used, no_load_loss_kw(kit, 2.0, 1000.0))
    true = grid_kw(kit, 2, 1000.0, used)
    assert (linear >= true - 1e-9).all()
    assert linear[-1] == pytest.approx(true[-1], rel=kit.load_loss_fraction**2 * 2)


def test_ambient_by_hand():
    """Proves: a day of 24 C with one hour of 48 is judged at 48 - 10 = 38, a day of 30 throughout at 30.
    Sensitivity: the mean alone gives 25, the hour's own temperature 24 and 48."""
    days = np.concatenate([np.full(24, 24.0), np.full(24, 30.0)])
    days[15] = 48.0
    assert loading_ambient_c(days) == pytest.approx(np.repeat([38.0, 30.0], 24))
    with pytest.raises(InputError, match="no whole days"):
        loading_ambient_c(days[:30])


def test_derating_by_hand():
    """Proves: at 40 C IEEE's table leaves 1 - 10 x 0.015 = 0.85, at 20 C it gives 1.10, below 0 C no more than at 0;
    a file that says nothing of it keeps the nameplate.
    Sensitivity: 1 % a kelvin above would leave 0.90."""
    assert rating_share(IEEE, np.array([40.0, 30.0, 20.0, 0.0, -20.0])) == pytest.approx([0.85, 1.0, 1.1, 1.3, 1.3])
    assert rating_share(STARTER, np.array([-20.0, 30.0, 50.0])) == pytest.approx([1.0, 1.0, 1.0])


def test_firm_power_is_with_the_spare_out():
    """Proves: of three 1000 kVA at 0.8 two carry 1600 kW, at 40 C 1360; a load of 1500 is then 140 too much. A hotter
    day never carries more. One alone has no firm power.
    Sensitivity: with all three counted the load would pass."""
    day = np.full(24, 40.0)
    assert firm_kw(IEEE, 3, 1000.0, day) == pytest.approx(np.full(24, 1360.0))
    assert overload_kw(IEEE, 3, 1000.0, np.full(24, 1500.0), day) == pytest.approx(np.full(24, 140.0))
    assert overload_kw(KIT, 3, 1000.0, np.full(24, 1500.0), day).max() == 0.0
    assert firm_kw(IEEE, 1, 1000.0, day).max() == 0.0
    assert firm_kw(KIT, 2, 1000.0, day) == pytest.approx(np.full(24, firm_kw_each(KIT, 1000.0)))
    shares = rating_share(IEEE, np.linspace(-10.0, 60.0, 71))
    assert (np.diff(shares) <= 0).all()


def test_chords_of_the_load_loss():
    """Proves: four chords of 0.01 u2 up to full load err by 0.01 x 0.25^2 / 4 = 0.00015625 kW per kVA at most, and a
    kit that the cold uprates has chords up to 1.3.
    Sensitivity: one chord, the loss in proportion, errs by 0.0025."""
    found = load_loss_chords(KIT)
    assert found.largest_error == pytest.approx(0.01 / 64, rel=1e-5)
    assert load_loss_chords(KIT, 1).largest_error == pytest.approx(0.0025, rel=1e-5)
    u = np.linspace(0.0, 1.0, 33)
    loss = bank_loss_kw(KIT, 2, 1000.0, u * 1600.0)
    held = 2000.0 * (found.heights(u) + KIT.no_load_loss_fraction)
    assert (held >= loss - 1e-9).all()
    assert (held - loss).max() <= 2000.0 * found.largest_error * (1 + 1e-6)
    assert load_loss_chords(IEEE).heights(np.array([1.3])) == pytest.approx([0.0169])


def test_no_bank_carries_nothing():
    """Proves: no transformers lose and take nothing for nothing, and are refused for power, either way round.
    Sensitivity: a division by nil is no number for no load and infinite for some."""
    nothing = np.zeros(3)
    for number, size in ((0, 1000.0), (2, 0.0)):
        for power in (bank_loss_kw, grid_kw, used_kw_of_grid, efficiency):
            assert power(KIT, number, size, nothing).tolist() == [0.0, 0.0, 0.0]
            with pytest.raises(ValueError, match=f"{number} transformers of {size:g} kVA carry nothing"):
                power(KIT, number, size, np.array([0.0, 100.0, 0.0]))
