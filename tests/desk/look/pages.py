"""Pages made of every part, with invented contents, for tests that need no database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Thing

from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext

from faru.desk.look.drawing import Drawing
from faru.vocabulary import Instant

NOW = datetime(2026, 3, 3, 10, 40, 12, tzinfo=UTC)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40" role="img"><title>Two leads</title>'
    '<text x="4" y="20">0412</text></svg>'
)
ERRORS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")
ROOMS = (
    ("Today", "t", 0, False, True),
    ("Leads", "l", 0, False, False),
    ("Requests", "r", 2, True, False),
    ("Cases", "c", 1200, False, False),
    ("Handover", "h", 0, False, False),
    ("Intake", "i", 0, False, False),
)

PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")


class Letter(forms.Form):
    """One field of each kind."""

    sender = forms.CharField(label="Sender", help_text="At most 80 letters.")
    words = forms.CharField(label="Words", widget=forms.Textarea, required=False)
    form = forms.ChoiceField(label="Form", choices=[("a", "Form 1"), ("b", "Form 2")])
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    read = forms.BooleanField(label="I read all 3 pages")
    file = forms.FileField(label="File", required=False)
    number = forms.CharField(widget=forms.HiddenInput, initial="7")


def job(state: str, *, total: int | None = 5000, eta_s: float | None = 75) -> Thing:
    """A long job in one state."""
    return Thing(
        id="7", sentence="Reading 3 alerts", done=1200, total=total, state=state, eta_s=eta_s, url="/jobs/7/"
    )


def context(**more: object) -> Context:
    """What the desk's own context gives, and contents for every part."""
    rail = [
        Thing(label=gettext(label), url=f"#{key}", key=key, due=due, hot=hot, current=current)
        for label, key, due, hot, current in ROOMS
    ]
    band = Thing(
        title="Child at immediate risk", number="L-2026-0412", sentence="Travels on 4 March.", url="#why",
        take_url="/take/", take_label="",
    )  # fmt: skip
    values = {
        "request": Thing(path="/today/", user=Thing(pk="u-1", is_authenticated=True)),
        "csrf_token": "token7", "who": Thing(name="Aisha 2", role="duty officer"), "rail": rail, "now": NOW,
        "unit_zone": "Indian/Maldives", "unit_name": "Unit 7", "unit_country": "Demo", "unit_demo": True,
        "print_code": "TLP:AMBER", "print_checkpoint": "unit.example 4211", "interrupt_bands": [band],
        "numbers": ["L-2026-0412", "L-2026-0398"], "digest": "9f86d081884c7d659a2f", "form": Letter({}),
        "late": NOW - timedelta(hours=50), "drawing": Drawing(SVG, "Lead 0412 and 2 links."),
        "reasons": [("dup", "Same as 1 other")],
        "jobs": [job("running"), job("waiting", total=None, eta_s=None), job("done"), job("failed")],
        "moments": [
            Instant("2026-03-03T15:40:12+05:00", NOW, NOW.replace(tzinfo=None), True, 1),
            Instant("3/3/26 22:03", None, NOW.replace(tzinfo=None), False, 60),
            Instant("03-04-2026", None, None, False, 86400, True),
        ],
    }  # fmt: skip
    return Context(values | more)


def page(language: str, source: str = PAGE, **more: object) -> str:
    """A whole page in a language."""
    with translation.override(language):
        return Template(source).render(context(**more))


def error_page(language: str, name: str) -> str:
    """One of Django's pages for faults, with the empty context that it gets."""
    with translation.override(language):
        return get_template(name).render({})
