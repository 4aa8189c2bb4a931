"""The page on which operators sign in who are not staff: in their language, with what is wrong next to its field."""

import re

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor() -> User:
    return User.objects.create_user("noor", password="a good one")


def page(client: Client, language: str, **typed: str) -> str:
    headers = {"Accept-Language": language}
    answer = client.post("/sign-in", typed, headers=headers) if typed else client.get("/sign-in", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "direction", "field"),
    [("en", "ltr", "Username:"), ("ar", "rtl", "اسم المستخدم:"), ("fr", "ltr", "utilisateur")],
)
def test_it_speaks_the_operators_language_under_its_own_name(
    client: Client, language: str, direction: str, field: str
) -> None:
    shown = page(client, language)
    assert f'lang="{language}" dir="{direction}"' in shown
    assert field in shown
    assert "Dalil" in shown
    assert "Django" not in shown
    assert "جانغو" not in shown


def test_a_field_left_empty_is_told_next_to_it(client: Client, noor: User) -> None:
    shown = page(client, "en", username="noor", password="")
    assert re.search(r'id="id_password_error"[^>]*>\s*<li>This field is required', shown)
    assert "id_username_error" not in shown
    [password] = re.findall(r'<input type="password"[^>]*>', shown)
    assert 'aria-invalid="true"' in password
    assert 'aria-describedby="id_password_error"' in password


def test_who_mistypes_is_told_so_and_types_the_name_once(client: Client, noor: User) -> None:
    wrong, unknown = (
        page(client, "ar", username="noor", password="no"),
        page(client, "ar", username="nor", password="no"),
    )
    told = re.findall(r'class="errornote"[^>]*>\s*(.*?)\s*</p>', wrong, re.DOTALL)
    assert told
    assert told == re.findall(r'class="errornote"[^>]*>\s*(.*?)\s*</p>', unknown, re.DOTALL), (
        "nobody learns who there is"
    )
    assert 'value="noor"' in wrong


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(client: Client, noor: User, wish: str) -> None:
    answer = client.post(f"/sign-in?next={wish}", {"username": "noor", "password": "a good one", "next": wish})
    assert (answer.status_code, answer["Location"]) == (302, "/api/docs")
