// The sections that are lists: the overview, findings, and what a change opens and closes.

function figures(relation, data) {
  const peers = relation.shownPeers();
  const workloads = peers.filter((peer) => peer.type === "workload");
  const between = relation.betweenPlaces();
  const places = relation.places();
  const count = places.reduce((sum, from) => sum + places.reduce((row, to) => row + (between(from.place, to.place)?.count ?? 0), 0), 0);
  const open = ["ingress", "egress"].map((direction) => {
    const closed = new Set(relation.data.closed[direction].flatMap(([, set]) => relation.members(set)));
    return workloads.filter((peer) => !closed.has(peer.number));
  });
  const severities = ["error", "warning", "note"].map((each) => [each, data.findings.filter((found) => found.severity === each).length]);
  const said = severities.filter(([, number]) => number).map(([severity, number]) => counted(number, severity));
  return [
    ["Namespaces", places.filter((each) => each.place.type === "namespace").length.toLocaleString("en")],
    ["Workloads", workloads.length.toLocaleString("en")],
    ["Connections", count.toLocaleString("en")],
    ["Workloads with open ingress", open[0].length.toLocaleString("en")],
    ["Workloads with open egress", open[1].length.toLocaleString("en")],
    ["Findings", said.join(", ") || "none"],
  ].map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
}

function placeTable(relation, open) {
  const between = relation.betweenPlaces();
  const places = relation.places();
  const count = (cells) => cells.filter(Boolean).length.toLocaleString("en");
  const rows = places.map(({ place, peers }) => {
    const others = places.filter((each) => each.place !== place);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, button(placeName(place), () => open.place(place))),
      element("td", { class: "wide" }, firstOf(peers, MOST_NAMES, "of them", (peer) => button(shortName(peer), () => open.peer(peer.number), { class: peer.type }))),
      element("td", { class: "number" }, count(others.map((each) => between(place, each.place)))),
      element("td", { class: "number" }, count(others.map((each) => between(each.place, place)))),
    );
  });
  const heads = ["Namespace", "What is in it: who may reach it, and by which lines", "Reaches others", "Reached by others"];
  return element(
    "div",
    { class: "scrolls" },
    element("table", {}, element("caption", {}, "Namespaces"), element("thead", {}, element("tr", {}, heads.map((each) => element("th", { scope: "col" }, each)))), element("tbody", {}, rows)),
  );
}

function shortName(peer) {
  return peer.type === "workload" ? peer.name : peer.type === "pods" ? peer.id.slice(peer.id.lastIndexOf("/[") + 1) : peerName(peer);
}

function findingList(data) {
  if (data.findings.length === 0) return element("p", {}, "Nothing is wrong.");
  return element(
    "ul",
    { class: "findings" },
    data.findings.map((found) =>
      element(
        "li",
        { class: found.severity },
        element("p", {}, element("b", {}, `${found.severity} `), element("code", {}, found.code), ` ${found.message}`),
        found.range && element("p", {}, element("span", { class: "place" }, `${found.range.file}:${found.range.start.line}`), " ", found.text && element("code", {}, found.text)),
        found.labels.map((label) => element("p", {}, element("span", { class: "place" }, `${label.range.file}:${label.range.start.line}`), ` ${label.message}`)),
        found.help && element("p", { class: "help" }, found.help),
      ),
    ),
  );
}

function portsText(each) {
  const numbers = each.ports.map(({ protocol, first, last }) => (protocol === "ANY" ? "ANY" : `${protocol} ${first === last ? first : `${first}-${last}`}`));
  return [...numbers, ...(each.named_ports ?? []).map(({ protocol, name }) => `${protocol} "${name}"`)].join(", ");
}

function reasonList(lines) {
  return element("ul", { class: "lines" }, lines.map((line) => element("li", {}, element("span", { class: "place" }, line.place), " ", element("code", {}, line.policy ? `${line.policy} ${line.path}` : line.text))));
}

function changeList(difference) {
  const named = (several) => firstOf(several, MOST_NAMES, "of them", (each) => element("span", { class: "peer" }, each));
  const risky = (risks) => risks.length > 0 && element("p", { class: "risk" }, `risk: ${risks.join(", ")}`);
  const changed = difference.changes.map((each) => [
    each.change === "widened" ? "opened" : "closed",
    [named(each.sources), element("p", { class: "ports" }, "to, on ", element("b", {}, portsText(each))), named(each.destinations), risky(each.risks), reasonList(each.because)],
  ]);
  const denied = difference.denials.map((each) => [
    each.change === "lost" ? "denial lost" : "denial gained",
    [element("p", {}, `${each.direction} of ${each.pods} in ${each.namespace ?? "no namespace"}`), risky(each.risks), reasonList(each.because)],
  ]);
  const assertions = difference.assertions.map((each) => [`assertion ${each.change}`, [reasonList([each]), risky(each.risks)]]);
  const workloads = ["removed", "added"].flatMap((change) => difference.workloads[change].map((each) => [`workload ${change}`, [element("p", {}, element("code", {}, each.id), each.open.map((direction) => ` nothing closes its ${direction}.`))]]));
  const all = [...changed, ...denied, ...assertions, ...workloads];
  return [
    element("p", {}, difference.summary),
    difference.without_policies?.map((side) => element("p", { class: "open" }, `The ${side} side has no policies: everything is allowed there.`)),
    element("ul", { class: "changes" }, all.map(([what, content]) => element("li", { class: what.split(" ").at(-1) }, element("p", {}, element("b", {}, what)), content))),
  ];
}
