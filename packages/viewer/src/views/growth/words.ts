/** Texts of the growth over several snapshots. */
import { defineWords } from "../../words/words.ts";

export const GROWTH_WORDS = defineWords(
  {
    label: "Growth by constructor",
    classFilter: "Filter by class",
    trend: "Count over time",
    trendHint: "Number of objects in each snapshot, from the first to the last",
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
    needsMore: "Growth is seen over several snapshots: open at least two of the same program, better three.",
    opening: (delta: string, count: string, name: string) =>
      `Most growth: ${name}, ${count} objects, ${delta} retained.`,
    openingAlways: (delta: string, count: string, name: string) =>
      `Most growth: ${name}, ${count} objects, ${delta} retained, and more in every snapshot.`,
    nothing: "No group retains more in the last snapshot than in the first.",
  },
  {
    label: "Pertumbuhan menurut constructor",
    classFilter: "Saring menurut kelas",
    trend: "Jumlah dari waktu ke waktu",
    trendHint: "Jumlah objek di tiap snapshot, dari yang pertama sampai terakhir",
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
      "Pertumbuhan terlihat dari beberapa snapshot: buka sedikitnya dua dari program yang sama, lebih baik tiga.",
    opening: (delta, count, name) => `Paling bertambah: ${name}, ${count} objek, ${delta} retained.`,
    openingAlways: (delta, count, name) =>
      `Paling bertambah: ${name}, ${count} objek, ${delta} retained, dan selalu bertambah di tiap snapshot.`,
    nothing: "Tidak ada kelompok yang menahan lebih banyak di snapshot terakhir daripada di yang pertama.",
  },
);
