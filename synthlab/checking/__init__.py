"""What is wrong with a labeled dataset in COCO's format, anybody's: where, what was found and what fits."""

from .checking import check
from .result import CheckedFile, CheckResult, Example, Problem

__all__ = ["CheckResult", "CheckedFile", "Example", "Problem", "check"]
