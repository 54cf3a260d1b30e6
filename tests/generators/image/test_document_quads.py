"""Quads hold the ink that they name: tried against ink that is drawn alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab_image.documents.bending import Bend, Fold, Mesh, mesh
from synthlab_image.documents.columns import reading
from synthlab_image.documents.quads import around, corners_of, hulls
from synthlab_image.documents.sheet import Draft, Sheet
from synthlab_image.documents.typefaces import FAMILIES, INKED
from synthlab_image.documents.typesetting import printed
from synthlab_image.geometry import direction
from synthlab_image.scene import Pose
from synthlab_image.warp import Lens, View

WORDS = "Quittung über 12,50 € und ½ Gläser (jäh) fÜr Ångström"
WIDTH, HEIGHT = 500, 400

bends = st.builds(
    Bend,
    folds=st.lists(
        st.builds(Fold, st.integers(0, 359).map(direction), st.floats(-0.4, 0.4), st.floats(-0.2, 0.2)),
        max_size=4,
    ).map(tuple),
    curl=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
    view=st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)),
)
poses = st.builds(
    Pose,
    x=st.just(WIDTH / 2),
    y=st.just(HEIGHT / 2),
    size=st.floats(300, 400),
    direction=st.integers(0, 359).map(direction),
    squeeze=st.floats(0.7, 1.0),
    tilt=st.tuples(st.floats(-0.25, 0.25), st.floats(-0.25, 0.25)),
)
lenses = st.one_of(st.none(), st.builds(Lens, st.just(WIDTH), st.just(HEIGHT), st.floats(-0.1, 0.1)))


def sheet_of(words: str, family: str = "serif") -> Sheet:
    draft, face = Draft(16.0, (255, 255, 255), (0, 0, 0)), FAMILIES[family].regular
    for i, word in enumerate(words.split()):
        draft.write(word, 1.0 + 3.0 * (i % 3), 2.0 + 2.0 * (i // 3), face, 1.2, draft.field("a"))
    return draft.sheet(9.0)


def mesh_of(sheet: Sheet, scale: float, pose: Pose, bend: Bend, lens: Lens | None) -> Mesh:
    rows, columns = printed(sheet, scale).cover.shape
    return mesh(WIDTH, HEIGHT, View(pose, columns, rows, margin=0), bend, lens)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_box_goes_around_the_ink_of_its_character_and_touches_it(family: str) -> None:
    for character in dict.fromkeys(WORDS.replace(" ", "")):
        found = printed(sheet_of(character, family), 17.3)
        # The ink is black on white, so its coverage is what is missing from white.
        y, x = np.nonzero(255 - found.colours[..., 0] >= INKED)
        ((left, top, right, bottom),) = found.letters.boxes.tolist()
        assert (left, top, right, bottom) == (x.min(), y.min(), x.max() + 1, y.max() + 1)


@settings(max_examples=60, deadline=None)
@given(pose=poses, bend=bends, lens=lenses)
def test_the_way_back_through_a_mesh_ends_where_it_began(pose: Pose, bend: Bend, lens: Lens | None) -> None:
    sheet = sheet_of(WORDS)
    bent = mesh_of(sheet, 20.0, pose, bend, lens)
    points = np.random.Generator(np.random.Philox(1)).uniform((5, 5), (315, 175), (200, 2))
    there, _ = bent.sheet_at(bent.image_at(points))
    inside = bent.image_at(points)
    seen = ((inside > 0) & (inside < (WIDTH, HEIGHT))).all(axis=1)
    assert np.abs(there - points)[seen].max(initial=0) < 1e-3


def seen(cover: npt.NDArray[Any], bent: Mesh) -> npt.NDArray[Any]:
    """Return a picture as the mesh shows it, each pixel looked up by itself: the slow way, with doubles."""
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    there, _ = bent.sheet_at(np.stack([x.ravel(), y.ravel()], axis=-1))
    columns, rows = there[:, 0] - 0.5, there[:, 1] - 0.5
    padded = np.pad(cover.astype(float), 2)
    i = np.clip(np.floor(columns), -2, cover.shape[1]).astype(int)
    j = np.clip(np.floor(rows), -2, cover.shape[0]).astype(int)
    u, v = np.clip(columns - i, 0, 1), np.clip(rows - j, 0, 1)
    a, b, c, d = (padded[j + 2 + dj, i + 2 + di] for dj in (0, 1) for di in (0, 1))
    shown = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v
    return shown.reshape(HEIGHT, WIDTH)


def beyond(points: npt.NDArray[Any], quad: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return by how much the farthest of the points is outside each of the four sides of a quad."""
    way = np.roll(quad, -1, axis=0) - quad
    normal = np.stack([way[:, 1], -way[:, 0]], axis=-1) / np.linalg.norm(way, axis=1)[:, None]
    out: npt.NDArray[Any] = ((points[:, None, :] - quad[None]) * normal[None]).sum(axis=-1).max(axis=0)
    return out


@settings(max_examples=15, deadline=None)
@given(pose=poses, bend=bends, lens=lenses, chosen=st.integers(0, len(WORDS.split()) - 1))
def test_the_ink_of_a_word_alone_is_inside_its_quad(
    pose: Pose, bend: Bend, lens: Lens | None, chosen: int
) -> None:
    sheet = sheet_of(WORDS)
    bent = mesh_of(sheet, 20.0, pose, bend, lens)
    found = reading(sheet, printed(sheet, 20.0).letters, bent)
    alone = Sheet(sheet.width, sheet.height, sheet.paper, (sheet.runs[chosen],), (), sheet.fields)
    shown = seen(255 - printed(alone, 20.0).colours[..., 0], bent)
    y, x = np.nonzero(shown >= 127)
    if not len(x) or x.min() < 1 or y.min() < 1 or x.max() > WIDTH - 2 or y.max() > HEIGHT - 2:
        return
    middles = np.stack([x + 0.5, y + 0.5], axis=-1)
    for quads in (found.word_quads, found.line_quads, found.field_quads):
        assert quads is not None
        out = beyond(middles, quads[chosen])
        assert out.max() <= 0.5
        # And no side is far from the ink: it touches the box of a character.
        assert out.min() >= -3.5


def test_a_quad_around_straight_letters_is_their_common_box() -> None:
    boxes = np.array([[3, 4, 9, 12], [10, 2, 14, 12], [20, 5, 26, 15], [30, 5, 31, 9]])
    groups = np.array([0, 0, 1, 1])
    sides = corners_of(hulls(boxes, groups, 2), None)
    quads = around(corners_of(boxes, None), sides, groups)
    assert np.allclose(quads[:, 0], [[3, 2], [20, 5]])
    assert np.allclose(quads[:, 2], [[14, 12], [31, 15]])
