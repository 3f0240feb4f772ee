// Reads records of many kinds, each with fields of its own, as a converter of forms does; kinds turn up over time.

const kinds = Array.from({ length: 120 }, (_, kind) => ({
  kind,
  fields: Array.from(
    { length: 4 + (kind % 7) },
    (_, field) => `field_${kind % 11}_${(field * 5 + kind) % 40}`,
  ),
}));
const totals = new Map();

function read(kind, seed) {
  const record = {};
  for (const field of kinds[kind].fields) record[field] = seed;
  return record;
}

export function round(number) {
  const reach = Math.min(120, 40 + number * 9);
  for (let index = 0; index < 500; index++) {
    const record = read((index * 7) % reach, index);
    totals.set(index % 10, Object.keys(record).length);
  }
}
