"""Where objects may come to lie: the places that are tried for each, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from synthlab import Draws

from .options import CountRange, Share, ShareRange
from .seats import Seat, SeatName

__all__ = ["PLACES", "Placement", "SceneryPlacement", "Spot", "UniformPlacement", "spots"]

PLACES = 24
"""How many places are tried for an object before it is made smaller, or left out."""

HEAP = 0.07
"""How far the things of a heap are from each other, as a share of the image's shorter side."""

Place = tuple[int, int]


class Spot(NamedTuple):
    """Pixels where the centre of an object may come to lie, best first."""

    places: tuple[Place, ...]
    scale: float = 1.0
    """By how much its distance makes it smaller."""
    overlap: float | None = None
    """Which share of it should be hidden by others."""
    inside: bool | None = None
    """Whether it is kept from being cut off by the border; None: as all objects."""
    stands: bool = False
    """Whether its foot comes to lie there, and not its centre."""


class _Placement(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    border: Literal["cut", "inside"] = Field(
        "cut", description="Whether objects may be cut off by the border of the image."
    )


class UniformPlacement(_Placement):
    """Anywhere in the image."""

    kind: Literal["uniform"] = "uniform"


class GridPlacement(_Placement):
    """In rows and columns, each cell taken once."""

    kind: Literal["grid"]
    columns: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="By default as many as make the cells about square."
    )
    jitter: Share = Field(0.2, description="How far from the middle of its cell an object may be.")


class ClustersPlacement(_Placement):
    """Close to each other in a few spots."""

    kind: Literal["clusters"]
    clusters_range: Annotated[CountRange, AfterValidator(lambda pair: (max(1, pair[0]), max(1, pair[1])))] = (
        Field((1, 3), description="How many spots.")
    )
    spread: Share = Field(0.12, description="How wide they are, as a share of the image's shorter side.")
    loose: Share = Field(0.0, description="Share of the objects that are in none of them.")


class PoissonPlacement(_Placement):
    """Scattered, but not closer to each other than a distance where that is possible."""

    kind: Literal["poisson"]
    distance: Share = Field(0.25, description="Between centres, as a share of the image's shorter side.")


class OverlapPlacement(_Placement):
    """Scattered so that a wanted share of each object is hidden by those before it."""

    kind: Literal["overlap"]
    overlap_range: ShareRange = Field((0.0, 0.5), description="The share that should be hidden.")


class SurfacePlacement(_Placement):
    """On a plane that is seen from aslant: farther up in the image things are smaller, and behind."""

    kind: Literal["surface"]
    horizon: Annotated[float, Field(ge=-2, le=0.9)] = Field(
        -0.3, description="Where the plane ends, as a share of the height; below 0 it is above the image."
    )


class NearPlacement(_Placement):
    """Near some of the given places: where such things were in real images, say."""

    kind: Literal["near"]
    places: Annotated[tuple[tuple[Share, Share], ...], Field(min_length=1, max_length=500)] = Field(
        description="Centres [x, y], as shares of the image's width and height."
    )
    spread: Share = Field(0.05, description="How far from them, as a share of the image's shorter side.")


class SceneryPlacement(_Placement):
    """Where such things are in the place behind them: on the boards of a shelf, say."""

    kind: Literal["scenery"]
    on: SeatName = Field(
        description="Upper ends of the poles of a street; bumpers of vehicles (a size of 1 is the width of "
        "the car); boards of a shelf (a size of 1 is the room above), or their edges (1 is five times as "
        "high); a belt (1 is its width). On other backgrounds, anywhere."
    )
    loose: Share = Field(0.0, description="Share of the objects that are anywhere.")
    heaps: Share = Field(0.0, description="Share of the objects that lie close to one before them.")


Placement = Annotated[
    UniformPlacement
    | NearPlacement
    | SceneryPlacement
    | GridPlacement
    | ClustersPlacement
    | PoissonPlacement
    | OverlapPlacement
    | SurfacePlacement,
    Field(discriminator="kind"),
]


def spots(
    placement: Placement, count: int, width: int, height: int, draws: Draws, seats: Sequence[Seat] = ()
) -> list[Spot]:
    """Return where each of `count` objects may be, nearest first; `seats` are those of the background."""
    match placement:
        case SceneryPlacement():
            fit = [seat for seat in seats if seat.name == placement.on]
            return _on(placement, fit, count, width, height, draws)
        case GridPlacement():
            return _grid(placement, count, width, height, draws)
        case ClustersPlacement():
            return _clusters(placement, count, width, height, draws)
        case PoissonPlacement():
            return _poisson(placement, count, width, height, draws)
        case NearPlacement():
            return [Spot(_near(placement, width, height, draws)) for _ in range(count)]
        case OverlapPlacement():
            return [
                Spot(_anywhere(width, height, draws), overlap=draws.uniform(*placement.overlap_range))
                for _ in range(count)
            ]
        case SurfacePlacement():
            return _surface(placement, count, width, height, draws)
        case _:
            return [Spot(_anywhere(width, height, draws)) for _ in range(count)]


def _anywhere(width: int, height: int, draws: Draws, count: int = PLACES) -> tuple[Place, ...]:
    """Return pixels anywhere in the image: 32 bits of a word for the column, 32 for the row."""
    words, half = draws.words(count), np.uint64(32)
    columns = ((words >> half) * np.uint64(width)) >> half
    rows = ((words & np.uint64(0xFFFFFFFF)) * np.uint64(height)) >> half
    return tuple(zip(columns.tolist(), rows.tolist(), strict=True))


