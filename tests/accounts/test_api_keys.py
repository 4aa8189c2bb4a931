"""A program acts for an operator by a key that is shown once."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, User
from venues.models import Venue

pytestmark = pytest.mark.django_db
CAMPAIGNS = "/api/v1/venues/quarter/campaigns"


@pytest.fixture
def operator() -> User:
    Venue.objects.create(slug="quarter", name={"en": "Quarter"})
    return User.objects.create_user("manager", is_staff=True)


@pytest.fixture
def key(operator: User, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("create_api_key", "manager", "--name", "import")
    return capsys.readouterr().out.strip()


def ask(client: Client, key: str) -> int:
    return client.get(CAMPAIGNS, headers={"Authorization": f"Api-Key {key}"}).status_code


def test_a_key_opens_what_its_operator_may_open(client: Client, key: str) -> None:
    assert ask(client, key) == 200
    assert ApiKey.objects.get().last_used_on == timezone.now().date()


def test_a_key_may_write_without_a_browsers_token(key: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    made = strict.post(
        CAMPAIGNS, {"name": "Lunch"}, content_type="application/json", headers={"Authorization": f"Api-Key {key}"}
    )
    assert made.status_code == 201, made.content


def test_the_key_itself_is_stored_nowhere(key: str) -> None:
    assert key.startswith("dalil_")
    assert key not in {str(value) for value in ApiKey.objects.values_list().get()}


@pytest.mark.parametrize("wrong", ["", "dalil_nobodys", "é" * 10])
def test_a_key_that_is_nobodys_is_refused(client: Client, operator: User, wrong: str) -> None:
    assert ask(client, wrong) == 401


def test_a_key_ends_when_it_is_deleted_and_with_its_operators_rights(client: Client, key: str) -> None:
    User.objects.update(is_staff=False)
    assert ask(client, key) == 403
    ApiKey.objects.all().delete()
    assert ask(client, key) == 401


def test_nobody_but_an_operator_gets_a_key(operator: User) -> None:
    with pytest.raises(CommandError, match="no operator"):
        call_command("create_api_key", "visitor", "--name", "import")
