"""Changes in a cluster as they happen: lightkube watches, over a proxy of kubectl that has the credentials.

The proxy serves a socket in a folder that nobody else may enter, and hands on nothing but reading. So whatever kubectl
can log in with serves here as well, and no configuration of it is read by others.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from netpolc.diagnostics.visible import in_one_line
from netpolc.live.kinds import NAMESPACES, POLICIES
from netpolc.live.lists import version_of
from netpolc.live.refusals import ClusterError
from netpolc.live.served import served

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from netpolc.live.kinds import Kind
    from netpolc.live.kubectl import Kubectl

QUIET_SECONDS = 1.0
"""How long nothing may happen before what happened is told: changes come in groups."""
MOST_SECONDS = 10.0
"""How long a group may be."""
FORBIDDEN = 403


def is_possible() -> bool:
    """Tell whether what watches is installed: the extra `cluster`."""
    try:
        import lightkube  # noqa: F401 -- 16 times bare Python, and nobody else needs it
    except ImportError:
        return False
    return True


class ClusterWatch:
    """All changes of policies and namespaces from its beginning on, each by the kind and name of its object."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Take whom to ask; nothing is asked yet."""
        self._kubectl = kubectl
        self._events: queue.SimpleQueue[str | ClusterError] = queue.SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Begin to watch: what changes from here on is told.

        Raises:
            ClusterError: it cannot be watched.
        """
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="netpolc-"))
            socket = Path(folder) / "s"
            stack.enter_context(self._kubectl.proxy(socket))
            client = _client(socket)
            for kind in served(self._kubectl, (*POLICIES, NAMESPACES)):
                self._begin(client, kind)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the proxy, and with it all watches."""
        self._stack.close()

    def _begin(self, client: Any, kind: Kind) -> None:
        version = version_of(self._kubectl, kind)
        threading.Thread(target=self._listen, args=(client, kind, version), daemon=True).start()

    def _listen(self, client: Any, kind: Kind, version: str) -> None:
        """Tell of each change; a watch that the server has ended goes on by itself, and any other end is told."""
        try:
            resource = _resource(kind.name, kind.api, kind.resource, namespaced=kind.namespaced)
            where = {"namespace": "*"} if kind.namespaced else {}
            for _, found in client.watch(resource, **where, resource_version=version):
                metadata = found.metadata
                place = f"{metadata.namespace}/" if metadata.namespace else ""
                self._events.put(f"{kind.name} {place}{metadata.name}")
        except Exception as error:  # noqa: BLE001 -- of a library, on a thread where nobody else hears it
            self._events.put(self._failure(kind, error))

    def _failure(self, kind: Kind, error: Exception) -> ClusterError:
        """Return what is to be said of a watch that has ended, told by the status of its answer, if it has one."""
        asked, context = f"cannot watch {kind.resource}", self._kubectl.context
        if getattr(getattr(error, "response", None), "status_code", None) != FORBIDDEN:
            found = ClusterError("cut off", in_one_line(str(error)), asked=asked, context=context)
            found.advice = "nothing is to be done: it is watched and looked at anew"
            return found
        found = ClusterError("forbidden", "the server does not let this user do it", asked=asked, context=context)
        found.advice = "`netpolc drift --watch --rbac` prints the roles that suffice"
        return found

    def changed(self) -> Sequence[str]:
        """Wait for the next changes, and return what has changed, once nothing more does.

        Raises:
            ClusterError: the watch has ended; it has to be begun anew, and the cluster to be looked at again.
        """
        found = {self._next(None)}
        latest = time.monotonic() + MOST_SECONDS
        while (left := latest - time.monotonic()) > 0:
            try:
                found.add(self._next(min(QUIET_SECONDS, left)))
            except queue.Empty:
                break
        return sorted(found)

    def _next(self, seconds: float | None) -> str:
        event = self._events.get(timeout=seconds)
        if isinstance(event, ClusterError):
            raise event
        return event


def _client(socket: Path) -> Any:
    """Return a client of the proxy behind a socket, which asks for no credentials."""
    import httpx2  # comes with lightkube
    from lightkube import Client, KubeConfig  # as above
    from lightkube.config.models import Cluster, User  # as above

    config = KubeConfig.from_one(cluster=Cluster(server="http://localhost"), user=User())
    return Client(config, transport=httpx2.HTTPTransport(uds=str(socket)), trust_env=False)


@cache
def _resource(kind: str, api: str, resource: str, *, namespaced: bool) -> Any:
    """Return what lightkube calls a kind; it takes each one once."""
    from lightkube import generic_resource as generic  # as above

    create = generic.create_namespaced_resource if namespaced else generic.create_global_resource
    group, _, version = api.rpartition("/")
    return create(group, version, kind, resource)
