"""Rows and streams: every value is a function of (seed, name of the stream, row number)."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab.rows import Rows, Stream, permute

seeds = st.integers(0, 2**63 - 1)
starts = st.one_of(st.integers(0, 5000), st.integers(10**9, 10**9 + 5000), st.integers(2**62, 2**62 + 10))
weights = st.lists(st.integers(0, 50).map(float), min_size=1, max_size=40).filter(lambda w: sum(w) > 0)

# Every way to draw whole columns, by name.
DRAWS = {
    "words": lambda s: s.words(),
    "several words": lambda s: s.words(3),
    "uniform": lambda s: s.uniform(-2, 5),
    "probabilities": lambda s: s.probabilities(),
    "integers": lambda s: s.integers(-7, 1000),
    "wide integers": lambda s: s.integers(-(2**62), 2**62),
    "even choice": lambda s: s.choice(5),
    "choice": lambda s: s.choice([1, 2, 3.5]),
    "choice of many": lambda s: s.choice(list(range(1, 60))),
    "normal": lambda s: s.normal(10, 2),
    "bernoulli": lambda s: s.bernoulli(0.3),
    "permutation": lambda s: s.permutation(2**63 - 1),
    "quotas": lambda s: s.quotas([1, 1, 1]),
    "distinct": lambda s: s.distinct() if s.stop < 10**17 else s.words(),
    "row by row": lambda s: np.array([[d.uniform(), d.integer(0, 9), d.normal()] for d in s.each()]),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
@given(seed=seeds, start=starts, sizes=st.lists(st.integers(0, 40), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_slices_equal_the_whole(draw, seed: int, start: int, sizes: list[int]) -> None:
    bounds = list(itertools.accumulate(sizes, initial=start))
    whole = draw(Rows(seed, bounds[0], bounds[-1]).stream("x"))
    parts = [draw(Rows(seed, a, b).stream("x")) for a, b in reversed(list(itertools.pairwise(bounds)))]
    parts = [part for part in reversed(parts) if len(part)]
    joined = np.concatenate(parts) if parts else whole
    assert np.array_equal(whole, joined)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
def test_streams_of_other_names_seeds_and_scopes_are_others(draw) -> None:
    rows = Rows(1, 0, 200)
    streams = [
        rows.stream("a"),
        rows.stream("b"),
        rows.stream("a", "b"),
        rows.stream("ab"),
        Rows(2, 0, 200).stream("a"),
        rows.within("stage").stream("a"),
    ]
    values = [draw(stream).tobytes() for stream in streams]
    assert len(set(values)) == len(values)


def test_names_are_told_apart_by_their_parts() -> None:
    rows = Rows(1, 0, 1)
    names = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), ("", "abc"), ("abc", "")]
    assert len({rows.stream(*name).key for name in names}) == len(names)


@given(seeds, st.integers(1, 5000))
@settings(max_examples=60, deadline=None)
def test_a_permutation_takes_every_value_once(key: int, size: int) -> None:
    assert sorted(permute(np.arange(size), size, key).tolist()) == list(range(size))


def test_a_permutation_of_many_is_no_order_that_a_person_would_notice() -> None:
    values = Rows(3, 0, 50_000).stream("id").permutation(10**12)
    assert len(set(values.tolist())) == 50_000
    assert abs(values.mean() / 10**12 - 0.5) < 0.01
    assert abs(np.corrcoef(np.arange(50_000), values)[0, 1]) < 0.02


def test_a_permutation_refuses_rows_outside_its_range() -> None:
    with pytest.raises(ValueError, match="outside a permutation of 5"):
        Rows(0, 0, 6).stream("id").permutation(5)


@given(seeds, weights, st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_quotas_are_exact_in_every_block(seed: int, weights: list[float], block: int) -> None:
    found = Rows(seed, block * 1000, block * 1000 + 1000).stream("label").quotas(weights)
    counts = np.bincount(found, minlength=len(weights))
    exact = np.array([float(Fraction(w) / Fraction(sum(weights)) * 1000) for w in weights])
    assert counts.sum() == 1000
    assert (np.abs(counts - exact) < 1).all()


def test_quotas_are_exact_over_many_blocks_too() -> None:
    found = Rows(7, 0, 90_000).stream("label").quotas([1, 1, 1])
    assert np.bincount(found).tolist() == [30_000, 30_000, 30_000]


def test_quotas_are_near_on_a_part_of_their_cycle() -> None:
    found = Rows(7, 0, 100_000).stream("label").quotas([0.333333, 0.333333, 0.333334])
    assert (np.abs(np.bincount(found) - 100_000 / 3) < 5).all()


def test_quotas_come_in_random_order() -> None:
    found = Rows(7, 0, 1000).stream("label").quotas([1, 1])
    changes = int((found[1:] != found[:-1]).sum())
    assert 430 < changes < 570  # about half, as by tossing a coin


@given(weights)
@settings(max_examples=30, deadline=None)
def test_choices_come_in_proportion_to_their_weights(weights: list[float]) -> None:
    n = 20_000
    counts = np.bincount(Rows(1, 0, n).stream("x").choice(weights), minlength=len(weights))
    share = np.array(weights) / sum(weights)
    assert (counts[share == 0] == 0).all()
    assert (np.abs(counts / n - share) <= 5 * np.sqrt(share * (1 - share) / n) + 1e-9).all()


@pytest.mark.parametrize("bad", [[], [0, 0], [1, -1]])
def test_weights_that_mean_nothing_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Rows(0, 0, 3).stream("x").choice(bad)


def test_uniform_normal_and_integers_have_the_moments_they_should() -> None:
    stream = Rows(11, 0, 200_000).stream("x")
    uniform, normal, integers = stream.uniform(), stream.normal(), stream.integers(0, 10)
    assert abs(uniform.mean() - 0.5) < 0.003
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1) < 0.01
    assert (np.abs(np.bincount(integers) / 200_000 - 0.1) < 0.004).all()


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_integers_stay_within_their_bounds(a: int, b: int) -> None:
    low, high = sorted((a, b))
    if low == high:
        return
    found = Stream(5, 0, 50).integers(low, high)
    assert ((low <= found) & (found < high)).all()


def test_integers_take_bounds_of_their_own_for_each_row() -> None:
    low = np.arange(100)
    found = Rows(0, 0, 100).stream("x").integers(low, low + 2)
    assert ((found == low) | (found == low + 1)).all()
    with pytest.raises(ValueError, match="low < high"):
        Rows(0, 0, 2).stream("x").integers([0, 5], [1, 5])


def test_draws_of_one_row_do_not_move_those_of_another() -> None:
    few = [draws.uniform() for draws in Rows(1, 0, 3).stream("x").each()]
    many = []
    for draws in Rows(1, 0, 3).stream("x").each():
        many.append(draws.uniform())
        draws.words(1000)
        draws.shuffled(range(50))
    assert few == many


def test_draws_may_be_kept_and_used_in_any_order() -> None:
    apart = [[d.word() for _ in range(70)] for d in Rows(1, 0, 2).stream("x").each()]
    first, second = list(Rows(1, 0, 2).stream("x").each())
    together = [(first.word(), second.word()) for _ in range(70)]
    assert [list(column) for column in zip(*together, strict=True)] == apart


def test_draws_have_what_a_scene_needs() -> None:
    draws = next(iter(Rows(1, 5, 6).stream("x").each()))
    assert draws.row == 5
    assert draws.choice("abc") in "abc"
    assert sorted(draws.shuffled(range(9))) == list(range(9))
    assert draws.weighted([0, 0, 2, 0]) == 2
    assert draws.uniforms(2, 3).shape == (2, 3)
    assert draws.normals(4).shape == (4,)
    assert draws.numpy().integers(10) in range(10)
    with pytest.raises(ValueError, match="low < high"):
        draws.integer(3, 3)


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (5, 4), (0, 2**63)])
def test_ranges_that_are_none_are_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="range of row numbers"):
        Rows(0, start, stop)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
@given(seed=seeds, start=starts, picks=st.lists(st.integers(0, 60), max_size=20))
@settings(max_examples=25, deadline=None)
def test_rows_picked_in_any_order_equal_those_of_the_whole(
    draw, seed: int, start: int, picks: list[int]
) -> None:
    whole = draw(Rows(seed, start, start + 61).stream("x"))
    picked = draw(Rows(seed, 0, 0).at([start + pick for pick in picks]).stream("x"))
    assert np.array_equal(whole[picks], picked.reshape(len(picks), *whole.shape[1:]))


def test_distinct_numbers_differ_and_grow_with_the_rows() -> None:
    numbers = Rows(5, 0, 120_000).stream("id").distinct(4)
    assert len(set(numbers.tolist())) == len(numbers)
    assert numbers[:10_000].max() == 9_999
    assert numbers[10_000:100_000].min() == 10_000
    assert numbers[10_000:100_000].max() == 99_999
    far = Rows(5, 10**12, 10**12 + 1000).stream("id").distinct()
    assert len(set(far.tolist())) == 1000
    assert far.max() < 10**13
