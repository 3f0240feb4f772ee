/** Texts of the search. */
import { defineWords } from "../../words/words.ts";

export const SEARCH_WORDS = defineWords(
  {
    label: "Found",
    lead: "Search classes, strings, property names and @ids.",
    hint: "Press / from anywhere, type, and Enter. A text is found in any case; /…/ is a regular expression; @123 is the object with this id.",
    field: "What to look for",
    lookingFor: (text: string) => `Looking for ${text}`,
    everywhere: "everywhere",
    places: { class: "classes", string: "strings", property: "properties", object: "objects", id: "ids" },
    where: { class: "class", string: "string", property: "property", object: "object", id: "id" },
    what: "What",
    whatHint: "A class, a string's content, the name of a property, or the object with this id.",
    whereTitle: "Where",
    whereHint: "What kind of name the text was found in.",
    count: "Count",
    countHint: "Objects of that class, of that text, or with that property.",
    nothing: (text: string) => `Nothing is found for ${text}.`,
    found: (count: string, isOne: boolean, isLimited: boolean, text: string) =>
      isLimited
        ? `More than ${count} finds for ${text}; the first are shown.`
        : `${count} ${isOne ? "find" : "finds"} for ${text}.`,
    openGroup: "Show the group in the Summary",
    openObject: "Open the object",
  },
  {
    label: "Temuan",
    lead: "Cari kelas, string, nama properti, dan @id.",
    hint: "Tekan / dari mana saja, ketik, lalu Enter. Huruf besar dan kecil dianggap sama; /…/ adalah ekspresi reguler; @123 adalah objek dengan id itu.",
    field: "Yang dicari",
    lookingFor: (text) => `Mencari ${text}`,
    everywhere: "di mana saja",
    places: { class: "kelas", string: "string", property: "properti", object: "objek", id: "id" },
    where: { class: "kelas", string: "string", property: "properti", object: "objek", id: "id" },
    what: "Apa",
    whatHint: "Kelas, isi string, nama properti, atau objek dengan id itu.",
    whereTitle: "Di mana",
    whereHint: "Jenis nama tempat teks itu ditemukan.",
    count: "Jumlah",
    countHint: "Objek dari kelas itu, dengan teks itu, atau dengan properti itu.",
    nothing: (text) => `Tidak ada yang cocok dengan ${text}.`,
    found: (count, _isOne, isLimited, text) =>
      isLimited
        ? `Lebih dari ${count} temuan untuk ${text}; yang pertama ditampilkan.`
        : `${count} temuan untuk ${text}.`,
    openGroup: "Tampilkan kelompok di Ringkasan",
    openObject: "Buka objek",
  },
);
