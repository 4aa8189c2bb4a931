"""The bundle of a published map over HTTP."""

import base64
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request

from apikit.api.serializers import ProblemSerializer
from navigation.services import bundles
from venues import selectors
from venues.api.views import FOR_EVER

# Beacons are moved while a map stays: who asks for those in use asks again whether there are others.
ASK_AGAIN = "public, no-cache"


@extend_schema(
    operation_id="downloadBundle",
    tags=["maps"],
    parameters=[
        OpenApiParameter(
            "deployment", str, description="The hash of the deployment of beacons; without it that in use on this map."
        ),
        OpenApiParameter(
            "emission", str, description="Beside a deployment: the hash of what was learned of its beacons."
        ),
    ],
    responses={
        (200, "application/zip"): OpenApiTypes.BINARY,
        304: OpenApiResponse(description="If-None-Match holds the entity tag."),
        404: OpenApiResponse(ProblemSerializer, description="It names what was not found."),
    },
)
@api_view(["GET"])
def bundle(request: Request, slug: str, content_hash: str) -> HttpResponse:
    """Map, graph and beacons for an app that guides without us; `Content-Location` names it for good.

    Its size is `Content-Length`, its SHA-256 `Repr-Digest` and, in hex, the entity tag. With a deployment named it is immutable.
    """
    named = request.query_params.get("deployment")
    venue = selectors.venue_by_slug(slug)
    emission = request.query_params.get("emission", "")
    found = bundles.bundle_of(venue=venue, snapshot_hash=content_hash, deployment_hash=named, emission_hash=emission)
    response = HttpResponse(found.document.data, content_type="application/zip", headers=_headers(found, named))
    response["Content-Disposition"] = f'attachment; filename="{slug}-{content_hash[:12]}.dalil.zip"'
    if found.deployment_hash is not None:
        learned = f"&emission={found.emission_hash}" if found.emission_hash else ""
        response["Content-Location"] = f"{request.path}?deployment={found.deployment_hash}{learned}"
    conditional = get_conditional_response(request._request, etag=found.document.etag, response=response)
    return response if conditional is None else conditional


def _headers(found: bundles.Bundle, named: str | None) -> dict[str, Any]:
    digest = base64.b64encode(bytes.fromhex(found.document.etag.strip('"'))).decode()
    return {
        "Cache-Control": FOR_EVER if named else ASK_AGAIN,
        "ETag": found.document.etag,
        "Repr-Digest": f"sha-256=:{digest}:",  # RFC 9530
        "Content-Length": str(len(found.document.data)),
    }
