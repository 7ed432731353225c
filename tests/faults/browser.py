"""A person at the demo's desk over HTTP, without a browser: signs in by a click and posts forms."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Final
from urllib.request import Request
from uuid import uuid4

WAIT_S: Final = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: 0 and nothing where the server was gone before it answered."""

    status: int
    location: str
    text: str

    @property
    def done(self) -> bool:
        """The form was taken: the desk sends on to a page."""
        return self.status == 302


GONE: Final = Answer(0, "", "")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_given: object) -> None:
        return None


class Browser:
    """One session. Nothing here raises because a server was killed: that is what it is for."""

    def __init__(self, port: int, username: str) -> None:
        self._root = f"http://localhost:{port}"
        self._jar = CookieJar()
        self._open = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self._jar))
        self.username = username

    def enter(self) -> Answer:
        """Sign in as the persona."""
        self.get("/demo/")
        return self.post(f"/demo/{self.username}/")

    def get(self, path: str) -> Answer:
        return self._ask(path)

    def page(self, path: str) -> str:
        """The page, or the one it sends on to."""
        answer = self.get(path)
        return self.get(answer.location).text if answer.location else answer.text

    def post(self, path: str, **fields: str) -> Answer:
        data = urllib.parse.urlencode(self._token() | fields).encode()
        return self._ask(path, data)

    def upload(self, path: str, field: str, name: str, data: bytes, **fields: str) -> Answer:
        edge = uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in (self._token() | fields).items()
        ]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode()
        )
        body = b"".join([*parts, data, f"\r\n--{edge}--\r\n".encode()])
        return self._ask(path, body, f"multipart/form-data; boundary={edge}")

    def _token(self) -> dict[str, str]:
        return {
            "csrfmiddlewaretoken": next((one.value or "" for one in self._jar if one.name == "csrftoken"), "")
        }

    def _ask(self, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        request = Request(self._root + path, body)  # noqa: S310 - always our own desk
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with self._open.open(request, timeout=WAIT_S) as found:
                return Answer(found.status, "", found.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as refused:
            with refused:
                where = re.sub(r"^https?://[^/]+", "", refused.headers.get("Location", ""))
                return Answer(refused.code, where, refused.read().decode("utf-8", "replace"))
        except (OSError, HTTPException):
            return GONE
