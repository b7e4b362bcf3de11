// Elements of the page. Text of users only ever becomes text, and nothing in it hides.

const SVG = "http://www.w3.org/2000/svg";

/** Characters that act or hide: controls, directions, joiners, and blanks that are none. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]|(?! )\p{Zs}/gu;

function shown(text) {
  return String(text).replace(UNSEEN, (each) => `\\u{${each.codePointAt(0).toString(16)}}`);
}

/** Return an element: properties that are functions listen to events, `null` leaves one out. */
function element(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

function drawn(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

function filled(made, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : shown(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    made.append(child instanceof Node ? child : document.createTextNode(shown(child)));
  }
  return made;
}

function replace(id, ...children) {
  const place = document.getElementById(id);
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return place;
}

function button(text, open, properties = {}) {
  return element("button", { type: "button", click: open, ...properties }, text);
}

function counted(number, one, several = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}

/** Tell people who do not see the page what has changed on it. */
function say(text) {
  document.getElementById("said").textContent = shown(text);
}

/** Return the first of some elements, and a button that shows as many again. */
function firstOf(all, most, what, make, kind = "names") {
  const list = element("ul", { class: kind });
  let next = 0;
  const more = element("li", { class: "rest" });
  const add = () => {
    const end = Math.min(all.length, next + most);
    const added = all.slice(next, end).map((each) => element("li", {}, make(each)));
    more.before(...added);
    const focused = next > 0 && added[0]?.querySelector("button");
    next = end;
    if (next >= all.length) more.remove();
    else more.replaceChildren(button(`and ${counted(all.length - next, `more ${what}`, `more ${what}`)}`, add, { class: "more" }));
    if (focused) focused.focus();
  };
  list.append(more);
  add();
  return list;
}
