"""Series over a whole table: what they are named for, and any row at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import synthlab
from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator

KINDS: dict[str, dict[str, Any]] = {
    "random_walk": {"std": 2, "drift": 0.1, "start": 100},
    "ar1": {"mean": 20, "std": 3, "phi": 0.9},
    "seasonal": {"level": 10, "amplitude": 5, "period": 24, "trend": 0.01, "std": 1},
    "poisson_process": {"start": "2024-01-01", "rate": 500},
    "timeline": {"start": "2024-01-01 06:00", "every": 900},
}


def column(kind: str, rows: int = 20_000, **changed: Any) -> Any:
    options = {"name": "x", "kind": kind, **KINDS[kind], **changed}
    made = TabularGenerator.model_validate({"columns": [options]})
    assert not list(made.problems())
    return made.generate(Rows(9, 0, rows)).column(0)


@pytest.mark.parametrize("kind", KINDS)
def test_any_row_can_be_reached_at_once(kind: str) -> None:
    made = TabularGenerator.model_validate({"columns": [{"name": "x", "kind": kind, **KINDS[kind]}]})
    whole = made.generate(Rows(9, 0, 3_000))
    for start, stop in [(0, 1), (255, 258), (700, 2_999)]:
        assert made.generate(Rows(9, start, stop)).equals(whole.slice(start, stop - start))
    assert made.generate(Rows(9, 0, 0).at([2_500, 3, 2_500])).equals(whole.take([2_500, 3, 2_500]))
    far = made.generate(Rows(9, 10**8, 10**8 + 300))
    assert made.generate(Rows(9, 10**8 + 100, 10**8 + 200)).equals(far.slice(100, 100))


def test_the_steps_of_a_random_walk_are_independent_and_normal() -> None:
    steps = np.diff(column("random_walk", rows=200_000).to_numpy())
    assert stats.kstest(steps, stats.norm(0.1, 2).cdf).pvalue > 1e-3
    for lag in (1, 2, 255, 256):
        assert abs(np.corrcoef(steps[:-lag], steps[lag:])[0, 1]) < 0.01


def test_a_random_walk_spreads_with_the_square_root_of_time() -> None:
    ends = [
        TabularGenerator.model_validate({"columns": [{"name": "x", "kind": "random_walk", "std": 1}]})
        .generate(Rows(seed, 9_999, 10_000))
        .column(0)[0]
        .as_py()
        for seed in range(200)
    ]
    assert np.std(ends) == pytest.approx(100, rel=0.15)


def test_values_that_follow_each_other_are_correlated_by_phi() -> None:
    x = column("ar1", rows=200_000).to_numpy()
    assert x.mean() == pytest.approx(20, abs=0.2)
    assert x.std() == pytest.approx(3, rel=0.02)
    for lag in (1, 5):
        assert np.corrcoef(x[:-lag], x[lag:])[0, 1] == pytest.approx(0.9**lag, abs=0.01)
    # Across the ends of blocks too.
    assert np.corrcoef(x[255::256][:-1], x[256::256][: len(x[255::256]) - 1])[0, 1] == pytest.approx(
        0.9, abs=0.03
    )


def test_a_season_returns_after_its_period() -> None:
    x = column("seasonal", std=0, trend=0).to_numpy()
    assert x[:24] == pytest.approx(x[24:48])
    assert x[6] == pytest.approx(15)
    assert x[18] == pytest.approx(5)


def test_a_poisson_process_rises_at_its_rate_with_exponential_waits() -> None:
    seconds = column("poisson_process").cast("int64").to_numpy()
    assert (np.diff(seconds) >= 0).all()
    waits = np.diff(seconds)
    assert waits.mean() == pytest.approx(86_400 / 500, rel=0.01)
    assert waits.std() == pytest.approx(waits.mean(), rel=0.05)


@pytest.mark.parametrize("window", [0.1, 1, 5, 20, 100])
def test_counts_of_a_poisson_process_are_poisson_over_any_time(window: float) -> None:
    found = []
    for seed in range(30):
        options = {"name": "x", "kind": "poisson_process", "start": "2024-01-01", "rate": 100}
        made = TabularGenerator.model_validate({"columns": [options]}).generate(Rows(seed, 0, 12_000))
        days = made.column(0).cast("int64").to_numpy() / 86_400 - 19_723
        found += np.histogram(days, np.arange(0, 101, window))[0].tolist()
    assert np.mean(found) == pytest.approx(100 * window, rel=0.02)
    few = len(found)
    assert np.var(found) / np.mean(found) == pytest.approx(1, abs=5 * np.sqrt(2 / few))


def test_many_events_a_second_have_microseconds() -> None:
    x = column("poisson_process", rate=1e8)
    assert x.type == "timestamp[us]"
    waits = np.diff(x.cast("int64").to_numpy())
    assert (waits >= 0).all()
    assert waits.mean() == pytest.approx(864, rel=0.03)
    assert len(x.unique()) > 19_900


def test_a_timeline_ticks_in_fractions_of_a_second() -> None:
    x = column("timeline", rows=5_000, start="2024-01-01 00:00:00.5", every=0.29)
    since = x.cast("int64").to_numpy() - 1_704_067_200_500_000
    assert since.tolist() == [290_000 * i for i in range(5_000)]


def test_moments_that_depend_on_the_row_are_refused() -> None:
    columns = [
        {"name": "a", "kind": "date", "low": "2024-01-01", "high": "2024-12-31"},
        {"name": "x", "kind": "timeline", "start": "a", "every": 5},
    ]
    (problem,) = TabularGenerator.model_validate({"columns": columns}).problems()
    assert problem.path == ("columns", 1, "start")
    assert "not the same in all rows of the series" in problem.message


def test_a_timeline_ticks() -> None:
    times = column("timeline", rows=3).to_pylist()
    assert [str(time) for time in times] == [
        "2024-01-01 06:00:00",
        "2024-01-01 06:15:00",
        "2024-01-01 06:30:00",
    ]


OFFICE = {
    "hours": {9: 4, 10: 4, 11: 4, 14: 2},
    "weekdays": {"monday": 3, "tuesday": 1, "friday": 1},
}
SHARES = {9: 4 / 14, 10: 4 / 14, 11: 4 / 14, 14: 2 / 14}


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "poisson_process", "start": "2024-01-01", "rate": 500},
        {"kind": "datetime", "low": "2024-01-01", "high": "2024-12-30"},
    ],
)
def test_moments_keep_to_their_hours_and_weekdays(options: dict[str, Any]) -> None:
    made = TabularGenerator.model_validate({"columns": [{"name": "x", **options, **OFFICE}]})
    moments = made.generate(Rows(9, 0, 20_000)).to_pandas()["x"]
    hours = moments.dt.hour.value_counts(normalize=True).to_dict()
    assert hours == pytest.approx(SHARES, abs=0.015)
    days = moments.dt.day_name().value_counts(normalize=True).to_dict()
    assert days == pytest.approx({"Monday": 0.6, "Tuesday": 0.2, "Friday": 0.2}, abs=0.05)
    if options["kind"] == "poisson_process":
        assert moments.is_monotonic_increasing
        assert (moments.iloc[-1] - moments.iloc[0]).days == 36  # 3,500 a week, of which 60% on Mondays


def test_events_keep_to_their_hours_in_order_and_between_their_bounds() -> None:
    event = {"name": "at", "kind": "event_time", "of": "id", "low": "2024-02-07 10:30", "high": "2024-02-19"}
    key = {"name": "id", "kind": "foreign_key", "table": "p", "pick": "each", "children": 4}
    tables = synthlab.load_tables(
        {
            "synthlab": 1,
            "tables": {
                "p": {
                    "generator": "tabular",
                    "rows": 500,
                    "options": {"columns": [{"name": "id", "kind": "sequence"}]},
                },
                "c": {"generator": "tabular", "options": {"columns": [key, {**event, **OFFICE}]}},
            },
        }
    )
    frame = tables["c"].to_table().to_pandas()
    assert set(frame["at"].dt.hour) == {9, 10, 11, 14}
    # From a Wednesday on, the next days of the rhythm are a Friday, a Monday, a Tuesday and a Friday.
    assert set(frame["at"].dt.day) == {9, 12, 13, 16}
    assert frame.groupby("id")["at"].apply(lambda times: times.is_monotonic_increasing).all()


def test_a_rhythm_between_whose_bounds_nothing_happens_is_refused() -> None:
    options = {"kind": "datetime", "low": "2024-02-07", "high": "2024-02-08", **OFFICE}
    with pytest.raises(ValueError, match="no hour in which something happens"):
        TabularGenerator.model_validate({"columns": [{"name": "x", **options}]})
    with pytest.raises(ValueError, match="at least one weight above 0"):
        column("poisson_process", hours={3: 0})
