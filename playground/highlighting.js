// A text in pieces, each with what it is, by the rules of netpolc/language/highlighting, which highlighting.json holds.

const compiled = ([pattern, kinds, enters]) => ({ pattern: new RegExp(pattern, "dmy"), kinds, enters });

/** Return the rules, ready to be tried: those outside of selectors, and those within, of which the first ends them. */
export function rulesOf({ outside, inside, end }) {
  return { outside: outside.map(compiled), inside: [end, ...inside].map(compiled) };
}

/** Return the pieces of a text in order, which are all of it; what no rule knows is of no kind. */
export function pieces(text, rules) {
  const found = [];
  let tried = rules.outside, at = 0, waiting = 0;
  const add = (until, kind) => {
    if (waiting < until) found.push([text.slice(waiting, until), kind]);
    waiting = until;
  };
  while (at < text.length) {
    const [rule, match] = first(tried, text, at);
    if (!match || match[0] === "") {
      at += 1;
      continue;
    }
    rule.kinds.forEach((kind, number) => {
      const [start, end] = match.indices[number + 1] ?? [0, 0];
      if (start === end) return;
      add(start, null);
      add(end, kind);
    });
    at += match[0].length;
    if (rule.enters) tried = rules.inside;
    else if (rule === rules.inside[0]) tried = rules.outside;
  }
  add(text.length, null);
  return found;
}

function first(rules, text, at) {
  for (const rule of rules) {
    rule.pattern.lastIndex = at;
    const match = rule.pattern.exec(text);
    if (match) return [rule, match];
  }
  return [];
}
