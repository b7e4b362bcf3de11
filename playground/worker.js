// netpolc in a thread of its own: it answers one question after another, and the page never waits for it.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const PACKAGES = "/home/pyodide/packages";

const session = start();
let graphviz;

async function start() {
  const archive = fetch("netpolc.zip").then((answer) => answer.arrayBuffer());
  const script = fetch("session.py").then((answer) => answer.text());
  const began = performance.now();
  const python = await loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href });
  const loaded = performance.now();
  python.unpackArchive(await archive, "zip", { extractDir: PACKAGES });
  python.FS.writeFile(`${PACKAGES}/session.py`, await script);
  python.runPython(`import sys; sys.path.insert(0, "${PACKAGES}")`);
  const made = python.runPython("import session; session.Session()");
  postMessage({ ready: true, runtime: loaded - began, netpolc: performance.now() - loaded });
  return made;
}

async function picture(dot) {
  graphviz ??= import("./graphviz/index.js").then(({ Graphviz }) => Graphviz.load());
  return (await graphviz).dot(dot);
}

onmessage = async ({ data: { number, question } }) => {
  try {
    const answer = JSON.parse((await session).ask(JSON.stringify(question)));
    if (answer.dot) answer.svg = await picture(answer.dot);
    postMessage({ number, answer });
  } catch (error) {
    postMessage({ number, answer: { failure: `netpolc failed: ${lastLine(error)}` } });
  }
};

function lastLine(error) {
  return String(error.message ?? error).trim().split("\n").at(-1);
}

session.catch((error) => postMessage({ failed: lastLine(error) }));
