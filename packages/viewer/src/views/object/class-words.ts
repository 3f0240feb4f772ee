/** What the groups are that no program has made: V8's own kinds of objects, for hover and for those who cannot see. */
import { defineWords, say } from "../../words/words.ts";

const CLASS_WORDS = defineWords(
  {
    "(compiled code)":
      "Functions as V8 has compiled them, with their source text, and what it keeps to run them",
    "(object shape)":
      "How V8 lays out objects of the same properties: their shapes and the ways between them",
    "(system)": "V8's own bookkeeping, which no program can reach",
    "(internal)": "V8's own bookkeeping, which no program can reach",
    "(array)": "Lists that V8 keeps behind arrays, Maps, Sets and objects of many properties",
    "(string)": "Text",
    "(concatenated string)": "Texts that were put together of others and still keep them",
    "(sliced string)": "Parts of longer texts, which they keep alive as a whole",
    "(number)": "Numbers that need an object of their own, mostly fractions",
    "(bigint)": "Integers of any size",
    "(symbol)": "Symbols, mostly names of properties",
    "(regexp)": "Regular expressions",
    "(closure)": "Functions, with the variables that they hold",
    "(synthetic)": "Not in the heap: V8 added it to the snapshot to hold the roots together",
    "(native)": "Memory outside of V8's heap, of the browser or of Node.js",
    "(Startup object cache)": "What V8 brings along from its start, instead of making it anew",
    "system / Context": "The variables of a scope that a function still holds",
    "system / NativeContext":
      "A global scope with all built-in objects; each frame and each vm context has one",
    "system / JSArrayBufferData": "The bytes of an ArrayBuffer or a Buffer",
    Function: "Functions, each with the scope in which it was made",
    global: "The global object, which holds all that is reachable by name from anywhere",
  },
  {
    "(compiled code)": "Fungsi hasil kompilasi V8, teks sumbernya, dan data untuk menjalankannya",
    "(object shape)": "Tata letak objek dengan properti yang sama menurut V8, dan peralihan di antaranya",
    "(system)": "Catatan internal V8 yang tidak terjangkau oleh program",
    "(internal)": "Catatan internal V8 yang tidak terjangkau oleh program",
    "(array)": "Daftar milik V8 di balik array, Map, Set, dan objek dengan banyak properti",
    "(string)": "Teks",
    "(concatenated string)": "Teks gabungan yang masih memegang teks-teks asalnya",
    "(sliced string)": "Potongan teks yang lebih panjang, dan menahan seluruh teks itu",
    "(number)": "Angka yang butuh objek sendiri, umumnya pecahan",
    "(bigint)": "Bilangan bulat dengan ukuran berapa pun",
    "(symbol)": "Symbol, umumnya nama properti",
    "(regexp)": "Ekspresi reguler",
    "(closure)": "Fungsi, beserta variabel yang dipegangnya",
    "(synthetic)": "Tidak ada di heap: ditambahkan V8 ke snapshot untuk menghubungkan semua root",
    "(native)": "Memori di luar heap V8, milik browser atau Node.js",
    "(Startup object cache)": "Bawaan V8 sejak awal, agar tidak perlu dibuat ulang",
    "system / Context": "Variabel sebuah scope yang masih dipegang suatu fungsi",
    "system / NativeContext":
      "Scope global dengan semua objek bawaan; tiap frame dan tiap context vm punya satu",
    "system / JSArrayBufferData": "Byte milik ArrayBuffer atau Buffer",
    Function: "Fungsi, masing-masing dengan scope tempat ia dibuat",
    global: "Objek global, yang memegang semua yang bisa dijangkau dari mana saja lewat namanya",
  },
);

/** What a group is, if that is not plain from its name. */
export function describeClass(className: string): string | undefined {
  const words: Readonly<Record<string, string>> = say(CLASS_WORDS);
  const known = /^(?:global|Window)(?: \/|$)/u.test(className) ? "global" : className;
  return Object.hasOwn(words, known) ? words[known] : undefined;
}
