/**
 * `@heapscope/agent/heapdump`: the API of the package `heapdump`, for programs that have it in their `require`.
 */

/** `error` if the snapshot could not be written; otherwise the file's name. Called before `writeSnapshot` returns. */
export type HeapdumpCallback = (error: Error | null, filename?: string) => void;

/**
 * Writes a heap snapshot of the main thread, synchronously, to `filename`, or to `heapdump-<sec>.<usec>.heapsnapshot` in the working
 * directory. Returns the name, or `false` if it could not be written; never throws. Redacted as `HEAPSCOPE_REDACT` or the
 * agent's options say.
 */
export declare function writeSnapshot(filename: string, callback?: HeapdumpCallback): string | false;
export declare function writeSnapshot(callback?: HeapdumpCallback): string | false;
