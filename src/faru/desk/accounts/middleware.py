"""Nothing without a sign-in; outside the demo nothing without a second factor either. Deny by default."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import urlencode

from faru.desk import clock
from faru.desk.accounts.models import User

OPEN: Final = frozenset(
    {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "language",
        "demo",
        "demo_enter",
        "health",
    }
)
"""Names of the URLs that somebody may reach who has not signed in."""
ENROL: Final = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "language",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_signup_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_index",
        "health",
    }
)
"""Names of the URLs that somebody may reach who has no second factor yet, or must change the password."""
VISIT: Final = timedelta(minutes=30)
"""After this long without a request the next one begins a new visit."""

Next = Callable[[HttpRequest], HttpResponse]


class SignedIn:
    """Everything but a few named pages wants a signed-in user."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send strangers to the sign-in; keep the time of the last visit."""
        if not request.user.is_authenticated:
            name = _name(request)
            if name in OPEN or request.path_info.startswith(settings.STATIC_URL):
                return self.get_response(request)
            if request.headers.get("HX-Request"):  # a part of a page must not become a sign-in page
                return HttpResponse(status=401, headers={"HX-Refresh": "true"})
            where = reverse("demo") if settings.UNIT.demo else reverse("account_login")
            back = (
                urlencode({"next": request.path}) if request.method == "GET" and request.path != "/" else ""
            )
            return redirect(f"{where}?{back}" if back else where)
        _seen(request)
        return self.get_response(request)


class SecondFactor:
    """Outside the demo a user without a second factor can only set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send them to where that is done."""
        user = request.user
        if user.is_authenticated and not settings.UNIT.demo and _name(request) not in ENROL:
            if user.must_change_password:
                return redirect("account_change_password")
            if not is_mfa_enabled(user):
                return redirect("mfa_activate_totp")
        return self.get_response(request)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except LookupError:
        return ""
    except Exception as error:
        if error.__class__.__name__ != "Resolver404":
            raise
        return ""


def _seen(request: HttpRequest) -> None:
    """One write a minute at most."""
    user, now = request.user, clock.now()
    if user.seen_at is not None and timedelta(0) <= now - user.seen_at < timedelta(minutes=1):
        return
    fields = {"seen_at": now}
    if user.seen_at is None or now - user.seen_at > VISIT:
        fields["visit_before"] = user.seen_at
        user.visit_before = user.seen_at
    User.objects.filter(pk=user.pk).update(**fields)
    user.seen_at = now
