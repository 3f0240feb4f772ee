// Usage for billing, by tenant and by hour, in nested objects. Hours that have been billed are marked, not removed.

class Usage {
  constructor(operation, units) {
    this.operation = operation;
    this.units = units;
  }
}

const usage = {};
let hour = 0;

function track(tenant, operation, units) {
  const hours = (usage[tenant] ??= {});
  const entries = (hours[`hour-${hour}`] ??= { billed: false, entries: [] }).entries;
  entries.push(new Usage(operation, units));
}

function bill() {
  let total = 0;
  for (const hours of Object.values(usage)) {
    for (const record of Object.values(hours)) {
      if (record.billed) continue;
      for (const { units } of record.entries) total += units;
      record.billed = true;
    }
  }
  return total;
}

export function round() {
  for (let request = 0; request < 600; request++) {
    if (request % 150 === 0) hour++;
    track(`tenant-${request % 30}`, request % 2 ? "read" : "write", 1 + (request % 5));
  }
  return bill();
}
