// A log analyser: regular expressions and JSON all day, with counts by word and many keys that live for a moment.

const pattern = /^(?<host>\S+) \S+ (?<user>\S+) "(?<method>[A-Z]+) (?<path>[^"]+)" (?<status>\d{3})$/;
const statuses = new Map();

function line(seed) {
  const path = `/v1/items/${seed % 91}?trace=${(seed * 2654435761) % 4294967296}`;
  return `host-${seed % 9} - user-${seed % 50} "${seed % 3 ? "GET" : "POST"} ${path}" ${seed % 40 ? 200 : 503}`;
}

function analyse(text) {
  const { groups } = pattern.exec(text);
  const byTrace = {};
  byTrace[new URL(groups.path, "http://localhost").searchParams.get("trace")] = groups;
  const copy = JSON.parse(JSON.stringify({ [`request ${groups.path}`]: groups, byTrace }));
  statuses.set(groups.status, (statuses.get(groups.status) ?? 0) + 1);
  return Object.keys(copy).length;
}

export function round(number) {
  let keys = 0;
  for (let index = 0; index < 600; index++) keys += analyse(line(number * 600 + index));
  return keys;
}
