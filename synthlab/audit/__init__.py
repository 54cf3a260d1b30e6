"""What a synthetic table is worth beside the real one, and how close it comes to the rows of it."""

from .closeness import Closeness, closeness
from .fidelity import Fidelity, fidelity
from .utility import Utility, utility

__all__ = ["Closeness", "Fidelity", "Utility", "closeness", "fidelity", "utility"]
