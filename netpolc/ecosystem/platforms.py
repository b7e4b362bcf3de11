"""What enforces policies, and what each of them makes of one: only what was run, read or documented.

A field that says nothing (None, or its default) is what the API says, or is not known; no check rests on it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Undeclared = Literal["close and open", "open"]
"""What rules do that are of a direction which their policy does not list."""


class Unenforced(msgspec.Struct, frozen=True):
    """The reason why nothing enforces a kind, as the end of a sentence, and what to do; `never`, or if not told to."""

    why: str
    instead: str
    never: bool = True


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """A platform, what messages call it, and where it differs.

    `blocks_hold_pods` and `blocks_hold_nodes` tell whether blocks of addresses do. `denies_exceptions` tells whether
    what an `except` leaves out stays denied though another rule lets it in. A port's name opens all ports of its
    protocol where `names_open_all`; the names that sidecars give are found where it has `names_of_sidecars`, those of
    other init containers where it has `names_of_init_containers`. Of two in one pod, only the last counts where the
    `last_name_wins`, whatever their protocols, and the first of a protocol where the `first_name_wins`. Names open
    the numbers of all selected pods on each of them where it has `names_of_all_selected`, and nothing to anybody or
    to a block without `names_to_anybody`. Labels of pods are hidden from selectors where it `hides_labels`. Where it
    `judges_services`, their addresses are, before those of pods; where it `finds_pods_on_nodes`, labels of pods on
    their nodes' network lead to these nodes; `label_of_nodes` is that of the namespace which stands for all of them.
    SCTP is dropped by default where it is `sctp_off`, and the kinds that are `unenforced` are so. `dns` are the
    servers of `std` that answer there (`Deployed.name`), None where they are those of Kubernetes; `most_ports` is how
    many port entries count for one pod or block. It `knows_all` of what depends on the plugin: ranges of ports, SCTP
    and every label, or what it makes of them is said by a check of its own.
    """

    name: str
    shown: str
    blocks_hold_pods: bool | None = None
    blocks_hold_nodes: bool | None = None
    denies_exceptions: bool = False
    undeclared: Undeclared | None = None
    names_open_all: bool = False
    names_of_sidecars: bool = True
    names_of_init_containers: bool = False
    last_name_wins: bool = False
    first_name_wins: bool = False
    names_of_all_selected: bool = False
    names_to_anybody: bool = True
    hides_labels: bool = False
    most_ports: int | None = None
    judges_services: bool = False
    finds_pods_on_nodes: bool = False
    label_of_nodes: str | None = None
    sctp_off: bool = False
    unenforced: dict[str, Unenforced] = {}
    finality: Literal["pod", "direction"] | None = None
    dns: tuple[str, ...] | None = None
    knows_all: bool = False
    sources: tuple[str, ...] = ()

    def never_enforces(self, kind: str) -> bool:
        """Tell whether nothing here enforces cluster-wide policies of a kind, whatever is set."""
        return kind in self.unenforced and self.unenforced[kind].never


KUBERNETES = Platform(name="kubernetes", shown="Kubernetes", sources=("kubernetes/api, networking/v1/types.go",))

PLATFORMS = {
    each.name: each
    for each in (
        KUBERNETES,
        Platform(
            name="cilium",
            shown="Cilium",
            blocks_hold_pods=False,
            blocks_hold_nodes=False,
            undeclared="close and open",
            hides_labels=True,
            names_of_sidecars=False,
            last_name_wins=True,
            sctp_off=True,
            unenforced={
                "ClusterNetworkPolicy": Unenforced(
                    "enforces ClusterNetworkPolicies from 1.20 on, and only if it is told to",
                    "enable them in its settings",
                    never=False,
                )
            },
            knows_all=True,
            finality="direction",
            sources=("Cilium v1.20.2, its own code run", "cilium/cilium#48703"),
        ),
        Platform(
            name="calico",
            shown="Calico",
            blocks_hold_pods=True,
            names_of_init_containers=True,
            unenforced={
                "ClusterNetworkPolicy": Unenforced(
                    "enforces ClusterNetworkPolicies from 3.32 on", "see that the cluster has it", never=False
                ),
                **{
                    kind: Unenforced(
                        f"enforces {kind} in 3.30 and 3.31 alone",
                        "write ClusterNetworkPolicies, which it enforces from 3.32 on",
                        never=False,
                    )
                    for kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
                },
            },
            finality="direction",
            knows_all=True,
            sources=("Calico 3.34-dev of 2026-08, its own code run",),
        ),
        Platform(
            name="openshift",
            shown="OVN-Kubernetes",
            blocks_hold_pods=True,
            undeclared="open",
            names_open_all=True,
            finds_pods_on_nodes=True,
            label_of_nodes="policy-group.network.openshift.io/host-network",
            unenforced={
                "ClusterNetworkPolicy": Unenforced(
                    "does not know ClusterNetworkPolicy", "write AdminNetworkPolicies, which it enforces"
                )
            },
            dns=("dns-openshift",),
            knows_all=True,
            sources=(
                "OVN-Kubernetes v1.3.0 and of 2026-08, source read",
                "ovn-kubernetes/ovn-kubernetes#2117",
                "openshift/cluster-dns-operator, assets/dns",
            ),
        ),
        Platform(
            name="eks",
            shown="Amazon's VPC plugin",
            blocks_hold_pods=True,
            denies_exceptions=True,
            undeclared="close and open",
            most_ports=24,
            names_of_sidecars=False,
            first_name_wins=True,
            names_of_all_selected=True,
            names_to_anybody=False,
            judges_services=True,
            finds_pods_on_nodes=True,
            unenforced={
                kind: Unenforced(
                    f"does not know {kind} of `policy.networking.k8s.io`",
                    "write a ClusterNetworkPolicy of its own group, `networking.k8s.aws`",
                )
                for kind in ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
            },
            knows_all=True,
            sources=("aws/amazon-network-policy-controller-k8s v1.1.7 with agent v1.4.1, their own code run",),
        ),
        Platform(
            name="gke",
            shown="GKE Dataplane V2",
            blocks_hold_pods=False,
            dns=("dns", "dns-node-local", "dns-gke-cloud"),
            sources=('cloud.google.com, "GKE Dataplane V2"', 'cloud.google.com, "Using Cloud DNS for GKE"'),
        ),
        Platform(
            name="kube-network-policies",
            shown="kube-network-policies",
            blocks_hold_pods=True,
            finality="pod",
            names_of_sidecars=False,
            knows_all=True,
            sources=("kubernetes-sigs/kube-network-policies v1.1.1, its own code run",),
        ),
    )
}
"""Every platform by its name in netpolc.toml."""
