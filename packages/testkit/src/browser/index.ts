/** What tests of the engine in a browser need. Apart from the rest of the testkit, which does not need a bundler. */
export {
  measuredColumns,
  measureSnapshot,
  type GroupMeasures,
  type SnapshotMeasures,
} from "./measure-snapshot.ts";
export { serveEngine, type EngineServer, type ServeOptions } from "./serve-engine.ts";
export type { WorkerRequest, WorkerResponse } from "./snapshot-worker.ts";
