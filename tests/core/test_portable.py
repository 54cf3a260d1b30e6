"""Elementary functions: as exact as NumPy's, with bits that do not depend on the machine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthlab import portable

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.floats(-700, 700))
def test_exp_is_the_exponential(x: float) -> None:
    assert portable.exp([x])[0] == pytest.approx(math.exp(x), rel=4e-16)


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_log_is_the_logarithm(x: float) -> None:
    assert portable.log([x])[0] == pytest.approx(math.log(x), rel=8e-16, abs=2e-16)


def test_the_ends_of_exp_and_log_are_those_of_ieee_754() -> None:
    assert portable.exp([1000, -1000, 0]).tolist() == [math.inf, 0.0, 1.0]
    assert np.isnan(portable.exp([math.nan])[0])
    assert portable.log([0, math.inf, 1]).tolist() == [-math.inf, math.inf, 0.0]
    assert np.isnan(portable.log([-1.0, math.nan])).all()


@given(st.floats(min_value=1e-300, max_value=1 - 1e-15))
def test_normal_ppf_undoes_the_normal_distribution(p: float) -> None:
    x = float(portable.normal_ppf([p])[0])
    assert 0.5 * math.erfc(-x / math.sqrt(2)) == pytest.approx(p, rel=1e-11)


@given(st.floats(min_value=1e-12, max_value=0.5))
def test_normal_ppf_is_symmetric(p: float) -> None:
    low, high = portable.normal_ppf([p, 1 - p])
    assert low == pytest.approx(-high, rel=1e-3)
    assert low <= 0 <= high


@given(st.floats(-1e9, 1e9), st.integers(-3, 5))
def test_rounding_leaves_at_most_half_a_step(x: float, decimals: int) -> None:
    rounded = float(portable.power_of_ten_round([x], decimals)[0])
    assert abs(rounded - x) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + abs(x) * 2**-50
