// Decides, while a snapshot streams by, whether it is whole: it starts with a header that states how many nodes and
// edges follow, it ends in `]}` (the end of the string table and of the document), and it is long enough to hold what
// the header promises. That finds truncation, which is how captures fail; it does not parse the tables.
// Cost: looks at the first 64 KiB at most and at the last bytes of every chunk.

const HEADER_LIMIT = 64 * 1024;

/** What the header of a snapshot promises. */
export interface SnapshotCounts {
  readonly nodeCount: number;
  readonly edgeCount: number;
}

/** Feed it every chunk in order, then ask for the verdict. */
export class SnapshotCheck {
  #head = "";
  #tail = "";
  #length = 0;

  /** Characters seen so far; equal to bytes for V8, which writes ASCII. */
  get length(): number {
    return this.#length;
  }

  add(chunk: string): void {
    this.#length += chunk.length;
    if (this.#head.length < HEADER_LIMIT) this.#head += chunk.slice(0, HEADER_LIMIT - this.#head.length);
    this.#tail = (this.#tail + chunk.slice(-16)).slice(-16);
  }

  /** The counts, or, if this is no whole snapshot, a clause that says why: "it ends in the middle". */
  verdict(): SnapshotCounts | string {
    if (this.#length === 0) return "it is empty";
    const nodeFields = /"node_fields":\[([^\]]*)\]/.exec(this.#head)?.[1]?.split(",").length;
    const edgeFields = /"edge_fields":\[([^\]]*)\]/.exec(this.#head)?.[1]?.split(",").length;
    const nodeCount = Number(/"node_count":(\d+)/.exec(this.#head)?.[1]);
    const edgeCount = Number(/"edge_count":(\d+)/.exec(this.#head)?.[1]);
    if (nodeFields === undefined || edgeFields === undefined || !(nodeCount > 0) || !(edgeCount > 0)) {
      return "it does not start with a snapshot header";
    }
    if (!this.#tail.trimEnd().endsWith("]}")) return "it ends in the middle";
    // Every number takes at least a digit and a comma.
    const shortest = 2 * (nodeCount * nodeFields + edgeCount * edgeFields);
    if (this.#length < shortest) return `it is too short for its ${nodeCount} objects`;
    return { nodeCount, edgeCount };
  }
}
