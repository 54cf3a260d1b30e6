"""Databases: SQLite and DuckDB files, and any other by its URL; nothing is ever written to them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from synthlab.errors import InputError

from .parts import chosen, needs
from .typed import batches_of

__all__ = ["read_duckdb", "read_sqlite", "read_url", "with_driver", "without_password"]

_ROWS = 65_536
Batches = tuple[Iterator[pa.RecordBatch], list[str]]


def without_password(url: str) -> str:
    """Return a URL as it may be shown: the password, and all that comes after a question mark, hidden."""
    shown = re.sub(r"://([^:/@]*):.*@", r"://\1:***@", url.partition("?")[0])
    return shown + "?..." * ("?" in url)


def read_sqlite(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of a table, or of a query, of an SQLite file."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            if query is None:
                known = connection.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                    "AND name NOT LIKE 'sqlite_%' ORDER BY name"
                ).fetchall()
                name = chosen(path.name, "table", table, [row[0] for row in known])
                query = f"SELECT * FROM {_quoted(name)}"
            cursor = connection.execute(query)
            names = [entry[0] for entry in cursor.description or ()]
            rows = cursor.fetchall()
    except sqlite3.Error as error:
        raise InputError(f"{path.name}: {error}") from error
    return _rows(path.name, names, rows)


def read_duckdb(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of a table, or of a query, of a DuckDB file; the query reads no other file."""
    try:
        import duckdb
    except ImportError as error:
        raise needs("a DuckDB file", "duckdb") from error
    try:
        with duckdb.connect(
            str(path), read_only=True, config={"enable_external_access": "false"}
        ) as connection:
            if query is None:
                known = connection.execute(
                    "SELECT table_name FROM information_schema.tables ORDER BY table_name"
                ).fetchall()
                name = chosen(path.name, "table", table, [row[0] for row in known])
                query = f"SELECT * FROM {_quoted(name)}"
            relation: Any = connection.sql(query)
            if relation is None:
                raise InputError(f"{path.name}: the query gives no rows; it must be a SELECT")
            found = relation.to_arrow_table()
    except duckdb.Error as error:
        raise InputError(f"{path.name}: {str(error).splitlines()[0]}") from error
    return iter(found.to_batches(max_chunksize=_ROWS)), []


def read_url(url: str, table: str | None, query: str | None) -> Batches:
    """Return the rows of a table, or of a query, of a database that SQLAlchemy knows."""
    shown = without_password(url)
    try:
        import sqlalchemy as sql
    except ImportError as error:
        raise needs("a database", "sqlalchemy") from error
    try:
        engine = sql.create_engine(with_driver(url), poolclass=sql.NullPool)
        with engine.connect() as opened:
            # Of the dialects, only that of PostgreSQL knows this; others do not heed it.
            connection = opened.execution_options(postgresql_readonly=True)
            statement: Any = sql.text(query or "")
            if query is None:
                looked = sql.inspect(connection)
                known = sorted([*looked.get_table_names(), *looked.get_view_names()])
                name = chosen(shown, "table", table, known)
                statement = sql.select(sql.text("*")).select_from(sql.table(name))
            result = connection.execute(statement)
            names, rows = list(result.keys()), [tuple(row) for row in result]
    except ImportError as error:
        raise InputError(f"{shown}: the driver of this database is not installed: {error.name}") from error
    except sql.exc.NoSuchModuleError as error:
        raise InputError(f"{shown}: this kind of database is not known") from error
    except sql.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise InputError(f"{shown}: {_hidden(url, said[0] if said else type(error).__name__)}") from error
    return _rows(shown, names, rows)


def with_driver(url: str) -> str:
    """Return the URL with the driver that is current, where it names none."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _hidden(url: str, text: str) -> str:
    """Return a text without the password of a URL."""
    found = re.search(r"://[^:/@]*:(.*)@", url)
    return text.replace(found.group(1), "***") if found and found.group(1) else text


def _rows(source: str, names: list[str], rows: list[Any]) -> Batches:
    if not names:
        raise InputError(f"{source}: the query gives no rows; it must be a SELECT")
    return batches_of(names, rows), []


def _quoted(name: str) -> str:
    """Return the name of a table as SQL has it (ISO 9075, delimited identifiers)."""
    return '"' + name.replace('"', '""') + '"'
