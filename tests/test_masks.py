"""Masks: what pycocotools makes of the same pixels is what they have to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pycocotools import mask as reference
from scipy import ndimage

from synthlab import masks

# pycocotools hands NumPy its masks in the way of NumPy 1.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

OBJECTS = 3

id_maps = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.integers(0, OBJECTS),
)


def blobs(count: int = 60) -> list[npt.NDArray[np.bool_]]:
    """Return masks with smooth borders, several parts and holes, some as large as the image."""
    draw = np.random.default_rng(5)
    found = []
    for i in range(count):
        height, width = draw.integers(2, 60, 2)
        noise = ndimage.gaussian_filter(draw.random((height, width)), 1 + i % 3)
        found.append(noise > np.quantile(noise, draw.uniform(0, 0.9)))
    return found


def own(mask: npt.NDArray[np.bool_]) -> str:
    return masks.encode(mask.astype(np.uint8), 1)[0]


def theirs(mask: npt.NDArray[np.bool_]) -> dict[str, Any]:
    found: dict[str, Any] = reference.encode(np.asfortranarray(mask.astype(np.uint8)))
    return found


def filled(outlines: list[list[int]], height: int, width: int) -> npt.NDArray[np.bool_]:
    if not outlines:
        return np.zeros((height, width), dtype=np.bool_)
    decoded = reference.decode(reference.merge(reference.frPyObjects(outlines, height, width)))
    return np.asarray(decoded, dtype=np.bool_)


@given(id_maps)
def test_an_id_map_is_encoded_as_pycocotools_encodes_each_object(ids: npt.NDArray[np.uint8]) -> None:
    found = masks.encode(ids, OBJECTS)
    assert found == [theirs(ids == i)["counts"].decode() for i in range(1, OBJECTS + 1)]


@given(id_maps)
def test_a_decoded_mask_is_the_mask(ids: npt.NDArray[np.uint8]) -> None:
    for i, counts in enumerate(masks.encode(ids, OBJECTS), 1):
        assert np.array_equal(masks.decode(counts, *ids.shape), ids == i)


@given(id_maps)
def test_area_and_bounds_are_those_of_the_pixels(ids: npt.NDArray[np.uint8]) -> None:
    for i, counts in enumerate(masks.encode(ids, OBJECTS), 1):
        x, y, width, height = reference.toBbox(theirs(ids == i))
        assert masks.area(counts) == (ids == i).sum()
        assert masks.bounds(counts, ids.shape[0]) == (x, y, x + width, y + height)


@given(id_maps)
def test_outlines_give_the_mask_again_or_there_is_a_hole(ids: npt.NDArray[np.uint8]) -> None:
    for i, counts in enumerate(masks.encode(ids, OBJECTS), 1):
        outlines = masks.polygons(counts, ids.shape[0])
        if outlines is None:
            assert holes(ids == i)
        else:
            assert not holes(ids == i)
            assert np.array_equal(filled(outlines, *ids.shape), ids == i)


@pytest.mark.parametrize("mask", blobs())
def test_large_masks_keep_every_pixel(mask: npt.NDArray[np.bool_]) -> None:
    counts, (height, width) = own(mask), mask.shape
    assert counts == theirs(mask)["counts"].decode()
    assert np.array_equal(masks.decode(counts, height, width), mask)
    outlines = masks.polygons(counts, height)
    assert (outlines is None) == holes(mask)
    if outlines is not None:
        assert len(outlines) == ndimage.label(mask)[1]
        assert np.array_equal(filled(outlines, height, width), mask)


def holes(mask: npt.NDArray[np.bool_]) -> bool:
    """Return whether there is background that is cut off from the outside, corners included."""
    outside = np.pad(~mask, 1, constant_values=True)
    return bool(ndimage.label(outside, np.ones((3, 3)))[1] > 1)


def test_an_outline_runs_clockwise_along_the_edges_of_the_pixels() -> None:
    mask = np.zeros((5, 6), dtype=np.bool_)
    mask[1:3, 2:5] = True
    assert masks.polygons(own(mask), 5) == [[2, 1, 5, 1, 5, 3, 2, 3]]


def test_pixels_that_touch_at_a_corner_are_two_parts() -> None:
    assert masks.polygons(own(np.eye(2, dtype=np.bool_)), 2) == [
        [0, 0, 1, 0, 1, 1, 0, 1],
        [1, 1, 2, 1, 2, 2, 1, 2],
    ]


def test_a_mask_without_pixels_has_no_area_no_bounds_and_no_outline() -> None:
    counts = own(np.zeros((4, 3), dtype=np.bool_))
    assert masks.area(counts) == 0
    assert masks.bounds(counts, 4) == (0, 0, 0, 0)
    assert masks.polygons(counts, 4) == []
    assert masks.run_lengths(counts).tolist() == [12]


def test_a_mask_of_another_image_is_refused() -> None:
    with pytest.raises(ValueError, match="covers 12 pixels, the image 5 x 3"):
        masks.decode(own(np.ones((4, 3), dtype=np.bool_)), 5, 3)


def test_ids_above_255_are_told_apart() -> None:
    ids = np.arange(300, dtype=np.uint16).reshape(15, 20)
    assert [masks.area(counts) for counts in masks.encode(ids, 299)] == [1] * 299
