"""Foreign keys by name escape import-linter: the models follow the same list of layers."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]


def layers() -> list[set[str]]:
    """Return the packages of each layer, highest first, from the import contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    packages = next(contract for contract in contracts if contract["id"] == "packages")
    return [{name.strip() for name in layer.split("|")} for layer in packages["layers"]]


def test_a_model_refers_to_its_own_app_or_a_lower_one() -> None:
    height = {name: -row for row, names in enumerate(layers()) for name in names}
    references = [
        (model, field.related_model)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and isinstance(field.related_model, type)
    ]
    ours = [
        (model._meta, target._meta)
        for model, target in references
        if model._meta.app_label in height and target._meta.app_label in height
    ]
    assert len(ours) > 10, "the walk over the models found none: this test would pass for the wrong reason"
    upward = [
        f"{model.label} -> {target.label}"
        for model, target in ours
        if model.app_label != target.app_label and height[target.app_label] >= height[model.app_label]
    ]
    assert upward == []
