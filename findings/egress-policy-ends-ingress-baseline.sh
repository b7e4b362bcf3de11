#!/usr/bin/env bash
# sigs.k8s.io/kube-network-policies v1.1.1, with network-policy-api v0.3.0: a NetworkPolicy of egress alone switches a
# Baseline ClusterNetworkPolicy off for ingress, too. The Baseline denies all ingress of the pod; once any NetworkPolicy
# selects the pod, in whichever direction, its evaluator asks no Baseline about it any more. The API's type says "pods not
# selected by a NetworkPolicy"; Calico and Cilium go by the direction instead, so one set of objects opens a pod on one
# cluster that it closes on another.
#
# Seen:
#   with the Baseline alone: denied
#   with a NetworkPolicy of egress beside it: let in
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	cluster "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha2"
	tiers "sigs.k8s.io/network-policy-api/apis/v1alpha2"
	tiersfake "sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned/fake"
	tiersinformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

type pods map[string]*api.PodInfo

func (p pods) GetPodInfoByIP(ip string) (*api.PodInfo, bool) { found, ok := p[ip]; return found, ok }

type noNames struct{}

func (noNames) ContainsIP(string, net.IP) bool { return false }

func pod(name, ip string) *core.Pod {
	return &core.Pod{
		ObjectMeta: meta.ObjectMeta{Namespace: "shop", Name: name, Labels: map[string]string{"app": name}},
		Status:     core.PodStatus{PodIPs: []core.PodIP{{IP: ip}}},
	}
}

func verdict(policies ...*networking.NetworkPolicy) string {
	factory := informers.NewSharedInformerFactory(fake.NewClientset(), 0)
	namespaces, all := factory.Core().V1().Namespaces(), factory.Core().V1().Pods()
	plain, nodes := factory.Networking().V1().NetworkPolicies(), factory.Core().V1().Nodes()
	shop := map[string]string{"kubernetes.io/metadata.name": "shop"}
	_ = namespaces.Informer().GetStore().Add(&core.Namespace{ObjectMeta: meta.ObjectMeta{Name: "shop", Labels: shop}})
	known := pods{}
	for _, each := range []*core.Pod{pod("web", "10.0.0.1"), pod("db", "10.0.0.2")} {
		_ = all.Informer().GetStore().Add(each)
		known[each.Status.PodIPs[0].IP] = api.NewPodInfo(each, shop, nil, "")
	}
	for _, each := range policies {
		_ = plain.Informer().GetStore().Add(each)
	}
	everybody := &meta.LabelSelector{}
	baseline := &tiers.ClusterNetworkPolicy{ObjectMeta: meta.ObjectMeta{Name: "closed"}}
	baseline.Spec.Tier, baseline.Spec.Priority = tiers.BaselineTier, 1
	baseline.Spec.Subject.Namespaces = everybody
	baseline.Spec.Ingress = []tiers.ClusterNetworkPolicyIngressRule{{
		Action: tiers.ClusterNetworkPolicyRuleActionDeny,
		From:   []tiers.ClusterNetworkPolicyIngressPeer{{Namespaces: everybody}},
	}}
	of := tiersinformers.NewSharedInformerFactory(tiersfake.NewClientset(), 0).Policy().V1alpha2().ClusterNetworkPolicies()
	_ = of.Informer().GetStore().Add(baseline)
	engine := networkpolicy.NewPolicyEngine(known, []api.PolicyEvaluator{
		cluster.NewClusterNetworkPolicy(tiers.AdminTier, of, noNames{}, nodes.Lister()),
		networkpolicy.NewStandardNetworkPolicy("node", namespaces, all, plain),
		cluster.NewClusterNetworkPolicy(tiers.BaselineTier, of, noNames{}, nodes.Lister()),
	})
	passes, err := engine.EvaluatePacket(context.Background(), &network.Packet{
		Family: core.IPv4Protocol, SrcIP: net.ParseIP("10.0.0.1"), DstIP: net.ParseIP("10.0.0.2"),
		Proto: core.ProtocolTCP, SrcPort: 40000, DstPort: 5432,
	})
	if err != nil {
		panic(err)
	}
	if passes {
		return "let in"
	}
	return "denied"
}

func main() {
	fmt.Println("with the Baseline alone:", verdict())
	egress := &networking.NetworkPolicy{ObjectMeta: meta.ObjectMeta{Namespace: "shop", Name: "out"}}
	egress.Spec.PodSelector = meta.LabelSelector{MatchLabels: map[string]string{"app": "db"}}
	egress.Spec.PolicyTypes = []networking.PolicyType{networking.PolicyTypeEgress}
	fmt.Println("with a NetworkPolicy of egress beside it:", verdict(egress))
}
GO
go mod init finding
go get sigs.k8s.io/kube-network-policies@v1.1.1 sigs.k8s.io/network-policy-api@v0.3.0
go run -mod=mod . | tee seen
diff seen - <<'SEEN'
with the Baseline alone: denied
with a NetworkPolicy of egress beside it: let in
SEEN
