"""Sources of several tables: folders of files and databases, with the references that a database declares."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

from ..column import Array
from ..reading import is_source, read_table
from ..reading.databases import with_driver, without_password
from ..reading.parts import needs
from .links import Link, table_name

__all__ = ["Several", "read_related"]

_DECLARED = "as the database declares"
MOST_TABLES = 100


@dataclass(frozen=True)
class Several:
    """Tables that may refer to each other."""

    tables: Mapping[str, Mapping[str, Array]]
    declared: list[Link]
    notes: list[str]


def read_related(source: Any) -> Several | None:
    """Return the tables of a folder or of a database that has more than one; None of any other source."""
    if isinstance(source, Path) and source.is_dir():
        files = sorted(path for path in source.iterdir() if is_source(path))
        return _read({path.name.split(".")[0]: (path, None) for path in files}, [], source.name)
    found = _database(source)
    if found is None or len(found[0]) < 2:
        return None
    shown = source.name if isinstance(source, Path) else without_password(source)
    return _read({name: (source, name) for name in found[0]}, found[1], shown)


def _read(places: Mapping[str, tuple[Any, str | None]], links: list[Link], shown: str) -> Several:
    if len(places) > MOST_TABLES:
        raise InputError(f"{shown}: {len(places)} tables are more than {MOST_TABLES}")
    names = {name: table_name(name) for name in places}
    if len(set(names.values())) < len(names):
        raise InputError(f"{shown}: two tables would have the same name: {', '.join(sorted(names))}")
    tables, notes = {}, []
    for name, (source, part) in places.items():
        table = read_table(source, table=part, most=None)
        tables[names[name]] = table.columns
        notes += [f"{names[name]}: {note}" for note in table.notes]
    known = [
        Link(names[link.child], link.column, names[link.parent], link.key, link.why)
        for link in links
        if link.child in names and link.parent in names
    ]
    known = [k for k in known if k.column in tables[k.child] and k.key in tables[k.parent]]
    return Several(tables, known, notes)


def _database(source: Any) -> tuple[list[str], list[Link]] | None:
    """Return the names of the tables of a database and what they declare to refer to."""
    if isinstance(source, Path) and source.suffix.lower() in (".sqlite", ".sqlite3", ".db"):
        return _sqlite(source)
    if isinstance(source, Path) and source.suffix.lower() in (".duckdb", ".ddb"):
        return _duckdb(source)
    return _by_url(source) if isinstance(source, str) else None


def _sqlite(path: Path) -> tuple[list[str], list[Link]]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            listed = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            ).fetchall()
            names = [row[0] for row in listed]
            links = []
            for name in names:
                rows = connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)).fetchall()
                alone = [row for row in rows if sum(other[0] == row[0] for other in rows) == 1]
                for _, _, parent, column, key, *_ in alone:
                    if key is None:
                        keys = connection.execute(
                            "SELECT name FROM pragma_table_info(?) WHERE pk = 1", (parent,)
                        )
                        key = next((row[0] for row in keys), "")
                    links.append(Link(name, column, parent, key, _DECLARED))
    except sqlite3.Error as error:
        raise InputError(f"{path.name}: {error}") from error
    return names, links


def _duckdb(path: Path) -> tuple[list[str], list[Link]]:
    try:
        import duckdb
    except ImportError as error:
        raise needs("a DuckDB file", "duckdb") from error
    try:
        with duckdb.connect(
            str(path), read_only=True, config={"enable_external_access": "false"}
        ) as connection:
            names = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' ORDER BY 1"
            ).fetchall()
            found = connection.execute(
                "SELECT table_name, constraint_column_names, referenced_table, referenced_column_names "
                "FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
            ).fetchall()
    except duckdb.Error as error:
        raise InputError(f"{path.name}: {str(error).splitlines()[0]}") from error
    links = [Link(t, c[0], parent, k[0], _DECLARED) for t, c, parent, k in found if len(c) == len(k) == 1]
    return [row[0] for row in names], links


def _by_url(url: str) -> tuple[list[str], list[Link]]:
    shown = without_password(url)
    try:
        import sqlalchemy as sql
    except ImportError as error:
        raise needs("a database", "sqlalchemy") from error
    try:
        engine = sql.create_engine(with_driver(url), poolclass=sql.NullPool)
        with engine.connect() as connection:
            looked = sql.inspect(connection)
            names = sorted(looked.get_table_names())
            links = []
            for name in names:
                for key in looked.get_foreign_keys(name):
                    here, there = key["constrained_columns"], key["referred_columns"]
                    if len(here) == len(there) == 1:
                        links.append(Link(name, here[0], key["referred_table"], there[0], _DECLARED))
    except (ImportError, sql.exc.SQLAlchemyError):
        # Reading a table of it says what is wrong, without the password.
        read_table(url)
        raise InputError(f"{shown}: its tables cannot be listed; name one by --table") from None
    return names, links
