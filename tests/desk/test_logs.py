"""The server's log names addresses and lines of code, never what somebody typed and never a person."""

import logging

import pytest
from django.urls import reverse

from faru.desk.cases import views


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


def test_a_denial_is_one_line_without_a_traceback_or_a_name(people, as_, log) -> None:
    client = as_("outsider")
    assert client.get("/leads/").status_code == 403
    assert client.post(reverse("lead_claim", args=["L-2026-0007"])).status_code == 403
    assert [one.getMessage() for one in log.records] == [
        "Answered 403 at leads",
        "Answered 403 at lead_claim",
    ]
    assert "Traceback" not in log.text
    assert "L-2026-0007" not in log.text
    assert "Out Sider" not in log.text


def test_a_typed_path_is_not_in_the_log(people, as_, log) -> None:
    client = as_("duty")
    assert client.get("/leads/Ali-Reef/").status_code == 404
    assert client.get("/somebody/Ali-Reef/").status_code == 404
    assert [one.getMessage() for one in log.records] == [
        "Answered 404 at lead",
        "Answered 404 at an address that is none",
    ]


def test_a_fault_keeps_its_traceback(people, as_, log, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(views.queries, "may_read_cases", broken)
    client = as_("duty")
    client.raise_request_exception = False
    assert client.get("/cases/").status_code == 500
    assert "Answered 500 at cases" in log.text
    assert "ZeroDivisionError" in log.text
