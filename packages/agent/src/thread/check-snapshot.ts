// Decides, while a snapshot streams by, whether it is whole: V8 writes its header first, and the table of strings last.
//
//   {"snapshot":{"meta":{…},"node_count":3,"edge_count":2, …},      read for the counts
//   "nodes":[ … ], "edges":[ … ], … "strings":[ …"]}                only the end
//
// Costs nothing to speak of. Called by write-file.ts with what goes to the disk, after redaction.

/** What the header of a snapshot promises. */
export interface SnapshotCounts {
  readonly nodeCount: number;
  readonly edgeCount: number;
}

/** V8's header has 2 kB. */
const LONGEST_HEADER = 1 << 14;

/** Feed it all bytes in order, then ask for the verdict. */
export class SnapshotCheck {
  #start = "";
  #end = "";

  add(bytes: Uint8Array): void {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#start.length < LONGEST_HEADER) this.#start += all.toString("latin1", 0, LONGEST_HEADER);
    this.#end = (this.#end + all.toString("latin1", Math.max(0, all.length - 8))).slice(-8);
  }

  /** Throws an `Error` whose message says what is wrong. */
  verdict(): SnapshotCounts {
    const [, nodeCount, edgeCount] = /"node_count":(\d+),"edge_count":(\d+)/.exec(this.#start) ?? [];
    if (!edgeCount || !/"\s*\]\s*\}\s*$/.test(this.#end)) throw new Error("V8 did not write it whole");
    return { nodeCount: Number(nodeCount), edgeCount: Number(edgeCount) };
  }
}
