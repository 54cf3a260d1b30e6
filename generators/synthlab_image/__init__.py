"""The generators of images: scenes, documents."""

from __future__ import annotations

from importlib.util import find_spec

from .documents.generator import DocumentGenerator
from .documents.lines import TextLineGenerator
from .generator import ImageGenerator

__all__ = ["DocumentGenerator", "ImageGenerator", "TextLineGenerator"]

# OpenCV is loaded when the first image is made. That it is missing has to be said before.
if find_spec("cv2") is None:
    raise ImportError("No module named 'cv2' (OpenCV)", name="cv2")
