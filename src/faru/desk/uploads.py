"""Uploads stay in memory: nothing that came in may touch the disk in clear."""

from typing import Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one request. More goes through `faru ingest` on the machine itself."""


class InMemory(MemoryFileUploadHandler):
    """Django's handler in memory, with our limit instead of a fall-back to temporary files."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Refuse a body that is too large before it is read."""
        if content_length > LARGEST:
            raise StopUpload(connection_reset=True)
        self.activated = True
