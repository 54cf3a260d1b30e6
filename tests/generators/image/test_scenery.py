"""Backgrounds that are places, and things where they belong in them."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Rows
from synthlab_image import ImageGenerator
from synthlab_image import scenery as places
from synthlab_image.options import BackgroundName
from synthlab_image.scene import Texture
from synthlab_image.scenery.brush import covered
from synthlab_image.seats import SEATS

PLACES = ("clutter", "street", "vehicles", "shelf", "belt", "panel")
BARE = {"shadows": 0, "shading_range": [0, 0]}


def made(**options: Any) -> ImageGenerator:
    return ImageGenerator.model_validate({"width": 320, "height": 240, "effects": BARE, **options})


def test_every_place_is_a_background() -> None:
    assert set(PLACES) <= set(get_args(BackgroundName))
    assert set(SEATS) <= set(PLACES)


@given(
    kind=st.sampled_from(PLACES),
    size=st.tuples(st.integers(16, 260), st.integers(16, 260)),
    origin=st.tuples(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True)),
    grey=st.integers(0, 255),
)
@settings(max_examples=60, deadline=None)
def test_a_place_has_the_size_asked_for_and_is_the_same_every_time(
    kind: str, size: tuple[int, int], origin: tuple[float, float], grey: int
) -> None:
    texture = Texture(kind, ((grey, 90, 40), (20, grey, 90), (200, 180, grey)), origin=origin)
    picture = places.paint(texture, *size)
    assert picture is not None
    assert picture.shape == (size[1], size[0], 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, places.paint(texture, *size))
    assert places.seats(texture, *size) == places.seats(texture, *size)
    assert {seat.name for seat in places.seats(texture, *size)} <= set(SEATS.get(kind, ()))


@pytest.mark.parametrize("kind", PLACES)
def test_no_two_places_are_alike(kind: str) -> None:
    generator = made(backgrounds=[kind], objects_range=(0, 0))
    images = generator.generate(Rows(3, 0, 12)).column("image").to_pylist()
    assert len({image["bytes"] for image in images}) == 12


def test_what_stands_on_a_shelf_stands_on_its_boards() -> None:
    generator = made(
        classes={"can": {"asset": "package", "packages": ["can"], "size_range": [0.4, 0.6]}},
        objects_range=(8, 8),
        rotation_range=(0, 0),
        backgrounds=["shelf"],
        placement={"kind": "scenery", "on": "board"},
    )
    feet = 0
    for layout in generator.layouts(Rows(5, 0, 30)):
        texture = layout.scene.background.texture
        boards = [seat.top for seat in places.seats(texture, 320, 240) if seat.name == "board"]
        for placed in layout.placed:
            assert min(abs(placed.whole_box[3] - board) for board in boards) <= 1
            feet += 1
    assert feet > 150


def test_it_stands_there_behind_a_lens_too_as_long_as_that_bends_little() -> None:
    generator = made(
        classes={"box": {"asset": "package", "packages": ["box"], "size_range": [0.4, 0.5]}},
        objects_range=(6, 6),
        rotation_range=(0, 0),
        backgrounds=["shelf"],
        placement={"kind": "scenery", "on": "board"},
        effects={**BARE, "lens_rate": 1.0, "lens_range": [0.004, 0.005]},
    )
    for layout in generator.layouts(Rows(5, 0, 10)):
        texture = layout.scene.background.texture
        boards = [seat.top for seat in places.seats(texture, 320, 240) if seat.name == "board"]
        for placed in layout.placed:
            assert min(abs(placed.whole_box[3] - board) for board in boards) <= 4


def test_a_bumper_has_one_plate_in_its_middle() -> None:
    generator = made(
        classes={"plate": {"asset": "plate", "styles": ["british"], "size_range": [0.2, 0.3]}},
        objects_range=(1, 1),
        rotation_range=(0, 0),
        backgrounds=["vehicles"],
        placement={"kind": "scenery", "on": "bumper"},
    )
    met = 0
    for layout in generator.layouts(Rows(9, 0, 60)):
        seats = places.seats(layout.scene.background.texture, 320, 240)
        for placed in layout.placed if seats else ():
            x, y = ((placed.whole_box[i] + placed.whole_box[i + 2]) / 2 for i in (0, 1))
            nearest = min(seats, key=lambda seat: abs(seat.left - x) + abs(seat.top - y))
            assert abs(nearest.left - x) <= 1.5
            assert abs(nearest.top - y) <= 1.5
            # A size of 1 is the width of the car.
            assert 0.15 * nearest.scale * 240 < placed.thing.pose.size <= 0.3 * nearest.scale * 240
            met += 1
    assert met > 30


def test_things_are_anywhere_where_the_background_has_no_place_for_them() -> None:
    common = {"classes": ["star"], "objects_range": (3, 3)}
    generator = made(
        **common, backgrounds={"plain": 1000, "belt": 1}, placement={"kind": "scenery", "on": "belt"}
    )
    layouts = list(generator.layouts(Rows(2, 0, 20)))
    assert sum(layout.scene.background.texture.kind == "plain" for layout in layouts) > 15
    assert all(len(layout.placed) == 3 for layout in layouts)


def test_a_placement_that_no_background_has_a_place_for_is_told() -> None:
    wanted = {"kind": "scenery", "on": "board"}
    (problem,) = made(backgrounds=["street", "plain"], placement=wanted).problems()
    assert problem.path == ("placement",)
    assert "board" in problem.message
    assert "shelf" in (problem.hint or "")
    own = {"can": {"asset": "package", "placement": wanted}}
    assert [p.path for p in made(backgrounds=["belt"], classes=own).problems()] == [
        ("classes", "can", "placement")
    ]
    assert not list(made(backgrounds=["shelf"], classes=own).problems())


def test_heaps_are_closer_than_things_that_lie_alone() -> None:
    def spread(heaps: float) -> float:
        generator = made(
            classes={"nut": {"asset": "part", "parts": ["nut"], "size_range": [0.05, 0.06]}},
            objects_range=(8, 8),
            backgrounds=["belt"],
            placement={"kind": "scenery", "on": "belt", "heaps": heaps},
        )
        distances = []
        for layout in generator.layouts(Rows(4, 0, 30)):
            middles = np.array([(p.thing.pose.x, p.thing.pose.y) for p in layout.placed])
            apart = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
            np.fill_diagonal(apart, np.inf)
            distances.append(apart.min(axis=1).mean())
        return float(np.mean(distances))

    assert spread(0.9) < 0.6 * spread(0.0)


def test_all_things_of_an_image_are_zoomed_alike() -> None:
    common = {"classes": ["square"], "objects_range": (4, 4), "object_size_range": (0.2, 0.2)}
    sizes = [
        {placed.thing.pose.size for placed in layout.placed}
        for layout in made(**common, zoom_range=(0.5, 1.5), min_visibility=0.01).layouts(Rows(6, 0, 40))
    ]
    assert all(len(found) == 1 for found in sizes)
    (smallest,), (largest,) = min(sizes, key=min), max(sizes, key=max)
    assert 0.1 * 240 <= smallest < 0.15 * 240
    assert 0.25 * 240 < largest <= 0.3 * 240


@given(
    turn=st.floats(0, 6.28),
    side=st.floats(12, 60),
    place=st.tuples(st.floats(45, 60), st.floats(45, 60)),
    level=st.integers(60, 255),
)
@settings(max_examples=60, deadline=None)
def test_edges_of_what_lies_about_are_smooth(
    turn: float, side: float, place: tuple[float, float], level: int
) -> None:
    # A detector would tell jagged things from those that are to be found.
    across, down = side * np.cos(turn) / 2, side * np.sin(turn) / 2
    corners = [(across, down), (-down, across), (-across, -down), (down, -across)]
    picture = np.zeros((110, 110, 3), dtype=np.uint8)
    surface = Texture("plain", ((level, level, level),))
    covered(picture, [(place[0] + x, place[1] + y) for x, y in corners], surface)
    # OpenCV adds about half a pixel on each side.
    assert 0 < picture[..., 0].sum() / level - side * side / 2 < 3 * side
    edge = (picture[..., 0] > 0.1 * level) & (picture[..., 0] < 0.9 * level)
    assert edge.sum() > side / 3
