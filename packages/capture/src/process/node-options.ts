// The words of the variable NODE_OPTIONS, split exactly as Node does it: at spaces and at nothing else; between double
// quotes a space is part of the word and a backslash takes the next character as it is; quotes may stand anywhere in a
// word and vanish. `""` alone is no word. (Node refuses to start with an open quote; here the rest is one word.)

/** `--title="my app" -r ./x.js` → `["--title=my app", "-r", "./x.js"]`. */
export function splitNodeOptions(text: string): string[] {
  const words: string[] = [];
  let quoted = false;
  let startsWord = true;
  for (let index = 0; index < text.length; index++) {
    let character = text[index]!;
    if (character === "\\" && quoted) {
      index++;
      character = text[index] ?? "";
    } else if (character === " " && !quoted) {
      startsWord = true;
      continue;
    } else if (character === '"') {
      quoted = !quoted;
      continue;
    }
    if (startsWord) words.push(character);
    else words[words.length - 1] += character;
    startsWord = false;
  }
  return words;
}
