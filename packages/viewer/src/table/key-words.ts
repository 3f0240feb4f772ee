/**
 * The keys of tables, as the help sheet has them: those of `table-keys.ts`, all and no others (its test compares them). Keys that
 * are pressed together or do the like stand in one entry, with a space between them.
 */
import { defineWords } from "../words/words.ts";

/** Keys, and what they do. */
export type KeyTexts = readonly (readonly [keys: string, does: string])[];

export const ROW_KEYS = defineWords<KeyTexts>(
  [
    ["Up Down", "row by row"],
    ["Right Left", "open and close a row, or to its first child and its parent"],
    ["Home End", "first and last row"],
    ["PgUp PgDn", "a page of rows"],
    ["Shift Up Down", "select several rows"],
    ["Space", "select the row, or not"],
    ["*", "open the row and those beside it"],
    ["Enter", "open the object’s page"],
    ["Shift F10", "menu of the row"],
    ["Ctrl C", "copy the rows as text"],
    ["Ctrl Shift C", "copy the rows as TSV"],
  ],
  [
    ["Up Down", "baris demi baris"],
    ["Right Left", "buka dan tutup baris, atau ke anak pertama dan induknya"],
    ["Home End", "baris pertama dan terakhir"],
    ["PgUp PgDn", "satu halaman baris"],
    ["Shift Up Down", "pilih beberapa baris"],
    ["Space", "pilih baris, atau batalkan"],
    ["*", "buka baris dan baris di sebelahnya"],
    ["Enter", "buka halaman objek"],
    ["Shift F10", "menu baris"],
    ["Ctrl C", "salin baris sebagai teks"],
    ["Ctrl Shift C", "salin baris sebagai TSV"],
  ],
);

/** On the titles of the columns, to which Up leads from the first row. */
export const TITLE_KEYS = defineWords<KeyTexts>(
  [
    ["Left Right", "column by column"],
    ["Home End", "first and last column"],
    ["Enter Space", "sort by the column"],
    ["Shift Left Right", "narrower and wider column"],
    ["Down", "back to the rows"],
  ],
  [
    ["Left Right", "kolom demi kolom"],
    ["Home End", "kolom pertama dan terakhir"],
    ["Enter Space", "urutkan menurut kolom"],
    ["Shift Left Right", "sempitkan dan lebarkan kolom"],
    ["Down", "kembali ke baris"],
  ],
);
