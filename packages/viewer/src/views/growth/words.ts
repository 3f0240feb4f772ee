/** Texts of the growth over several snapshots. */
import { defineWords } from "../../words/words.ts";

export const GROWTH_WORDS = defineWords(
  {
    label: "Growth by constructor",
    classFilter: "Filter by class",
    trend: "Count over time",
    trendHint:
      "Number of objects in each snapshot, from the first to the last. Sorted by it, what grows in every snapshot comes first",
    counts: (list: string) => `Objects in each snapshot: ${list}`,
    lastCount: "Last count",
    lastCountHint: "Number of objects in the last snapshot",
    countDelta: "# Delta",
    countDeltaHint: "Objects in the last snapshot minus those in the first",
    sizeDelta: "Size delta",
    sizeDeltaHint: "Shallow bytes in the last snapshot minus those in the first",
    retainedDelta: "Retained delta",
    retainedDeltaHint: "Retained bytes in the last snapshot minus those in the first",
    grows: "grows in every snapshot",
    growsHint: "There are more objects in each snapshot than in the one before",
    sums: (groups: string, snapshots: string) => `${groups} over ${snapshots} snapshots`,
    empty: "No group passes the filter.",
    needsMore:
      "Growth is seen over three snapshots or more: open others of the same program. Two can be compared.",
    opening: (delta: string, count: string, isOne: boolean, name: string) =>
      `Grows in every snapshot: ${name}, ${count} ${isOne ? "object" : "objects"}, ${delta} retained.`,
    nothing: "No group grows in every snapshot.",
  },
  {
    label: "Pertumbuhan menurut constructor",
    classFilter: "Saring menurut kelas",
    trend: "Jumlah dari waktu ke waktu",
    trendHint:
      "Jumlah objek di tiap snapshot, dari yang pertama sampai terakhir. Kalau diurutkan, yang bertambah di tiap snapshot lebih dulu",
    counts: (list) => `Objek di tiap snapshot: ${list}`,
    lastCount: "Jumlah terakhir",
    lastCountHint: "Jumlah objek di snapshot terakhir",
    countDelta: "# Delta",
    countDeltaHint: "Objek di snapshot terakhir dikurangi yang pertama",
    sizeDelta: "Size delta",
    sizeDeltaHint: "Shallow size di snapshot terakhir dikurangi yang pertama",
    retainedDelta: "Retained delta",
    retainedDeltaHint: "Retained size di snapshot terakhir dikurangi yang pertama",
    grows: "bertambah di tiap snapshot",
    growsHint: "Di tiap snapshot jumlah objeknya lebih banyak daripada sebelumnya",
    sums: (groups, snapshots) => `${groups} dalam ${snapshots} snapshot`,
    empty: "Tidak ada kelompok yang lolos saringan.",
    needsMore:
      "Pertumbuhan terlihat dari tiga snapshot atau lebih: buka yang lain dari program yang sama. Dua bisa dibandingkan.",
    opening: (delta, count, _isOne, name) =>
      `Bertambah di tiap snapshot: ${name}, ${count} objek, ${delta} retained.`,
    nothing: "Tidak ada kelompok yang bertambah di tiap snapshot.",
  },
);
