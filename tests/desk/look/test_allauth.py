"""Do the pages of allauth wear our dress, with labels, and nothing that sends a stranger to sign up?"""

import pytest
from django import forms
from django.template import Context, Origin, Template
from django.template.loader import get_template
from django.utils import translation
from tests.desk.look.pages import Thing
from tests.desk.look.rtl import digits_outside_bdi, inline_code


class SignIn(forms.Form):
    """As allauth's own."""

    login = forms.CharField(label="Username")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


def rendered(source: str) -> str:
    origin = Origin(name="page.html", template_name="page.html")  # allauth asks a template for its name
    return Template(source, origin=origin).render(Context()).strip()


def element(source: str) -> str:
    return rendered("{% load allauth %}" + source + "{% endelement %}")


@pytest.mark.parametrize("language", ["en", "dv"])
def test_the_page_to_sign_in_has_labels_and_no_way_to_sign_up(language: str) -> None:
    with translation.override(language):
        html = get_template("account/login.html").template.render(
            Context({"form": SignIn({"login": "aisha"}), "csrf_token": "t", "request": Thing(path="/")})
        )
    assert digits_outside_bdi(html) == []
    assert inline_code(html) == []
    assert '<label for="id_login">' in html
    assert 'value="aisha"' in html
    assert 'class="wrong" role="alert"' in html
    assert "up first" not in html
    assert html.count("<h1>") == 1


def test_a_page_of_allauth_stands_in_our_card_with_one_heading() -> None:
    source = """{% extends "allauth/layouts/manage.html" %}{% load allauth %}
        {% block content %}{% element h1 %}Keys{% endelement %}{% endblock %}"""
    html = rendered(source)
    assert '<main id="main" tabindex="-1" class="card">' in html
    assert html.count("<h1>") == 1
    assert "Go to Today" in html


@pytest.mark.parametrize(
    ("attributes", "tag"),
    [
        ('type="submit"', '<button class="btn btn-primary" type="submit">Go</button>'),
        ('type="submit" tags="prominent,login"', '<button class="btn btn-primary" type="submit">Go</button>'),
        (
            'type="submit" tags="outline,primary" form="f"',
            '<button class="btn" form="f" type="submit">Go</button>',
        ),
        ('href="/x/" tags="danger,delete"', '<a href="/x/" class="btn">Go</a>'),
    ],
)
def test_a_page_has_one_primary_button(attributes: str, tag: str) -> None:
    assert element("{% element button " + attributes + " %}Go") == tag


def test_a_secret_runs_left_to_right_and_cannot_be_changed() -> None:
    html = element(
        '{% element field id="s" type="text" value="JBSW" disabled=True %}{% slot label %}Secret{% endslot %}'
    )
    assert '<label for="s">Secret</label>' in html
    assert 'dir="ltr" type="text" id="s" value="JBSW" readonly' in html
    codes = element(
        '{% element field id="c" type="textarea" rows=2 readonly=True %}{% slot value %}1 2{% endslot %}'
    )
    assert 'dir="ltr" id="c" rows="2" readonly>1 2</textarea>' in codes
