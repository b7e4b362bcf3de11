"""A kube-apiserver and its etcd on loopback, on free ports and in a temporary folder: nothing is left behind.

No controllers run, and anonymous requests are refused; the only token is made up for each run.
"""

import http.client
import json
import secrets
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HOST = "127.0.0.1"
PATIENCE = 120
"""How many seconds a server may take to be ready."""


class Server:
    """A client of the API server: one connection, which is kept."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPSConnection(HOST, port, context=ssl._create_unverified_context())  # noqa: S323 -- it signs for itself
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, document=None):
        """Send a request; return the status and the body."""
        self.connection.request(method, path, None if document is None else json.dumps(document), self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.warnings = answer.headers.get_all("Warning") or []
        return answer.status, json.loads(body) if body.startswith(b"{") else body.decode()

    def is_ready(self):
        """Tell whether the server answers."""
        try:
            return self.ask("GET", "/readyz") == (200, "ok")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return False


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


@contextmanager
def process(log, *command):
    """Run a program until the end of the block."""
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as running:
        try:
            yield running
        finally:
            running.terminate()


@contextmanager
def started(binaries):
    """Run both servers, whose programs lie in a folder; yield a client."""
    with TemporaryDirectory(prefix="netpolc-real-") as name, ExitStack() as stack:
        folder, token = Path(name), secrets.token_hex()
        etcd, peers, port = (free_port() for _ in range(3))
        (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', "utf-8")
        key = folder / "accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        stack.enter_context(
            process(
                folder / "etcd.log",
                binaries / "etcd",
                f"--data-dir={folder / 'etcd'}",
                f"--listen-client-urls=http://{HOST}:{etcd}",
                f"--advertise-client-urls=http://{HOST}:{etcd}",
                f"--listen-peer-urls=http://{HOST}:{peers}",
                f"--initial-advertise-peer-urls=http://{HOST}:{peers}",
                f"--initial-cluster=default=http://{HOST}:{peers}",
                "--unsafe-no-fsync",
            )
        )
        api = stack.enter_context(
            process(
                folder / "kube-apiserver.log",
                binaries / "kube-apiserver",
                f"--etcd-servers=http://{HOST}:{etcd}",
                f"--bind-address={HOST}",
                f"--advertise-address={HOST}",
                f"--secure-port={port}",
                f"--cert-dir={folder / 'certificates'}",
                "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112",
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--service-account-key-file={key}",
                f"--service-account-signing-key-file={key}",
                f"--token-auth-file={folder / 'tokens.csv'}",
                "--authorization-mode=RBAC",
                "--anonymous-auth=false",
                "--endpoint-reconciler-type=none",
                "--enable-priority-and-fairness=false",
            )
        )
        server = Server(port, token)
        stack.callback(server.connection.close)
        wait(lambda: server.is_ready() or api.poll() is not None)
        if api.poll() is not None:
            raise RuntimeError((folder / "kube-apiserver.log").read_text("utf-8")[-2000:])
        yield server


def wait(condition):
    """Wait until a condition holds."""
    for _ in range(PATIENCE * 4):
        if condition():
            return
        time.sleep(0.25)
    raise TimeoutError
