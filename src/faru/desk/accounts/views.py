"""Signing in: the demo's personas, the language, a new password. allauth does the rest."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from faru.desk.accounts import actions, personas
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Refused


@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Choose a persona."""
    _demo_only()
    return render(
        request, "accounts/demo.html", {"personas": personas.PERSONAS, "next": request.GET.get("next", "")}
    )


@require_POST
def demo_enter(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as a persona."""
    _demo_only()
    if username not in {one.username for one in personas.PERSONAS}:
        raise Http404
    user = get_object_or_404(User, username=username, is_active=True)
    if request.user.is_authenticated:
        get_adapter().logout(request)
    user.backend = settings.AUTHENTICATION_BACKENDS[0]
    get_adapter().login(request, user)
    return _back(request)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    translation.activate(code)
    response = _back(request)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=not settings.UNIT.demo, httponly=True
    )
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=code)
    return response


class PasswordForm(forms.Form):
    """A new password, twice; the present one first, unless an administrator gave it and it must go."""

    present = forms.CharField(
        label=_("Present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Twelve characters or more: several words do well."),
    )
    again = forms.CharField(
        label=_("The same again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, data: Any = None, *, must_go: bool) -> None:
        super().__init__(data)
        if must_go:
            del self.fields["present"]

    def clean_again(self) -> str:
        """Both must agree."""
        if self.cleaned_data["again"] != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two do not agree: type the new password twice."))
        return str(self.cleaned_data["again"])


@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password. The demo's people have none: they enter by a click."""
    user = request.user
    if not user.has_usable_password():
        return render(request, "accounts/password.html")
    form = PasswordForm(request.POST or None, must_go=user.must_change_password)
    if form.is_valid():
        if not ratelimit.consume(request, action="change_password", user=user):
            return ratelimit.respond_429(request)
        given = {name: form.cleaned_data[name] for name in ("present", "password") if name in form.fields}
        try:
            user = actions.change_own_password(actor=user, **given)
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            update_session_auth_hash(request, user)
            # Setting up a second factor asks who somebody is: they have just shown it.
            record_authentication(request, user, method="password", reauthenticated=True)
            return redirect("today")
    return render(request, "accounts/password.html", {"form": form})


def _demo_only() -> None:
    if not settings.UNIT.demo:
        raise Http404


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    return redirect(to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else "/")
