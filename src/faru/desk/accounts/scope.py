"""Whose eyes the database reads with: `viewer_scope`, the ground that row-level security stands on.

On PostgreSQL every transaction within the scope begins by naming the viewer in the setting `faru.viewer`, and
the name ends with the transaction (`set_config(..., true)`). A connection that is used again, or a pool
between, so never carries one person's name into another's reading. A statement outside any transaction gets
one of its own. The other way, one long transaction around each request, was not taken: an action and a note
must commit while the request goes on, so it would have to be closed and opened again in their middle, and one
failed statement would spoil every later one of the page. On SQLite there is nothing to set.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg.pq import TransactionStatus

from faru.desk.accounts.models import User

SETTING: Final = "faru.viewer"
"""The id of the viewer; empty where nobody looks."""
_viewer: ContextVar[UUID | None] = ContextVar("faru_viewer", default=None)


@contextmanager
def viewer_scope(viewer: User) -> Iterator[None]:
    """Every transaction of this thread names `viewer`; an inner scope goes before an outer one."""
    if connection.vendor != "postgresql":
        yield
        return
    before = _viewer.get()
    token = _viewer.set(viewer.pk)
    _name_in_open_transaction()
    try:
        if before is None:
            with connection.execute_wrapper(_naming):
                yield
        else:
            yield
    finally:
        _viewer.reset(token)
        _name_in_open_transaction()


def _naming(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around each statement: the first one of a transaction comes after the viewer's name."""
    raw = context["connection"].connection
    if raw.info.transaction_status != TransactionStatus.IDLE:
        return execute(sql, params, many, context)
    with context["connection"].wrap_database_errors:
        if raw.autocommit:
            with raw.transaction():
                _name(raw)
                return execute(sql, params, many, context)
        _name(raw)
    return execute(sql, params, many, context)


def _name_in_open_transaction() -> None:
    """A scope that begins or ends in the middle of a transaction. A failed one takes the name back itself."""
    raw = connection.connection
    if raw is not None and raw.info.transaction_status == TransactionStatus.INTRANS:
        with connection.wrap_database_errors:
            _name(raw)


def _name(raw: Any) -> None:
    viewer = _viewer.get()
    raw.execute("SELECT set_config(%s, %s, true)", [SETTING, "" if viewer is None else str(viewer)])