def _folded(place: int, size: int) -> int:
    """Return a place inside the image: what would be outside is mirrored at the border, not pressed onto it,
    where more things would be cut in half than anywhere else."""
    place %= 2 * size
    return min(place, 2 * size - 1 - place)


def _near(placement: NearPlacement, width: int, height: int, draws: Draws) -> tuple[Place, ...]:
    steps = (draws.normals(PLACES, 2) * (placement.spread * min(width, height))).tolist()
    chosen = [draws.choice(placement.places) for _ in steps]
    return tuple(
        (_folded(int(x * width + across), width), _folded(int(y * height + down), height))
        for (x, y), (across, down) in zip(chosen, steps, strict=True)
    )


def _on(
    placement: SceneryPlacement, seats: Sequence[Seat], count: int, width: int, height: int, draws: Draws
) -> list[Spot]:
    result: list[Spot] = []
    before: list[Spot] = []
    reach = HEAP * min(width, height)
    turns, number = draws.shuffled(seats), 0
    for _ in range(count):
        loose, heaped = draws.chance(placement.loose), draws.chance(placement.heaps)
        if loose or not seats:
            result.append(Spot(_anywhere(width, height, draws)))
            continue
        if heaped and before:
            other = draws.choice(before)
            x, y = other.places[0]
            steps = (draws.normals(PLACES, 2) * reach).tolist()
            around = [(x + int(a), y + int(b)) for a, b in steps]
            inside = tuple((_folded(a, width), _folded(b, height)) for a, b in around)
            result.append(other._replace(places=inside))
            continue
        # Each seat in turn; one size for all the places of an object, so seats of one scale.
        first = turns[number % len(turns)]
        number += 1
        if number > len(turns) and (first.left, first.top) == (first.right, first.bottom):
            result.append(Spot(_anywhere(width, height, draws)))
            continue
        alike = [seat for seat in seats if seat.scale == first.scale]
        chosen = [first] * (PLACES // 3) + [draws.choice(alike) for _ in range(PLACES - PLACES // 3)]
        places = tuple(
            (int(draws.uniform(seat.left, seat.right)), int(draws.uniform(seat.top, seat.bottom)))
            for seat in chosen
        )
        before.append(Spot(places, scale=first.scale, stands=first.stands))
        result.append(before[-1])
    return result


def _grid(placement: GridPlacement, count: int, width: int, height: int, draws: Draws) -> list[Spot]:
    columns = placement.columns or 1
    if placement.columns is None:
        while columns * max(1, columns * height // width) < count:
            columns += 1
    rows = max(-(-count // columns), 1 if placement.columns else columns * height // width)
    cells = draws.shuffled(range(columns * rows))[:count]
    wide, high = width / columns, height / rows
    result = []
    for cell in cells:
        places = []
        for i in range(6):
            # Where there is no room within the jitter, a little farther away.
            reach = placement.jitter * (1 + i / 3)
            x = (cell % columns + 0.5 + reach * draws.uniform(-0.5, 0.5)) * wide
            y = (cell // columns + 0.5 + reach * draws.uniform(-0.5, 0.5)) * high
            places.append((int(x), int(y)))
        result.append(Spot(tuple(places)))
    return result


def _clusters(placement: ClustersPlacement, count: int, width: int, height: int, draws: Draws) -> list[Spot]:
    low, high = placement.clusters_range
    centres = _anywhere(width, height, draws, draws.integer(low, high + 1))
    spread = placement.spread * min(width, height)
    result = []
    # All at once: a call for each object would take ten times as long.
    steps_of_all = (draws.normals(count, PLACES, 2) * spread).tolist()
    for steps in steps_of_all:
        if placement.loose and draws.chance(placement.loose):
            result.append(Spot(_anywhere(width, height, draws)))
            continue
        x, y = draws.choice(centres)
        # Where there is no room in the cluster, around it.
        near = [(x + int(dx * (1 + i / 8)), y + int(dy * (1 + i / 8))) for i, (dx, dy) in enumerate(steps)]
        result.append(Spot(tuple((_folded(a, width), _folded(b, height)) for a, b in near)))
    return result


def _poisson(placement: PoissonPlacement, count: int, width: int, height: int, draws: Draws) -> list[Spot]:
    distance = placement.distance * min(width, height)
    enough = int(distance * distance)
    taken: list[Place] = []
    result = []
    for _ in range(count):
        places = _anywhere(width, height, draws)
        free = {
            p: min(((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 for q in taken), default=enough) for p in places
        }
        # The first that is far enough away from all others; then the farthest.
        ordered = sorted(places, key=lambda p: -min(free[p], enough))
        taken.append(ordered[0])
        result.append(Spot(tuple(ordered)))
    return result


def _surface(placement: SurfacePlacement, count: int, width: int, height: int, draws: Draws) -> list[Spot]:
    top = max(placement.horizon + 0.05, 0.02)
    depths = sorted((draws.uniform(top, 0.98) for _ in range(count)), reverse=True)
    result = []
    for depth in depths:
        columns = _anywhere(width, height, draws)
        scale = (depth - placement.horizon) / (1 - placement.horizon)
        row = int(depth * height)
        result.append(Spot(tuple((column, row) for column, _ in columns), scale=scale))
    return result
