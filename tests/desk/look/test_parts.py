"""Does every part hold in both directions of writing, and under a policy that refuses all inline code?"""

import re

import pytest
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from tests.desk.look.pages import ERRORS, Letter, Thing, context, error_page, job, page
from tests.desk.look.rtl import digits_outside_bdi, inline_code

LANGUAGES = ("en", "dv")


def part(name: str, /, **values: object) -> str:
    return get_template(f"look/{name}.html").template.render(Context({"csrf_token": "t", **values}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_every_part_isolates_its_digits_and_holds_no_inline_code(language: str) -> None:
    html = page(language)
    assert digits_outside_bdi(html) == []
    assert inline_code(html) == []


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_for_a_fault_needs_nothing_and_says_what_to_do(language: str, name: str) -> None:
    html = error_page(language, name)
    assert digits_outside_bdi(html) == []
    assert inline_code(html) == []
    assert 'href="/"' in html
    assert "<form" not in html


def test_each_language_has_its_direction_and_its_style_sheet() -> None:
    english, dhivehi = page("en"), page("dv")
    assert '<html lang="en" dir="ltr">' in english
    assert "vendor/tabler.min.css" in english
    assert '<html lang="dv" dir="rtl">' in dhivehi
    assert "vendor/tabler.rtl.min.css" in dhivehi
    assert "<h1>މިއަދު</h1>" in dhivehi  # the catalogue is compiled
    assert 'value="dv"' in english
    assert 'value="en"' in dhivehi


def test_the_rail_shows_where_i_am_what_waits_and_no_more_than_it_was_given() -> None:
    html = page("en")
    assert html.count('aria-current="page"') == 1
    assert '<span class="due hot"><bdi dir="ltr">2</bdi>' in html
    assert '<span class="due"><bdi dir="ltr">1,200</bdi>' in html
    assert html.count('class="due') == 2
    assert "data-go" not in page("en", rail=None)


def test_what_is_asked_for_stands_in_no_address() -> None:
    form = re.search(r'<form class="find"[^>]*>', page("en"))
    assert form is not None
    assert 'method="post" action="/search/"' in form.group(0)


def test_a_red_band_names_the_child_in_danger_and_can_be_taken() -> None:
    html = page("en")
    assert html.count('role="alert"') == 2  # the band, and the summary of the form
    assert 'action="/take/"' in html
    assert "Take it" in html
    assert 'class="interrupt"' not in page("en", interrupt_bands=[])


def test_a_form_says_what_is_wrong_on_top_and_at_the_field_with_a_link_between() -> None:
    html = part("form", form=Letter({}))
    assert '<a href="#id_sender"><bdi>Sender</bdi>: <bdi>This field is required.</bdi></a>' in html
    assert 'aria-describedby="id_sender_helptext id_sender_error"' in html
    assert 'id="id_sender_helptext"><bdi>At most 80 letters.' in html
    assert '<div class="fault" id="id_sender_error">' in html
    assert 'aria-invalid="true"' in html
    for link in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{link}"' in html


def test_a_form_says_in_the_label_what_is_required_and_keeps_what_was_typed() -> None:
    html = part("form", form=Letter({"sender": "Post <1>", "words": "typed"}))
    assert re.search(r'for="id_sender"><bdi>Sender</bdi> <span class="must">required</span>', html)
    assert re.search(r'for="id_words"><bdi>Words</bdi></label>', html)
    assert 'value="Post &lt;1&gt;"' in html
    assert ">\ntyped</textarea>" in html
    assert '<input type="hidden" name="number"' in html
    assert 'class="form-select' in html
    assert 'role="alert"' not in part("form", form=Letter())


def test_a_field_keeps_its_own_class_beside_ours() -> None:
    form = Letter()
    form.fields["sender"].widget.attrs["class"] = "code"
    assert 'class="code form-control"' in part("form", form=form)


def test_a_reason_is_chosen_or_said_and_the_button_says_what_will_happen() -> None:
    chosen = part(
        "reason", action="/x/", says="Close it", reasons=[("dup", "Same")], effect="It can be undone."
    )
    assert '<select class="form-select" id="reason-code" name="reason" required>' in chosen
    assert '<option value="dup">Same</option>' in chosen
    assert "It can be undone." in chosen
    assert 'btn-primary" type="submit">Close it</button>' in chosen
    assert chosen.count("required") == 2  # the select and its label
    said = part("reason", action="/x/", says="Close it", name="part", key="p", hidden=[("lead", "7")])
    assert "<select" not in said
    assert re.search(r'<textarea [^>]*id="part-words"[^>]* required>', said)
    assert 'data-key="p"' in said
    assert '<input type="hidden" name="lead" value="7">' in said
    assert 'id="child-child-a-words"' in part("reason", says="Open", name="child-Child A")
    assert "btn-danger" not in chosen + said
    assert "btn-danger" in part("reason", action="/x/", says="Take it", danger=True)


def test_files_have_a_field_that_works_without_dropping() -> None:
    html = part("drop", name="files", label="Alerts <1>", hint="Up to 50 MB.", accept=".zip", multiple=True)
    assert '<label for="drop-files"><bdi>Alerts &lt;1&gt;</bdi>' in html
    assert (
        'id="drop-files" name="files" required accept=".zip" multiple aria-describedby="drop-files-hint"'
        in html
    )
    assert 'id="drop-files-hint"><bdi>Up to 50 MB.</bdi>' in html
    assert "multiple" not in part("drop", name="file", label="A file")


@pytest.mark.parametrize(
    ("state", "asks"), [("waiting", True), ("running", True), ("done", False), ("failed", False)]
)
def test_a_job_is_asked_for_until_it_is_done(state: str, asks: bool) -> None:
    html = part("progress", job=job(state))
    assert ('hx-get="/jobs/7/"' in html) is asks
    assert ("<progress" in html) is asks
    assert '<bdi dir="ltr">1,200</bdi> / <bdi dir="ltr">5,000</bdi>' in html
    assert ("to go" in html) is (state == "running")


def test_a_job_of_unknown_length_has_a_bar_without_an_end() -> None:
    html = part("progress", job=job("running", total=None, eta_s=None))
    assert "<progress aria-label=" in html
    assert "to go" not in html


def test_a_page_without_a_reader_shows_nobody_and_no_way_out() -> None:
    with translation.override("en"):
        html = get_template("look/base.html").template.render(
            context(request=Thing(path="/", user=Thing(pk=None, is_authenticated=False)))
        )
    assert "Sign out" not in html
    assert 'data-user=""' in html
