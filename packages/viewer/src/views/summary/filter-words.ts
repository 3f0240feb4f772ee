/** Texts of the box that filters names. */
import { defineWords } from "../../words/words.ts";

export const FILTER_WORDS = defineWords(
  {
    hint: "A part of the name, in any case, or /a regular expression/. Escape clears.",
    unfinished: "Looked for as it is. Finish the expression with / to use it.",
    badExpression: (reason: string) =>
      `Not a regular expression yet: ${reason}. Write it without slashes to look for the text as it is.`,
  },
  {
    hint: "Sebagian nama, huruf besar/kecil sama saja, atau /ekspresi reguler/. Escape mengosongkan.",
    unfinished: "Dicari apa adanya. Akhiri dengan / agar dipakai sebagai ekspresi reguler.",
    badExpression: (reason) =>
      `Belum merupakan ekspresi reguler: ${reason}. Tulis tanpa garis miring untuk mencari teksnya apa adanya.`,
  },
);
