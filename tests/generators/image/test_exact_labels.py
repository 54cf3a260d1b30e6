"""Labels equal those of an independent render: each object over the whole image, alone and in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as reference

from synthlab import Rows, masks
from synthlab_image import ImageGenerator
from synthlab_image.labels import known
from synthlab_image.layout import Layout, Placed

# pycocotools hands NumPy its masks in the way of NumPy 1.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PLACEMENTS: list[dict[str, Any]] = [
    {"kind": "uniform"},
    {"kind": "uniform", "border": "inside"},
    {"kind": "grid"},
    {"kind": "clusters"},
    {"kind": "poisson"},
    {"kind": "overlap", "overlap_range": [0.2, 0.6]},
    {"kind": "surface"},
    {"kind": "scenery", "on": "board"},
    {"kind": "scenery", "on": "belt", "heaps": 0.5, "loose": 0.2},
]
CELL = {"asset": "particle", "colours": [[200, 120, 160]]}
CELLS = {
    "cell": {**CELL, "softness_range": [0, 0.1]},
    "other": {**CELL, "count_range": [0, 2], "keeps_apart": True, "placement": {"kind": "uniform"}},
}
options = st.fixed_dictionaries(
    {
        "width": st.integers(48, 160),
        "height": st.integers(48, 160),
        "objects_range": st.tuples(st.integers(0, 4), st.integers(4, 12)),
        "object_size_range": st.tuples(st.floats(0.05, 0.3), st.floats(0.3, 1.2)),
        "classes": st.sampled_from([["circle", "star", "ring", "arrow"], CELLS]),
        "placement": st.sampled_from(PLACEMENTS),
        "backgrounds": st.sampled_from([["plain"], ["shelf"], ["belt"]]),
        "zoom_range": st.sampled_from([(1, 1), (0.5, 1.4)]),
        "perspective_range": st.sampled_from([(0, 0), (0, 1)]),
        "flips": st.sampled_from([0, 0.5]),
        "distractors": st.sampled_from([None, ["star", "ring"]]),
        "below": st.sampled_from(["drop", "ignore", "keep", "unlabeled"]),
        "effects": st.sampled_from([{}, {"lens_rate": 1, "lens_range": [-0.2, 0.2]}]),
        "min_visible_pixels": st.integers(1, 60),
        "min_visibility": st.floats(0, 0.9),
    }
)


def alone(layout: Layout, placed: Placed) -> tuple[npt.NDArray[np.bool_], int, int]:
    """Return the object in a frame large enough for all of it, and where the image begins there.

    A way of its own: every pixel of the frame is asked in turn which of the picture it shows.
    """
    scene, pose, picture = layout.scene, placed.thing.pose, placed.raster.pixels[..., 3].astype(np.float64)
    left, top, right, bottom = placed.whole_box
    reach = max(0, -left, -top, right - scene.width, bottom - scene.height) + 4
    y, x = np.mgrid[-reach : scene.height + reach, -reach : scene.width + reach]
    near = (np.abs(x - pose.x) < 2.2 * pose.size + 12) & (np.abs(y - pose.y) < 2.2 * pose.size + 12)
    if scene.camera.lens:
        near[:] = True
    u, v = x[near] + 0.5, y[near] + 0.5
    if scene.camera.lens:
        half = scene.width / 2, scene.height / 2
        dx, dy = u - half[0], v - half[1]
        square = (dx * dx + dy * dy) / (half[0] ** 2 + half[1] ** 2)
        factor = 1 + scene.camera.lens * np.minimum(square, 1.44)
        u, v = half[0] + dx * factor, half[1] + dy * factor
    # From the image to the plane of the object, then to its picture.
    height, width = picture.shape
    longer = max(width, height) - 2 * placed.raster.margin
    scale, (cosine, sine) = pose.size / longer, pose.direction
    far = np.array(pose.tilt) * 2 / longer
    turn = np.array([[cosine, -sine], [sine, cosine]]) @ np.diag(
        [-scale if pose.flip else scale, scale * pose.squeeze]
    )
    forward = np.eye(3)
    forward[:2, :2] = turn + np.outer([pose.x, pose.y], far)
    forward[:2, 2] = pose.x, pose.y
    forward[2, :2] = far
    back = np.linalg.inv(forward) @ np.stack([u, v, np.ones_like(u)])
    across, down = back[0] / back[2] + width / 2 - 0.5, back[1] / back[2] + height / 2 - 0.5
    across, down = np.where(back[2] > 0, across, -9.0), np.where(back[2] > 0, down, -9.0)
    # Bilinear, in whole 32ths of a pixel as OpenCV's tables have it.
    fine_x, fine_y = np.rint(across * 32).astype(int), np.rint(down * 32).astype(int)
    column, row, a, b = fine_x >> 5, fine_y >> 5, (fine_x & 31) / 32, (fine_y & 31) / 32
    framed = np.pad(picture, 2)

    def at(r: Any, c: Any) -> Any:
        return framed[np.clip(r + 2, 0, height + 3), np.clip(c + 2, 0, width + 3)]

    value = (at(row, column) * (1 - a) + at(row, column + 1) * a) * (1 - b)
    value += (at(row + 1, column) * (1 - a) + at(row + 1, column + 1) * a) * b
    covered = np.zeros(x.shape, dtype=np.bool_)
    covered[near] = value >= 127.5
    return covered, reach, reach


@settings(max_examples=30, deadline=None)
@given(options, st.integers(0, 2**32))
def test_labels_equal_those_of_each_object_rendered_alone(found: dict[str, Any], seed: int) -> None:
    generator = ImageGenerator(**found)
    for layout in generator.layouts(Rows(seed, 0, 1)):
        scene = layout.scene
        ids = np.zeros((scene.height, scene.width), dtype=np.int64)
        for placed in reversed(layout.placed):
            covered, left, top = alone(layout, placed)
            # A coverage within rounding of a half may fall on either side.
            x_min, y_min, x_max, y_max = placed.whole_box
            mine = covered[top : top + scene.height, left : left + scene.width]
            assert abs(int(covered.sum()) - placed.whole_area) <= 0.004 * placed.whole_area + 3
            y, x = np.nonzero(covered)
            far = np.abs(
                np.array([x.min() - left, y.min() - top, x.max() + 1 - left, y.max() + 1 - top])
                - (x_min, y_min, x_max, y_max)
            )
            assert far.max() <= 1
            ids[mine] = placed.number
        assert (ids != layout.ids).mean() <= 0.004


@settings(max_examples=30, deadline=None)
@given(options, st.integers(0, 2**32))
def test_laws_of_labels(found: dict[str, Any], seed: int) -> None:
    generator = ImageGenerator(**found)
    width, height = generator.width, generator.height
    for layout in generator.layouts(Rows(seed, 0, 2)):
        objects = known(layout, generator.rules)
        total = 0
        for thing in objects:
            placed = thing.placed
            mask = reference.decode({"size": [height, width], "counts": thing.mask})
            assert (mask == (layout.ids == placed.number)).all()
            assert mask.sum() == placed.area > 0, "no label without pixels"
            total += placed.area
            y, x = np.nonzero(mask)
            assert placed.box == thing.box == (x.min(), y.min(), x.max() + 1, y.max() + 1)
            left, top, right, bottom = placed.whole_box
            assert left <= x.min() < x.max() + 1 <= right, "visible within amodal"
            assert top <= y.min() < y.max() + 1 <= bottom
            assert placed.area <= placed.inside_area <= placed.whole_area
            assert placed.visibility == round(placed.area / placed.whole_area, 4)
            outlines = masks.polygons(thing.mask, height)
            if outlines:
                again = reference.decode(reference.merge(reference.frPyObjects(outlines, height, width)))
                assert (again == mask).all(), "polygons give the mask back"
        drawn = [p for p in layout.placed if p.thing.label >= 0 and p.area]
        if generator.below != "unlabeled":
            assert len(objects) == len(drawn), "no pixels of a labeled class without a label"
            others = np.isin(layout.ids, [0] + [p.number for p in layout.placed if p.thing.label < 0]).sum()
            assert total + others == width * height, "areas add up"
        if generator.below == "drop":
            for thing in objects:
                assert thing.placed.area >= generator.min_visible_pixels
                assert thing.placed.visibility >= round(generator.min_visibility, 4) - 1e-4
        assert [thing.ignored for thing in objects] == [
            generator.below == "ignore" and not thing.placed.enough for thing in objects
        ]


@settings(max_examples=15, deadline=None)
@given(options, st.integers(0, 2**32))
def test_a_scene_is_drawn_again_from_its_json(found: dict[str, Any], seed: int) -> None:
    from synthlab_image.scene import from_json

    generator = ImageGenerator(**found, scene=True)
    batch = generator.generate(Rows(seed, 0, 2))
    layouts = list(generator.layouts(Rows(seed, 0, 2)))
    for row, layout in zip(batch.to_pylist(), layouts, strict=True):
        image, again = generator.render(from_json(row["scene"]))
        assert image == row["image"]["bytes"]
        assert (again.ids == layout.ids).all()
        assert [k.box for k in known(again, generator.rules)] == [
            tuple(int(v) for v in thing["box"]) for thing in row["objects"]
        ]


@pytest.mark.parametrize("bend", [-0.2, -0.08, 0.05, 0.2])
def test_nothing_is_cut_off_inside_the_border_behind_a_lens(bend: float) -> None:
    """Not by the lens either, which moves what is near the corners most."""
    generator = ImageGenerator.model_validate(
        {
            "width": 160,
            "height": 120,
            "objects_range": [6, 9],
            "placement": {"kind": "uniform", "border": "inside"},
            "effects": {"lens_rate": 1, "lens_range": [bend, bend]},
        }
    )
    things = 0
    for layout in generator.layouts(Rows(8, 0, 40)):
        for placed in layout.placed:
            assert placed.truncated == 0
            things += 1
    assert things > 200
