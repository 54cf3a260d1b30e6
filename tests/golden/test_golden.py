"""Golden hashes: the values of stream version 1, the same on any machine and any supported NumPy.

    python tests/golden/test_golden.py      # after a deliberate change: writes hashes.json anew

Where a hash changes, datasets that people have made change: raise STREAM_VERSION and say so in the changelog.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthlab import Dataset

HASHES = Path(__file__).parent / "hashes.json"
READY_MADE = ("reviews", "customers")
STAGES: dict[str, Any] = {
    "drift": {"columns": ["monthly_charge"], "factor": 1.3, "to_row": 1500, "round": 2},
    "label_noise": {"column": "churned", "rate": "sigmoid(0.1 * (age - 60))"},
    "annotators": {"spammers": 0.2, "skipping": 0.1, "gold": 0.1, "seconds_range": [3, 9]},
    "duplicates": {"rate": 0.1, "fresh": ["customer_id"]},
    "outliers": {"columns": ["data_gb", "age"], "rate": 0.05, "factor": 7, "direction": "both"},
    "mix_ups": {"columns": ["signup"], "rate": 0.1, "swap": "day_month"},
    "typos": {"columns": ["invoice"], "rate": 0.3},
    "missing": {"columns": ["age", "plan"], "rate": "0.4 if satisfaction < 3 else 0.05", "together": True},
}


def streams() -> dict[str, str]:
    """Return a hash for each way to draw."""
    import numpy as np

    from synthlab.rows import Rows

    stream = Rows(7, 12_345, 112_345).stream("golden")
    draws = list(Rows(7, 5, 25).stream("golden").each())
    arrays = {
        "words": stream.words(),
        "uniform": stream.uniform(-3, 11),
        "integers": stream.integers(-5, 1_000_003),
        "choice": stream.choice([0.5, 0.3, 0.2]),
        "choice of many": stream.choice([1.0 / k for k in range(1, 100)]),
        "normal": stream.normal(5, 2),
        "permutation": stream.permutation(10**9 + 7),
        "quotas": stream.quotas([0.5, 0.3, 0.2]),
        "row by row": np.array([[d.uniform(), d.integer(0, 99), d.normal()] for d in draws]),
        "row by row, arrays": np.concatenate([d.normals(10) for d in draws]),
    }
    return {name: sha256(np.ascontiguousarray(a).tobytes()).hexdigest()[:32] for name, a in arrays.items()}


def schemas() -> dict[str, str]:
    """Return a hash of the content of the first rows of ready-made schemas whose rows are exact."""
    import synthlab

    return {name: _content(synthlab.load(name, rows=2000)) for name in READY_MADE}


def stages() -> dict[str, str]:
    """Return a hash of the first customers after each stage alone."""
    import yaml

    import synthlab
    from synthlab.schema import ready_made_path

    customers = yaml.safe_load(ready_made_path("customers").read_text())
    invoice = {"name": "invoice", "kind": "expression", "expression": "concat(plan, '-', string(age))"}
    customers["options"]["columns"].append(invoice)
    return {
        key: _content(synthlab.load({**customers, "rows": 2000, key: section}))
        for key, section in STAGES.items()
    }


def _content(dataset: Dataset) -> str:
    digest = sha256()
    for row in dataset:
        digest.update(json.dumps(row, default=str, sort_keys=True).encode())
    return digest.hexdigest()[:32]


def current() -> dict[str, dict[str, str]]:
    """Return all hashes as this machine and this NumPy give them."""
    return {"streams": streams(), "schemas": schemas(), "stages": stages()}


def test_rows_are_those_of_stream_version_1() -> None:
    assert current() == json.loads(HASHES.read_text())


def test_rows_do_not_depend_on_the_vector_units_of_the_processor() -> None:
    """Made again with every instruction set switched off that NumPy would choose at run time."""
    code = (
        "try:\n"
        "    from numpy._core._multiarray_umath import __cpu_dispatch__ as d, __cpu_features__ as f\n"
        "except ImportError:\n"
        "    from numpy.core._multiarray_umath import __cpu_dispatch__ as d, __cpu_features__ as f\n"
        "print(*(name for name in d if f[name]))"
    )
    features = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    result = subprocess.run(
        [sys.executable, __file__, "--print"],
        capture_output=True,
        text=True,
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": features},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == json.loads(HASHES.read_text())


if __name__ == "__main__":
    text = json.dumps(current(), indent=1) + "\n"
    if "--print" in sys.argv:
        sys.stdout.write(text)
    else:
        HASHES.write_text(text)
