"""Administration: accounts, and how the unit stands. Each part is shown to those whom it is open to."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from faru.desk.accounts import actions
from faru.desk.accounts.administration import OPENS, standing
from faru.desk.accounts.forms_admin import AddForm, RolesForm
from faru.desk.accounts.models import User
from faru.desk.accounts.queries import users
from faru.desk.journal.acting import Refused, deny
from faru.desk.posting import needs, posted
from faru.vocabulary.permissions import Permission


@require_GET
def administration(request: HttpRequest) -> HttpResponse:
    """How the unit stands."""
    return _page(request)


@posted("administration")
@needs(Permission.ADMIN_USERS)
def add(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once."""
    form = AddForm(request.POST)
    if form.is_valid():
        try:
            user, password = actions.add_user(actor=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            return _first_password(request, user, password)
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMIN_USERS)
def account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One account: its roles, and what can be done with it."""
    found = _found(request, user_id)
    form = RolesForm(request.POST or None, initial={"roles": list(found.roles)})
    if request.method == "POST" and form.is_valid():
        actions.change_roles(actor=request.user, user_id=found.pk, roles=form.cleaned_data["roles"])
        messages.success(request, _("The roles of %(who)s are changed.") % {"who": found.display_name})
        return redirect("administration")
    context = {"account": found, "form": form, "own": found.pk == request.user.pk}
    return render(request, "accounts/account.html", context)


@posted("user_roles", "user_id")
@needs(Permission.ADMIN_USERS)
def disable(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A leaver is out."""
    found = _found(request, user_id)
    _user, leads = actions.disable_user(actor=request.user, user_id=found.pk)
    messages.success(
        request, _("%(who)s is out: every session of theirs has ended.") % {"who": found.display_name}
    )
    if leads:
        said = ngettext(
            "%(n)s lead is still theirs: a supervisor can let it go.",
            "%(n)s leads are still theirs: a supervisor can let them go.",
            leads,
        )
        messages.warning(request, said % {"n": leads})
    return redirect("administration")


@posted("user_roles", "user_id")
@needs(Permission.ADMIN_USERS)
def enable(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Somebody is back."""
    found = _found(request, user_id)
    actions.enable_user(actor=request.user, user_id=found.pk)
    messages.success(request, _("%(who)s may sign in again.") % {"who": found.display_name})
    return redirect("administration")


@posted("user_roles", "user_id")
@needs(Permission.ADMIN_USERS)
def reset(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Take the second factor away, for somebody who lost it."""
    found = _found(request, user_id)
    user, password = actions.reset_second_factor(actor=request.user, user_id=found.pk)
    return _first_password(request, user, password)


def _found(request: HttpRequest, user_id: UUID) -> User:
    if not request.user.may(Permission.ADMIN_USERS):
        raise deny(request.user, "accounts")
    found = users(request.user).filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


def _first_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Shown in the answer itself and kept nowhere: asking for the page again does not show it again."""
    return render(request, "accounts/first_password.html", {"account": user, "password": password})


def _page(request: HttpRequest, form: forms.Form | None = None) -> HttpResponse:
    if not any(request.user.may(one) for one in OPENS):
        raise deny(request.user, "administration")
    context = {"standing": standing(request.user), "form": form or AddForm()}
    return render(request, "accounts/administration.html", context, status=422 if form else 200)
