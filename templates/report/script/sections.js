// The sections that are lists: the overview, findings, and what a change opens and closes.

const MOST_PLACES = 25;
const [FEW_FINDINGS, MOST_FINDINGS] = [5, 20];

function figures(relation, data) {
  const peers = relation.shownPeers();
  const workloads = peers.filter((peer) => peer.type === "workload");
  const between = relation.betweenPlaces();
  const places = relation.places();
  const count = places.reduce((sum, from) => sum + places.reduce((row, to) => row + (between(from.place, to.place)?.count ?? 0), 0), 0);
  const open = ["ingress", "egress"].map((direction) => {
    const rules = [...relation.data.closed[direction], ...relation.data.denied[direction]];
    const closed = new Set(rules.flatMap(([, set]) => relation.members(set)));
    return workloads.filter((peer) => !closed.has(peer.number));
  });
  const severities = ["error", "warning", "note"].map((each) => [each, (data.findings ?? []).filter((found) => found.severity === each).length]);
  const said = severities.filter(([, number]) => number).map(([severity, number]) => counted(number, severity));
  return [
    ["Namespaces", places.filter((each) => each.place.type === "namespace").length.toLocaleString("en")],
    ["Workloads", workloads.length.toLocaleString("en")],
    ["Connections", count.toLocaleString("en")],
    ["Workloads with open ingress", open[0].length.toLocaleString("en")],
    ["Workloads with open egress", open[1].length.toLocaleString("en")],
    data.findings && ["Findings", said.join(", ") || "none"],
  ].filter(Boolean).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
}

/** Return the table of places; of many, the first with how much is in them, and a button for more. */
function placeTable(relation, open) {
  const between = relation.betweenPlaces();
  const places = relation.places();
  const folded = places.length > MOST_PLACES;
  const count = (cells) => cells.filter(Boolean).length.toLocaleString("en");
  const inside = ({ place, peers }) =>
    folded
      ? button(contents({ place, peers }), () => open.place(place), { class: "more" })
      : firstOf(peers, MOST_NAMES, "of them", (peer) => button(shortName(peer), () => open.peer(peer.number), { class: peer.type }));
  const row = (each) => {
    const others = places.filter(({ place }) => place !== each.place);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, button(placeName(each.place), () => open.place(each.place))),
      element("td", { class: "wide" }, inside(each)),
      element("td", { class: "number" }, count(others.map(({ place }) => between(each.place, place)))),
      element("td", { class: "number" }, count(others.map(({ place }) => between(place, each.place)))),
    );
  };
  const heads = ["Namespace", folded ? "In it" : "Its pods: a click shows who may reach them, and by which lines", "Places it reaches", "Places that reach it"];
  const body = element("tbody");
  const more = button("", () => add(4 * MOST_PLACES), { class: "more" });
  const add = (most) => {
    const first = body.rows.length;
    body.append(...places.slice(first, first + most).map(row));
    const left = places.length - body.rows.length;
    more.textContent = `${counted(left, "more namespace")}`;
    more.hidden = left <= 0;
    if (first > 0) body.rows[first].querySelector("button").focus();
  };
  add(MOST_PLACES);
  const head = element("thead", {}, element("tr", {}, heads.map((each) => element("th", { scope: "col" }, each))));
  return element("div", { class: "scrolls" }, element("table", {}, element("caption", {}, "Namespaces"), head, body), more);
}

/** What a peer is called among those of its place. */
function shortName(peer) {
  if (peer.type === "workload") return peer.name;
  const within = `${peer.place.name}/`;
  const name = peerName(peer);
  return peer.type === "pods" && name.startsWith(within) ? name.slice(within.length) : name;
}

/** Return a message in which what stands in backticks is code. */
function sentence(text) {
  return text.split("`").map((part, number) => (number % 2 ? element("code", {}, part) : part));
}

