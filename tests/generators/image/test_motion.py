"""Sequences: the same things, a little farther on."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import pytest

import synthlab
from synthlab import Rows
from synthlab_image import ImageGenerator

OPTIONS: dict[str, Any] = {
    "width": 160,
    "height": 120,
    "classes": ["star", "ring"],
    "effects": {"lens_rate": 0.5},
    "sequences": {"frames": 8, "speed_range": [0.01, 0.04]},
    "labels": ["box", "label", "amodal_box"],
}


def test_tracks_are_of_one_class_and_move_as_far_as_they_may() -> None:
    batch = ImageGenerator.model_validate(OPTIONS).generate(Rows(3, 0, 40))
    tracks: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for number, row in enumerate(batch.to_pylist()):
        assert (row["sequence"], row["frame"]) == divmod(number, 8)
        for thing in row["objects"]:
            tracks[row["sequence"], thing["track"]].append({**thing, "frame": row["frame"]})
    moved = 0
    for things in tracks.values():
        assert len({thing["label"] for thing in things}) == 1
        for one, next_one in itertools.pairwise(things):
            if next_one["frame"] == one["frame"] + 1:
                shift = [
                    (a + b) / 2 - (c + d) / 2
                    for a, b, c, d in zip(
                        one["amodal_box"][:2], one["amodal_box"][2:], next_one["amodal_box"][:2],
                        next_one["amodal_box"][2:], strict=True,
                    )
                ]  # fmt: skip
                # A star that turns shifts its box a little too, and a lens stretches the way.
                assert max(map(abs, shift)) < 0.04 * 120 * 1.7 + 6
                moved += max(map(abs, shift)) > 0.5
    assert moved > 100


def test_a_frame_is_the_same_alone_and_in_its_film() -> None:
    generator = ImageGenerator.model_validate(OPTIONS)
    whole = generator.generate(Rows(3, 0, 20))
    for start, stop in ((0, 3), (5, 6), (13, 20)):
        assert generator.generate(Rows(3, start, stop)).equals(whole.slice(start, stop - start))


def test_what_a_frame_shows_too_little_of_is_to_be_ignored_there() -> None:
    given = {
        **OPTIONS,
        "effects": {},
        "labels": ["box", "label", "visibility", "mask"],
        "min_visibility": 0.6,
    }
    generator = ImageGenerator.model_validate({**given, "objects_range": [4, 6]})
    rows = generator.generate(Rows(3, 0, 64)).to_pylist()
    ignored = 0
    for row, layout in zip(rows, generator.layouts(Rows(3, 0, 64)), strict=True):
        assert len(row["objects"]) == sum(placed.area > 0 for placed in layout.placed)
        for thing in row["objects"]:
            assert thing["iscrowd"] == (thing["visibility"] < 0.6)
            ignored += thing["iscrowd"]
    assert ignored > 10
    kept = ImageGenerator.model_validate({**given, "below": "keep"}).generate(Rows(3, 0, 16)).to_pylist()
    assert not any("iscrowd" in thing for row in kept for thing in row["objects"])


def test_no_split_parts_a_film() -> None:
    schema = {"synthlab": 1, "generator": "image", "rows": 80, "options": OPTIONS}
    splits = {"fractions": {"train": 0.5, "test": 0.5}}
    found: dict[int, set[str]] = defaultdict(set)
    for row in synthlab.load({**schema, "splits": splits}):
        found[row["sequence"]].add(row["split"])
    assert all(len(names) == 1 for names in found.values())


@pytest.mark.parametrize("spin", [[-91, 0], [0, 200]])
def test_wild_turns_are_refused(spin: list[float]) -> None:
    with pytest.raises(ValueError, match="90 degrees"):
        ImageGenerator.model_validate({**OPTIONS, "sequences": {"spin_range": spin}})
