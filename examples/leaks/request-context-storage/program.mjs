// A web service with a context per request in AsyncLocalStorage. The first request of each tenant opens a connection that
// stays; the context it was opened in stays with it.

import { AsyncLocalStorage } from "node:async_hooks";

class RequestContext {
  constructor(id, tenant) {
    this.id = id;
    this.tenant = tenant;
    this.startedAt = Date.now();
    this.log = [];
  }

  note(line) {
    this.log.push(`${this.id} ${line}`);
  }
}

const storage = new AsyncLocalStorage();
let reconnects = 0;

function query(tenant) {
  storage.getStore()?.note(`query for ${tenant}`);
  // Reconnects once a day. Nobody ends it, and it inherits the context of whoever came by.
  setTimeout(() => reconnects++, 24 * 3600 * 1000).unref();
}

async function handle(id, tenant) {
  const context = new RequestContext(id, tenant);
  await storage.run(context, async () => {
    context.note("begin");
    await null;
    if (id % 3 === 0) query(tenant);
    await null;
    context.note("end");
  });
}

export async function round(number) {
  const requests = [];
  for (let request = 0; request < 300; request++) {
    requests.push(handle(number * 300 + request, `tenant-${request % 12}`));
  }
  await Promise.all(requests);
}
