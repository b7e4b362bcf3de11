"""kubectl, asked for bytes: it has the contexts, the credentials and the rights, and netpolc reads none of these.

Each call is one request of an API server, without a shell, with a limit on time and output.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.live.refusals import ClusterError, refusal
from netpolc.project.processes import installed, run_bounded, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE_SECONDS = 60.0
"""How long one request may take; a page of a list takes a tenth of a second."""

LARGEST = 64 * 1024 * 1024
"""The bytes of one answer; a page of 500 pods has about 5 MiB, and an object at most 1.5 (etcd's limit)."""

IN_CLUSTER = "in-cluster"
"""What the cluster is called by kubectl in a pod, where it has a service account and no context."""

_NAMED_BY = "NETPOLC_KUBECTL"
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")

# Settings of a user that give kubectl's commands other options (kubectl 1.34, kuberc) would change what is asked.
_ENVIRONMENT = {"KUBERC": "off", "KUBECTL_KUBERC": "false"}


class Applied(msgspec.Struct, frozen=True):
    """An object as the server stores it, in JSON with its managedFields, and what the server warned of."""

    stored: bytes
    warnings: tuple[str, ...] = ()


class _Stored(msgspec.Struct):
    items: list[msgspec.Raw]


class Kubectl(msgspec.Struct, frozen=True):
    """kubectl for one context, whose name goes into each message."""

    program: str
    context: str

    def get(self, path: str, *, limit: int = LARGEST) -> bytes:
        """Return the answer to a GET of an API path, of at most `limit` bytes.

        Raises:
            ClusterError: there is none.
        """
        return self._run(("get", "--raw", path), f"cannot get `{path.partition('?')[0]}`", limit=limit)[0]

    def apply(self, body: bytes, *, manager: str, dry_run: bool = False, force: bool = False) -> Applied:
        """Apply one object as JSON by server-side apply, as the `manager` of its fields, and return what is stored.

        A `dry_run` stores nothing. With `force`, fields are taken from other managers.

        Raises:
            ClusterError: the server refuses it.
        """
        words = _words_to_apply(manager, dry_run=dry_run, force=force)
        output, complaint = self._run(words, "cannot apply an object", given=body)
        prefix = "Warning: "
        warnings = [line.removeprefix(prefix) for line in complaint.splitlines() if line.startswith(prefix)]
        return Applied(output, tuple(warnings))

    def apply_all(self, bodies: Sequence[bytes], *, manager: str, dry_run: bool = False) -> tuple[bytes, ...]:
        """Apply several objects as above, one after the other, and return what is stored of each.

        Raises:
            ClusterError: the server refuses some; of the others, each may be stored or not.
        """
        words = _words_to_apply(manager, dry_run=dry_run, force=False)
        output, _ = self._run(words, "cannot apply objects", given=_list_of(bodies))
        if len(bodies) == 1:
            return (output,)
        try:
            stored = msgspec.json.decode(output, type=_Stored).items
        except msgspec.DecodeError:
            stored = []
        if len(stored) != len(bodies):
            said = "the answer is no list of as many"
            raise ClusterError("cut off", said, asked="cannot apply objects", context=self.context)
        return tuple(bytes(each) for each in stored)

    def existing(self, bodies: Sequence[bytes]) -> tuple[str, ...]:
        """Return the names of the objects that are there already, of several that are to be created.

        Raises:
            ClusterError: it cannot be asked for.
        """
        words = ("get", "-f", "-", "--ignore-not-found", "-o", "name")
        output, _ = self._run(words, "cannot get objects", given=_list_of(bodies))
        return tuple(line.rpartition("/")[2] for line in output.decode(errors="replace").split())

    def patch(self, kind: str, name: str, namespace: str | None, operations: bytes) -> bytes:
        """Change an object by a JSON patch, whose `test` operations guard it, and return what is stored.

        Raises:
            ClusterError: the server refuses it.
        """
        words = (
            *("patch", kind, name, *(() if namespace is None else ("-n", namespace))),
            *("--type=json", "--patch-file=/dev/stdin", "-o", "json", "--show-managed-fields"),
        )
        return self._run(words, f"cannot patch {kind} `{name}`", given=operations)[0]

    def delete(self, path: str, options: bytes) -> bytes:
        """Delete the object at an API path, with DeleteOptions that have preconditions and `dryRun`.

        A `dryRun` in the query would be ignored by the server, since there is a body: it deletes for real.

        Raises:
            ClusterError: the server refuses it.
        """
        return self._run(("delete", "--raw", path, "-f", "-"), f"cannot delete `{path}`", given=options)[0]

    @contextmanager
    def proxy(self, socket: Path) -> Iterator[None]:
        """Have kubectl hand on requests that come to a socket until the end of the block, as far as these only read.

        Raises:
            ClusterError: it does not.
        """
        words = ("proxy", f"--unix-socket={socket}", "--reject-methods=^(POST|PUT|PATCH|DELETE)$")
        with serving(self._command(words), Path.cwd(), os.environ | _ENVIRONMENT) as ended:
            if ended is not None:
                asked = "cannot watch policies"
                raise refusal(ended.complaint, ended.failure or "", asked=asked, context=self.context)
            yield

    def _command(self, words: Sequence[str]) -> tuple[str, ...]:
        context = () if self.context == IN_CLUSTER else (f"--context={self.context}",)
        return (self.program, *context, *words)

    def _run(
        self, words: Sequence[str], asked: str, *, given: bytes | None = None, limit: int = LARGEST
    ) -> tuple[bytes, str]:
        """Run a command on the context, and return what it wrote and complained of."""
        ended = run_bounded(
            self._command(words),
            Path.cwd(),
            os.environ | _ENVIRONMENT,
            seconds=PATIENCE_SECONDS,
            limit=limit,
            given=given,
        )
        if ended.failure is not None:
            raise refusal(ended.complaint, ended.failure, asked=asked, context=self.context, bounded=ended.bounded)
        return ended.output, ended.complaint


def _words_to_apply(manager: str, *, dry_run: bool, force: bool) -> tuple[str, ...]:
    return (
        *("apply", "--server-side", f"--field-manager={manager}", "--validate=strict"),
        *("-o", "json", "--show-managed-fields"),
        *(("--dry-run=server",) if dry_run else ()),
        *(("--force-conflicts",) if force else ()),
        *("-f", "-"),
    )


def _list_of(bodies: Sequence[bytes]) -> bytes:
    """Return objects as one; kubectl 1.32 does not read documents of JSON between lines of `---`."""
    return b'{"apiVersion":"v1","kind":"List","items":[' + b",".join(bodies) + b"]}"


def find(context: str | None = None) -> Kubectl:
    """Return kubectl for a context, or for the one that it would use itself, which is asked for by name.

    Raises:
        ClusterError: there is no kubectl, or no context.
    """
    program = _program()
    return Kubectl(program, context or _current(program))


def names_of_contexts(seconds: float = PATIENCE_SECONDS) -> list[str]:
    """Return the names of all contexts that kubectl has, none where it does not say them in time.

    Raises:
        ClusterError: there is no kubectl.
    """
    words = (_program(), "config", "get-contexts", "--output=name")
    ended = run_bounded(words, Path.cwd(), os.environ | _ENVIRONMENT, seconds=seconds, limit=LARGEST)
    return [] if ended.failure else ended.output.decode(errors="replace").split()


def _program() -> str:
    """Return the path of kubectl."""
    named = os.environ.get(_NAMED_BY) or "kubectl"
    program = named if Path(named).is_absolute() and os.access(named, os.X_OK) else installed(named)
    if program is None:
        raise ClusterError("no kubectl", f"`{named}` is not installed", asked="a cluster cannot be asked")
    return program


def _current(program: str) -> str:
    """Return the name of the context that kubectl uses, if nobody names one."""
    ended = run_bounded(
        (program, "config", "current-context"),
        Path.cwd(),
        os.environ | _ENVIRONMENT,
        seconds=PATIENCE_SECONDS,
        limit=1024,
    )
    name = ended.output.decode(errors="replace").strip()
    if ended.failure is None and name:
        return name
    if "KUBERNETES_SERVICE_HOST" in os.environ and _ACCOUNT.is_file():
        return IN_CLUSTER
    asked = "no context of a cluster is known"
    if ended.failure is None:
        raise ClusterError("no context", "none is set", asked=asked)
    raise refusal(ended.complaint, ended.failure, asked=asked, context="")
