"""Particles: what is drawn is what the look says, and light goes through it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Draws, Rows
from synthlab_image import ImageGenerator
from synthlab_image.assets.particles import MOST, ParticleAsset
from synthlab_image.assets.raster import Raster

PLAIN: dict[str, Any] = {
    "asset": "particle",
    "colours": [[200, 120, 160]],
    "density_range": [1, 1],
    "rim_range": [0, 0],
    "unevenness_range": [0, 0],
}
NUCLEUS = {"colours": [[100, 80, 200]], "lobes_range": [1, 5]}
GRANULES = {"colours": [[180, 60, 90]]}

options = st.fixed_dictionaries(
    {
        "density_range": st.tuples(st.floats(0, 1), st.floats(1, MOST)),
        "aspect_range": st.tuples(st.floats(0.2, 0.6), st.floats(0.6, 1)),
        "irregularity_range": st.tuples(st.floats(0, 0.1), st.floats(0.1, 0.5)),
        "spikes_range": st.sampled_from([(0, 0), (8, 30)]),
        "softness_range": st.tuples(st.floats(0, 0.02), st.floats(0.02, 0.3)),
        "centre": st.sampled_from([None, {}, {"strength_range": [-1, -0.5]}]),
        "nucleus": st.sampled_from([None, NUCLEUS]),
        "granules": st.sampled_from([None, GRANULES, {**GRANULES, "above": True}]),
        "glints_range": st.sampled_from([(0, 0), (1, 4)]),
    }
)


def draws(seed: int) -> Draws:
    return next(Rows(seed, 0, 1).stream("particles").each())


def drawn(given: dict[str, Any], seed: int = 1, size: int = 80) -> Raster:
    asset = ParticleAsset.model_validate({**PLAIN, **given})
    return asset.draw(asset.look(draws(seed), ()), size)


def light(raster: Raster) -> npt.NDArray[Any]:
    """Return what a white light behind the particle shows."""
    pixels = raster.pixels.astype(int)
    seen: npt.NDArray[Any] = pixels[..., :3] + 255 - pixels[..., 3:]
    return seen


@given(options, st.integers(0, 1 << 30), st.integers(4, 200))
@settings(max_examples=80, deadline=None)
def test_a_particle_is_as_large_as_asked_and_all_of_it_is_in_its_picture(
    given: dict[str, Any], seed: int, size: int
) -> None:
    raster = drawn(given, seed, size)
    solid = (raster.pixels[..., 3] >= 128).astype(np.uint8)
    assert not np.concatenate([solid[0], solid[-1], solid[:, 0], solid[:, -1]]).any()
    width, height = cv2.boundingRect(solid)[2:]
    assert max(width, height) <= size + 2
    # What is very soft is nowhere solid up to its outline.
    if given["softness_range"][1] < 0.05 and given["irregularity_range"][1] < 0.2:
        assert max(width, height) >= 0.8 * size - 2


@given(options, st.integers(0, 1 << 30), st.integers(4, 200))
@settings(max_examples=80, deadline=None)
def test_colours_are_multiplied_by_their_coverage(given: dict[str, Any], seed: int, size: int) -> None:
    pixels = drawn(given, seed, size).pixels
    assert pixels.dtype == np.uint8
    assert (pixels[..., :3] <= pixels[..., 3:]).all()


@given(options, st.integers(0, 1 << 30))
@settings(max_examples=40, deadline=None)
def test_a_particle_is_the_same_from_the_same_draws(given: dict[str, Any], seed: int) -> None:
    asset = ParticleAsset.model_validate({**PLAIN, **given})
    look = asset.look(draws(seed), ())
    assert look == asset.look(draws(seed), ())
    first, second = asset.draw(look, 60), asset.draw(look, 60)
    assert (first.pixels == second.pixels).all()


def test_two_layers_let_through_the_product_of_what_each_lets_through() -> None:
    one, two = (light(drawn({"density_range": [n, n], "aspect_range": [1, 1]})) for n in (1, 2))
    middle = tuple(side // 2 for side in one.shape[:2])
    assert one[middle].tolist() == pytest.approx([160, 120, 200], abs=2)
    assert two[middle].tolist() == pytest.approx([160**2 / 255, 120**2 / 255, 200**2 / 255], abs=3)


def test_a_pale_centre_is_paler_and_a_rim_is_darker_than_what_is_between() -> None:
    centre = {"strength_range": [0.8, 0.8], "size_range": [0.4, 0.4], "offset": 0}
    given = {"centre": centre, "rim_range": [1, 1], "rim_width_range": [0.02, 0.02]}
    green = light(drawn({**given, "irregularity_range": [0, 0], "aspect_range": [1, 1]}, size=200))[..., 1]
    row = green[len(green) // 2]
    solid = np.flatnonzero(row < 200)
    left = solid[0]
    assert row[len(row) // 2] > row[left + 35] > row[left : left + 8].min()


def test_a_particle_without_density_cannot_be_seen() -> None:
    assert (light(drawn({"density_range": [0, 0]})) == 255).all()


@pytest.mark.parametrize("part", ["nucleus", "granules"])
def test_what_is_inside_makes_a_particle_darker_and_stays_inside(part: str) -> None:
    inside = {"nucleus": NUCLEUS, "granules": GRANULES}[part]
    plain, full = drawn({}), drawn({part: inside})
    assert light(full).mean() < light(plain).mean()
    assert (full.pixels[..., 3] == plain.pixels[..., 3]).all()


def test_a_nucleus_has_as_many_lobes_as_asked() -> None:
    for count in (1, 3, 5):
        asset = ParticleAsset.model_validate({**PLAIN, "nucleus": {**NUCLEUS, "lobes_range": [count, count]}})
        assert len(asset.look(draws(2), ())["nucleus"]["lobes"]) == count


@pytest.mark.parametrize(
    "wrong",
    [
        {"colours": []},
        {"colours": [[300, 0, 0]]},
        {"density_range": [1, MOST + 1]},
        {"density_range": [1, 0.5]},
        {"nucleus": {"colours": [[1, 2, 3]], "lobes_range": [0, 3]}},
        {"granules": {**GRANULES, "count_range": [0, 100_000]}},
    ],
)
def test_what_makes_no_particle_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ParticleAsset.model_validate({**PLAIN, **wrong})


DISC = {**PLAIN, "aspect_range": [1, 1], "irregularity_range": [0, 0], "softness_range": [0, 0]}
BARE = {
    "shadows": 0, "shading_range": [0, 0], "falloff_range": [0, 0], "brightness_range": [1, 1],
    "contrast_range": [1, 1], "cast_range": [0, 0], "vignette_rate": 0, "blur_rate": 0, "motion_rate": 0,
    "noise_rate": 0, "compression_rate": 0,
}  # fmt: skip


def smear(**given: Any) -> ImageGenerator:
    glass = {"backgrounds": ["plain"], "background_colours": [[240, 240, 240]]}
    common = {"width": 160, "height": 120, "effects": BARE, "encoding": "png", "min_visibility": 0}
    return ImageGenerator.model_validate({**common, **glass, **given})


def pictures(generator: ImageGenerator, count: int = 6) -> list[npt.NDArray[Any]]:
    images = generator.generate(Rows(5, 0, count)).column("image").to_pylist()
    return [cv2.imdecode(np.frombuffer(image["bytes"], np.uint8), cv2.IMREAD_COLOR) for image in images]


def greens(overlap: float) -> set[int]:
    """Return how much green light is left where many equal discs overlap, without what is on edges."""
    cells = {"cell": {**DISC, "overlap": overlap}}
    found = smear(classes=cells, objects_range=[8, 8], object_size_range=[0.5, 0.6])
    levels = np.bincount(np.concatenate([picture[..., 1].ravel() for picture in pictures(found)]))
    return {int(level) for level in np.flatnonzero(levels > 400)}


def test_where_two_overlap_it_is_as_dark_as_two_layers() -> None:
    seen = greens(overlap=1)
    for expected in (240, 240 * 120 / 255, 240 * (120 / 255) ** 2):
        assert any(abs(level - expected) <= 2 for level in seen)


def test_without_overlap_no_place_is_darker_than_one_layer() -> None:
    assert min(greens(overlap=0)) >= 240 * 120 / 255 - 2


def test_backgrounds_have_the_colours_that_are_given() -> None:
    empty = smear(classes={"cell": DISC}, objects_range=[0, 0])
    assert all((picture == 240).all() for picture in pictures(empty))


def test_sizes_are_those_of_outlines_however_soft_they_are() -> None:
    for softness in (0, 0.05, 0.1):
        cell = {
            **DISC,
            "softness_range": [softness, softness],
            "placement": {"kind": "uniform", "border": "inside"},
        }
        made = smear(classes={"cell": cell}, objects_range=[1, 1], object_size_range=[0.5, 0.5])
        for row in made.generate(Rows(5, 0, 5)).column("objects").to_pylist():
            left, top, right, bottom = row[0]["amodal_box"]
            assert right - left == pytest.approx(60, abs=2)
            assert bottom - top == pytest.approx(60, abs=2)


def test_a_class_has_as_many_in_an_image_as_it_says_apart_from_the_others() -> None:
    classes = {"many": DISC, "one": {**DISC, "count_range": [1, 1]}, "few": {**DISC, "count_range": [0, 3]}}
    made = smear(classes=classes, objects_range=[4, 4], object_size_range=[0.1, 0.1], below="keep")
    rows = made.generate(Rows(5, 0, 1000)).column("objects").to_pylist()
    labels = [[thing["label"] for thing in row] for row in rows]
    assert all(row.count(0) == 4 and row.count(1) == 1 for row in labels)
    assert [sum(row.count(2) == n for row in labels) for n in range(4)] == [250] * 4


def test_what_keeps_apart_is_not_covered_and_covers_nothing() -> None:
    classes = {
        "crowd": {**DISC, "size_range": [0.2, 0.3]},
        "alone": {**DISC, "size_range": [0.3, 0.4], "count_range": [1, 2], "keeps_apart": True},
    }
    made = smear(classes=classes, objects_range=[12, 12], labels=["label", "occluded", "amodal_box"])
    met = 0
    for row in made.generate(Rows(5, 0, 40)).column("objects").to_pylist():
        assert all(thing["occluded"] < 0.1 for thing in row if thing["label"] == 1)
        met += any(thing["occluded"] > 0.3 for thing in row)
    assert met > 20


def test_a_class_may_be_kept_inside_while_others_are_cut_off() -> None:
    inside = {**DISC, "count_range": [2, 2], "placement": {"kind": "uniform", "border": "inside"}}
    made = smear(classes={"cut": DISC, "whole": inside}, objects_range=[4, 4], labels=["label", "truncated"])
    things = [t for row in made.generate(Rows(5, 0, 30)).column("objects").to_pylist() for t in row]
    assert not any(thing["truncated"] for thing in things if thing["label"] == 1)
    assert any(thing["truncated"] for thing in things if thing["label"] == 0)


def test_what_is_said_of_a_class_is_refused_where_nobody_would_read_it() -> None:
    second = smear(classes={"cell": [DISC, {**DISC, "count_range": [1, 2]}]})
    assert "first asset" in next(problem.message for problem in second.problems())
    distractor = smear(classes={"cell": DISC}, distractors={"dust": {**DISC, "keeps_apart": True}})
    assert "distractor" in next(problem.message for problem in distractor.problems())


def test_a_share_of_a_class_in_clusters_may_be_anywhere() -> None:
    def spread(loose: float) -> float:
        placement = {"kind": "clusters", "clusters_range": [1, 1], "spread": 0.05, "loose": loose}
        given = {"classes": {"cell": {**DISC, "placement": placement}}, "objects_range": [10, 10]}
        made = smear(**given, object_size_range=[0.05, 0.05], below="keep", labels=["label", "box"])
        rows = made.generate(Rows(5, 0, 30)).column("objects").to_pylist()
        return float(np.mean([np.std([thing["box"][0] for thing in row]) for row in rows]))

    assert spread(0) < 15 < 30 < spread(1)
