"""Neural networks that SDV has trained, drawn from without SDV or torch.

The numbers of a network are whole: weights, noise and what one layer gives the next are rounded to fixed
binary places, so that every sum in them is exact. Rows are therefore the same bytes on any machine, whatever
library multiplies matrices there, and whichever rows are made together.
"""

from .draw import Network
from .learn import learn_network
from .model import NetworkModel, read_network

__all__ = ["Network", "NetworkModel", "learn_network", "read_network"]
