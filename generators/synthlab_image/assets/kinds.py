"""The kinds of assets that there are, and how classes are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from ..options import ShapeName, Weight, weighed
from .base import Asset
from .card import CardAsset
from .codes import BarcodeAsset, QrAsset
from .cutouts import CutoutsAsset
from .dice import CoinAsset, DieAsset
from .document import DocumentAsset
from .emoji import EmojiAsset
from .gauge import DisplayAsset, GaugeAsset
from .mesh import MeshAsset
from .part import PackageAsset, PartAsset, PriceTagAsset
from .particles import ParticleAsset
from .plate import PlateAsset
from .shape import ShapeAsset
from .sign import SignAsset
from .sprites import SpritesAsset
from .text import TextAsset

__all__ = ["Classes", "assets_of"]

AnyAsset = Annotated[
    BarcodeAsset
    | CardAsset
    | CoinAsset
    | CutoutsAsset
    | DieAsset
    | DisplayAsset
    | DocumentAsset
    | EmojiAsset
    | GaugeAsset
    | MeshAsset
    | PackageAsset
    | PartAsset
    | ParticleAsset
    | PlateAsset
    | PriceTagAsset
    | QrAsset
    | ShapeAsset
    | SignAsset
    | SpritesAsset
    | TextAsset,
    Field(discriminator="asset"),
]

_SHAPES = len(get_args(ShapeName))
_SHORT, _FULL = "shapes by name", "classes by name"


def _listed(value: object) -> object:
    """Take one asset as a list of one."""
    return value if isinstance(value, list) else [value]


def _form(value: object) -> str:
    """Return which of the two forms a mapping has: the weights of shapes, or assets."""
    if isinstance(value, Mapping) and any(
        isinstance(v, (Mapping, list, tuple, Asset)) for v in value.values()
    ):
        return _FULL
    return _SHORT


ClassName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Weights = Annotated[dict[ShapeName, Weight], weighed(_SHAPES), Field(min_length=1, max_length=_SHAPES)]
_Assets = Annotated[list[AnyAsset], BeforeValidator(_listed), Field(min_length=1, max_length=50)]
Classes = Annotated[
    Annotated[_Weights, Tag(_SHORT)]
    | Annotated[Annotated[dict[ClassName, _Assets], Field(min_length=1, max_length=1000)], Tag(_FULL)],
    Discriminator(_form),
]
"""A list of shapes, the weights of shapes, or names of classes with the assets that show them."""


def assets_of(classes: Mapping[Any, Any]) -> dict[str, tuple[Asset, ...]]:
    """Return the assets of each class."""
    return {
        name: tuple(value)
        if isinstance(value, list)
        else (ShapeAsset.model_validate({"asset": "shape", "shape": name, "weight": value}),)
        for name, value in classes.items()
    }
