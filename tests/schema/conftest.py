"""A generator with options of every shape, from a distribution of its own as anybody's would be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SHOP = '''
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from synthlab import ClassLabel, Features, Generator, InputFile, OptionProblem, Value


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(description="What the column is called.")


class Normal(Part):
    kind: Literal["normal"]
    mean: float
    std: float = Field(default=1.0, gt=0)


class Lognormal(Part):
    kind: Literal["lognormal"]
    mean: float | str
    sigma: float = Field(gt=0, le=10)


class Choice(Part):
    kind: Literal["choice"]
    values: list[str] = Field(min_length=2, max_length=9)
    weights: dict[str, Annotated[float, Field(ge=0)]] = {}


class Formula(Part):
    kind: Literal["formula"]
    expression: str


class Size(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    width: int
    height: int = 5


class Shop(Generator):
    """Things that a shop sells."""

    columns: list[Annotated[Normal | Lognormal | Choice | Formula, Field(discriminator="kind")]] = []
    mood: Literal["calm", "busy"] = "calm"
    size: Size | float = 1.0
    stock: dict[Literal["apples", "pears"], int] = {}
    span: tuple[float, float] = (0.0, 1.0)
    words: InputFile | None = None
    opens: int | None = None
    shut: bool = False

    @property
    def features(self):
        columns = {column.name: Value("float64") for column in self.columns}
        return Features({"id": Value("int64"), "kind": ClassLabel(("a", "b")), **columns}, labels=("kind",))

    def problems(self):
        for number, column in enumerate(self.columns):
            if isinstance(column, Formula) and "ghost" in column.expression:
                path = ("columns", number, "expression")
                offset = column.expression.index("ghost")
                yield OptionProblem(path, "there is no 'ghost'", "use 'guest'", offset, 5)

    def generate(self, rows):
        data = {column.name: rows.stream(column.name).normal() for column in self.columns}
        return self.features.batch({"id": rows.numbers, "kind": rows.stream("kind").choice(2), **data})


class Demanding(Generator):
    """Has an option that must be given."""

    columns: list[str] = Field(examples=["[a, b]"])

    @property
    def features(self):
        return Features({name: Value("int64") for name in self.columns})
'''

POINTS = """\
[synthlab.generators]
shop = shop_plugin:Shop
demanding = shop_plugin:Demanding
absent = shop_plugin_that_needs_an_extra:Absent
"""


@pytest.fixture(scope="session", autouse=True)
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop_plugin.py").write_text(SHOP)
    (folder / "shop_plugin_that_needs_an_extra.py").write_text("import no_such_package\n")
    metadata = folder / "shop_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(POINTS)
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a schema file into a folder of the test's own."""

    def write(text: str, name: str = "shop.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write
