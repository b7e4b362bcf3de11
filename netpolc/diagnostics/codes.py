"""Every code that netpolc can report, in one visible tuple; each has a page of its own in docs/codes/."""

from __future__ import annotations

import msgspec

from netpolc.diagnostics.model import Severity

DOCUMENTATION = "https://github.com/netpolc/netpolc/blob/main/docs/codes/"


class Code(msgspec.Struct, frozen=True):
    """A code, its name, how it is reported by default, and what it says in a line.

    One that resolution reports `cascades` if a statement that could not be read may be why. A risk that GitHub shall
    show as one has a score as of CVSS: medium from 4.0 on, high from 7.0 on.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    cascades: bool = False
    score: str | None = None

    @property
    def is_rule(self) -> bool:
        """Whether a project may turn it off, or have it at another level: it is no error of meaning."""
        return self.code.startswith(("NP5", "NP6"))

    @property
    def silenceable(self) -> bool:
        """Whether `# netpolc: ignore[…]` may silence it: what is no error of meaning, and stands in a source."""
        return self.is_rule and not self.code.startswith("NP62")

    @property
    def page(self) -> str:
        """The file of its page in docs/codes/."""
        return f"{self.code}.md"

    @property
    def help_uri(self) -> str:
        """Where its page can be read."""
        return DOCUMENTATION + self.page


CODES: tuple[Code, ...] = (
    Code("NP101", "syntax-error", "error", "the text is not netpol here"),
    Code("NP102", "wrong-arrow", "error", "an arrow that is not `->` or `<->`"),
    Code("NP103", "pasted-yaml", "error", "YAML where netpol is expected"),
    Code("NP104", "bad-string", "error", "a string that does not end, or has an unknown escape"),
    Code("NP105", "bad-text", "error", "bytes or characters that no netpol file can hold"),
    Code("NP106", "nested-too-deep", "error", "brackets nested deeper than anybody can read"),
    Code("NP107", "unclosed-bracket", "error", "a bracket without its partner"),
    Code("NP108", "misplaced-statement", "error", "a statement where it cannot stand"),
    Code("NP109", "bad-annotation", "error", "an annotation that is unknown or has the wrong value"),
    Code("NP110", "foreign-character", "error", "a character that looks like another, in a name"),
    Code("NP111", "confused-sign", "error", "`=` where `:` belongs, or the reverse"),
    Code("NP112", "bad-ignore", "error", "an ignore comment without a reason, or for a code that cannot be silenced"),
    Code("NP120", "bad-manifest", "error", "text that Kubernetes does not take for YAML or JSON"),
    Code("NP121", "duplicate-key", "error", "a key that a manifest has twice"),
    Code("NP122", "unrendered-template", "error", "a template where the manifest that it makes is expected"),
    Code("NP201", "duplicate-name", "error", "a second declaration of a name in one scope"),
    Code("NP202", "built-in-name", "error", "a declaration of a name that is built in"),
    Code("NP203", "unknown-name", "error", "a name that is not declared", cascades=True),
    Code("NP204", "close-name", "warning", "an undeclared name that is close to a declared one", cascades=True),
    Code("NP205", "ambiguous-name", "error", "a name that two sections of an imported file declare", cascades=True),
    Code("NP206", "wrong-kind", "error", "a name of one kind where another is needed", cascades=True),
    Code("NP207", "import-not-found", "error", "an imported file that is not there or cannot be read"),
    Code("NP208", "import-cycle", "error", "files that import each other"),
    Code("NP209", "import-outside", "error", "an import that leaves the project"),
    Code("NP210", "unknown-import", "error", "a name of a file that is not imported", cascades=True),
    Code("NP211", "declared-elsewhere", "error", "a bare name that another file declares otherwise", cascades=True),
    Code("NP212", "unbound-parameter", "error", "a parameter that the environment does not bind", cascades=True),
    Code("NP213", "unknown-environment", "error", "an environment that no file knows", cascades=True),
    Code("NP214", "unnamed-namespace", "error", "a namespace that needs a name here"),
    Code("NP215", "circular-name", "error", "a declaration that contains itself"),
    Code("NP216", "wrong-namespace", "error", "a name that does not belong to the namespace written before it"),
    Code("NP217", "foreign-baseline", "error", "a baseline on something other than pods of its own namespace"),
    Code("NP218", "too-many-connections", "error", "a line that multiplies to more than anybody can review"),
    Code(
        "NP219", "name-of-workload", "warning", "a name in a question that a workload has, too, and that means others"
    ),
    Code("NP220", "namespace-not-given", "warning", "pods without a namespace beside others that all have one"),
    Code("NP221", "assumed-namespace", "note", "objects without a namespace, taken to be in one that others are in"),
    Code("NP222", "namespace-twice", "warning", "a namespace that one statement names twice"),
    Code(
        "NP223", "end-of-guardrail", "error", "an end of a guardrail that says no namespace, or loses all to `except`"
    ),
    Code("NP301", "missing-port", "error", "a destination without its ports"),
    Code("NP302", "port-out-of-range", "error", "a port outside 1 to 65535"),
    Code("NP303", "reversed-range", "error", "a range of ports that ends before it begins"),
    Code("NP304", "unknown-port", "error", "an unquoted port name that is not declared", cascades=True),
    Code("NP305", "bare-address", "error", "an address without its prefix length"),
    Code("NP306", "host-bits", "error", "an address block with bits set below its prefix"),
    Code("NP307", "bad-address", "error", "an address block that no reader would take for one"),
    Code("NP308", "except-outside", "error", "an exception that is not a smaller part of its block"),
    Code("NP309", "misplaced-port", "error", "ports where none can stand"),
    Code("NP310", "ports-twice", "error", "ports for a destination that brings its own"),
    Code("NP311", "unsupported-domain", "error", "a domain name for a target that cannot express one"),
    Code("NP314", "unknown-end", "error", "an end of a question that nothing in the inputs has"),
    Code("NP315", "several-ends", "error", "an end of a question that several namespaces have"),
    Code("NP316", "bad-question", "error", "a question that cannot be asked so"),
    Code("NP401", "invalid-name", "error", "an object name that the API server rejects"),
    Code("NP402", "invalid-namespace", "error", "a namespace that the API server rejects"),
    Code("NP403", "invalid-label-key", "error", "a label key that the API server rejects"),
    Code("NP404", "invalid-label-value", "error", "a label value that the API server rejects"),
    Code("NP405", "invalid-annotations", "error", "annotations that the API server rejects"),
    Code("NP406", "invalid-selector", "error", "a selector that the API server rejects"),
    Code("NP407", "invalid-port", "error", "a port that the API server rejects"),
    Code("NP408", "invalid-peer", "error", "a peer that the API server rejects"),
    Code("NP409", "invalid-cidr", "error", "an address block that the API server rejects"),
    Code("NP410", "invalid-policy-types", "error", "policy types that the API server rejects"),
    Code("NP411", "wrong-type", "error", "a value of another type than the API's"),
    Code("NP412", "unknown-field", "error", "a field that the API does not know"),
    Code("NP413", "unsupported-api-version", "error", "a policy of an API that Kubernetes does not have"),
    Code("NP414", "not-an-object", "error", "a document that is no object of Kubernetes"),
    Code("NP415", "assumed-workload", "note", "an object of an unknown kind that makes pods"),
    Code("NP416", "empty-value", "warning", "a value left empty that means more than it seems to"),
    Code("NP417", "object-twice", "error", "an object that the manifests hold twice"),
    Code("NP418", "left-out-kind", "warning", "policies of a kind that no answer here takes into account"),
    Code("NP419", "left-out-network", "warning", "networks and firewalls that no answer here takes into account"),
    Code("NP420", "stale-status", "warning", "a status, which the API server does not take for policies any more"),
    Code("NP421", "ipv6-spelling", "warning", "an IPv6 block that is not spelt as RFC 5952 has it"),
    Code("NP423", "several-environments", "warning", "objects of several environments in one input"),
    Code("NP424", "open-template", "warning", "a Template whose policies depend on parameters without a value"),
    Code("NP427", "moved-policy", "error", "a policy that Kustomize would move to another namespace"),
    Code("NP429", "name-of-policy", "error", "a name that is not one policy's"),
    Code("NP430", "unserved-tier-policy", "error", "a cluster-wide policy of an API version that does not have it"),
    Code("NP431", "invalid-tier-policy", "error", "a cluster-wide policy that the API server rejects"),
    Code("NP432", "invalid-tier-peer", "error", "a subject or peer of a cluster-wide policy that is not exactly one"),
    Code("NP433", "unreadable-selector", "error", "a selector of a cluster-wide policy that no engine can read"),
    Code("NP434", "invalid-tier-port", "error", "ports of a cluster-wide policy that the API server rejects"),
    Code("NP435", "invalid-network", "error", "a network of a cluster-wide policy that the API server rejects"),
    Code("NP436", "invalid-domain-name", "error", "domain names of a cluster-wide policy that nobody can match"),
    Code("NP437", "equal-priorities", "error", "cluster-wide policies of which nobody knows which one goes first"),
    Code("NP450", "not-for-target", "error", "a line that no target of the run can say"),
    Code("NP451", "beyond-cluster-policy", "error", "what a ClusterNetworkPolicy cannot say"),
    Code("NP452", "beyond-netpol", "error", "a cluster-wide policy that netpol cannot say"),
    Code("NP501", "no-effect", "warning", "a flow that opens nothing"),
    Code("NP502", "one-side-only", "note", "a flow of which others write one half"),
    Code(
        "NP503",
        "matches-nothing",
        "warning",
        "a selector that no pod can match, or a block of which nothing is left",
        cascades=True,
    ),
    Code("NP504", "unused-ignore", "warning", "an ignore comment that silences nothing"),
    Code("NP505", "covered-flow", "warning", "a flow or a rule that adds nothing to what others allow"),
    Code("NP506", "no-workload", "warning", "pods that no workload makes, or namespaces that are not there"),
    Code("NP507", "labels-on-controller", "warning", "labels that an object has, and the pods that it makes have not"),
    Code("NP508", "undeclared-port", "warning", "a port that no container of the destination declares"),
    Code("NP509", "service-port", "warning", "the port of a service where that of its pods belongs"),
    Code("NP510", "missing-port-name", "warning", "a port name that some of the selected pods do not have"),
    Code("NP511", "rules-without-type", "error", "rules of a policy type that the policy does not list"),
    Code("NP512", "port-name-of-addresses", "warning", "a port name for addresses, which have none"),
    Code("NP513", "repeated-policy-type", "warning", "a policy type that is listed twice"),
    Code("NP514", "dead-annotation", "warning", "an annotation that once denied, and has no effect any more"),
    Code("NP515", "ambiguous-port-name", "warning", "a port name that stands for several ports of one pod"),
    Code("NP516", "stated-otherwise", "warning", "labels stated of a namespace that its manifest does not show"),
    Code("NP517", "no-common-namespace", "warning", "workloads of which none is in a namespace with policies"),
    Code("NP518", "lone-half", "warning", "a rule that lets nobody through, because the other end is closed"),
    Code("NP519", "ports-apart", "warning", "the rules of both ends of a connection, which have no port in common"),
    Code("NP520", "shadowed-rule", "warning", "a rule of a tier that decides nothing"),
    Code("NP521", "overruled-guardrail", "warning", "a guardrail of which others decide every connection"),
    Code("NP522", "repeated-guardrail", "warning", "a guardrail that adds nothing to what others say"),
    Code("NP523", "guardrail-of-nobody", "warning", "a guardrail that is about no pods that could exist"),
    Code("NP524", "unused-line", "note", "a line that nothing used in the time of the records"),
    Code("NP525", "name-of-service", "warning", "the name of a Service where its pods belong"),
    Code("NP526", "address-of-service", "warning", "the address of a Service where its pods belong"),
    Code("NP527", "partly-used-line", "note", "a line of which only a part was used in the time of the records"),
    Code("NP530", "undeclared-environment", "warning", "a block for an environment that the project does not have"),
    Code("NP601", "expired", "error", "a statement past its date"),
    Code("NP602", "expires-soon", "warning", "a statement within 14 days of its date"),
    Code("NP603", "unstated-labels", "warning", "a namespace selector that stated labels do not decide", score="4.0"),
    Code("NP604", "large-policy", "warning", "a policy too large for client-side apply"),
    Code("NP605", "no-dns", "warning", "closed pods that talk to others and have no way to DNS"),
    Code("NP606", "whole-world", "warning", "an opening to the whole world", score="5.0"),
    Code("NP607", "look-alike", "warning", "a name that looks like another", score="5.0"),
    Code(
        "NP608",
        "host-network",
        "warning",
        "a workload on the network of its node, which policies do not see",
        score="5.0",
    ),
    Code("NP609", "block-with-pods", "warning", "a block of addresses that may be those of pods", score="4.0"),
    Code("NP610", "unstated-policy-types", "warning", "a policy that leaves its types to a default"),
    Code("NP611", "unstated-protocol", "warning", "a port that leaves its protocol, or all but that, to a default"),
    Code("NP612", "split-peer", "warning", "a namespace selector and a pod selector that are two peers, not one"),
    Code("NP613", "one-address-family", "warning", "every address of one family, and none of the other"),
    Code("NP614", "unstated-namespace", "warning", "a policy that lands in whatever namespace is current"),
    Code("NP615", "plugin-dependent", "note", "a field that not every network plugin honours"),
    Code("NP616", "untouched-workload", "warning", "a workload that no policy selects"),
    Code("NP617", "open-namespace", "warning", "a namespace with policies, but without a deny of all its pods"),
    Code("NP618", "unreachable-service", "warning", "a service or a route whose pods nothing may reach"),
    Code("NP619", "cut-off-caller", "warning", "metrics or webhooks that policies cut off from those who call them"),
    Code("NP620", "opened-to-world", "warning", "a change that opens pods to or from the whole world"),
    Code("NP621", "opened-across-namespaces", "warning", "a change that opens pods of one namespace to another's"),
    Code("NP622", "opened-every-port", "warning", "a change that opens every port"),
    Code("NP623", "lost-deny", "warning", "a change after which nothing closes some pods"),
    Code("NP624", "removed-assertion", "warning", "a change that removes an assertion"),
    Code("NP625", "incomplete-difference", "warning", "a difference that takes too long to tell of every pod"),
    Code("NP626", "incomplete-relation", "warning", "pods that policies tell apart in too many ways to list"),
    Code("NP627", "unknown-controller", "note", "a route to closed pods, from a controller that nobody knows"),
    Code("NP628", "cut-off-call", "warning", "a call that a workload is seen to make, and that policies cut off"),
    Code("NP629", "cut-off-account", "warning", "rights at the API server, and no way there"),
    Code("NP630", "selected-api-server", "warning", "a selector of pods for the API server, which is no pod"),
    Code("NP631", "address-of-nodes", "note", "a service whose pods may see nodes in the place of their clients"),
    Code("NP634", "split-rule", "warning", "peers and ports that are two rules, not one", score="5.0"),
    Code(
        "NP635",
        "undone-exception",
        "warning",
        "an exception of a block that another rule or flow lets in again",
        score="5.0",
    ),
    Code("NP636", "own-labels-elsewhere", "warning", "a peer in another namespace that has to carry one's own labels"),
    Code(
        "NP646", "pods-made-later", "note", "selectors of pods that no workload makes, where some are made at run time"
    ),
    Code("NP649", "stray-statement", "warning", "a statement outside of namespaces, in a file that opens some"),
    Code("NP653", "misleading-name", "warning", "a bare name of pods that says something else to most readers"),
    Code("NP654", "near-name", "warning", "an undeclared name that is one slip away from another"),
    Code("NP655", "names-as-labels", "warning", "names of pods in brackets, where they are keys of labels"),
    Code("NP656", "no-policy-to-name", "warning", "the name of a policy that is not built"),
    Code(
        "NP658", "closed-to-the-mesh", "warning", "pods of Istio's ambient mesh whose policies close the port of that"
    ),
    Code("NP659", "port-of-a-sidecar", "note", "a port by a name that only a sidecar gives"),
    Code("NP660", "unknown-nodes", "warning", "rules for nodes whose addresses nobody knows"),
    Code("NP661", "names-at-run-time", "warning", "rules for domain names, which only DNS can tell"),
    Code("NP662", "switched-off", "warning", "a policy of one direction that opens its pods in the other"),
    Code("NP670", "port-name-opens-all", "warning", "a port's name that opens every port on this platform"),
    Code("NP671", "denied-exception", "warning", "an exception that this platform denies, whatever other rules allow"),
    Code("NP672", "too-many-ports", "warning", "more entries of ports than this platform keeps"),
    Code("NP673", "hidden-label", "warning", "a label that this platform hides from selectors"),
    Code(
        "NP674", "undeclared-rules-count", "warning", "rules of an undeclared direction, which count on this platform"
    ),
    Code("NP675", "block-without-pods", "warning", "a block for the addresses of pods, which matches none of them"),
    Code("NP676", "other-dns", "warning", "a rule for kube-dns, where something else answers on this platform"),
    Code("NP677", "shown-platform", "note", "a platform that the manifests show, and nobody states"),
    Code("NP678", "other-port-name", "warning", "a port's name that means something else on this platform"),
    Code("NP679", "unenforced-kind", "warning", "a cluster-wide policy that nothing enforces on this platform"),
    Code("NP680", "protocol-off", "note", "a rule for SCTP, which this platform drops unless told otherwise"),
    Code("NP681", "admits-nodes", "warning", "a selector of all namespaces, which holds nodes on this platform"),
    Code("NP682", "service-before-pods", "warning", "a rule that lets pods be reached, but not their Service"),
    Code("NP683", "peer-on-nodes", "warning", "a peer by labels that is a node on this platform"),
    Code("NP684", "probes-in-the-mesh", "warning", "probes of pods in Istio's ambient mesh that policies keep out"),
    Code("NP685", "opened-exception", "warning", "an exception that this platform opens all the same"),
    Code("NP686", "block-of-nodes", "warning", "a block for the address of a node, which holds none on this platform"),
    Code("NP701", "assertion-failed", "error", "an assertion that does not hold", score="7.0"),
    Code("NP702", "assertion-undecided", "error", "an assertion that takes too long to decide"),
    Code("NP801", "bad-project-file", "error", "a netpolc.toml that says something netpolc does not know"),
    Code("NP802", "bad-template", "error", "a template that cannot be used"),
    Code("NP803", "edited-output", "error", "an output file that somebody else wrote or edited"),
    Code("NP804", "stale-output", "error", "output on disk that is not what the sources say"),
    Code("NP805", "unreadable-file", "error", "a file that cannot be read"),
    Code("NP806", "write-failed", "error", "output that cannot be written"),
    Code("NP807", "no-sources", "error", "a run without any source file"),
    Code("NP808", "template-changes-meaning", "error", "a template whose YAML allows something else than the program"),
    Code("NP809", "output-left-out", "note", "the project's output beside the sources that it is built from"),
    Code("NP810", "unknown-revision", "error", "a git revision that cannot be read"),
    Code("NP811", "unrendered-folder", "error", "a chart or kustomization that is not rendered"),
    Code("NP812", "left-out-inputs", "warning", "inputs with errors that an answer is given without"),
    Code("NP813", "partial-inputs", "note", "workloads that may not be all there are, to hold policies against"),
    Code("NP817", "nothing-to-read", "error", "inputs with nothing in them"),
    Code("NP818", "no-objects", "error", "what a tool prints for people, or nothing, where objects are expected"),
    Code("NP819", "part-of-a-list", "error", "a list of objects that is not whole"),
    Code("NP820", "nothing-to-begin-with", "error", "manifests without anything that a program could be made of"),
    Code("NP821", "sources-elsewhere", "warning", "sources that the project does not look for"),
    Code("NP823", "wrong-usage", "error", "a command line that says something netpolc does not know"),
    Code("NP824", "other-version", "error", "a project that requires another version of netpolc"),
    Code("NP825", "bad-baseline", "error", "a file of known findings that cannot be used"),
    Code("NP830", "no-answer-from-cluster", "error", "a cluster that does not do what it is asked for"),
    Code("NP831", "forbidden-in-cluster", "error", "what the user of a context may not do in a cluster"),
    Code("NP832", "part-of-a-cluster", "error", "a list of a cluster's objects that is not whole"),
    Code("NP840", "unlisted-context", "error", "a cluster that the project is not for"),
    Code("NP841", "owned-by-others", "error", "a policy in a cluster that somebody else owns, or owns a part of"),
    Code("NP842", "of-another-project", "error", "a policy in a cluster that is of another project"),
    Code("NP843", "delivered-by-others", "error", "a policy in a cluster that a tool delivers from elsewhere"),
    Code("NP844", "too-many-deletions", "error", "more policies to delete than are allowed"),
    Code("NP845", "cluster-moved-on", "error", "a plan for a cluster or a program that has changed since"),
    Code("NP846", "refused-by-server", "error", "a change that an API server refuses"),
    Code("NP847", "no-such-namespace", "error", "a policy for a namespace that the cluster does not have"),
    Code("NP848", "stopped-on-the-way", "error", "steps of an apply that were not taken"),
    Code("NP849", "left-over", "warning", "a policy that the program has no more, and that cannot be deleted"),
    Code("NP850", "unusable-plan", "error", "a file of a plan or of what was replaced that cannot be used"),
    Code("NP851", "cut-on-the-way", "warning", "connections that no order of steps can keep"),
    Code("NP852", "no-cluster-network-policies", "error", "lines that become a kind which a cluster does not have"),
    Code("NP860", "other-namespaces", "warning", "records of namespaces, and inputs that name none"),
    Code("NP861", "no-flows", "error", "a gate on what was used, and records of nothing"),
    Code("NP862", "future-records", "warning", "records of flows from the future"),
    Code("NP863", "reversed-times", "warning", "records of flows that end before they begin"),
    Code("NP867", "unknown-records", "error", "a file of flows whose records are of no known format"),
    Code("NP868", "incomplete-records", "warning", "records of flows that lack what is needed"),
    Code("NP869", "damaged-records", "warning", "records of flows that cannot be read"),
    Code("NP870", "cut-log", "warning", "a log of flows that ends in the middle"),
    Code("NP871", "mixed-records", "warning", "records of one format in a log of another"),
    Code("NP872", "oversized-log", "warning", "records or packed logs larger than any of flows"),
    Code("NP873", "unread-compression", "error", "a log whose kind takes a package that is not there"),
    Code("NP874", "log-read-once", "note", "a log of flows that goes on from another"),
    Code("NP880", "missing-extra", "error", "a package that only an extra of netpolc brings"),
    Code("NP881", "unusable-edges", "error", "a table that is no result of `netpolc flows sql`"),
    Code("NP882", "unreadable-parquet", "error", "a file of Parquet that cannot be read"),
    Code("NP885", "no-graphviz", "error", "a picture to be laid out, and no Graphviz"),
    Code("NP886", "other-layout", "warning", "a picture that could not be laid out by layers"),
    Code("NP887", "no-layout", "error", "a picture that could not be laid out"),
    Code("NP901", "internal-error", "error", "a fault of netpolc itself"),
    Code(
        "NP902", "verification-failed", "error", "policies of netpolc's own that allow something else than the program"
    ),
    Code("NP903", "import-failed", "error", "an import that would allow something else than the policies"),
)

BY_CODE = {code.code: code for code in CODES}
