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
        """Whether the body is too large; the fields before its first file are read either way."""
        self.activated = True
        self._too_large = content_length > LARGEST

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop at the first file of a body that is too large: the view says so by its length."""
        if self._too_large:
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)
