// Requests with a deadline, as a timer that is cleared when the answer came in time.

import { setTimeout as sleep } from "node:timers/promises";

class DeadlineError extends Error {}

async function withDeadline(work, ms) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`took more than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

async function fetchRecord(id) {
  await sleep(id % 5);
  return { id, name: `record ${id}`, tags: [`t${id % 3}`, `t${id % 7}`] };
}

const failures = new Map();

export async function round(number) {
  const ids = Array.from({ length: 200 }, (_, index) => number * 200 + index);
  const records = await Promise.allSettled(ids.map((id) => withDeadline(fetchRecord(id), 60_000)));
  for (const { status, reason } of records) {
    if (status === "rejected")
      failures.set(reason.constructor.name, (failures.get(reason.constructor.name) ?? 0) + 1);
  }
}
