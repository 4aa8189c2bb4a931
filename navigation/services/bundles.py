"""What an app needs to guide visitors without us: a map, its graph and its beacons in one file (docs/guides/bundle.md)."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from beacons import selectors as beacons
from beacons.services import offline
from navigation.errors import GraphMissing
from navigation.services.graphs import GRAPH
from venues import selectors, storage
from venues.models import Publication, Venue
from venues.selectors import Document

FORMAT = "dalil-bundle-1"
# Of a few venues, the newest and the one before: some megabytes each.
KEPT_BUNDLES = 4
# The earliest date of a ZIP file: the same content gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o644 << 16


@dataclass(frozen=True)
class Bundle:
    """The file, and which beacons it holds and what was learned of them: None and empty where there is nothing."""

    document: Document
    deployment_hash: str | None
    emission_hash: str


def bundle_of(
    *, venue: Venue, snapshot_hash: str, deployment_hash: str | None = None, emission_hash: str = ""
) -> Bundle:
    """Return the bundle of a published map, with the beacons in use on it or with those of the named deployment.

    Raises SnapshotNotFound, DeploymentNotFound, EmissionNotFound, GraphMissing, or BlobError.
    """
    publication = selectors.publication_of(venue, snapshot_hash)
    if deployment_hash is None:
        deployment, emission = beacons.deployment_over(venue, snapshot_hash)
    else:
        deployment = beacons.deployment_named(venue, snapshot_hash, deployment_hash)
        emission = beacons.emission_named(venue, emission_hash) if emission_hash else ""
    document = _document(venue.slug, snapshot_hash, _graph_hash(publication), deployment, emission)
    return Bundle(document, deployment, emission)


def _graph_hash(publication: Publication) -> str:
    graph_hash: str | None = publication.artefacts.get(GRAPH)
    if graph_hash is None:
        raise GraphMissing(f'Publication "{publication}" lacks its graph. Publish the map again.')
    return graph_hash


@lru_cache(maxsize=KEPT_BUNDLES)
def _document(
    slug: str, snapshot_hash: str, graph_hash: str, deployment_hash: str | None, emission_hash: str
) -> Document:
    files = {"map.json": storage.get_blob(snapshot_hash), "graph.bin": storage.get_blob(graph_hash)}
    files |= offline.members(deployment_hash) if deployment_hash else {}
    files |= {"emission.bin": storage.get_blob(emission_hash)} if emission_hash else {}
    manifest = {
        "format": FORMAT,
        "venue": slug,
        "snapshot": snapshot_hash,
        "deployment": deployment_hash,
        "emission": emission_hash or None,
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
        },
    }
    return Document.of(_zipped({"bundle.json": orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)} | files))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, FILE_MODE
            archive.writestr(entry, data)
    return buffer.getvalue()
