// The part of the inspector protocol that is used here, as types: command → parameters and result, event → parameters.
// Written down rather than taken from `devtools-protocol`, so that users of this package need not install its 1.5 MB of
// declarations to compile; protocol.test.ts compares the two. `NodeWorker` and
// `NodeTracing` are Node's own and in its documentation only. A new command gets its line here.

/** A value from the target: by value, since we ask for `returnByValue`. */
interface RemoteObject {
  readonly type: string;
  readonly value?: unknown;
  readonly description?: string;
  /** V8's handle of an object that is not returned by value. */
  readonly objectId?: string;
}

interface ExceptionDetails {
  readonly text: string;
  readonly exception?: RemoteObject;
}

/** A function on a stack. Lines and columns count from 0; -1 where nothing is known. */
interface CallFrame {
  readonly functionName: string;
  readonly scriptId: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A function of a sampling profile, called by the one above it. */
export interface SamplingProfileNode {
  readonly callFrame: CallFrame;
  /** Estimated bytes that it allocated itself. */
  readonly selfSize: number;
  readonly id: number;
  readonly children: readonly SamplingProfileNode[];
}

/** What a `.heapprofile` file holds. */
export interface SamplingProfile {
  readonly head: SamplingProfileNode;
  /** The allocations that the estimate is made from; `nodeId` is the `id` of a node. */
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[];
}

/** Command name → what it takes and what it answers. Sizes are bytes. */
export interface InspectorCommands {
  "Debugger.disable": { params: undefined; result: object };
  "Debugger.enable": { params: undefined; result: object };
  "Debugger.pause": { params: undefined; result: object };
  "Debugger.resume": { params: undefined; result: object };
  "HeapProfiler.collectGarbage": { params: undefined; result: object };
  "HeapProfiler.disable": { params: undefined; result: object };
  "HeapProfiler.getHeapObjectId": {
    params: { objectId: string };
    result: { heapSnapshotObjectId: string };
  };
  "HeapProfiler.getSamplingProfile": { params: undefined; result: { profile: SamplingProfile } };
  "HeapProfiler.startSampling": {
    params: {
      samplingInterval?: number;
      includeObjectsCollectedByMajorGC?: boolean;
      includeObjectsCollectedByMinorGC?: boolean;
    };
    result: object;
  };
  "HeapProfiler.startTrackingHeapObjects": { params: { trackAllocations?: boolean }; result: object };
  "HeapProfiler.stopSampling": { params: undefined; result: { profile: SamplingProfile } };
  "HeapProfiler.stopTrackingHeapObjects": { params: { reportProgress?: boolean }; result: object };
  "HeapProfiler.takeHeapSnapshot": {
    params: { reportProgress?: boolean; captureNumericValue?: boolean; exposeInternals?: boolean };
    result: object;
  };
  "NodeTracing.start": { params: { traceConfig: { includedCategories: string[] } }; result: object };
  "NodeTracing.stop": { params: undefined; result: object };
  "NodeRuntime.notifyWhenWaitingForDisconnect": { params: { enabled: boolean }; result: object };
  "NodeWorker.detach": { params: { sessionId: string }; result: object };
  "NodeWorker.disable": { params: undefined; result: object };
  "NodeWorker.enable": { params: { waitForDebuggerOnStart: boolean }; result: object };
  "NodeWorker.sendMessageToWorker": { params: { sessionId: string; message: string }; result: object };
  "Runtime.callFunctionOn": {
    params: { functionDeclaration: string; objectId: string; returnByValue?: boolean; silent?: boolean };
    /** `wasThrown` is how Bun says what others say by `exceptionDetails`. */
    result: { result: RemoteObject; exceptionDetails?: ExceptionDetails; wasThrown?: boolean };
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
    /** `wasThrown` is how Bun says what others say by `exceptionDetails`. */
    result: { result: RemoteObject; exceptionDetails?: ExceptionDetails; wasThrown?: boolean };
  };
  "Runtime.getHeapUsage": {
    params: undefined;
    result: { usedSize: number; totalSize: number; backingStorageSize?: number };
  };
  "Runtime.releaseObject": { params: { objectId: string }; result: object };
  "Target.detachFromTarget": { params: { sessionId: string }; result: object };
  "Target.setAutoAttach": {
    params: { autoAttach: boolean; waitForDebuggerOnStart: boolean; flatten: boolean };
    result: object;
  };
}

/** Event name → what it carries. */
export interface InspectorEvents {
  "Debugger.paused": { reason: string };
  "Debugger.scriptParsed": { scriptId: string; url: string; sourceMapURL?: string; hash: string };
  /** Triples: number of an interval, live objects allocated in it, their bytes. */
  "HeapProfiler.heapStatsUpdate": { statsUpdate: number[] };
  /** Listened to by `InspectorSession.onChunk`. */
  "HeapProfiler.addHeapSnapshotChunk": { chunk: string };
  "HeapProfiler.reportHeapSnapshotProgress": { done: number; total: number; finished?: boolean };
  "NodeTracing.dataCollected": { value: readonly unknown[] };
  "NodeRuntime.waitingForDisconnect": object;
  "NodeWorker.attachedToWorker": {
    sessionId: string;
    workerInfo: { workerId: string; title: string; url: string };
  };
  "NodeWorker.detachedFromWorker": { sessionId: string };
  "NodeWorker.receivedMessageFromWorker": { sessionId: string; message: string };
  "Target.attachedToTarget": { sessionId: string; targetInfo: { type: string; url: string } };
  "Target.detachedFromTarget": { sessionId: string };
}
