"""How real writers write: noise of texts, with the labeled strings kept in their places."""

from .apply import apply
from .options import TYPICAL, Noise

__all__ = ["TYPICAL", "Noise", "apply"]
