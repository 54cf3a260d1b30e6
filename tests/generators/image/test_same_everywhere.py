"""Labels are the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
from hashlib import sha256
from synthlab import Rows
from synthlab_image import ImageGenerator
batch = ImageGenerator(width=200, height=150).generate(Rows(7, 0, 60))
print(sha256(repr(batch.drop_columns(["image"]).to_pylist()).encode()).hexdigest())
"""

PIXELS = """
from hashlib import sha256
from typing import get_args
from synthlab import Rows
from synthlab_image import ImageGenerator
from synthlab_image.options import BackgroundName
effects = {"gamma_range": [0.6, 1.5], "tint_range": [0, 0.4], "lens_rate": 0.5}
effects |= {f"{e}_rate": 0.5 for e in ("vignette", "blur", "motion", "noise", "compression", "rain", "dirt")}
assets = ("plate", "card", "coin", "die", "qr", "barcode", "gauge", "display", "package", "price_tag")
assets += ("document",)
options = {
    "width": 200, "height": 150, "effects": effects, "perspective_range": [0, 1], "objects_range": [2, 6],
    "backgrounds": [n for n in get_args(BackgroundName) if n not in ("photos", "annotated")],
    "classes": {name: {"asset": name} for name in (*assets, "text")}, "distractors": ["star", "ring"],
}
part = {"colours": [[160, 140, 250], [180, 60, 90]]}
options["classes"]["cell"] = {
    "asset": "particle", **part, "overlap": 0.4, "rim_range": [0, 1], "unevenness_range": [0, 1],
    "centre": {"rate": 0.5}, "nucleus": {**part, "lobes_range": [1, 5]}, "granules": part,
    "glints_range": [0, 3],
}
batch = ImageGenerator.model_validate(options).generate(Rows(7, 0, 80))
print(sha256(repr(batch.to_pylist()).encode()).hexdigest())
"""

MESHES = """
import random, tempfile
from hashlib import sha256
from pathlib import Path
from synthlab import Rows
from synthlab_image import ImageGenerator
lots = random.Random(3)
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "models").mkdir()
    for name in "abc":
        lines = ["v " + " ".join(str(lots.uniform(-1, 1)) for _ in range(6)) for _ in range(40)]
        lines += ["f " + " ".join(str(lots.randint(1, 40)) for _ in range(3)) for _ in range(60)]
        Path(folder, "models", name + ".obj").write_text("\\n".join(lines))
    options = {"classes": {"thing": {"asset": "mesh", "folder": "models"}}}
    batch = ImageGenerator.model_validate(options, context={"folder": folder}).generate(Rows(7, 0, 20))
    assert sum(len(row) for row in batch.column("objects").to_pylist()) > 20
    print(sha256(repr(batch.to_pylist()).encode()).hexdigest())
"""

DOCUMENTS = """
from hashlib import sha256
from typing import get_args
from synthlab import Rows
from synthlab_image import DocumentGenerator, TextLineGenerator
from synthlab_image.documents.columns import LABELS
from synthlab_image.documents.kinds import KINDS
captures, languages = ["photo", "scan", "clean"], ["en", "de", "es"]
effects = {"lens_rate": 0.5, "motion_rate": 0.3}
documents = DocumentGenerator(
    documents=list(KINDS), captures=captures, languages=languages, labels=LABELS, effects=effects,
    width=400, height=500,
).generate(Rows(7, 0, 50))
lines = TextLineGenerator(languages=[*languages, "ar", "he"]).generate(Rows(7, 0, 100))
print(sha256(repr([documents.to_pylist(), lines.to_pylist()]).encode()).hexdigest())
"""

FEATURES = """
try:
    from numpy._core._multiarray_umath import __cpu_dispatch__ as d, __cpu_features__ as f
except ImportError:
    from numpy.core._multiarray_umath import __cpu_dispatch__ as d, __cpu_features__ as f
print(*(name for name in d if f[name]))
"""


def output(code: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return result.stdout.strip()


def test_labels_do_not_depend_on_the_vector_units_of_the_processor() -> None:
    """Made again with every instruction set switched off that NumPy and OpenCV choose at run time."""
    plain = output(
        CODE,
        NPY_DISABLE_CPU_FEATURES=output(FEATURES),
        OPENCV_CPU_DISABLE="AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1,SSSE3,NEON_DOTPROD,NEON_FP16",
    )
    assert plain == output(CODE)


def test_pixels_do_not_depend_on_them_either() -> None:
    """With the OpenCV and the Pillow that are installed: all effects, backgrounds and assets."""
    off = "AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1,SSSE3,NEON_DOTPROD,NEON_FP16"
    plain = output(PIXELS, NPY_DISABLE_CPU_FEATURES=output(FEATURES), OPENCV_CPU_DISABLE=off)
    assert plain == output(PIXELS)


def test_nor_do_meshes() -> None:
    """Triangles at random that go through each other."""
    off = "AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1,SSSE3,NEON_DOTPROD,NEON_FP16"
    plain = output(MESHES, NPY_DISABLE_CPU_FEATURES=output(FEATURES), OPENCV_CPU_DISABLE=off)
    assert plain == output(MESHES)


def test_nor_do_documents_and_lines() -> None:
    """Their pixels and their labels, with the OpenCV and the Pillow that are installed."""
    off = "AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1,SSSE3,NEON_DOTPROD,NEON_FP16"
    plain = output(DOCUMENTS, NPY_DISABLE_CPU_FEATURES=output(FEATURES), OPENCV_CPU_DISABLE=off)
    assert plain == output(DOCUMENTS)
