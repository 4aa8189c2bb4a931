"""HTTP sessions that providers are called with: one try each, because the outbox tries again, and no way into our network."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from visitors.errors import EndpointNotPublic
from visitors.services.endpoints import refuse_private, refuse_private_peer

# Connections kept to each host: as many as a worker sends at once.
KEPT_CONNECTIONS = 32


class OneTry(HTTPAdapter):
    """Sends a request once, whatever the answer."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=KEPT_CONNECTIONS, max_retries=0)


class PublicOnly(OneTry):
    """Connects to public addresses only, unless the operator has named the host.

    The name is looked up first, and the address that was connected to is looked at again before anything is sent: the
    owner of a name may answer otherwise the second time.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


class _PublicConnection(HTTPConnection):
    def connect(self) -> None:
        refuse_private(f"http://{self.host}:{self.port}")
        super().connect()
        _look_again(self)


class _PublicTlsConnection(HTTPSConnection):
    def connect(self) -> None:
        refuse_private(f"https://{self.host}:{self.port}")
        super().connect()
        _look_again(self)


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


def _look_again(connection: HTTPConnection) -> None:
    try:
        refuse_private_peer(connection.host, connection.sock.getpeername()[0])
    except EndpointNotPublic:
        connection.close()
        raise


def public_session() -> requests.Session:
    """Return a session for endpoints that strangers gave us: public addresses, no redirects."""
    session = requests.Session()
    session.max_redirects = 0
    for scheme in ("http://", "https://"):
        session.mount(scheme, PublicOnly())
    return session
