// The part of the inspector protocol that is used here, as types: command → parameters and result, event → parameters.
// Written down rather than taken from `devtools-protocol`, so that users of this package need not install its 1.5 MB of
// declarations to compile; protocol.test.ts compares the two. A new command gets its line here.

/** A value from the target: by value, since we ask for `returnByValue`. */
interface RemoteObject {
  readonly type: string;
  readonly value?: unknown;
  readonly description?: string;
}

interface ExceptionDetails {
  readonly text: string;
  readonly exception?: RemoteObject;
}

/** Command name → what it takes and what it answers. Sizes are bytes. */
export interface InspectorCommands {
  "Debugger.disable": { params: undefined; result: object };
  "Debugger.enable": { params: undefined; result: object };
  "HeapProfiler.collectGarbage": { params: undefined; result: object };
  "HeapProfiler.takeHeapSnapshot": {
    params: { reportProgress?: boolean; captureNumericValue?: boolean; exposeInternals?: boolean };
    result: object;
  };
  "Runtime.discardConsoleEntries": { params: undefined; result: object };
  "Runtime.evaluate": {
    params: {
      expression: string;
      returnByValue?: boolean;
      includeCommandLineAPI?: boolean;
      awaitPromise?: boolean;
      silent?: boolean;
    };
    result: { result: RemoteObject; exceptionDetails?: ExceptionDetails };
  };
  "Runtime.getHeapUsage": { params: undefined; result: { usedSize: number; totalSize: number } };
}

/** Event name → what it carries. */
export interface InspectorEvents {
  "Debugger.scriptParsed": { scriptId: string; url: string; sourceMapURL?: string; hash: string };
  "HeapProfiler.addHeapSnapshotChunk": { chunk: string };
  "HeapProfiler.reportHeapSnapshotProgress": { done: number; total: number; finished?: boolean };
}
