"""Annotators who draw boxes: a little off, some objects missed, some boxes around nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from synthlab import (
    Box,
    ClassLabel,
    Dataset,
    Features,
    Generator,
    Image,
    Mask,
    Records,
    Rows,
    Schema,
    SchemaError,
    Value,
    load,
    worker_labels,
    worker_traits,
)
from synthlab.errors import FeatureError
from synthlab.stages import STAGES, Annotators

NAMES = ("cat", "dog", "cow")
SPLITS = {"fractions": {"train": 0.5, "test": 0.5}}


class Pictures(Generator):
    """Pictures of several sizes with up to five objects, small and large; some are at the border."""

    side: int | None = None

    @property
    def features(self) -> Features:
        fields = {"area": Value("int64"), "box": Box(), "mask": Mask(), "label": ClassLabel(NAMES)}
        columns = {
            "image": Image(),
            "width": Value("int32"),
            "height": Value("int32"),
            "objects": Records(fields),
        }
        return Features(columns, labels=("objects",))

    def generate(self, rows: Rows) -> pa.RecordBatch:
        records = []
        for draws in rows.stream("objects").each():
            size = np.array([draws.integer(100, 200), draws.integer(80, 160)])
            objects = []
            for _ in range(draws.integer(0, 6)):
                side = np.array([self.side or draws.integer(4, 70), self.side or draws.integer(4, 70)])
                low = np.floor(draws.uniforms(2) * (size - side + 1))
                mask = {"size": size[::-1].tolist(), "counts": "0"}
                label = draws.integer(0, 3)
                box = [*low, *(low + side)]
                objects.append({"area": int(side.prod()), "box": box, "mask": mask, "label": label})
            width, height = size.tolist()
            records.append({"image": b"png", "width": width, "height": height, "objects": objects})
        return self.features.batch_from_records(records)


def pictures(rows: int = 1500, side: int | None = None, **stages: Any) -> Dataset:
    generator = Pictures(side=side)
    made = {key: STAGES[key].model_validate(stages[key]) for key in STAGES if key in stages}
    features = generator.features
    for stage in made.values():
        assert not list(stage.problems(features))
        features = stage.features(features)
    return Dataset(Schema("pictures", "", "pictures", generator, rows, 5, None, made))


def drawn(rows: int = 1500, side: int | None = None, **options: Any) -> Dataset:
    return pictures(rows, side, annotators=options)


def pairs(made: Dataset) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each object that was drawn, as it is and as it was drawn."""
    return [
        (true, row["objects"][true["drawn"]])
        for row in made
        for true in row["objects_clean"]
        if true["drawn"] is not None
    ]


def ious(found: list[tuple[dict[str, Any], dict[str, Any]]]) -> npt.NDArray[Any]:
    """Return the intersection over the union of the two boxes of each pair."""
    one, other = (np.array([pair[i]["box"] for pair in found]) for i in (0, 1))
    low, high = np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])
    both = np.maximum(high - low, 0).prod(axis=1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, other)]
    return both / (areas[0] + areas[1] - both)


def test_boxes_stay_inside_the_image_and_have_an_inside() -> None:
    made = drawn(boxes={"jitter": 0.5, "missed": 0, "invented": 1}, spammers={"random": 0.3})
    for row in made:
        for thing in row["objects"]:
            x_min, y_min, x_max, y_max = thing["box"]
            assert 0 <= x_min < x_max <= row["width"]
            assert 0 <= y_min < y_max <= row["height"]
            assert all(value == int(value) for value in thing["box"])


def test_boxes_are_as_far_off_as_the_jitter_says() -> None:
    mean = {}
    for jitter in (0.0, 0.02, 0.05, 0.2):
        made = drawn(2500, 60, boxes={"jitter": jitter}, skill_range=[0.8, 0.8])
        mean[jitter] = ious(pairs(made)).mean()
        if jitter:
            # The left sides of boxes so far from the border that nothing is cut off.
            left = [(true["box"][0], seen["box"][0]) for true, seen in pairs(made)]
            shift = np.array([seen - true for true, seen in left if true > 50])
            assert abs(shift.std() / 60 / jitter - 1) < 0.08
            assert abs(shift.mean()) < 4 * shift.std() / len(shift) ** 0.5
    assert mean[0.0] == 1
    # Four sides, each off by 0.8 deviations in the mean, at the cost of their share of the area.
    assert abs(mean[0.05] - (1 - 4 * 0.8 * 0.05)) < 0.03
    assert mean[0.0] > mean[0.02] > mean[0.05] > mean[0.2]


