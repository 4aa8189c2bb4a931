"""The real server as a process of its own, and requests over connections that are kept."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep

from tests.servers import free_port

START_LIMIT_S = 300.0


@dataclass
class Server:
    """The server as `make run` starts it, on a free port, with this process's environment and what is added to it."""

    port: int
    process: "subprocess.Popen[bytes]"
    began_s: float = field(default_factory=perf_counter)

    @classmethod
    def started(cls, environment: Mapping[str, str] | None = None, *, processes: int = 1) -> "Server":
        """Return the server, of so many processes, when it accepts connections. Raises SystemExit when it does not."""
        port, processes_of = free_port(), {"WEB_CONCURRENCY": str(processes)}
        command = ["-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(
            [sys.executable, *command, "--log-level", "warning", "--lifespan", "on"],
            env={**os.environ, **processes_of, **(environment or {})},
        )
        server = cls(port, process)
        while not _listens(port):
            if server.process.poll() is not None or perf_counter() - server.began_s > START_LIMIT_S:
                raise SystemExit("The server does not start.")
            sleep(0.005)
        return server

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def wait_until_ready(self) -> None:
        """Wait until it has loaded all that it will. Raises SystemExit when it takes too long."""
        begin_s = perf_counter()
        while not _is_ready(self.port):
            if perf_counter() - begin_s > START_LIMIT_S:
                raise SystemExit("The server does not become ready.")
            sleep(0.5)

    def cpu_s(self) -> float:
        """Return the processor time that its processes have taken."""
        return sum(cpu_s(pid) for pid in family(self.process.pid))

    def memory_mb(self) -> float:
        """Return the resident memory of its processes (proc_pid_statm(5))."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family(self.process.pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Asked:
    """A connection with one request on its way. It is kept open for the next one."""

    def __init__(self, connection: socket.socket, request: bytes) -> None:
        self.connection = connection
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ask(request)

    def ask(self, request: bytes) -> None:
        self._answer, self._began_s = b"", perf_counter()
        self.connection.sendall(request)

    def read(self) -> float | None:
        """Return the microseconds that the answer took, or None while it is not whole. Raises SystemExit unless it is 200."""
        received = self.connection.recv(1 << 18)
        self._answer += received
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not received or (end and not head.startswith(b"HTTP/1.1 200")):
            raise SystemExit(f"This is not what was asked for: {self._answer[:500]!r}")
        if not end or len(body) < _content_length(head):
            return None
        return (perf_counter() - self._began_s) * 1e6

    @property
    def body(self) -> bytes:
        """The body of the answer, once it is whole."""
        return self._answer.partition(b"\r\n\r\n")[2]


def post(path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a POST of JSON as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def family(pid: int) -> list[int]:
    """Return a process and those that it has started, or that they have, and that live still (proc_pid_stat(5): ppid)."""
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    parent_of = {own: int(fields[1]) for own in pids if (fields := _stat(own))}
    return [own for own in parent_of if _descends(own, pid, parent_of)]


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and of those of its own that have ended (proc_pid_stat(5): utime to cstime); 0 after its end.

    So nothing of a family is lost whose members come and go, such as PostgreSQL's.
    """
    return sum(map(int, _stat(pid)[11:15])) / os.sysconf("SC_CLK_TCK")


def name_of(pid: int) -> str:
    """Return the name of a process's program (proc_pid_comm(5)), "" after its end."""
    return _told(pid, "comm").strip()


def _stat(pid: int) -> list[str]:
    """Return the fields of proc_pid_stat(5) from the state on; none where the process has ended."""
    return _told(pid, "stat").rpartition(")")[2].split()


def _told(pid: int, file: str) -> str:
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _descends(pid: int, ancestor: int, parent_of: Mapping[int, int]) -> bool:
    while pid in parent_of and pid != ancestor:
        pid = parent_of[pid]
    return pid == ancestor


def _content_length(head: bytes) -> int:
    (length,) = [line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"content-length:")]
    return int(length)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("localhost", port)
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status == HTTPStatus.OK


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
