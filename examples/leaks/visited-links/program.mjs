// A crawler that does not fetch an address twice. Addresses have a query that changes, so nearly all of them are new.

const visited = new Set();
const frontier = [];
const hosts = ["docs.example", "blog.example", "shop.example"];
let fetched = 0;

function normalize(address) {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.sort();
  return url.href;
}

function enqueue(address) {
  const normal = normalize(address);
  if (visited.has(normal)) return;
  visited.add(normal);
  frontier.push(normal);
}

function crawl(limit) {
  while (limit-- > 0 && frontier.length > 0) {
    const address = frontier.shift();
    if (address.length > 10) fetched++;
  }
}

export function round(number) {
  for (let link = 0; link < 400; link++) {
    enqueue(
      `https://${hosts[link % 3]}/page/${link % 50}?utm=${number * 200 + (link >> 1)}&page=${link % 50}#top`,
    );
  }
  crawl(1000);
  return fetched;
}
