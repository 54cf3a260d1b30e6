"""Text from numbered symbols: a compiled grammar, written for a whole batch of rows at a time.

Nothing here knows what is written. A front end (`reviews`, `grammar`) compiles its rules with a
`ProgramBuilder`, decides what each row means, and calls `expand` and `finish`.
"""

from __future__ import annotations

from .expand import Expansion, expand
from .finish import Finished, finish
from .program import NO_TAG, Program, ProgramBuilder

__all__ = ["NO_TAG", "Expansion", "Finished", "Program", "ProgramBuilder", "expand", "finish"]
