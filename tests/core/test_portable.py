"""Elementary functions: as exact as NumPy's, with bits that do not depend on the machine."""

from __future__ import annotations

import math
from hashlib import blake2b

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


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_log10_is_the_logarithm_to_base_ten(x: float) -> None:
    assert portable.log10([x])[0] == pytest.approx(math.log10(x), rel=8e-16, abs=2e-16)


def test_log10_of_a_power_of_ten_is_its_exponent() -> None:
    assert portable.log10([10.0**n for n in range(23)]).tolist() == list(range(23))


@given(finite)
def test_tanh_is_odd_and_the_hyperbolic_tangent(x: float) -> None:
    up, down = portable.tanh([x, -x])
    assert up == -down
    assert up == pytest.approx(math.tanh(x), rel=9e-16, abs=0)


@given(st.floats(-2e8, 2e8))
def test_sin_and_cos_are_those_of_numpy(x: float) -> None:
    assert abs(portable.sin([x])[0] - np.sin(x)) <= 3e-16
    assert abs(portable.cos([x])[0] - np.cos(x)) <= 3e-16


@given(st.integers(1, 10**8))
def test_sin_keeps_its_digits_where_it_is_nearly_zero(turns: int) -> None:
    x = turns * math.pi
    if x <= 2e8:
        assert portable.sin([x])[0] == pytest.approx(math.sin(x), rel=1e-14, abs=0)


def test_the_ends_of_the_others_are_those_of_ieee_754() -> None:
    assert portable.tanh([math.inf, -math.inf, 0]).tolist() == [1.0, -1.0, 0.0]
    assert portable.log10([0, math.inf, 1]).tolist() == [-math.inf, math.inf, 0.0]
    assert portable.sin([0, math.pi / 2]).tolist() == [0.0, 1.0]
    for function in (portable.sin, portable.cos):
        assert np.isnan(function([math.inf, math.nan, 2.1e8, -2.1e8])).all()


def test_the_bits_of_all_functions_are_known() -> None:
    x = np.linspace(-30, 30, 10_001)
    functions = [portable.exp, portable.tanh, portable.sin, portable.cos]
    results = [function(x) for function in functions] + [portable.log10(x[x > 0])]
    digest = blake2b(b"".join(r.astype("<f8").tobytes() for r in results), digest_size=8).hexdigest()
    assert digest == "42a51f6623442757"


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
