// Suggestions for a search box, from a trie of everything that anybody ever typed.

class TrieNode {
  children = new Map();
  weight = 0;

  constructor(letter) {
    this.letter = letter;
  }
}

const root = new TrieNode("");
const stopWords = new Set(["the", "a", "of"]);

function learn(query) {
  let node = root;
  for (const letter of query) {
    let child = node.children.get(letter);
    if (child === undefined) node.children.set(letter, (child = new TrieNode(letter)));
    node = child;
  }
  node.weight++;
}

function suggest(prefix) {
  let node = root;
  for (const letter of prefix) node = node?.children.get(letter);
  return node === undefined ? [] : [...node.children.keys()].slice(0, 5);
}

export function round(number) {
  let found = 0;
  for (let query = 0; query < 60; query++) {
    const word = (number * 60 + query).toString(3).padStart(8, "0").split("").reverse().join("");
    if (!stopWords.has(word)) learn(word.replaceAll("0", "a").replaceAll("1", "n").replaceAll("2", "t"));
    found += suggest("an").length;
  }
  return found;
}
