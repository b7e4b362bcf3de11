// What is shown beside the page of a namespace, a peer, a pair or a line: who may reach it, and by which lines.

const MOST_NAMES = 12;

/** Return names of peers as buttons: those of a namespace together where there are all of its workloads. */
function names(relation, numbers, open) {
  const byPlace = new Map();
  for (const number of numbers) {
    const place = relation.peers[number].place;
    if (!byPlace.has(place)) byPlace.set(place, []);
    byPlace.get(place).push(number);
  }
  return [...byPlace].map(([place, several]) => {
    const some = firstOf(several, MOST_NAMES, "of them", (number) =>
      button(peerName(relation.peers[number]), () => open(number), { class: relation.peers[number].type }),
    );
    if (several.length <= MOST_NAMES) return some;
    const heading = element("summary", {}, `${counted(several.length, "peer")} of ${placeName(place)}`);
    return element("details", { open: several.length <= 3 * MOST_NAMES && byPlace.size === 1 }, heading, some);
  });
}

/** Return the place of a line and what stands there; of a manifest, the rule says more than its first line. */
function lineOf(line, open, rule = null) {
  const place = element("span", { class: "place" }, `${line.file}:${line.line}`);
  return element("button", { type: "button", class: "source", click: () => open.line(line.number) }, place, " ", rule?.policy && !line.isNetpol ? element("code", {}, `${rule.policy} ${rule.path}`) : codeOf(line));
}

/** Return the text of a line, each piece of it by what it is. */
function codeOf({ pieces }) {
  return element("code", {}, pieces.map(([text, kind]) => (kind ? element("span", { class: `is-${kind}` }, text) : text)));
}

/** Return the lines behind rules of both ends, each once, with the end that it is for where that is only one. */
function linesOf(relation, ends, open) {
  const found = new Map();
  const without = [];
  for (const [end, { rules }] of ends.entries()) {
    for (const rule of rules.map((each) => relation.rule(each))) {
      if (rule.line === null) without.push(element("li", {}, element("code", {}, `${rule.policy ?? "the program"} ${rule.path}`)));
      else if (!found.has(rule.line.number)) found.set(rule.line.number, { rule, ends: new Set([end]) });
      else found.get(rule.line.number).ends.add(end);
    }
  }
  const closedEnds = ends.filter((each) => !each.open).length;
  const listed = [...found.values()].map(({ rule, ends: of }) =>
    element("li", {}, lineOf(rule.line, open, rule), of.size < closedEnds && element("span", { class: "end" }, of.has(0) ? " lets it out" : " lets it in")),
  );
  if (closedEnds === 0) return element("p", { class: "open" }, "No policy closes either end.");
  return element("ul", { class: "lines" }, listed, without);
}

function connections(relation, number, incoming, open) {
  const found = relation.connectionsOf(number, incoming);
  if (found.length === 0) return element("p", {}, incoming ? "Nobody." : "Nobody at all.");
  return found.map(({ ports, ends, peers }) =>
    element(
      "div",
      { class: "connection" },
      names(relation, peers, (other) => (incoming ? open.pair(other, number) : open.pair(number, other))),
      element("p", { class: "ports" }, "on ", element("b", {}, relation.data.ports[ports])),
      linesOf(relation, ends, open),
    ),
  );
}

function peerDetails(relation, number, open) {
  const peer = relation.peers[number];
  const labels = Object.entries(peer.labels ?? {}).map(([key, value]) => element("li", {}, element("code", {}, `${key}=${value}`)));
  const kind = peer.type === "workload" ? peer.kind : peer.type === "pods" ? "pods that no manifest shows" : "addresses";
  return {
    title: peerName(peer),
    content: [
      element("p", {}, peer.role ? `${kind}, ${peer.role}` : kind),
      labels.length > 0 && element("ul", { class: "labels", "aria-label": "Labels" }, labels),
      peer.ranges && element("p", {}, element("code", {}, peer.ranges.slice(0, 8).join(", "))),
      element("h3", {}, "Who may reach it"),
      connections(relation, number, true, open),
      element("h3", {}, "Whom it may reach"),
      connections(relation, number, false, open),
      peer.type !== "net" && ["ingress", "egress"].map((direction) => closers(relation, direction, number, open)),
    ],
  };
}

function closers(relation, direction, number, open) {
  const [rules, denials] = [relation.closing(direction, number), relation.denying(direction, number)];
  if (rules.length + denials.length === 0) return element("p", { class: "open" }, `No policy closes its ${direction}.`);
  return [
    rules.length > 0 && element("details", {}, element("summary", {}, `Its ${direction} is closed`), ruleList(relation, rules, open)),
    denials.length > 0 && element("details", {}, element("summary", {}, `Cluster-wide policies deny some of its ${direction}`), ruleList(relation, denials, open)),
  ];
}

