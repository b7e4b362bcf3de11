// The page: its state, which its address has too, and what follows of it.

const data = JSON.parse(document.getElementById("data").textContent);

class Page {
  constructor() {
    this.relations = data.relations.map((each) => ({ environments: each.environments, relation: new Relation(each.relation) }));
    this.opener = null;
    this.history = [];
    this.open = {
      place: (place) => this.show(placeDetails, place),
      peer: (number) => this.show(peerDetails, number),
      pair: (source, destination) => this.show(pairDetails, source, destination),
      line: (number) => this.show(lineDetails, number),
      cell: (from, to) => this.cell(from, to),
    };
    this.search = new Search(this.open);
    this.environment = this.relations[0];
    document.title = shown(`${data.title}: netpolc report`);
    replace("title", element("span", {}, data.title));
    replace("made", element("p", {}, `netpolc ${data.netpolc}. This file holds all that it shows, and loads nothing.`));
    this.theme();
    this.choices();
    for (const each of document.querySelectorAll('#findings, nav a[href="#findings"]')) each.hidden = data.findings === null;
    replace("found-wrong", data.findings && findingList(data));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.getElementById("details").hidden) this.close();
    });
    this.draw();
  }

  get relation() {
    return this.environment.relation;
  }

  /** Draw all that depends on the environment and on who is shown. */
  draw() {
    this.search.index(this.relation);
    replace("figures", figures(this.relation, data));
    replace("places", placeTable(this.relation, this.open));
    replace("drawing", picture(this.relation, this.open));
    replace("namespaces", matrixOfPlaces(this.relation, this.open));
    replace("workloads");
    this.changes();
    this.flows();
  }

  /** Return those of several that are of the environment that is shown. */
  here(several) {
    const shown = this.environment.environments;
    return several.filter(({ environments }) => environments.length === 0 || shown.length === 0 || environments.some((each) => shown.includes(each)));
  }

  changes() {
    const shownHere = this.here(data.differences);
    for (const each of document.querySelectorAll('#changes, nav a[href="#changes"]')) each.hidden = data.differences.length === 0;
    replace("changed", element("p", {}, `Against ${data.against}.`), shownHere.map((each) => [each.environments.length > 1 && element("h3", {}, each.environments.join(", ")), changeList(this.relation, each.difference, data.risks, this.open)]));
  }

  flows() {
    for (const each of document.querySelectorAll('#flows, nav a[href="#flows"]')) each.hidden = data.flows.length === 0;
    replace("flowed", this.here(data.flows).map((each) => [each.environments.length > 1 && element("h3", {}, each.environments.join(", ")), flowList(this.relation, each.traffic, this.open)]));
  }

  choices() {
    const select = document.getElementById("environment");
    document.getElementById("environments").hidden = this.relations.length < 2;
    select.append(...this.relations.map((each, number) => element("option", { value: number }, each.environments.join(", "))));
    select.addEventListener("change", () => {
      this.environment = this.relations[Number(select.value)];
      this.relation.hypothetical = document.getElementById("hypothetical").checked;
      this.close();
      this.draw();
      say(`environment ${this.environment.environments.join(", ")}`);
    });
    document.getElementById("hypothetical").addEventListener("change", (event) => {
      this.relation.hypothetical = event.target.checked;
      this.close();
      this.draw();
    });
  }

  theme() {
    const root = document.documentElement;
    const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const change = document.getElementById("theme");
    const name = () => (change.textContent = dark() ? "Light" : "Dark");
    change.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      name();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();
  }

  /** Show details; what was shown before is one step back. */
  show(make, ...about) {
    const panel = document.getElementById("details");
    if (panel.hidden) this.opener = document.activeElement;
    this.history.push([make, about]);
    this.fill();
  }

  fill() {
    const [make, about] = this.history.at(-1);
    const { title, content } = make(this.relation, ...about, this.open);
    const panel = document.getElementById("details");
    const back = this.history.length > 1 && button("Back", () => this.back());
    const heading = element("h2", { tabindex: -1 }, title);
    panel.replaceChildren(element("div", { class: "heading" }, heading, back || "", button("Close", () => this.close(), { "aria-keyshortcuts": "Escape" })), ...content.flat(Infinity).filter(Boolean));
    panel.hidden = false;
    panel.scrollTop = 0;
    document.body.classList.add("beside");
    heading.focus({ preventScroll: true });
  }

  back() {
    this.history.pop();
    this.fill();
  }

  close() {
    const panel = document.getElementById("details");
    this.history = [];
    if (panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    document.body.classList.remove("beside");
    if (this.opener?.isConnected) this.opener.focus();
  }

  /** Open the workloads of two places, or close them again. */
  cell(from, to) {
    if (from === null) {
      replace("workloads");
      document.querySelector('#namespaces tbody td > [tabindex="0"]')?.focus();
      return;
    }
    const place = replace("workloads", matrixOfWorkloads(this.relation, from, to, this.open));
    const heading = place.querySelector("h3");
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }
}

new Page();
