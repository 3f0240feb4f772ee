// Pages of search results from a generator per search. Users look at the first page; nobody ends the generator.

class Search {
  constructor(query, matches) {
    this.query = query;
    this.matches = matches;
  }
}

const articles = Array.from(
  { length: 300 },
  (_, id) => `article ${id} about ${["tea", "coffee", "milk"][id % 3]}`,
);
const cursors = new Map();
let nextCursor = 1;

function* pagesOf(search) {
  for (let at = 0; at < search.matches.length; at += 10) {
    yield search.matches.slice(at, at + 10);
  }
}

function open(query) {
  const search = new Search(
    query,
    articles.filter((article) => article.includes(query)),
  );
  const pages = pagesOf(search);
  const id = nextCursor++;
  cursors.set(id, pages);
  return { id, first: pages.next().value };
}

function more(id) {
  const { value, done } = cursors.get(id).next();
  if (done) cursors.delete(id); // only those who read to the end get here
  return value;
}

export function round() {
  for (let user = 0; user < 60; user++) {
    const { id } = open(["tea", "coffee", "milk"][user % 3]);
    if (user % 10 === 0) while (more(id) !== undefined);
  }
}