function ruleList(relation, rules, open) {
  return element(
    "ul",
    { class: "rules" },
    rules.map((each) => {
      const rule = relation.rule(each);
      const where = rule.policy === null ? "a denial that the program assumes" : `${rule.policy} ${rule.path}`;
      return element("li", {}, element("code", {}, where), rule.line && [element("br"), "from ", lineOf(rule.line, open)]);
    }),
  );
}

function pairDetails(relation, source, destination, open) {
  const group = relation.groupOf(source, destination);
  const [from, to] = [relation.peers[source], relation.peers[destination]];
  const ends = group ? relation.endsOf(group, source, destination) : null;
  const sides = [
    ["egress", from],
    ["ingress", to],
  ].map(([direction, peer], end) => {
    const heading = element("h3", {}, `${direction} of ${peer.id}`);
    if (peer.type === "net") return [heading, element("p", {}, "An address, which no policy closes.")];
    if (ends) {
      if (ends[end].open) return [heading, element("p", { class: "open" }, "is open: no policy closes it.")];
      return [heading, element("p", {}, "is closed, and admits it by"), ruleList(relation, ends[end].rules, open)];
    }
    const other = end === 0 ? destination : source;
    const [rules, denials] = [relation.closing(direction, peer.number), relation.denying(direction, peer.number, other)];
    if (rules.length + denials.length === 0) return [heading, element("p", { class: "open" }, "No policy closes it.")];
    return [
      heading,
      rules.length > 0 && [element("p", {}, "is closed by"), ruleList(relation, rules, open)],
      denials.length > 0 && [element("p", {}, "is denied some or all of it by"), ruleList(relation, denials, open)],
    ];
  });
  return {
    title: `${from.id} → ${to.id}`,
    content: [
      element("p", { class: group ? "yes" : "no" }, group ? `may, on ${relation.data.ports[group[2]]}` : "may not, on any port"),
      sides,
      element(
        "p",
        { class: "other" },
        button(`Who may reach ${to.id}`, () => open.peer(destination)),
        button(`About ${from.id}`, () => open.peer(source)),
      ),
    ],
  };
}

function lineDetails(relation, number, open) {
  const line = relation.line(number);
  const found = relation.connectionsBy(number);
  const closes = ["ingress", "egress"].flatMap((direction) =>
    relation.data.closed[direction].filter(([rule]) => relation.data.rules[rule][2] === number).map(([, set]) => ({ direction, set })),
  );
  const listed = (set) => names(relation, relation.members(set).filter((each) => relation.isShown(each)), open.peer);
  return {
    title: `${line.file}:${line.line}`,
    content: [
      element("pre", {}, codeOf(line)),
      found.length > 0 && element("h3", {}, "What it lets through"),
      found.map(({ from, to, ports }) =>
        element("div", { class: "connection" }, listed(from), element("p", { class: "ports" }, "to, on ", element("b", {}, relation.data.ports[ports])), listed(to)),
      ),
      closes.map(({ direction, set }) => [element("h3", {}, `Closes the ${direction} of`), listed(set)]),
    ],
  };
}

function placeDetails(relation, place, open) {
  const { peers } = relation.places().find((each) => each.place === place);
  const between = relation.betweenPlaces();
  const others = relation.places().map((each) => each.place);
  const reach = (cell, from, to) => {
    const ports = [...cell.ports].map((each) => relation.data.ports[each]).slice(0, 6).join("; ");
    return button(`${placeName(from === place ? to : from)}: ${cell.count.toLocaleString("en")} (${ports})`, () => open.cell(from, to));
  };
  const list = (cells) => (cells.length ? element("ul", { class: "names" }, cells.map((each) => element("li", {}, each))) : element("p", {}, "None."));
  const incoming = others.filter((each) => between(each, place)).map((each) => reach(between(each, place), each, place));
  const outgoing = others.filter((each) => between(place, each)).map((each) => reach(between(place, each), place, each));
  return {
    title: placeName(place),
    content: [
      element("h3", {}, "What is in it"),
      firstOf(peers, 60, "of them", (peer) => button(peerName(peer), () => open.peer(peer.number), { class: peer.type })),
      element("h3", {}, "From where it is reached"),
      list(incoming),
      element("h3", {}, "Where it reaches to"),
      list(outgoing),
    ],
  };
}
