"""What a person is told of a schema file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synthlab import Schema, SchemaError
from synthlab.schema.problems import Problem

Write = Callable[..., Path]


def problems(write: Write, text: str) -> list[Problem]:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(text))
    return caught.value.problems