def test_who_is_careful_draws_better_than_who_is_not() -> None:
    made = drawn(6000, 40, workers=10, skill_range=[0.5, 1.0], boxes={"jitter": 0.08})
    skill = worker_traits(made)["skill"]
    found = {int(worker): [] for worker in range(10)}  # type: ignore[var-annotated]
    for row in made:
        for true in row["objects_clean"]:
            if true["drawn"] is not None:
                found[row["objects_worker"]].append((true, row["objects"][true["drawn"]]))
    quality = [ious(found[worker]).mean() for worker in range(10)]
    assert np.corrcoef(skill, quality)[0, 1] > 0.97
    right = [np.mean([t["label"] == s["label"] for t, s in found[worker]]) for worker in range(10)]
    assert np.abs(skill - right).max() < 4 * (0.25 / 1200) ** 0.5


def test_small_objects_are_missed_more_often() -> None:
    rate = {}
    for side in (8, 32, 64):
        made = drawn(3000, side, boxes={"missed": 0.1}, skill_range=[0.9, 0.9])
        missed = [true["drawn"] is None for row in made for true in row["objects_clean"]]
        rate[side] = np.mean(missed)
    for side, expected in ((8, 0.4), (32, 0.1), (64, 0.05)):
        assert abs(rate[side] - expected) < 0.02


def test_invented_boxes_come_at_their_rate_and_avoid_the_objects() -> None:
    made = drawn(3000, boxes={"invented": 0.3, "jitter": 0, "missed": 0}, skill_range=[0.8, 0.8])
    count, last, covered = 0, 0, []
    for row in made:
        known = {true["drawn"] for true in row["objects_clean"]}
        extra = [thing for place, thing in enumerate(row["objects"]) if place not in known]
        count += len(extra)
        last += len(row["objects"]) - 1 not in known and len(row["objects"]) > 3
        assert row["objects"] == sorted(row["objects"], key=lambda thing: thing["box"][0])
        covered += [ious([(thing, true)])[0] for thing in extra for true in row["objects_clean"]]
    assert abs(count / 3000 - 0.3) < 0.03
    assert last < 0.3 * count  # or everybody would know where to look
    assert np.mean(np.array(covered) > 0.1) < 0.02


def test_what_a_worker_gives_is_box_and_class_and_the_rest_is_kept_with_the_truth() -> None:
    made = drawn(400)
    observed, clean = made.features["objects"], made.features["objects_clean"]
    assert isinstance(observed, Records)
    assert isinstance(clean, Records)
    assert list(observed.fields) == ["box", "label"]
    assert list(clean.fields) == ["area", "box", "mask", "label", "drawn"]
    for before, after in zip(pictures(400), made, strict=True):
        kept = [{n: v for n, v in thing.items() if n != "drawn"} for thing in after["objects_clean"]]
        assert kept == before["objects"]
    assert made.features.labels == ("objects",)
    assert set(made.features.truth) == {"objects_clean", "objects_worker"}


def test_each_worker_draws_as_many_images() -> None:
    made = drawn(600, workers=20, price=0.1, gold=0.1, seconds_range=[2, 4])
    rows = list(made)
    assert np.bincount([row["objects_worker"] for row in rows]).tolist() == [30] * 20
    assert sum(row["objects_cost"] for row in rows) == pytest.approx(
        0.1 * sum(len(r["objects"]) for r in rows)
    )
    assert sum(row["objects_gold"] for row in rows[:1000]) == pytest.approx(60, abs=20)
    per_box = [row["objects_seconds"] / len(row["objects"]) for row in rows if row["objects"]]
    assert 2 < np.median(per_box) < 4


def test_spammers_name_one_class_draw_anywhere_or_draw_nothing() -> None:
    made = drawn(3000, workers=20, spammers={"random": 0.2, "same": 0.2, "silent": 0.2}, price=1)
    kind = worker_traits(made)["kind"]
    named: dict[int, set[str]] = {}
    for row in made:
        match kind[row["objects_worker"]]:
            case "silent":
                assert row["objects"] is None
                assert row["objects_cost"] == 0
            case "random":
                assert len(row["objects"]) == len(row["objects_clean"])
                assert all(true["drawn"] is None for true in row["objects_clean"])
            case "same":
                named.setdefault(row["objects_worker"], set()).update(t["label"] for t in row["objects"])
    assert len(named) == 4
    assert all(len(names) == 1 for names in named.values())


