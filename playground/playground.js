// The page: a text, what netpolc says of it, and views of what it means. What users write is only ever text here.

import { pieces, rulesOf } from "./highlighting.js";

const SECONDS = 10; // that an answer may take, before the compiler is started again
const PAUSE = 150; // milliseconds without a key, after which more than the YAML is asked for
const MOST_COLOURED = 30_000; // characters of a text that is coloured at each keystroke

const at = (id) => document.getElementById(id);
const text = at("text");

// The compiler: each kind of question has at most one waiting, the latest.
class Compiler {
  #worker;
  #waiting = new Map();
  #asked = null;
  #number = 0;

  constructor(heard) {
    this.heard = heard;
    this.#start();
  }

  #start() {
    this.ready = false;
    this.#worker = new Worker("worker.js", { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (error) => this.heard({ failed: error.message || "the compiler could not be loaded" });
  }

  ask(question) {
    return new Promise((resolve) => {
      this.#waiting.get(question.about)?.resolve(null);
      this.#waiting.set(question.about, { question, resolve });
      this.#next();
    });
  }

  #next() {
    if (!this.ready || this.#asked || this.#waiting.size === 0) return;
    const [about, { question, resolve }] = this.#waiting.entries().next().value;
    this.#waiting.delete(about);
    const number = ++this.#number;
    const late = setTimeout(() => {
      this.#worker.terminate();
      this.#asked = null;
      resolve({ failure: `no answer in ${SECONDS} seconds; the compiler starts again` });
      this.#start();
    }, SECONDS * 1000);
    this.#asked = { number, resolve, late };
    this.#worker.postMessage({ number, question });
  }

  #receive(data) {
    if (data.number === undefined) {
      this.ready = Boolean(data.ready);
      this.heard(data);
    } else if (data.number === this.#asked?.number) {
      clearTimeout(this.#asked.late);
      this.#asked.resolve(data.answer);
      this.#asked = null;
    }
    this.#next();
  }
}

let kept = ""; // the program that a change is compared with
let good = ""; // the last program without errors
let pause;
let shown = "yaml";
let compiler;
let rules = null; // by which the text is coloured
let notice = ""; // of a link, until somebody writes
let turns = 0; // how often the text was asked about

function heard({ ready, runtime, netpolc, failed }) {
  if (ready) {
    document.body.dataset.runtime = runtime;
    document.body.dataset.netpolc = netpolc;
  } else {
    state(`The compiler cannot run here: ${failed}`, "bad");
  }
}

function state(said, look = "") {
  at("state").textContent = notice + said;
  at("state").className = look;
}

async function changed() {
  numberLines();
  const asked = text.value, began = performance.now(), turn = ++turns;
  const answer = await compiler.ask({ about: "compile", text: asked });
  // An answer that was on its way when somebody wrote on is about what is not there any more.
  if (answer === null || turn !== turns) return;
  document.body.dataset.took = performance.now() - began;
  clearTimeout(pause);
  if (answer.failure) {
    state(answer.failure, "bad");
    return;
  }
  at("version").textContent = answer.version;
  list(answer.diagnostics);
  at("yaml").classList.toggle("old", !answer.ok);
  if (answer.ok) {
    good = asked;
    at("yaml").textContent = answer.yaml;
    const policies = answer.policies === 1 ? "1 policy" : `${answer.policies} policies`;
    state(`${policies}, proved to allow what the program says`, "good");
    pause = setTimeout(more, PAUSE, asked);
  } else {
    const errors = answer.diagnostics.filter((each) => each.severity === "error").length;
    state(errors === 1 ? "1 error; the views show the last program without" : `${errors} errors; the views show the last program without`, "bad");
  }
  document.body.dataset.compiled = Number(document.body.dataset.compiled ?? 0) + 1;
}

// What can wait until nobody types.
async function more(asked) {
  show();
  const answer = await compiler.ask({ about: "check", text: asked });
  if (answer?.diagnostics && text.value === asked) list(answer.diagnostics);
}

async function show() {
  if (shown === "picture") {
    const answer = await compiler.ask({ about: "picture", text: good });
    if (answer === null) return;
    at("picture-state").textContent = answer.failure ?? "";
    at("picture").hidden = Boolean(answer.failure);
    if (answer.svg) {
      URL.revokeObjectURL(at("picture").src);
      at("picture").src = URL.createObjectURL(new Blob([answer.svg], { type: "image/svg+xml" }));
    }
  } else if (shown === "can") {
    const answer = await compiler.ask({
      about: "can", text: good, source: at("source").value.trim(), destination: at("destination").value.trim(),
    });
    if (answer) at("answer").textContent = answer.failure ?? answer.text;
  } else if (shown === "diff") {
    const answer = await compiler.ask({ about: "diff", old: kept, new: good });
    if (answer) at("diff").textContent = answer.failure ?? answer.text;
  }
}

