"""What each role opens: every operator's endpoint, asked with every role, in the role's own venue and in another."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.core.roles import RIGHTS, Right, Role
from accounts.models import User
from accounts.services import keys
from venues.models import Draft, Membership, Venue
from venues.services import members

pytestmark = pytest.mark.django_db
NOW = timezone.now()
VENUE = "/api/v1/venues/{slug}"
DRAFT = "/api/v1/drafts/{draft_id}"
CAMPAIGN = f"{VENUE}/campaigns/{{campaign_id}}"

NEEDED: Mapping[Right, tuple[str, ...]] = {
    Right.READ: (
        f"GET {DRAFT}", f"GET {DRAFT}/changes", f"GET {DRAFT}/diff", f"GET {DRAFT}/features",
        f"GET {DRAFT}/features/{{feature_id}}", f"GET {DRAFT}/findings", f"GET {VENUE}/drafts",
        f"GET {VENUE}/beacons", f"GET {VENUE}/beacons/{{beacon_id}}", f"GET {VENUE}/beacons/coverage",
        f"GET {VENUE}/beacons/health", f"GET {VENUE}/beacons/unknown", f"GET {VENUE}/emissions",
        f"GET {VENUE}/surveys", f"POST {VENUE}/positions/explain", f"GET {VENUE}/overrides",
        f"GET {VENUE}/publications", f"GET {VENUE}/campaigns", f"GET {CAMPAIGN}", f"GET {CAMPAIGN}/report",
        f"GET {VENUE}/decisions", f"GET {VENUE}/notification-rules", f"GET {VENUE}/reports/flows",
        f"GET {VENUE}/reports/routes", f"GET {VENUE}/reports/searches", f"GET {VENUE}/reports/zones",
    ),
    Right.EDIT: (
        f"DELETE {DRAFT}", f"POST {DRAFT}/features", f"PATCH {DRAFT}/features/{{feature_id}}",
        f"DELETE {DRAFT}/features/{{feature_id}}", f"POST {DRAFT}/redo", f"POST {DRAFT}/undo", f"POST {VENUE}/drafts",
        f"POST {VENUE}/beacons", f"PATCH {VENUE}/beacons/{{beacon_id}}", f"DELETE {VENUE}/beacons/{{beacon_id}}",
        f"POST {VENUE}/beacons/import", f"POST {VENUE}/closures", f"DELETE {VENUE}/closures/{{closure_id}}",
        f"POST {VENUE}/overrides", f"DELETE {VENUE}/overrides/{{override_id}}",
        f"POST {VENUE}/surveys", f"DELETE {VENUE}/surveys/{{survey_id}}",
    ),
    Right.CAMPAIGN: (
        f"POST {VENUE}/campaigns", f"PATCH {CAMPAIGN}", f"POST {CAMPAIGN}/start", f"POST {CAMPAIGN}/pause",
        f"POST {CAMPAIGN}/end", f"POST {CAMPAIGN}/try", f"PATCH {VENUE}/notification-rules",
    ),
    Right.PUBLISH: (
        f"POST {VENUE}/publications", f"POST {VENUE}/publications/{{number}}/restore",
        f"POST {VENUE}/emissions/{{number}}/restore",
    ),
    Right.MEMBERS: (f"GET {VENUE}/members", f"POST {VENUE}/members", f"DELETE {VENUE}/members/{{username}}"),
}  # fmt: skip
ROWS = [(operation, right) for right, operations in NEEDED.items() for operation in operations]


@pytest.fixture
def drafts() -> dict[str, Draft]:
    """A draft in each of two venues, by slug."""
    made = {}
    for slug in ("own", "other"):
        venue = Venue.objects.create(slug=slug, name={"en": slug})
        made[slug] = Draft.objects.create(venue=venue, created_at=NOW, changed_at=NOW)
    return made


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("staff", is_staff=True)


def member(role: Role, drafts: dict[str, Draft], *, name: str | None = None) -> User:
    user = User.objects.create_user(name or role.value)
    Membership.objects.create(venue=drafts["own"].venue, user=user, role=role, granted_at=NOW)
    return user


def ask(client: Client, operation: str, slug: str, draft: object, **headers: str) -> Any:
    method, _, path = operation.partition(" ")
    path = path.replace("{slug}", slug).replace("{draft_id}", str(draft)).replace("{number}", "7")
    path = re.sub(r"\{\w+\}", str(uuid4()), path)
    return client.generic(method, path, b"{}", "application/json", headers=headers)


def operations_of_operators() -> set[str]:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any("operatorKey" in scheme for scheme in operation.get("security", ()))
    }


def test_the_table_has_a_row_for_every_operation_of_operators() -> None:
    assert {operation for operation, _ in ROWS} == operations_of_operators()
    assert len(ROWS) == len(operations_of_operators())


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_in_its_own_venue_what_the_table_says_and_nothing_in_another(
    role: Role, client: Client, drafts: dict[str, Draft]
) -> None:
    client.raise_request_exception = False
    client.force_login(member(role, drafts))
    for operation, right in ROWS:
        for slug in ("own", "other"):
            answer = ask(client, operation, slug, Draft.objects.get(venue__slug=slug).pk)
            may = slug == "own" and right in RIGHTS[role]
            asked = f"{operation} as {role} of own, in {slug}"
            assert (answer.status_code == 403) != may, asked
            assert answer.status_code not in (401, 500), asked
            if not may:
                assert_names_a_role_that_may(answer, right)
    assert Draft.objects.filter(venue__slug="other", discarded_at=None).exists()


def assert_names_a_role_that_may(answer: Any, right: Right) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "role_required"
    assert right in RIGHTS[Role(problem["role"])]
    assert problem["role"] in problem["detail"]


def test_without_credentials_everything_is_401_and_what_does_not_exist_is_404(
    client: Client, drafts: dict[str, Draft], staff: User
) -> None:
    signed_in = Client()
    signed_in.force_login(staff)
    for operation, _ in ROWS:
        assert ask(client, operation, "own", drafts["own"].pk).status_code == 401, operation
        assert ask(client, operation, "atlantis", uuid4()).status_code == 401, operation
        assert ask(signed_in, operation, "atlantis", uuid4()).status_code == 404, operation


def test_staff_may_everything_in_every_venue(client: Client, drafts: dict[str, Draft], staff: User) -> None:
    client.force_login(staff)
    for operation, _ in ROWS:
        assert ask(client, operation, "other", uuid4()).status_code not in (401, 403), operation


def opens(key: str, operation: str, slug: str) -> bool:
    answer = ask(Client(), operation, slug, None, Authorization=f"Api-Key {key}")
    return bool(answer.status_code not in (401, 403))


READ, EDIT = f"GET {VENUE}/campaigns", f"POST {VENUE}/drafts"


def test_a_key_opens_no_more_than_its_venue_its_role_and_its_operators_role(
    drafts: dict[str, Draft], staff: User
) -> None:
    own = drafts["own"].venue.pk
    narrow = keys.create(user=staff, name="narrow", now=NOW, venue_id=own, role=Role.VIEWER)
    assert (opens(narrow, READ, "own"), opens(narrow, EDIT, "own"), opens(narrow, READ, "other")) == (
        True,
        False,
        False,
    )

    viewer = member(Role.VIEWER, drafts)
    wide = keys.create(user=viewer, name="wide", now=NOW, venue_id=own, role=Role.OWNER)
    assert (opens(wide, READ, "own"), opens(wide, EDIT, "own")) == (True, False)
    members.revoke(venue=drafts["own"].venue, username="viewer")
    assert not opens(wide, READ, "own")


def test_the_command_narrows_a_key(drafts: dict[str, Draft], capsys: pytest.CaptureFixture[str]) -> None:
    member(Role.EDITOR, drafts, name="noor")
    call_command("create_api_key", "noor", "--name", "import", "--venue", "own", "--role", "viewer")
    key = capsys.readouterr().out.strip()
    assert (opens(key, READ, "own"), opens(key, EDIT, "own")) == (True, False)
    with pytest.raises(CommandError, match='no operator "noor" of other'):
        call_command("create_api_key", "noor", "--name", "import", "--venue", "other")
    with pytest.raises(CommandError, match="no venue"):
        call_command("create_api_key", "noor", "--name", "import", "--venue", "atlantis")


def test_owners_grant_change_and_revoke_roles(client: Client, drafts: dict[str, Draft]) -> None:
    client.force_login(member(Role.OWNER, drafts, name="olga"))
    noor = User.objects.create_user("noor@example.org")
    url = "/api/v1/venues/own/members"

    def grant(username: str, role: str) -> Any:
        return client.post(url, {"username": username, "role": role}, content_type="application/json")

    assert grant(noor.username, "viewer").status_code == 201
    assert grant(noor.username, "publisher").status_code == 200
    listed = client.get(url).json()["members"]
    assert [(row["username"], row["role"], row["granted_by"]) for row in listed] == [
        (noor.username, "publisher", "olga"),
        ("olga", "owner", None),
    ]
    assert grant("nobody", "viewer").json()["code"] == "operator_not_found"
    assert grant(noor.username, "king").json()["param"] == "role"
    assert client.delete(f"{url}/{noor.username}").status_code == 204
    assert client.delete(f"{url}/{noor.username}").json()["code"] == "member_not_found"


def test_members_sign_in_without_being_staff(client: Client, drafts: dict[str, Draft]) -> None:
    noor = member(Role.VIEWER, drafts, name="noor")
    noor.set_password("a good one")
    noor.save()
    assert client.get("/sign-in").status_code == 200
    assert client.post("/sign-in", {"username": "noor", "password": "a good one"}).status_code == 302
    assert client.get("/api/v1/venues/own/campaigns").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_members_are_kept_in_the_admin_too(client: Client, drafts: dict[str, Draft]) -> None:
    client.force_login(User.objects.create_superuser("root"))
    noor, venue = User.objects.create_user("noor"), drafts["own"].venue
    inline = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "0-user": str(noor.pk), "0-role": "editor"}
    form = {"slug": "own", "name": '{"en": "Own"}', "time_zone": "UTC"}
    form |= {f"memberships-{name}": value for name, value in inline.items()}
    form |= {"publications-TOTAL_FORMS": "0", "publications-INITIAL_FORMS": "0"}
    answer = client.post(f"/admin/venues/venue/{venue.pk}/change/", form)
    assert answer.status_code == 302, answer.content
    row = Membership.objects.get()
    assert (row.user, row.role, row.granted_by and row.granted_by.username) == (noor, "editor", "root")
