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
