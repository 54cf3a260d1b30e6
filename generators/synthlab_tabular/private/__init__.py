"""Differential privacy: a table measured with noise, within a budget, over a domain that was declared."""

from __future__ import annotations

from .budget import epsilon_of, rho_of
from .domain import Domain, read_domain
from .measure import Measured, measure
from .model import PrivateModel, PrivateTrees, read_private

__all__ = [
    "Domain",
    "Measured",
    "PrivateModel",
    "PrivateTrees",
    "epsilon_of",
    "measure",
    "read_domain",
    "read_private",
    "rho_of",
]
