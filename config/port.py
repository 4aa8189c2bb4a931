"""Say so, and what to do, when the port that `make run` wants is taken: `python -m config.port 8000`."""

import errno
import socket
import sys


def refusal(port: int) -> str | None:
    """Return why the server can't listen on this port of the loopback interface, or None when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is taken: is Dalil running already? Stop it, or choose another: make run PORT={port + 1}"
            return f"Port {port} can't be used ({error.strerror}). Choose another: make run PORT=8000"
    return None


if __name__ == "__main__":
    sys.exit(refusal(int(sys.argv[1])))
