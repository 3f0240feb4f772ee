// The inspector of the thread that a test runs in, reached from inside: no port is opened, nothing listens. It collects
// garbage, empties V8's console history, and finds objects by their prototype.
//
// Whenever any session of a thread ends, V8 deals out the ids of its objects anew, and snapshots from before and after
// cannot be compared. So all users in a thread share one session, which ends with the last of them: `countObjects` may be
// called by the very function that `expectNoLeak` measures.

import inspector from "node:inspector";

/** The commands that are sent, of the many that there are. */
interface Commands {
  "HeapProfiler.collectGarbage": [undefined, object];
  "Runtime.discardConsoleEntries": [undefined, object];
  "Debugger.enable": [undefined, object];
  "Debugger.disable": [undefined, object];
  /** Announces all contexts before it is answered. */
  "Runtime.enable": [undefined, object];
  "Runtime.disable": [undefined, object];
  "Runtime.evaluate": [
    { expression: string; contextId: number; objectGroup: string; silent: true },
    Evaluation,
  ];
  "Runtime.queryObjects": [{ prototypeObjectId: string; objectGroup: string }, { objects: RemoteObject }];
  "Runtime.callFunctionOn": [
    { objectId: string; functionDeclaration: string; returnByValue: true; silent: true },
    Evaluation,
  ];
  "Runtime.releaseObjectGroup": [{ objectGroup: string }, object];
}

interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}

interface Evaluation {
  readonly result: RemoteObject;
  readonly exceptionDetails?: { readonly text: string };
}

/** A session as its users see it. */
export interface HeapSession {
  send<Name extends keyof Commands>(
    command: Name,
    parameters?: Commands[Name][0],
  ): Promise<Commands[Name][1]>;
  /** The JavaScript contexts of the thread: test runners give tests one of their own. */
  listContexts(): Promise<number[]>;
}

/** The one session of this thread, and how many use it. */
let shared: { readonly session: inspector.Session; users: number } | undefined;

/** Runs `work` with a session. Rejects with a plain `Error` where Node was built, or is run, without the inspector. */
export async function withHeapSession<Result>(
  work: (session: HeapSession) => Promise<Result>,
): Promise<Result> {
  shared ??= { session: connect(), users: 0 };
  shared.users++;
  try {
    return await work(createHeapSession(shared.session));
  } finally {
    if (--shared.users === 0) {
      shared.session.disconnect();
      shared = undefined;
    }
  }
}

function createHeapSession(session: inspector.Session): HeapSession {
  const send: HeapSession["send"] = (command, parameters) =>
    new Promise((resolve, reject) => {
      session.post(command, parameters ?? {}, (error: unknown, answer: unknown) => {
        if (error === null) resolve(answer as never);
        else reject(new Error(`${command} failed: ${(error as Error).message}`));
      });
    });
  return {
    send,
    async listContexts() {
      const contexts: number[] = [];
      const note = ({ params }: { params: { context: { id: number } } }): void => {
        contexts.push(params.context.id);
      };
      session.on("Runtime.executionContextCreated", note);
      try {
        await send("Runtime.enable");
        await send("Runtime.disable");
      } finally {
        session.off("Runtime.executionContextCreated", note);
      }
      return contexts;
    },
  };
}

function connect(): inspector.Session {
  const session = new inspector.Session();
  try {
    session.connect();
  } catch (error) {
    throw new Error(
      `heapscope/testing needs Node's inspector inside the process, and Node refuses it (${(error as Error).message}); ` +
        "under --permission, add --allow-inspector.",
      { cause: error },
    );
  }
  return session;
}
