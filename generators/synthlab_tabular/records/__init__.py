"""Records: columns of one row that belong together, such as a person's name and e-mail address."""

from __future__ import annotations

from .address import Address
from .person import Person

__all__ = ["Address", "Person", "RecordColumn"]

RecordColumn = Person | Address
"""Every kind of column of a record, for the columns of a table."""
