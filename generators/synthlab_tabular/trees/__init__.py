"""Sequential trees: each column drawn from a leaf of a tree over the columns before it.

The idea is that of synthpop (Nowok, Raab and Dibben, "synthpop: Bespoke Creation of Synthetic Data in R",
Journal of Statistical Software 74, 2016). Here a column is first made into few codes, each of which many
rows share, and leaves count codes, so no value of a single row is anywhere in the model.
"""

from .coding import Coded, coded
from .forest import Forest
from .growing import Around, grow
from .model import Total, TreesModel, read_trees

__all__ = ["Around", "Coded", "Forest", "Total", "TreesModel", "coded", "grow", "read_trees"]
