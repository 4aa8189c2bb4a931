"""HTTP sessions that providers are called with: one try each, because the outbox tries again, and no way into our network."""

from socket import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from visitors.services.endpoints import public_addresses

# Connections kept to each host: as many as a worker sends at once.
KEPT_CONNECTIONS = 32


class OneTry(HTTPAdapter):
    """Sends a request once, whatever the answer."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=KEPT_CONNECTIONS, max_retries=0)


class PublicOnly(OneTry):
    """Connects to public addresses only, unless the operator has named the host.

    The name is looked up once for each connection, and what was looked at is what is connected to: the owner of a name may
    answer otherwise the second time (DNS rebinding).
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


class _Pinned(HTTPConnection):
    """Takes the addresses of its host that were found to be public, one after the other, until one answers."""

    def _new_conn(self) -> socket:
        name = self._dns_host
        failure: NewConnectionError | ConnectTimeoutError = NewConnectionError(self, f"{name} has no address")
        for address in public_addresses(name, self.port):
            self._dns_host = address
            try:
                return super()._new_conn()
            except (NewConnectionError, ConnectTimeoutError) as error:
                failure = error
            finally:
                self._dns_host = name  # whom the certificate and the Host header must name
        raise failure


class _PinnedTls(_Pinned, HTTPSConnection):
    """The same by https: the certificate is the name's, whichever address answers."""


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _Pinned


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedTls


def public_session() -> requests.Session:
    """Return a session for endpoints that strangers gave us: public addresses, no redirects."""
    session = requests.Session()
    session.max_redirects = 0
    for scheme in ("http://", "https://"):
        session.mount(scheme, PublicOnly())
    return session
