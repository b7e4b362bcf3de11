"""Services that variables are named after, where no manifest shows the values of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.suggest.last_words import BESIDE, LONGEST
from netpolc.adopt.suggest.model import OpenQuestion, SeenConnection
from netpolc.manifests.hosts import ASKING, OWN
from netpolc.manifests.service_names import ports_meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Evidence
    from netpolc.manifests.model import Service, Workload
    from netpolc.manifests.settings import Setting


OF_HOSTS = ASKING - {"BOOTSTRAP", "JOIN", "PEERS", "SEEDS", "SERVICE"}
"""Last words of names whose values are hosts for certain, or have one in them."""


class Namesakes:
    """The services of one workload's namespace by the last words of their names."""

    def __init__(self, workload: Workload, directory: Directory) -> None:
        """Take the workload that may call them."""
        self.workload = workload
        self.directory = directory
        self.caller = directory.people.pods(workload)
        self.found = directory.namesakes(workload.namespace)

    def connections(
        self, setting: Setting, port: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield the connections to a service that a variable is named after.

        A variable that asks for a host has a value that no manifest shows; of one that stands beside such a one, nobody
        knows whether it means a client. Where there is no such service, a host that a Secret has is one all the same.
        """
        if setting.kind != "env" or not setting.words or self.caller is None or OWN.intersection(setting.words):
            return
        service = self.named(setting.words) if setting.words[-1] in ASKING | BESIDE else None
        if service is None:
            if setting.secret and setting.words[-1] in OF_HOSTS:
                yield OpenQuestion(
                    self.workload.namespace, "calls what only Secrets name", evidence, self.workload.name
                )
            return
        asked = setting.words[-1] in ASKING and not setting.value
        text = f"may call the service `{service.name}`, which a variable is named after"
        for pods, door in self.directory.listeners(service, ports_meant(service, port)):
            if pods == self.caller:
                continue
            if asked:
                yield SeenConnection("call", self.caller, pods, door, evidence)
            else:
                yield OpenQuestion(self.workload.namespace, text, evidence, self.workload.name, self.caller, pods, door)

    def named(self, words: tuple[str, ...]) -> Service | None:
        """Return the service whose name ends as a variable's does, but for words that ask or stand beside."""
        ends = [len(words)]
        while ends[-1] > 1 and words[ends[-1] - 1] in ASKING | BESIDE:
            ends.append(ends[-1] - 1)
        lengths = range(min(LONGEST, len(words)), 0, -1)
        tried = ((words[max(0, end - length) : end], end) for length in lengths for end in ends)
        return next((self.found[part] for part, _ in tried if part in self.found), None)
