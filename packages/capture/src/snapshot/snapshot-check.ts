// Decides, while a snapshot streams by, whether it is whole: read as JSON from its first brace to its last, with as many
// numbers in its tables as the header promises. A message that got lost, a cut in the middle and a wrong count all show.
// Nothing is kept but the header, so that a file of any size passes through.
//
// A small machine over bytes, with two fast loops where nearly all bytes are: tables of integers, and texts. It checks
// the structure (brackets, commas, quotes, escapes) and of numbers and words only their characters; the engine reads them.
// Cost: about 1 ns a byte.

/** What the header of a snapshot promises. */
export interface SnapshotCounts {
  readonly nodeCount: number;
  readonly edgeCount: number;
}

/** Longer headers than this are none; V8's has 2 kB. */
const HEADER_LIMIT = 1 << 20;
/** Traces are nested as deep as the program's stack was. */
const DEPTH_LIMIT = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What may come next. */
const Expect = {
  value: 0,
  valueOrEnd: 1,
  commaOrEnd: 2,
  key: 3,
  keyOrEnd: 4,
  colon: 5,
  nothing: 6,
} as const;

/** What is being read, if it may go on in the next bytes. */
const Within = { nothing: 0, text: 1, escape: 2, word: 3 } as const;

/** Feed it all bytes in order, then ask for the verdict. */
export class SnapshotCheck {
  #expect: number = Expect.value;
  #within: number = Within.nothing;
  /** For each open bracket: whether it is an array. */
  readonly #isArray: boolean[] = [];
  /** The text in hand is a key of the outermost object. */
  #isTopKey = false;
  #key = "";
  /** Values so far in the outermost array in hand. */
  #count = 0;
  readonly #counts = new Map<string, number>();
  #header = "";
  #isHeader = false;
  #length = 0;
  #fault: string | undefined;

