// The search: names, labels, ports and lines, in a list that arrows walk.

const MOST_FOUND = 14;

class Search {
  constructor(open) {
    this.open = open;
    this.input = document.getElementById("search");
    this.list = document.getElementById("found");
    this.input.addEventListener("input", () => this.look());
    // Coming back from what was found, nobody looks for it again; else what is typed takes its place.
    this.input.addEventListener("focus", () => {
      this.input.select();
      if (!this.taken) this.look();
      this.taken = false;
    });
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.press(event));
    // A click on the list must not take the focus away before it counts.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
      event.preventDefault();
      this.input.focus();
    });
  }

  /** Take what there is to find: names first, then what else peers carry, then lines. */
  index(relation) {
    const peers = relation.shownPeers();
    this.entries = [
      ...relation.places().map(({ place }) => ({ kind: "namespace", text: placeName(place), more: "", act: () => this.open.place(place) })),
      ...peers.map((peer) => ({
        kind: peer.type === "net" ? "addresses" : peer.type === "pods" ? "pods" : peer.kind,
        text: peerName(peer),
        more: Object.entries(peer.labels ?? {}).map(([key, value]) => `${key}=${value}`).join(" "),
        act: () => this.open.peer(peer.number),
      })),
      ...relation.data.lines.map(([file, line, text], number) => ({ kind: "line", text: `${file}:${line}: ${text}`, more: "", act: () => this.open.line(number) })),
    ];
    for (const entry of this.entries) entry.folded = `${entry.text} ${entry.more}`.toLowerCase();
  }

  look() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.close();
    const rank = (entry) => {
      const name = entry.text.toLowerCase();
      const last = name.slice(name.lastIndexOf("/") + 1);
      return name === words[0] || last === words[0] ? 0 : name.startsWith(words[0]) || last.startsWith(words[0]) ? 1 : name.includes(words[0]) ? 2 : 3;
    };
    const all = this.entries.filter((entry) => words.every((word) => entry.folded.includes(word)));
    const ranked = all.map((entry) => [rank(entry) + (entry.kind === "line" ? 4 : 0), entry]).sort((one, other) => one[0] - other[0]);
    this.found = ranked.slice(0, MOST_FOUND).map(([, entry]) => entry);
    this.at = 0;
    const options = this.found.map((entry, number) =>
      element("li", { id: `found-${number}`, role: "option", "aria-selected": "false", click: () => this.take(number) }, element("span", { class: "kind" }, entry.kind), entry.text),
    );
    const left = all.length - this.found.length;
    const rest = all.length === 0 ? "Nothing is called so." : left > 0 ? `and ${left.toLocaleString("en")} more` : null;
    this.list.replaceChildren(...options, ...(rest ? [element("li", { class: "rest", role: "presentation" }, rest)] : []));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark();
    say(`${counted(all.length, "result")}`);
  }

  mark() {
    for (const [number, each] of [...this.list.querySelectorAll('[role="option"]')].entries()) {
      each.setAttribute("aria-selected", String(number === this.at));
      if (number === this.at) each.scrollIntoView({ block: "nearest" });
    }
    if (this.found.length) this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.list.hidden) this.input.value = "";
      this.close();
    } else if (this.list.hidden && event.key === "ArrowDown") return this.look();
    else if (this.list.hidden || this.found.length === 0) return;
    else if (event.key === "ArrowDown") this.at = (this.at + 1) % this.found.length;
    else if (event.key === "ArrowUp") this.at = (this.at + this.found.length - 1) % this.found.length;
    else if (event.key === "Enter") return this.take(this.at);
    else return;
    event.preventDefault();
    this.mark();
  }

  take(number) {
    const entry = this.found[number];
    this.taken = true;
    this.close();
    entry.act();
  }

  close() {
    this.list.hidden = true;
    this.found = [];
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
