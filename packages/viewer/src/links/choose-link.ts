/**
 * How this page gets its answers: said by `<meta name="heapscope-link">`, which the server and the report change. What another
 * way needs is not loaded.
 */
import type { Link } from "../protocol/index.ts";

export async function chooseLink(): Promise<Link> {
  const kind = document.querySelector<HTMLMetaElement>('meta[name="heapscope-link"]')?.content;
  switch (kind) {
    case "server":
      return (await import("./socket-link.ts")).createSocketLink();
    default:
      return (await import("./worker-link.ts")).createWorkerLink();
  }
}
