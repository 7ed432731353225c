"""What the log says of an answer that was no success: one line that names the address, never a value."""

import logging

from django.core.exceptions import PermissionDenied


class NamesOnly(logging.Filter):
    """For Django's own lines about requests: the view's name stands instead of the path that was typed.

    That somebody may not do a thing is no fault: its line comes without a traceback. It is in the ledger.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line; none is dropped."""
        address = getattr(getattr(record, "request", None), "resolver_match", None)
        name = address.view_name if address else "an address that is none"
        record.msg, record.args = "Answered %s at %s", (getattr(record, "status_code", "-"), name)
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
