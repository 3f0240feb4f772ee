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

export class SectionReader {
  /** The section in hand, or the one before. */
  section = "header";
  readonly #visitor: SectionVisitor;
  #header: SnapshotHeader | undefined;
  #read: (bytes: Uint8Array, text: string, from: number) => number = this.#readOpening;
  #opening = "";
  #take: Table["take"] | undefined;
  #row = new Float64Array(1);
  #field = 0;
  #number = -1;
  #depth = 0;
  #isInText = false;
  /** Of a string that began in an earlier piece. */
  #begun = "";
  /** A backslash, if a piece ends with it. */
  #rest = "";

  constructor(visitor: SectionVisitor) {
    this.#visitor = visitor;
  }

  read(bytes: Uint8Array): void {
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    this.#rest = "";
    for (let at = 0; at < text.length;) at = this.#read(bytes, text, at);
  }

  end(): void {
    check(this.section === "strings" && this.#opening.trim() === "}");
  }

  #passText(text: string): void {
    this.#visitor.pass(Buffer.from(text, "latin1"));
  }

  #readOpening(_: Uint8Array, text: string, from: number): number {
    const before = this.#opening.length;
    this.#opening += text.slice(from);
    if (this.section === "strings") {
      // They are the last, and nothing but a bracket may follow.
      check(["", "}"].includes(this.#opening.trim()));
      this.#passText(text.slice(from));
      return text.length;
    }
    const match = OPENING.exec(this.#opening);
    if (match === null) {
      check(this.#opening.length < LONGEST_OPENING);
      return text.length;
    }
    const [opening, header, section] = match;
    check((header === undefined) === (this.#header !== undefined));
    this.#header ??= JSON.parse(header!) as SnapshotHeader;
    this.section = section!;
    const table = this.#visitor.open(section!, this.#header);
    this.#take = table?.take;
    this.#passText(opening);
    this.#opening = "";
    this.#row = new Float64Array(table?.width ?? 1);
    this.#depth = 1;
    this.#read = section === "strings" ? this.#readTexts : this.#readRows;
    return from + opening.length - before;
  }

  /** Some tables have tables in them. */
  #readRows(bytes: Uint8Array, _: string, from: number): number {
    const row = this.#row;
    const take = this.#take;
    let at = from;
    let field = this.#field;
    let number = this.#number;
    while (at < bytes.length && this.#depth > 0) {
      const byte = bytes[at++]!;
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
      if (byte === 0x5b) this.#depth++;
      else if (byte === 0x5d) this.#depth--;
      // There may be negative numbers where they mean nothing here.
      else check(byte === 0x2c || byte <= 0x20 || (byte === 0x2d && take === undefined));
    }
    this.#field = field;
    this.#number = number;
    if (this.#depth === 0) {
      check(field === 0);
      this.#read = this.#readOpening;
    }
    this.#visitor.pass(bytes.subarray(from, at));
    return at;
  }

  #readTexts(_: Uint8Array, text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      if (this.#isInText) {
        TEXT.lastIndex = at;
        this.#begun += TEXT.exec(text)![0];
        at = TEXT.lastIndex;
        if (text[at] !== '"') {
          this.#rest = text.slice(at);
          break;
        }
        this.#isInText = false;
        this.#visitor.text(this.#begun);
        this.#begun = "";
      } else if (text[at] === '"') this.#isInText = true;
      else if (text[at] === "]") {
        this.#visitor.textsEnd();
        this.#passText("]");
        this.#read = this.#readOpening;
        return at + 1;
      } else check(text[at] === "," || text[at]! <= " ");
    }
    return text.length;
  }
}

/** Refuses a file; whoever catches it knows where. */
export function check(isRight: boolean): asserts isRight {
  if (!isRight) throw new Error("unexpected");
}
