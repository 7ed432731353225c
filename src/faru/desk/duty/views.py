"""Today: what matters first, for the one who looks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from faru.desk.cases import queries as cases
from faru.desk.duty import queries
from faru.desk.journal.queries import state
from faru.desk.referrals.queries.leads import page
from faru.desk.requests import queries as requests
from faru.vocabulary.permissions import Permission


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Officers see the queue; everybody else what their roles open."""
    user = request.user
    context = {
        "late": queries.late(user),
        "reads_cases": cases.may_read_cases(user),
        "reads_leads": user.may(Permission.LEAD_READ),
        "handover": queries.waiting_handover(user),
    }
    context["my_leads"], context["my_cases"] = queries.mine(user)
    if not context["reads_leads"]:
        context |= {
            "ledger": state() if user.may(Permission.LEDGER_READ) else None,
            "administers": user.may(Permission.ADMIN_USERS),
            "deadlines": user.may(Permission.DEADLINE_READ),
            "receives": user.may(Permission.CASE_READ_SENT),
        }
        return render(request, "duty/today_others.html", context)
    queue = page(user)
    context |= {
        "open": queries.interrupts(user),
        "new": queries.new_since(user),
        "ask": queries.to_ask(user),
        "approve": requests.to_approve(user),
        "serve": requests.to_serve(user),
        "queue": queue,
        "first_free": next((row.lead for row in queue.rows if row.lead.owner_id is None), None),
        "takes": user.may(Permission.INTERRUPT_TAKE),
        "takes_in": user.may(Permission.REFERRAL_INGEST),
    }
    context["dying"], context["dying_more"] = queries.dying(user)
    return render(request, "duty/today.html", context)
