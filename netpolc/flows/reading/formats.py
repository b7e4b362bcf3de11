"""All formats of flow logs, in the order in which they are asked whether they know a record."""

from __future__ import annotations

from netpolc.flows.reading.amazon_agent import AMAZON
from netpolc.flows.reading.antrea import ANTREA
from netpolc.flows.reading.calico import CALICO
from netpolc.flows.reading.gke import GKE
from netpolc.flows.reading.hubble import HUBBLE
from netpolc.flows.reading.netobserv import NETOBSERV
from netpolc.flows.reading.vpc import VPC

FORMATS = (HUBBLE, CALICO, GKE, NETOBSERV, ANTREA, AMAZON, VPC)
