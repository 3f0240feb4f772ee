// Cuts a heap snapshot into what it is made of, as it streams by: a header, tables of numbers, and at the end the strings.
//
//     {"snapshot":{…},"nodes":[  0,1,…  ],"edges":[  0,1,…  ], … ,"strings":[  "<dummy>","a\"b",…  ]}
//     \____ opening _________/\_ rows _/\_ opening_/                         \___ texts ________/
//
// All but the strings is passed on. Text is read as latin1, one character a byte, so that nothing is decoded which nobody looks
// at. What is not laid out like that is an error: see `check`.
//
// Cost: some 4 ns a byte of a table, one slice a string. Called by `createRedactor`.

/** What the header says of the sections. */
export interface SnapshotHeader {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly node_count: number;
  readonly edge_count: number;
}

/** So many numbers make a row; `take` gets each, in an array that is used again. */
export interface Table {
  readonly width: number;
  readonly take: (row: Float64Array) => void;
}

export interface SectionVisitor {
  /** A section begins. Returns nothing for the strings, and for tables that nobody looks at. */
  open(section: string, header: SnapshotHeader): Table | undefined;
  /** A string as it stands between its quotes, escapes and all. */
  text(raw: string): void;
  /** There are no more strings. */
  textsEnd(): void;
  /** Bytes that are no texts. */
  pass(bytes: Uint8Array): void;
}

/** What stands in front of a section: of the first one all of the header. */
const OPENING = /^(?:\s*\{\s*"snapshot"\s*:\s*(\{[^]*?\}))?\s*,\s*"(\w{1,64})"\s*:\s*\[/;
/** V8's header has 2 kB. */
const LONGEST_OPENING = 1 << 20;
/** Up to a quote, or the end of a piece. */
const TEXT = /[^"\\]*(?:\\[^][^"\\]*)*/y;

/** Give it piece after piece, and at the end `undefined`. It has begun when `next` was called once. */
export function* readSections(visitor: SectionVisitor): Generator<void, void, Uint8Array | undefined> {
  let bytes: Uint8Array = new Uint8Array(0);
  let text = "";
  let at = 0;

  function* readOn(): Generator<void, void, Uint8Array | undefined> {
    const piece = yield;
    check(piece !== undefined);
    bytes = piece;
    text = toText(piece);
    at = 0;
  }

  let header: SnapshotHeader | undefined;
  for (let section = ""; section !== "strings";) {
    let opening = text.slice(at);
    let match = OPENING.exec(opening);
    for (; match === null; match = OPENING.exec(opening)) {
      check(opening.length < LONGEST_OPENING);
      yield* readOn();
      opening += text;
    }
    at = text.length - opening.length + match[0].length;
    check((match[1] === undefined) === (header !== undefined));
    header ??= JSON.parse(match[1]!) as SnapshotHeader;
    section = match[2]!;
    const table = visitor.open(section, header);
    visitor.pass(Buffer.from(match[0], "latin1"));
    if (section !== "strings") yield* readTable(table);
  }

  for (;;) {
    while (at === text.length) yield* readOn();
    const character = text[at++]!;
    if (character === "]") break;
    if (character !== '"') {
      check(character === "," || character <= " ");
      continue;
    }
    let raw = "";
    for (;;) {
      TEXT.lastIndex = at;
      raw += TEXT.exec(text)![0];
      at = TEXT.lastIndex;
      if (text[at] === '"') break;
      // Nothing, or a backslash.
      const rest = text.slice(at);
      yield* readOn();
      text = rest + text;
    }
    at++;
    visitor.text(raw);
  }
  visitor.textsEnd();

  // They are the last, and nothing but a bracket may follow.
  let tail = "";
  for (let rest = `]${text.slice(at)}`; ;) {
    tail += rest;
    check(["]", "]}"].includes(tail.replace(/\s/g, "")));
    visitor.pass(Buffer.from(rest, "latin1"));
    const piece = yield;
    if (piece === undefined) break;
    rest = toText(piece);
  }
  check(tail.includes("}"));

  /** Some tables have tables in them. */
  function* readTable(table: Table | undefined): Generator<void, void, Uint8Array | undefined> {
    const row = new Float64Array(table?.width ?? 1);
    const take = table?.take;
    let field = 0;
    let number = -1;
    for (let depth = 1; depth > 0;) {
      if (at === bytes.length) yield* readOn();
      const piece = bytes;
      const from = at;
      let i = from;
      while (i < piece.length && depth > 0) {
        const byte = piece[i++]!;
        const digit = byte - 0x30;
        if (digit >= 0 && digit <= 9) {
          number = number < 0 ? digit : number * 10 + digit;
          continue;
        }
        if (number >= 0) {
          row[field++] = number;
          number = -1;
          if (field === row.length) {
            take?.(row);
            field = 0;
          }
        }
        if (byte === 0x5b) depth++;
        else if (byte === 0x5d) depth--;
        // There may be negative numbers where they mean nothing here.
        else check(byte === 0x2c || byte <= 0x20 || (byte === 0x2d && take === undefined));
      }
      at = i;
      visitor.pass(piece.subarray(from, at));
    }
    check(field === 0);
  }
}

function toText({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

/** Refuses a file; whoever catches it knows where. */
export function check(isRight: boolean): asserts isRight {
  if (!isRight) throw new Error("unexpected");
}