  /** Bytes seen so far. */
  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    const end = bytes.length;
    let headerStart = this.#isHeader ? 0 : -1;
    let at = 0;
    while (at < end && this.#fault === undefined) {
      const byte = bytes[at]!;
      if (this.#within === Within.text) {
        at = this.#readText(bytes, at);
        continue;
      }
      if (this.#within === Within.escape) {
        this.#within = Within.text;
        at++;
        continue;
      }
      if (this.#within === Within.word) {
        if (isWordByte(byte)) {
          at++;
          continue;
        }
        this.#within = Within.nothing;
        this.#expect = this.#isArray.length === 0 ? Expect.nothing : Expect.commaOrEnd;
        continue;
      }
      if (byte <= 0x20) {
        at++;
        continue;
      }
      const depth = this.#isArray.length;
      switch (byte) {
        case QUOTE:
          this.#openText();
          break;
        case OPEN_ARRAY:
        case OPEN_OBJECT:
          this.#open(byte === OPEN_ARRAY);
          if (depth === 1 && this.#key === "snapshot") {
            this.#isHeader = true;
            headerStart = at;
          }
          break;
        case CLOSE_ARRAY:
        case CLOSE_OBJECT:
          this.#close(byte === CLOSE_ARRAY);
          if (depth === 2 && headerStart >= 0) {
            this.#keepHeader(bytes, headerStart, at + 1);
            headerStart = -1;
            this.#isHeader = false;
          }
          break;
        case COMMA:
          if (this.#expect !== Expect.commaOrEnd) this.#fail();
          this.#expect = this.#isArray.at(-1) === true ? Expect.value : Expect.key;
          break;
        case COLON:
          if (this.#expect !== Expect.colon) this.#fail();
          this.#expect = Expect.value;
          break;
        default:
          if (!this.#takesValue() || !isWordByte(byte)) {
            this.#fail();
            break;
          }
          if (depth === 2 && this.#isArray[1] === true) {
            at = this.#readIntegers(bytes, at);
            continue;
          }
          this.#countValue();
          this.#within = Within.word;
      }
      at++;
    }
    if (headerStart >= 0) this.#keepHeader(bytes, headerStart, end);
    this.#length += end;
  }

  /** The counts, or, if this is no whole snapshot, a clause that says why: "it ends in the middle". */
  verdict(): SnapshotCounts | string {
    if (this.#length === 0) return "it is empty";
    if (this.#fault !== undefined) return this.#fault;
    if (this.#expect !== Expect.nothing || this.#within !== Within.nothing) return "it ends in the middle";
    const header = parseHeader(this.#header);
    if (header === undefined) return "it has no snapshot header";
    const { nodeCount, edgeCount } = header;
    if (this.#counts.get("nodes") !== nodeCount * header.nodeFields)
      return `it does not hold the ${nodeCount} objects that its header promises`;
    if (this.#counts.get("edges") !== edgeCount * header.edgeFields)
      return `it does not hold the ${edgeCount} references that its header promises`;
    if (!this.#counts.has("strings")) return "it has no texts";
    return { nodeCount, edgeCount };
  }

  /** Numbers and commas of a table, up to its end or to anything else. Returns where it stopped. */
  #readIntegers(bytes: Uint8Array, start: number): number {
    const end = bytes.length;
    let at = start;
    let count = 0;
    let isNumber = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x30 && byte <= 0x39) {
        if (!isNumber) count++;
        isNumber = true;
      } else if (byte === COMMA && isNumber) {
        isNumber = false;
      } else if (byte === 0x0a && !isNumber) {
        continue; // rows stand on lines of their own up to Node 22
      } else {
        break; // the end, a minus sign, or a fault: the other loop knows
      }
    }
    this.#count += count;
    if (isNumber) this.#within = Within.word;
    else if (at > start) this.#expect = Expect.value;
    if (at === start) {
      this.#count++;
      this.#within = Within.word;
      return at + 1;
    }
    return at;
  }

  /** A text up to its quote or the end of the bytes. */
  #readText(bytes: Uint8Array, start: number): number {
    const end = bytes.length;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break;
    }
    if (this.#isTopKey && this.#key.length < 100) this.#key += latin1(bytes, start, at);
    if (at === end) return end;
    if (bytes[at] === BACKSLASH) {
      this.#within = Within.escape;
    } else if (bytes[at] === QUOTE) {
      this.#within = Within.nothing;
      if (this.#expect === Expect.key || this.#expect === Expect.keyOrEnd) this.#expect = Expect.colon;
      else this.#expect = this.#isArray.length === 0 ? Expect.nothing : Expect.commaOrEnd;
      this.#isTopKey = false;
    } else {
      this.#fail();
    }
    return at + 1;
  }

  #openText(): void {
    const isKey = this.#expect === Expect.key || this.#expect === Expect.keyOrEnd;
    if (!isKey) {
      if (!this.#takesValue()) return this.#fail();
      this.#countValue();
    } else if (this.#isArray.length === 1) {
      this.#isTopKey = true;
      this.#key = "";
    }
    this.#within = Within.text;
  }

  #open(isArray: boolean): void {
    if (!this.#takesValue() || this.#isArray.length >= DEPTH_LIMIT) return this.#fail();
    this.#countValue();
    if (this.#isArray.length === 1) this.#count = 0;
    this.#isArray.push(isArray);
    this.#expect = isArray ? Expect.valueOrEnd : Expect.keyOrEnd;
  }

  #close(isArray: boolean): void {
    const mayEnd =
      this.#expect === Expect.commaOrEnd || this.#expect === (isArray ? Expect.valueOrEnd : Expect.keyOrEnd);
    if (!mayEnd || this.#isArray.pop() !== isArray) return this.#fail();
    if (this.#isArray.length === 1 && isArray) this.#counts.set(this.#key, this.#count);
    this.#expect = this.#isArray.length === 0 ? Expect.nothing : Expect.commaOrEnd;
  }

  #countValue(): void {
    if (this.#isArray.length === 2) this.#count++;
  }

  #takesValue(): boolean {
    return this.#expect === Expect.value || this.#expect === Expect.valueOrEnd;
  }

  #keepHeader(bytes: Uint8Array, start: number, end: number): void {
    if (this.#header.length < HEADER_LIMIT) this.#header += latin1(bytes, start, end);
  }

  #fail(): void {
    this.#fault ??= "it is damaged";
  }
}

/** Characters of numbers and of `true`, `false`, `null`. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

interface Header extends SnapshotCounts {
  readonly nodeFields: number;
  readonly edgeFields: number;
}

function parseHeader(text: string): Header | undefined {
  try {
    const {
      meta,
      node_count: nodeCount,
      edge_count: edgeCount,
    } = JSON.parse(text) as Record<string, unknown>;
    const { node_fields: nodes, edge_fields: edges } = meta as Record<string, unknown>;
    if (!Array.isArray(nodes) || !Array.isArray(edges)) return undefined;
    if (!isCount(nodeCount) || !isCount(edgeCount)) return undefined;
    return { nodeCount, edgeCount, nodeFields: nodes.length, edgeFields: edges.length };
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
