"""The keypoints that a dataset has: those of all its assets."""

from __future__ import annotations

from collections.abc import Sequence

from .assets.base import Asset

__all__ = ["keypoint_names", "skeleton"]


def keypoint_names(classes: Sequence[Sequence[Asset]]) -> tuple[str, ...]:
    """Return the names of the keypoints of all assets, each once, in order."""
    return tuple(dict.fromkeys(name for assets in classes for asset in assets for name in asset.keypoints))


def skeleton(classes: Sequence[Sequence[Asset]]) -> tuple[tuple[int, int], ...]:
    """Return the pairs of keypoints that belong together."""
    names = keypoint_names(classes)
    pairs = (
        (names.index(a.keypoints[i]), names.index(a.keypoints[j]))
        for assets in classes
        for a in assets
        for i, j in a.skeleton
    )
    return tuple(dict.fromkeys(pairs))
