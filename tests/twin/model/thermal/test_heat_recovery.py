"""Recovered heat by hand: what passes, what reaches, what is used and left."""

import numpy as np
import pytest

from twin.model.thermal.heat_recovery import (
    condenser_heat_kw_th,
    exchangeable_kw_th,
    exhaust_heat_kw_th,
    reach_kw_th,
    share_sources,
    wrap_around_kw_th,
)


def test_exchange_by_hand():
    """Proves: 0.6 of the smaller stream (5 kW/K) times 20 K is 60 kW, whichever of the streams is the smaller; a source
    colder than its sink gives nothing; exhaust of 50 kg/s at 40 C with 0.01 kg/kg offers a stream of 10 kW/K at 15 C
    0.6 x 10 x 25 = 150 kW.
    Sensitivity: the larger stream would give 96 kW and break the second law."""
    assert float(exchangeable_kw_th(40.0, 5.0, 20.0, 8.0, 0.6)) == pytest.approx(60.0)
    assert float(exchangeable_kw_th(40.0, 8.0, 20.0, 5.0, 0.6)) == pytest.approx(60.0)
    assert float(exchangeable_kw_th(15.0, 5.0, 20.0, 8.0, 0.6)) == 0.0
    assert float(exhaust_heat_kw_th(40.0, 50.0, 0.01, 15.0, 10.0, 0.6)) == pytest.approx(150.0)
    assert float(exhaust_heat_kw_th(40.0, 5.0, 0.01, 15.0, 10.0, 0.6)) == pytest.approx(0.6 * 5 * 1.0246 * 25)


def test_a_source_reaches_no_further_than_its_temperature():
    """Proves: a source of 30 C with 0.5 lifts air of 12 C to 21 C: of the 10 K to 22 C it serves 9 K, 18 kW of 2 kW/K;
    at 35 C all 10 K. Condensers offer a third of 90 + 30 kW.
    Sensitivity: heat counted without its temperature would serve it all at 30 C."""
    assert float(reach_kw_th(30.0, 12.0, 22.0, 2.0, 0.5)) == pytest.approx(18.0)
    assert float(reach_kw_th(35.0, 12.0, 22.0, 2.0, 0.5)) == pytest.approx(20.0)
    assert float(reach_kw_th(10.0, 12.0, 22.0, 2.0, 0.5)) == 0.0
    assert float(condenser_heat_kw_th(90.0, 30.0, 1 / 3)) == pytest.approx(40.0)


def test_wrap_around_saves_what_it_gives():
    """Proves: 0.4 of 30 - 11 K is 7.6 K, 15.2 kW of 2 kW/K; asked only for 5 K it takes 5 K.
    Sensitivity: unlimited it would heat the supply past its wish, and the coil would cool it again."""
    assert float(wrap_around_kw_th(30.0, 11.0, 22.0, 2.0, 0.4)) == pytest.approx(15.2)
    assert float(wrap_around_kw_th(30.0, 11.0, 16.0, 2.0, 0.4)) == pytest.approx(10.0)
    assert float(wrap_around_kw_th(10.0, 11.0, 16.0, 2.0, 0.4)) == 0.0


def test_sources_in_order_electricity_last():
    """Proves: 100 kW from 70 of exhaust, 20 of condensers and 5 of electricity: all is used, 5 kW stay unserved; 50 kW
    take exhaust only and leave 20 and 20.
    Sensitivity: electricity first, or in proportion, would pay for heat that is there."""
    found = share_sources(
        np.array([100.0, 50.0]), {"exhaust": np.array([70.0, 70.0]), "condensers": np.array([20.0, 20.0])}, 5.0
    )
    assert found.used_kw_th["exhaust"].tolist() == [70.0, 50.0]
    assert found.used_kw_th["condensers"].tolist() == [20.0, 0.0]
    assert found.left_kw_th["exhaust"].tolist() == [0.0, 20.0]
    assert found.left_kw_th["condensers"].tolist() == [0.0, 20.0]
    assert found.electric_kw.tolist() == [5.0, 0.0]
    assert found.unserved_kw_th.tolist() == [5.0, 0.0]


def test_need_and_offer_balance():
    """Proves: in 500 random hours used + electric + unserved = need, used + left = offer, and more of a source never
    costs more electricity.
    Sensitivity: heat used twice would close neither."""
    random = np.random.default_rng(4)
    need, first, second = random.uniform(0, 100, (3, 500))
    found = share_sources(need, {"a": first, "b": second}, 20.0)
    met = found.used_kw_th["a"] + found.used_kw_th["b"] + found.electric_kw + found.unserved_kw_th
    assert met == pytest.approx(need, rel=1e-12)
    assert found.used_kw_th["b"] + found.left_kw_th["b"] == pytest.approx(second, rel=1e-12)
    more = share_sources(need, {"a": first + 5.0, "b": second}, 20.0)
    assert (more.electric_kw <= found.electric_kw + 1e-12).all()


def test_negative_heat_is_refused():
    """Proves: a negative need, a negative source and a source called electric are refused.
    Sensitivity: a negative offer would be carried as a debt of the next source."""
    with pytest.raises(ValueError, match="negative"):
        share_sources(np.array([-1.0]), {})
    with pytest.raises(ValueError, match="heat of a"):
        share_sources(np.array([1.0]), {"a": np.array([-1.0])})
    with pytest.raises(ValueError, match="electric"):
        share_sources(np.array([1.0]), {"electric": np.array([1.0])})
