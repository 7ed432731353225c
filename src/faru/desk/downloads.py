"""What leaves by the browser: saved, never shown in it."""

from django.http import HttpResponse


def download(data: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """Bytes as an attachment. `name` is ours and plain ASCII, and says nothing of anybody."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