/** Return the findings, errors first; those of a code together, and open where they are few. */
function findingList(data) {
  if (data.findings.length === 0) return element("p", {}, "Nothing is wrong.");
  const groups = new Map();
  for (const found of data.findings) {
    const key = `${found.severity} ${found.code}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(found);
  }
  const rank = ([key]) => ["error", "warning", "note"].indexOf(key.split(" ")[0]);
  return [...groups].sort((one, other) => rank(one) - rank(other)).map(([, several]) => {
    const [{ severity, code, name }] = several;
    const summary = element("summary", {}, element("b", { class: severity }, counted(several.length, severity)), " ", element("code", {}, code), ` ${name}`);
    return element("details", { open: several.length <= FEW_FINDINGS }, summary, firstOf(several, MOST_FINDINGS, "findings", finding, "findings"));
  });
}

function finding(found) {
  const at = (range) => element("span", { class: "place" }, `${range.file}:${range.start.line}`);
  return element(
    "div",
    { class: found.severity },
    element("p", {}, element("b", {}, `${found.severity} `), element("code", {}, found.code), " ", sentence(found.message)),
    found.range && element("p", {}, at(found.range), " ", found.text && element("code", {}, found.text)),
    found.labels.map((label) => element("p", {}, at(label.range), " ", sentence(label.message))),
    found.help && element("p", { class: "help" }, sentence(found.help)),
  );
}

/** Return the ids of some peers without the pods for which workloads among them stand. */
function told(relation, known, ids) {
  const numbers = new Set(ids.map((id) => known.get(id)?.number));
  const standIn = (held) => held.length > 0 && held.every((each) => numbers.has(each));
  return ids.filter((id) => known.get(id)?.type !== "pods" || !standIn(relation.members(known.get(id).holds)));
}

function portsText(each) {
  const quoted = (names) => names.map((name) => `"${name}"`);
  const butNot = (but) => (but ? ` but not ${quoted(but).join(" or ")}` : "");
  const range = (first, last) => (first === last ? first : `${first}-${last}`);
  const numbers = each.ports.map(({ protocol, first, last, but }) => (protocol === "ANY" ? "ANY" : `${protocol} ${range(first, last)}${butNot(but)}`));
  const named = ({ protocol, name, also = [], first, last, but }) => `${protocol} ${quoted([name, ...also]).join(" and ")}${first ? ` at ${range(first, last)}` : ""}${butNot(but)}`;
  return [...numbers, ...(each.named_ports ?? []).map(named)].join(", ");
}

function reasonList(lines) {
  return element("ul", { class: "lines" }, lines.map((line) => element("li", {}, element("span", { class: "place" }, line.place), " ", element("code", {}, line.policy ? `${line.policy} ${line.path}` : line.text))));
}

function changeList(relation, difference, risks, open) {
  const known = new Map(relation.peers.filter(Boolean).map((peer) => [peer.id, peer]));
  const link = (id) => {
    const peer = known.get(id);
    return peer ? button(peerName(peer), () => open.peer(peer.number), { class: peer.type }) : element("span", { class: "peer" }, id);
  };
  const named = (several) => firstOf(told(relation, known, several), MOST_NAMES, "of them", link);
  const risky = (codes) => codes.length > 0 && element("p", { class: "risk" }, `risk: ${codes.map((code) => `${risks[code]} (${code})`).join(", ")}`);
  const changed = difference.changes.map((each) => [
    each.change === "widened" ? "opened" : "closed",
    [
      element("div", { class: "ends" }, named(each.sources), element("p", { class: "ports" }, "to"), named(each.destinations), element("p", { class: "ports" }, "on ", element("b", {}, portsText(each)))),
      risky(each.risks),
      ["used", "refused"].map((what) => each[what] && element("p", { class: "open" }, `${what} ${times(each[what].count)}${each[what].last ? `, last ${each[what].last}` : ""}`)),
      reasonList(each.because),
    ],
  ]);
  const denied = difference.denials.map((each) => [
    each.change === "lost" ? "denial lost" : "denial gained",
    [element("p", {}, `${each.direction} of ${each.pods} in ${each.namespace ?? "no namespace"}`), risky(each.risks), reasonList(each.because)],
  ]);
  const assertions = difference.assertions.map((each) => [`assertion ${each.change}`, [reasonList([each]), risky(each.risks)]]);
  const workloads = ["removed", "added"].flatMap((change) => difference.workloads[change].map((each) => [`workload ${change}`, [element("p", {}, link(each.id), each.open.map((direction) => ` nothing closes its ${direction}.`))]]));
  const all = [...changed, ...denied, ...assertions, ...workloads];
  return [
    element("p", {}, difference.summary),
    difference.without_policies?.map((side) => element("p", { class: "open" }, `The ${side} side has no policies: everything is allowed there.`)),
    element("ul", { class: "changes" }, all.map(([what, content]) => element("li", { class: what.split(" ").at(-1) }, element("p", {}, element("b", {}, what)), content))),
  ];
}
