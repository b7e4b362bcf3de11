// Who may reach whom, and why, of one environment. Sets of peers are rows of numbers: the first of each, and how many.

class Relation {
  constructor(data) {
    this.data = data;
    this.peers = data.peers.map((peer, number) => peer && { ...peer, number, place: data.places[peer.place] });
    this.listed = new Map();
    this.hypothetical = false;
  }

  /** Peers that are shown: pods that no manifest shows only where no workload stands for them, or if they are asked for. */
  isShown(number) {
    const peer = this.peers[number];
    return peer !== null && (peer.type !== "pods" || this.hypothetical || this.data.members[peer.holds].length === 0);
  }

  shownPeers() {
    return this.peers.filter((peer) => peer !== null && this.isShown(peer.number));
  }

  members(set) {
    let found = this.listed.get(set);
    if (found === undefined) {
      found = [];
      const runs = this.data.members[set];
      for (let at = 0; at < runs.length; at += 2) {
        for (let number = runs[at]; number < runs[at] + runs[at + 1]; number += 1) found.push(number);
      }
      this.listed.set(set, found);
    }
    return found;
  }

  has(set, number) {
    const runs = this.data.members[set];
    let low = 0;
    let high = runs.length / 2 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (number < runs[2 * middle]) high = middle - 1;
      else if (number >= runs[2 * middle] + runs[2 * middle + 1]) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** The places with peers that are shown: namespaces by their names, and what is outside behind them. */
  places() {
    const found = new Map();
    for (const peer of this.shownPeers()) {
      if (!found.has(peer.place)) found.set(peer.place, { place: peer.place, peers: [] });
      found.get(peer.place).peers.push(peer);
    }
    const order = ["namespace", "namespaces", "outside"];
    const rank = ({ place }) => order.indexOf(place.type);
    for (const { peers } of found.values()) peers.sort(byName((peer) => `${peer.type === "workload" ? 0 : 1}${peer.id}`));
    return [...found.values()].sort((one, other) => rank(one) - rank(other) || byName((each) => each.place.name)(one, other));
  }

  /** How many connections there are from each place to each, and on which ports. */
  betweenPlaces() {
    const counts = new Map();
    const bySet = new Map();
    const placed = (set) => {
      let found = bySet.get(set);
      if (found === undefined) {
        found = new Map();
        for (const number of this.members(set)) {
          if (!this.isShown(number)) continue;
          const place = this.peers[number].place;
          found.set(place, (found.get(place) ?? 0) + 1);
        }
        bySet.set(set, found);
      }
      return found;
    };
    for (const [sources, destinations, ports] of this.data.groups) {
      for (const [from, some] of placed(sources)) {
        let row = counts.get(from);
        if (row === undefined) counts.set(from, (row = new Map()));
        for (const [to, others] of placed(destinations)) {
          let cell = row.get(to);
          if (cell === undefined) row.set(to, (cell = { count: 0, ports: new Set() }));
          cell.count += some * others;
          cell.ports.add(ports);
        }
      }
    }
    return (from, to) => counts.get(from)?.get(to);
  }

  /** The group in which a pair stands: there is one at most. */
  groupOf(source, destination) {
    return this.data.groups.find((group) => this.has(group[0], source) && this.has(group[1], destination));
  }

  /** The connections of a peer: those with the same ports and the same lines together, those of workloads first. */
  connectionsOf(number, incoming) {
    const found = new Map();
    const line = (rule) => (this.data.rules[rule][2] < 0 ? `rule ${rule}` : this.data.rules[rule][2]);
    for (const group of this.data.groups) {
      if (!this.has(group[incoming ? 1 : 0], number)) continue;
      for (const other of this.members(group[incoming ? 0 : 1])) {
        if (!this.isShown(other)) continue;
        const ends = incoming ? this.endsOf(group, other, number) : this.endsOf(group, number, other);
        const key = `${group[2]}|${ends.map((end) => (end.open ? "open" : [...new Set(end.rules.map(line))].sort().join())).join("|")}`;
        if (!found.has(key)) found.set(key, { ports: group[2], ends, peers: [] });
        found.get(key).peers.push(other);
      }
    }
    const rank = ({ peers }) => (peers.some((each) => this.peers[each].type === "workload") ? 0 : 1);
    return [...found.values()].sort((one, other) => rank(one) - rank(other));
  }

  /** What lets a pair through at its two ends: nothing closes it there, or these rules let it through. */
  endsOf(group, source, destination) {
    return [this.endOf(group[3], source, destination), this.endOf(group[4], destination, source)];
  }

  endOf([open, parts], subject, other) {
    if (this.peers[subject].type === "net") return { open: true, addresses: true, rules: [] };
    const holds = (part) => this.has(part[1], subject) && this.has(part[2], other);
    const isOpen = open >= 0 && this.has(open, subject);
    const holding = parts.filter((part) => (part.length === 1 ? !isOpen : holds(part)));
    if (isOpen && holding.length === 0) return { open: true, rules: [] };
    return { open: false, rules: [...new Set(holding.map((part) => part[0]))] };
  }

  /** The rules that close a peer in a direction. */
  closing(direction, number) {
    return this.data.closed[direction].filter(([, set]) => this.has(set, number)).map(([rule]) => rule);
  }

  /** The cluster-wide rules that deny a peer something in a direction, or something with another peer. */
  denying(direction, number, other = null) {
    const holding = this.data.denied[direction].filter(([, own, others]) => this.has(own, number) && (other === null || this.has(others, other)));
    return [...new Set(holding.map(([rule]) => rule))];
  }

  rule(number) {
    const [policy, path, line] = this.data.rules[number];
    return { policy, path, line: line < 0 ? null : this.line(line) };
  }

  line(number) {
    const [file, line, text, pieces] = this.data.lines[number];
    return { number, file, line, text, pieces: pieces ?? [[text]], isNetpol: pieces !== undefined };
  }

  /** The connections that a line has let through, at either end. */
  connectionsBy(line) {
    const found = [];
    for (const [sources, destinations, ports, ...ends] of this.data.groups) {
      for (const [end, [, parts]] of ends.entries()) {
        for (const [rule, subjects, others] of parts) {
          if (this.data.rules[rule][2] !== line) continue;
          const own = [subjects ?? (end === 0 ? sources : destinations), others ?? (end === 0 ? destinations : sources)];
          const [from, to] = end === 0 ? own : own.reverse();
          const same = found.find((each) => each.from === from && each.to === to && each.ports === ports);
          if (!same) found.push({ from, to, ports });
        }
      }
    }
    return found;
  }
}

const collator = new Intl.Collator("en", { numeric: true });

/** Return how to sort by names, in which numbers count as such. */
function byName(name) {
  return (one, other) => collator.compare(name(one), name(other));
}

/** What a place is called. */
function placeName(place) {
  return place.name === "" ? "no namespace" : place.name;
}

/** What a peer is called, with the names that the sources have for addresses. */
function peerName(peer) {
  const name = peer.called ?? peer.id;
  return peer.names?.length ? `${name} (${peer.names.join(", ")})` : name;
}
