import { formatCount, formatPercent, formatQuantity } from "@heapscope/wording";
import { sayStage } from "../words/engine-words.ts";
import { defineWords } from "../words/words.ts";

export const tableWords = defineWords(
  {
    loading: "loading…",
    stage: (stage: string, fraction: number | undefined) =>
      fraction === undefined ? `${sayStage(stage)}…` : `${sayStage(stage)}… ${formatPercent(fraction, 1)}`,
    nothing: "nothing below",
    tryAgain: "Try again",
    cancel: "Cancel",
    expand: "Expand",
    collapse: "Collapse",
    right: "Right",
    left: "Left",
    open: "Open",
    copyText: "Copy rows as text",
    copyTsv: "Copy rows as TSV",
    copyAll: "Copy all visible rows as TSV",
    copied: (count: number) => `${formatQuantity(count, "row")} copied`,
    copiedPart: (count: number, total: number) =>
      `the first ${formatCount(count)} of ${formatCount(total)} rows copied: no more fit into one copy`,
    notCopied: "The browser did not allow the copy: click into the table and try again.",
    notThere: (id: number) => `Object @${id} is not in this table.`,
    rowMenu: "What can be done with the row",
    resize: "Drag to resize; double click for the usual width",
    headerHint: "Enter sorts, Shift+Left and Shift+Right resize",
    jump: "Go to this row",
  },
  {
    loading: "memuat…",
    stage: (stage, fraction) =>
      fraction === undefined ? `${sayStage(stage)}…` : `${sayStage(stage)}… ${formatPercent(fraction, 1)}`,
    nothing: "tidak ada isi",
    tryAgain: "Coba lagi",
    cancel: "Batalkan",
    expand: "Buka rincian",
    collapse: "Tutup rincian",
    right: "Kanan",
    left: "Kiri",
    open: "Buka",
    copyText: "Salin baris sebagai teks",
    copyTsv: "Salin baris sebagai TSV",
    copyAll: "Salin semua baris yang terlihat sebagai TSV",
    copied: (count) => `${formatCount(count)} baris disalin`,
    copiedPart: (count, total) =>
      `${formatCount(count)} baris pertama dari ${formatCount(total)} disalin: selebihnya tidak muat dalam satu salinan`,
    notCopied: "Browser tidak mengizinkan penyalinan: klik tabel lalu coba lagi.",
    notThere: (id) => `Objek @${id} tidak ada di tabel ini.`,
    rowMenu: "Tindakan untuk baris ini",
    resize: "Seret untuk mengubah lebar; klik dua kali untuk lebar semula",
    headerHint: "Enter mengurutkan, Shift+Kiri dan Shift+Kanan mengubah lebar",
    jump: "Ke baris ini",
  },
);
