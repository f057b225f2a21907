"""The errors by which a database or a disk tells that it is away; what they stopped may be tried again."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNAVAILABLE: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    psycopg.OperationalError,  # of the checkpoints, which have a pool of their own
    psycopg.InterfaceError,
    sqlite3.OperationalError,
    OSError,
)
