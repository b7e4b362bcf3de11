// Matrices: a grid in which arrows move, and one cell at a time is in the order of Tab.

const MOST_ROWS = 60;

/** Return a matrix; `cell` returns what stands in one, `{text, label, level, open}`, or nothing. */
function matrix({ caption, rows, columns, head, cell }) {
  const table = element("table", { class: "matrix", role: "grid", "aria-label": caption });
  const across = columns.slice(0, MOST_ROWS);
  const heads = across.map((each) => element("th", { scope: "col" }, element("span", {}, head(each, "column"))));
  const corner = element("td", { class: "corner" }, element("span", {}, "from ↓ to →"));
  const body = element("tbody");
  table.append(element("caption", { class: "unseen" }, caption), element("thead", {}, element("tr", {}, corner, heads)), body);
  for (const row of rows.slice(0, MOST_ROWS)) {
    const made = across.map((column) => {
      const what = cell(row, column);
      const inside = what
        ? button(what.text, what.open, { "aria-label": what.label, title: what.label, tabindex: -1, class: `level${what.level}` })
        : element("span", { tabindex: -1, class: "none", "aria-label": "none" }, "·");
      return element("td", {}, inside);
    });
    body.append(element("tr", {}, element("th", { scope: "row" }, head(row, "row")), made));
  }
  const first = body.querySelector("td button") ?? body.querySelector("td span");
  if (first) first.tabIndex = 0;
  table.addEventListener("keydown", moveInMatrix);
  table.addEventListener("focusin", (event) => {
    const inside = event.target.closest("tbody td > *");
    if (!inside) return;
    for (const each of table.querySelectorAll('tbody td > [tabindex="0"]')) each.tabIndex = -1;
    inside.tabIndex = 0;
  });
  const cut = [
    rows.length > MOST_ROWS && `${counted(rows.length - MOST_ROWS, "row")}`,
    columns.length > MOST_ROWS && `${counted(columns.length - MOST_ROWS, "column")}`,
  ].filter(Boolean);
  return [
    element("div", { class: "scrolls", tabindex: -1 }, table),
    cut.length > 0 && element("p", {}, `Left out here: ${cut.join(" and ")}. The search finds all.`),
  ];
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function moveInMatrix(event) {
  const at = event.target.closest("tbody td");
  if (!at || event.ctrlKey || event.altKey || event.metaKey) return;
  const lines = [...at.closest("tbody").rows];
  let [row, column] = [lines.indexOf(at.parentElement), at.cellIndex];
  const last = at.parentElement.cells.length - 1;
  if (event.key in MOVES) {
    row += MOVES[event.key][0];
    column += MOVES[event.key][1];
  } else if (event.key === "Home") column = 1;
  else if (event.key === "End") column = last;
  else return;
  event.preventDefault();
  lines[row]?.cells[Math.min(Math.max(column, 1), last)]?.firstElementChild.focus();
}

function level(count) {
  return count >= 1000 ? 4 : count >= 100 ? 3 : count >= 10 ? 2 : 1;
}

function matrixOfPlaces(relation, open) {
  const between = relation.betweenPlaces();
  const places = mostTalking(relation, MOST_ROWS);
  const left = relation.places().length - places.length;
  const made = matrix({
    caption: "Connections between namespaces",
    rows: places,
    columns: places,
    head: ({ place }) => button(placeName(place), () => open.place(place)),
    cell: ({ place: from }, { place: to }) => {
      const found = between(from, to);
      if (!found) return null;
      const ports = [...found.ports].map((each) => relation.data.ports[each]);
      const listed = ports.length > 6 ? `${ports.slice(0, 6).join("; ")} and more` : ports.join("; ");
      return {
        text: found.count.toLocaleString("en"),
        label: `${placeName(from)} to ${placeName(to)}: ${counted(found.count, "connection")} on ${listed}`,
        level: level(found.count),
        open: () => open.cell(from, to),
      };
    },
  });
  return [made, left > 0 && element("p", {}, `Left out here: ${counted(left, "namespace")} with fewer connections. The search finds all.`)];
}

/** Return the matrix of the workloads of two places: those that may, first; the others have nothing to show. */
function matrixOfWorkloads(relation, from, to, open) {
  const pairs = new Map();
  const [rows, columns] = [new Set(), new Set()];
  const within = (set, place) =>
    relation.members(set).filter((number) => relation.isShown(number) && relation.peers[number].place === place);
  for (const [sources, destinations, ports] of relation.data.groups) {
    const some = within(sources, from);
    const others = some.length ? within(destinations, to) : [];
    for (const source of others.length ? some : []) {
      rows.add(source);
      if (!pairs.has(source)) pairs.set(source, new Map());
      for (const destination of others) {
        columns.add(destination);
        pairs.get(source).set(destination, ports);
      }
    }
  }
  const inOrder = (numbers) => [...numbers].sort((one, other) => one - other).map((number) => relation.peers[number]);
  const caption = `From ${placeName(from)} to ${placeName(to)}`;
  const all = (place) => relation.shownPeers().filter((peer) => peer.place === place).length;
  const silent = [all(from) - rows.size, all(to) - columns.size];
  const close = () => open.cell(null, null);
  const short = (peer) => (peer.type === "workload" ? peer.id.slice(peer.id.indexOf("/") + 1) : peerName(peer));
  return [
    element("div", { class: "heading" }, element("h3", { tabindex: -1 }, caption), button("Close", close)),
    matrix({
      caption,
      rows: inOrder(rows),
      columns: inOrder(columns),
      head: (peer) => button(short(peer), () => open.peer(peer.number)),
      cell: (source, destination) => {
        const ports = pairs.get(source.number)?.get(destination.number);
        const pair = () => open.pair(source.number, destination.number);
        if (ports === undefined) return { text: "·", label: `${source.id} to ${destination.id}: not allowed`, level: 0, open: pair };
        const text = relation.data.ports[ports];
        return {
          text: text.length > 14 ? `${text.slice(0, 13)}…` : text,
          label: `${source.id} to ${destination.id}: ${text}`,
          level: 1,
          open: pair,
        };
      },
    }),
    element(
      "p",
      {},
      silent[0] > 0 && `${counted(silent[0], "row")} reach nobody here. `,
      silent[1] > 0 && `${counted(silent[1], "column")} are reached by nobody here.`,
    ),
  ];
}
