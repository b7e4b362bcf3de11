// The picture: places as boxes on an ellipse, and arrows between them.

const MOST_DRAWN = 16;
const [WIDE, HIGH, BOX] = [1200, 660, 44];

function picture(relation, open) {
  const between = relation.betweenPlaces();
  const places = relation.places().length;
  const inside = ({ place }) => between(place, place)?.count ?? 0;
  const nodes = mostTalking(relation, MOST_DRAWN).map((each, number, all) => placed({ ...each, about: about(each, inside(each)) }, number, all));
  const arrows = [];
  for (const from of nodes) {
    for (const to of nodes) {
      const cell = from === to ? undefined : between(from.place, to.place);
      if (cell) arrows.push(arrow(relation, from, to, cell, open));
    }
  }
  const boxes = nodes.map((node) => box(node, open));
  const label = `${counted(nodes.length, "place")}, ${counted(arrows.length, "arrow")}; the matrix says the same`;
  const tip = drawn("path", { d: "M0,0 L8,4 L0,8 z" });
  const marker = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" };
  const left = places - nodes.length;
  return [
    drawn(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "group", "aria-label": label },
      drawn("defs", {}, ["tip", "far"].map((id) => drawn("marker", { id, ...marker }, tip.cloneNode()))),
      arrows,
      boxes,
    ),
    left > 0 && element("p", {}, `Not drawn: ${counted(left, "place")} with fewer connections, which the matrix has.`),
  ];
}

/** Return places in their order: of many, those with the most connections from and to others. */
function mostTalking(relation, most) {
  const places = relation.places();
  if (places.length <= most) return places;
  const between = relation.betweenPlaces();
  const count = (one, other) => (one === other ? 0 : (between(one.place, other.place)?.count ?? 0));
  const weights = new Map(places.map((one) => [one, places.reduce((sum, other) => sum + count(one, other) + count(other, one), 0)]));
  const first = new Set([...places].sort((one, other) => weights.get(other) - weights.get(one)).slice(0, most));
  return places.filter((each) => first.has(each));
}

function placed(each, number, all) {
  const angle = (2 * Math.PI * (number + 0.5)) / all.length - Math.PI / 2;
  const width = Math.min(210, Math.max(146, 9 * placeName(each.place).length + 28, 6 * each.about.length + 12));
  return {
    ...each,
    width,
    x: WIDE / 2 + (WIDE / 2 - 120) * Math.cos(angle),
    y: HIGH / 2 + (HIGH / 2 - 50) * Math.sin(angle),
  };
}

function about(node, inside) {
  return contents(node) + (inside ? `, ${inside.toLocaleString("en")} inside` : "");
}

function box(node, open) {
  const [left, top] = [node.x - node.width / 2, node.y - BOX / 2];
  const name = placeName(node.place);
  const short = name.length > 22 ? `${name.slice(0, 21)}…` : name;
  const act = () => open.place(node.place);
  return drawn(
    "g",
    {
      class: `box ${node.place.type}`,
      role: "button",
      tabindex: 0,
      "aria-label": `${name}: ${node.about}`,
      click: act,
      keydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        act();
      },
    },
    drawn("title", {}, `${name}: ${node.about}`),
    drawn("rect", { x: left, y: top, width: node.width, height: BOX, rx: 8 }),
    drawn("text", { x: node.x, y: node.y - 3, class: "name" }, short),
    drawn("text", { x: node.x, y: node.y + 14, class: "about" }, node.about),
  );
}

function contents(node) {
  const workloads = node.peers.filter((peer) => peer.type === "workload").length;
  if (workloads) return counted(workloads, "workload");
  return node.place.type === "outside" ? counted(node.peers.length, "block") : "pods that could exist";
}

function arrow(relation, from, to, cell, open) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  // Towards the middle, and to one side of it, so that arrows there and back do not cover each other.
  const bend = { x: (from.x + to.x) / 2 - dy * 0.08, y: (from.y + to.y) / 2 + dx * 0.08 };
  bend.x += (WIDE / 2 - bend.x) * Math.min(0.35, 120 / length);
  bend.y += (HIGH / 2 - bend.y) * Math.min(0.35, 120 / length);
  const [start, end] = [edgeOf(from, bend, 2), edgeOf(to, bend, 5)];
  const far = from.place.type === "outside" || to.place.type === "outside";
  const d = `M${start.x},${start.y} Q${bend.x},${bend.y} ${end.x},${end.y}`;
  const ports = [...cell.ports].map((each) => relation.data.ports[each]);
  const said = `${placeName(from.place)} → ${placeName(to.place)}: ${counted(cell.count, "connection")}\n${ports.slice(0, 8).join("; ")}`;
  return drawn(
    "g",
    { class: far ? "arrow far" : "arrow", "aria-hidden": "true", click: () => open.cell(from.place, to.place) },
    drawn("title", {}, said),
    drawn("path", { d, class: "reach" }),
    drawn("path", { d, class: "line", "stroke-width": 1 + Math.min(3, Math.log10(cell.count)), "marker-end": `url(#${far ? "far" : "tip"})` }),
  );
}

/** Where a line from the middle of a box to a point leaves it. */
function edgeOf(node, point, gap) {
  const [dx, dy] = [point.x - node.x, point.y - node.y];
  const scale = Math.min((node.width / 2 + gap) / Math.abs(dx || 1), (BOX / 2 + gap) / Math.abs(dy || 1));
  return { x: Math.round(node.x + dx * scale), y: Math.round(node.y + dy * scale) };
}