function list(diagnostics) {
  at("findings").replaceChildren(...diagnostics.map((each) => {
    const item = document.createElement("li");
    const go = item.appendChild(document.createElement("button"));
    go.type = "button";
    const place = each.range ? ` in line ${each.range.start.line}` : "";
    const head = go.appendChild(document.createElement("span"));
    head.className = each.severity;
    head.textContent = `${each.severity}${place}: `;
    go.append(each.message);
    go.onclick = () => each.range && select(each.range);
    const below = item.appendChild(document.createElement("div"));
    below.className = "more";
    if (each.help) below.append(each.help);
    for (const fix of each.fixes.filter((one) => one.applicability === "safe")) {
      below.append(button(fix.message, () => apply(fix.edits)));
    }
    below.append(button(each.code, () => explain(each.code)));
    return item;
  }));
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.onclick = act;
  return made;
}

// Lines and columns count from 1, columns in code points; JavaScript counts code units.
function offset({ line, column }) {
  const lines = text.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

function select({ start, end }) {
  text.focus();
  text.setSelectionRange(offset(start), offset(end));
}

function apply(edits) {
  const placed = edits.map((edit) => [offset(edit.range.start), offset(edit.range.end), edit.text]);
  let found = text.value;
  for (const [start, end, by] of placed.sort((one, other) => other[0] - one[0])) {
    found = found.slice(0, start) + by + found.slice(end);
  }
  text.value = found;
  text.focus();
  changed();
}

async function explain(code) {
  const answer = await compiler.ask({ about: "explain", code });
  if (!answer) return;
  at("page-title").textContent = answer.title ?? code;
  at("page-text").textContent = answer.failure ?? answer.text;
  at("page").showModal();
}

function numberLines() {
  const lines = text.value.split("\n").length;
  at("numbers").textContent = Array.from({ length: lines }, (_, number) => number + 1).join("\n");
  colour();
  scrolled();
}

// The coloured text lies below the field, whose own is then transparent: keys and readers of screens know only the field.
function colour() {
  const coloured = rules !== null && text.value.length <= MOST_COLOURED;
  text.closest(".editor").classList.toggle("coloured", coloured);
  at("colours").replaceChildren(...(coloured ? pieces(text.value, rules).map(piece) : []), "\n");
}

function piece([said, kind]) {
  if (kind === null) return said;
  const made = document.createElement("span");
  made.className = `is-${kind}`;
  made.textContent = said;
  return made;
}

// Moved and not scrolled: the field's bars make it scroll further than what has none.
function scrolled() {
  at("numbers").style.translate = `0 ${-text.scrollTop}px`;
  at("colours").style.translate = `${-text.scrollLeft}px ${-text.scrollTop}px`;
}

function load(program) {
  notice = "";
  text.value = kept = program;
  good = "";
  at("yaml").textContent = "";
  changed();
}

// A link holds the program itself, packed, behind the #: it never reaches a server.
async function packed(program) {
  const stream = new Blob([program]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(link) {
  const bytes = Uint8Array.from(atob(link.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  for (let size = 0, part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > 1_000_000) throw new Error("too much");
    parts.push(part.value);
  }
  // Not by the blob's own `text`: Chromium takes the first bytes for a mark of UTF-16, if they look like one.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await new Blob(parts).arrayBuffer());
}

async function linked() {
  if (!location.hash.startsWith("#p=")) return null;
  try {
    return await unpacked(location.hash.slice(3));
  } catch {
    notice = "The link is damaged, and its program is not here. ";
    return null;
  }
}

function choose(tab) {
  shown = tab.id.slice(4);
  for (const each of document.querySelectorAll("[role=tab]")) {
    each.setAttribute("aria-selected", each === tab);
    each.tabIndex = each === tab ? 0 : -1;
    at(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
  show();
}

function listen() {
  text.addEventListener("input", () => { notice = ""; changed(); });
  text.addEventListener("scroll", scrolled);
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const [number, tab] of tabs.entries()) {
    tab.onclick = () => choose(tab);
    tab.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = tabs[(number + step + tabs.length) % tabs.length];
      next.focus();
      choose(next);
    };
  }
  at("question").onsubmit = (event) => { event.preventDefault(); show(); };
  at("keep").onclick = () => { kept = good; show(); };
  at("share").onclick = async () => {
    location.hash = `p=${await packed(text.value)}`;
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    state(copied ? "The link is copied; it holds the program itself" : "The link is in the address bar; it holds the program itself", "good");
  };
  addEventListener("hashchange", async () => {
    notice = "";
    const program = await linked();
    if (program !== null && program !== text.value) load(program);
    else changed();
  });
}

async function begin() {
  const [samples, highlighting] = await Promise.all(["samples.json", "highlighting.json"].map(async (file) => (await fetch(file)).json()));
  rules = rulesOf(highlighting);
  at("samples").append(...samples.map(({ title, program }) => button(title, () => load(program))));
  listen();
  if (typeof WebAssembly !== "object") {
    state("This browser has no WebAssembly, in which the compiler runs; netpolc itself runs without a browser", "bad");
    text.value = samples[0].program;
    numberLines();
    return;
  }
  compiler = new Compiler(heard);
  const program = await linked(), said = notice;
  load(program ?? samples[0].program);
  notice = said;
}

begin();
