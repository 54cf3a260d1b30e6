"""The image generator."""

from __future__ import annotations

from importlib.util import find_spec

from .generator import ImageGenerator

__all__ = ["ImageGenerator"]

# OpenCV is loaded when the first image is made. That it is missing has to be said before.
if find_spec("cv2") is None:
    raise ImportError("No module named 'cv2' (OpenCV)", name="cv2")
