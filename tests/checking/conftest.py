"""A good dataset, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthlab

ROWS = 120


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coco") / "shapes"
    synthlab.load("shapes", rows=ROWS).write(folder, format="coco", workers=1)
    return folder