def test_images_that_nobody_drew_have_no_list_and_those_of_other_splits_the_true_one() -> None:
    options = {"labels_per_row": 0.5, "skipping": 0.2, "splits": ["train"]}
    for row in pictures(1000, splits=SPLITS, annotators=options):
        if row["split"] == "test":
            assert row["objects_worker"] is None
            assert [t["box"] for t in row["objects"]] == [t["box"] for t in row["objects_clean"]]
            assert [t["drawn"] for t in row["objects_clean"]] == list(range(len(row["objects"])))
        elif row["objects_worker"] is None:
            assert row["objects"] is None
        if row["objects"] is None:
            assert all(t["drawn"] is None for t in row["objects_clean"])


def test_the_boxes_of_a_slice_are_those_of_the_whole() -> None:
    options = {"boxes": {"invented": 0.3}, "spammers": 0.3, "skipping": 0.1, "price": 0.2}
    whole = drawn(300, **options).to_table()
    for start, stop in ((0, 1), (29, 31), (150, 300)):
        part = drawn(300, **options)[start:stop].to_table()
        assert part.equals(whole.slice(start, stop - start).combine_chunks())
    assert drawn(100, **options).to_table().equals(whole.slice(0, 100).combine_chunks())
    stage, generator = Annotators.model_validate(options), Pictures()
    rows = Rows(5, 0, 200)
    every = stage.apply(generator.generate(rows), generator.features, rows.within("stage"))
    picked = rows.at(np.array([190, 3, 77, 3]))
    some = stage.apply(generator.generate(picked), generator.features, picked.within("stage"))
    assert some.to_pylist() == every.take(pa.array([190, 3, 77, 3])).to_pylist()


def test_the_long_table_has_a_line_for_each_box() -> None:
    made = drawn(50, skipping=0.2, spammers={"silent": 0.1})
    expected = [
        {
            "task": task,
            "worker": row["objects_worker"],
            "label": thing["label"],
            **dict(zip(("x_min", "y_min", "x_max", "y_max"), thing["box"], strict=True)),
        }
        for task, row in enumerate(made)
        for thing in row["objects"] or ()
    ]
    assert worker_labels(made).to_dict("records") == expected
    assert worker_labels(made[20:30].to_table()).shape[0] == sum(20 <= e["task"] < 30 for e in expected)
    with pytest.raises(FeatureError, match="no annotators judged these rows"):
        worker_labels(pictures(5))


@pytest.mark.parametrize(
    ("options", "path", "message"),
    [
        ({"labels_per_row": 3}, ("labels_per_row",), "are drawn by one worker an image"),
        ({"confusion": {"cat": {"bird": 0.1}}}, ("confusion", "cat", "bird"), "not a class of 'objects'"),
        ({"column": "image"}, ("column",), "column 'image' is no class column"),
        ({"spans": {"missed": 0.1}}, ("spans",), "column 'objects' has boxes and no spans"),
    ],
)
def test_what_does_not_fit_boxes_is_told(
    options: dict[str, Any], path: tuple[str, ...], message: str
) -> None:
    (problem,) = Annotators.model_validate(options).problems(Pictures().features)
    assert problem.path == path
    assert message in problem.message


def test_boxes_need_an_image_whose_size_is_known_and_a_field_that_is_free() -> None:
    records = {"box": Box(), "label": ClassLabel(NAMES)}
    features = Features({"objects": Records(records)}, labels=("objects",))
    (problem,) = Annotators().problems(features)
    assert "image of unknown size" in problem.message
    columns = {**Pictures().features.columns, "objects": Records({**records, "drawn": Value("bool")})}
    (problem,) = Annotators().problems(Features(columns, labels=("objects",)))
    assert "have a field 'drawn' already" in problem.message


def test_a_mistake_is_told_with_its_line_and_column(tmp_path: Any) -> None:
    path = tmp_path / "shapes.yaml"
    path.write_text("synthlab: 1\ngenerator: image\nrows: 5\nannotators:\n  boxes: {jitter: 3}\n")
    with pytest.raises(SchemaError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (5, 19)
