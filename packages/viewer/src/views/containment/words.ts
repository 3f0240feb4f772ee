/** Texts of the Containment. */
import { defineWords } from "../../words/words.ts";

export const CONTAINMENT_WORDS = defineWords(
  {
    label: "Objects by the references that hold them, from the roots",
    empty: "The snapshot has no roots.",
    opening: (count: string) =>
      `${count} references lead from the root; the program's own globals are below the global object.`,
  },
  {
    label: "Objek menurut referensi yang menahannya, dari root",
    empty: "Snapshot ini tidak punya root.",
    opening: (count) =>
      `${count} referensi berawal dari root; variabel global program ada di bawah objek global.`,
  },
);
