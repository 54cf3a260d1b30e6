"""What a synthetic table is worth beside the real one, and how close it comes to the rows of it."""

from .auditing import audit
from .bars import Bar
from .closeness import Closeness, closeness
from .estimates import Estimate
from .fidelity import Fidelity, fidelity
from .result import Association, Audit, Column, Measure, Pair, Pattern
from .utility import Utility, utility

__all__ = [
    "Association",
    "Audit",
    "Bar",
    "Closeness",
    "Column",
    "Estimate",
    "Fidelity",
    "Measure",
    "Pair",
    "Pattern",
    "Utility",
    "audit",
    "closeness",
    "fidelity",
    "utility",
]
