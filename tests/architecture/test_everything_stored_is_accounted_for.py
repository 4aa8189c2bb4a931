"""Every stored column has a purpose and every row an end; and what leads to a visitor ends by itself."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import CASCADE, Model

from apikit.services.retention import catalogue
from visitors.models import Visitor


def stored() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def leads_to_a_visitor(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Return whether a row of this table belongs to a visitor, directly or through other rows."""
    targets = {field.related_model for field in model._meta.concrete_fields if field.is_relation} - seen - {model}
    return model is Visitor or any(
        isinstance(target, type) and leads_to_a_visitor(target, seen | {model}) for target in targets
    )


def test_the_catalogue_names_every_table_and_no_other() -> None:
    assert {model._meta.label for model in catalogue()} == {model._meta.label for model in stored()}


@pytest.mark.parametrize("model", stored(), ids=lambda model: model._meta.label)
def test_every_column_has_a_purpose(model: type[Model]) -> None:
    kept = catalogue()[model]
    assert set(kept.columns) == {field.attname for field in model._meta.concrete_fields}
    assert all(len(purpose.split()) >= 2 for purpose in kept.columns.values())
    assert kept.secret <= kept.columns.keys()


@pytest.mark.parametrize("model", stored(), ids=lambda model: model._meta.label)
def test_the_end_of_a_row_is_one_that_comes(model: type[Model]) -> None:
    kept = catalogue()[model]
    if kept.after is not None:
        assert model._meta.get_field(kept.after).get_internal_type() in {"DateField", "DateTimeField"}
    if kept.lives_with is not None:
        assert getattr(model._meta.get_field(kept.lives_with).remote_field, "on_delete", None) is CASCADE


def test_what_leads_to_a_visitor_ends_with_the_visitor_and_a_visitor_ends_by_age() -> None:
    personal = [model for model in stored() if model is not Visitor and leads_to_a_visitor(model)]
    assert len(personal) >= 5, "the walk over the models found none: this test would pass for the wrong reason"
    for model in personal:
        owner = catalogue()[model].lives_with
        assert owner is not None, f"{model._meta.label} leads to a visitor: say which row takes it with it"
        assert leads_to_a_visitor(model._meta.get_field(owner).related_model)
    age = catalogue()[Visitor].age
    assert age is not None
    assert age <= timedelta(days=365)
