import { defineWords } from "../words/words.ts";

export const WORK_WORDS = defineWords(
  {
    working: "working…",
    progress: "Progress",
    cancel: "Cancel",
    cancelled: "Cancelled.",
    goOn: "Go on",
    tryAgain: "Try again",
    of: (done: string, total: string) => `${done} of ${total}`,
  },
  {
    working: "sedang bekerja…",
    progress: "Kemajuan",
    cancel: "Batalkan",
    cancelled: "Dibatalkan.",
    goOn: "Lanjutkan",
    tryAgain: "Coba lagi",
    of: (done, total) => `${done} dari ${total}`,
  },
);
