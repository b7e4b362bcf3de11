"""All formats of flow logs, in the order in which they are asked whether they know a record."""

from __future__ import annotations

from netpolc.flows.reading.gke import GKE
from netpolc.flows.reading.hubble import HUBBLE

FORMATS = (HUBBLE, GKE)
BY_NAME = {each.name: each for each in FORMATS}
