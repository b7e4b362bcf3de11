// What records of flows have seen: what is not allowed, which lines were used and how often, and which never.

const MOST_SEEN = 25;

function times(number) {
  return counted(number, "time");
}

/** Return what was seen as tables and lists, of which those with nothing in them are left out. */
function flowList(relation, traffic, open) {
  const known = new Map(relation.peers.filter(Boolean).map((peer) => [peer.id, peer.number]));
  const link = (id) => {
    const number = known.get(id);
    return number === undefined ? element("span", { class: "peer" }, id) : button(peerName(relation.peers[number]), () => open.peer(number), { class: relation.peers[number].type });
  };
  const ends = (text) => element("span", { class: "names" }, text.split(" or ").map((id, place) => [place > 0 && " or ", link(id)]));
  const lines = new Map(relation.data.lines.map(([file, line], number) => [`${file}:${line}`, number]));
  const lineSeen = ({ file, line, text }) => {
    const number = lines.get(`${file}:${line}`);
    return number === undefined ? element("p", {}, element("span", { class: "place" }, `${file}:${line}`), " ", element("code", {}, text)) : lineOf(relation.line(number), open);
  };
  const seen = (each) =>
    element(
      "div",
      { class: "ends" },
      ends(each.source),
      element("p", { class: "ports" }, "to"),
      ends(each.destination),
      element("p", { class: "ports" }, "on ", element("b", {}, portsText(each)), `: ${times(each.count)}${each.last ? `, last ${each.last}` : ""}${each.verdict === "dropped" ? `, ${each.by_policy ? "denied" : "dropped, not by a policy,"} when seen` : ""}`),
    );
  const used = ({ line, count, last, connections }) => [
    lineSeen(line),
    element("details", {}, element("summary", {}, `${times(count)}${last ? `, last ${last}` : ""}`), firstOf(connections, MOST_NAMES, "of them", seen, "seen")),
  ];
  const part = (heading, all, make, look) => all.length > 0 && [element("h3", { class: look }, heading), firstOf(all, MOST_SEEN, "of them", make, "seen")];
  const reasons = (heading, { reasons: counts }) =>
    Object.keys(counts).length > 0 && [element("h3", {}, heading), element("ul", {}, Object.entries(counts).map(([reason, count]) => element("li", {}, `${count.toLocaleString("en")}: ${reason}`)))];
  const { first, last } = traffic.window;
  const refused = traffic.refused.reduce((sum, each) => sum + each.count, 0);
  const all = traffic.used.length + traffic.unused.length;
  return [
    element("p", {}, `${first ? `Seen from ${first} to ${last}: ` : ""}${counted(refused, "connection")} not allowed; ${traffic.unused.length} of ${counted(all, "line")} never used.`),
    part("Seen and not allowed", traffic.refused, seen, "no"),
    part("Allowed, as nothing closes them", traffic.open, seen, "open"),
    part("Lines that were never used", traffic.unused, ({ line }) => lineSeen(line)),
    part("Lines that were used", traffic.used, used, "yes"),
    reasons("Records that were not joined", traffic.unjoined),
    reasons("Records that were passed over", traffic.passed_over),
  ];
}
