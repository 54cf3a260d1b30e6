"""Records: columns of one row that belong together, such as a person's name and e-mail address."""

from __future__ import annotations

from .address import Address
from .agreement import disagreements
from .colour import Colour
from .coordinates import Coordinates
from .faker_column import FakerColumn
from .iban import Iban
from .network import Network, Uuid
from .payment import PaymentCard
from .person import Person
from .trade import Company, Product

__all__ = [
    "Address",
    "Colour",
    "Company",
    "Coordinates",
    "FakerColumn",
    "Iban",
    "Network",
    "PaymentCard",
    "Person",
    "Product",
    "RecordColumn",
    "Uuid",
    "disagreements",
]

RecordColumn = (
    Person
    | Address
    | Coordinates
    | Company
    | Product
    | PaymentCard
    | Iban
    | Network
    | Uuid
    | Colour
    | FakerColumn
)
"""Every kind of column of a record, for the columns of a table."""
