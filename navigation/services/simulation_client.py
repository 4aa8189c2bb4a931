"""The client side of a simulated visitor: what an app asks of a running server, over HTTP and the live door."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import httpx
import websockets

Json = dict[str, Any]


class SimulationFailed(Exception):
    """The server refused, or can't be reached; the message says what to do."""


class Server:
    """A running server, and the venue that the visitor is in."""

    def __init__(self, url: str, slug: str, client: httpx.AsyncClient) -> None:
        self.url = url.rstrip("/")
        self._slug = slug
        self._client = client

    async def new_visitor(self, preferences: Mapping[str, str]) -> str:
        """Return the token of a new visitor who lets themselves be located."""
        consent = {"positioning": True, "history": False, "analytics": False, "marketing": True}
        answer = await self._call("POST", "/visitors", json={**preferences, "consent": consent})
        return str(answer["token"])

    async def waypoint(self, asked: str, language: str) -> Json:
        """Return the waypoint of a feature's id, of `lng,lat,level`, or of the best place of that name."""
        if point := _id_or_point(asked):
            return point
        query = {"q": asked, "lang": language, "limit": 1}
        found = await self._call("GET", f"/venues/{self._slug}/places", params=query)
        if not found["features"]:
            places = f"{self.url}/api/v1/venues/{self._slug}/places?q="
            raise SimulationFailed(f'"{asked}" is not a place of {self._slug}. Search at {places}')
        return {"place": found["features"][0]["id"]}

    async def route(self, origin: Json, destination: Json, preferences: Mapping[str, str]) -> Json:
        """Return the best route."""
        body = {"origin": origin, "destination": destination, **preferences}
        answer = await self._call("POST", f"/venues/{self._slug}/routes", json=body)
        route: Json = answer["routes"][0]
        return route

    @asynccontextmanager
    async def live(self, token: str) -> AsyncIterator[websockets.ClientConnection]:
        """Open the live door."""
        url = f"ws{self.url.removeprefix('http')}/ws/v1/venues/{self._slug}/live"
        subprotocols = [websockets.Subprotocol("dalil.v1"), websockets.Subprotocol(f"token.{token}")]
        try:
            async with websockets.connect(url, subprotocols=subprotocols) as socket:
                yield socket
        except (OSError, websockets.WebSocketException) as error:
            raise SimulationFailed(f"The live connection to {url} failed: {error}") from error

    async def _call(self, method: str, path: str, **arguments: Any) -> Json:
        """Return the answer's JSON. Raises SimulationFailed with the problem's own sentence."""
        try:
            response = await self._client.request(method, f"{self.url}/api/v1{path}", **arguments)
        except httpx.TransportError as error:
            raise SimulationFailed(
                f"No server answers at {self.url} ({error or type(error).__name__}). Start one with make run."
            ) from error
        if response.is_error:
            raise SimulationFailed(f"{method} {path}: {response.status_code} {_sentence(response)}")
        answer: Json = response.json()
        return answer


def _id_or_point(asked: str) -> Json | None:
    """Return the waypoint of an id or of `lng,lat,level`; None for anything else.

    >>> _id_or_point("51.5,25.3,-1")
    {'lng': 51.5, 'lat': 25.3, 'level': -1.0}
    """
    with suppress(ValueError):
        return {"place": str(UUID(asked))}
    try:
        lng, lat, level = map(float, asked.split(","))
    except ValueError:
        return None
    return {"lng": lng, "lat": lat, "level": level}


def _sentence(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError):
        return response.text[:200]
