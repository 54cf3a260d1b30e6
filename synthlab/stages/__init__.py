"""What can be done to the rows of any generator, each a top-level key of the schema file.

Stages are applied in one order, whatever the order in the file, each with streams of its own. It is the
order in which real data goes wrong:

1. `splits`: where a row belongs, so that all others can spare the rows that a model is tested on.
2. `drift`: the world changes. Whatever is noted about it later is noted about the changed world.
3. `label_noise`: somebody judges the row, and may be wrong more often where it is hard to judge. The values
   that decide are those of the world, not what becomes of them on paper.
4. `annotators`: many judge the row, each with errors of their own. At the place of label noise and for the
   same reason; one column is judged by one of the two, since each says what the truth was.
5. `duplicates`: the row is entered twice. After the label, so that a copy is judged like its original;
   before all mistakes on paper, so that these make near-duplicates.
6. `outliers`: a value is measured wrongly...
7. `mix_ups`: ...noted in a wrong unit, form or column...
8. `typos`: ...mistyped...
9. `missing`: ...and lost. Last, since nothing can happen to what is not there. A condition over the column
   itself sees what was noted; its `..._clean` column, where one is kept, has what was true.
"""

from __future__ import annotations

from .annotators import Annotators
from .base import Stage
from .drift import Drift
from .duplicates import Duplicates
from .label_noise import LabelNoise
from .missing import Missing
from .mix_ups import MixUps
from .outliers import Outliers
from .splits import Splits
from .typos import Typos

__all__ = [
    "STAGES",
    "Annotators",
    "Drift",
    "Duplicates",
    "LabelNoise",
    "Missing",
    "MixUps",
    "Outliers",
    "Splits",
    "Stage",
    "Typos",
]

_ORDER: tuple[type[Stage], ...] = (
    Splits,
    Drift,
    LabelNoise,
    Annotators,
    Duplicates,
    Outliers,
    MixUps,
    Typos,
    Missing,
)

STAGES: dict[str, type[Stage]] = {stage.key: stage for stage in _ORDER}
"""The stages by their keys, in the order in which they are applied."""
