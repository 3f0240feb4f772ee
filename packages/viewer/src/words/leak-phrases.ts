/** What the search for leaks says in fixed clauses, in Indonesian: evidence, rules, advice, checks of object ids. */
import type { Phrases } from "./phrase-book.ts";

export const LEAK_PHRASES: Phrases = {
  // Why it is a suspect.
  "grew between the two snapshots": "tumbuh di antara kedua snapshot",
  "grew in {grown} of {rounds} rounds": "tumbuh dalam {grown} dari {rounds} putaran",
  "becomes larger as one object, its bytes are no objects of their own":
    "membesar sebagai satu objek, byte-nya bukan objek tersendiri",
  "none of the earlier ones was freed": "tidak satu pun yang lama dibebaskan",
  "{stayed} stayed, while {gone} others came and went":
    "{stayed} tetap ada, sedangkan {gone} lainnya datang dan pergi",
  "whether the earlier ones were freed cannot be seen: ids do not tell":
    "tidak terlihat apakah yang lama dibebaskan: id tidak menunjukkannya",
  "at a steady rate: {list}": "dengan laju tetap: {list}",
  "explains {percent} % of the growth of the heap": "menjelaskan {percent} % pertumbuhan heap",

  // Why growth is no leak.
  "code, feedback and inline caches that warm up": "kode, feedback, dan inline cache yang sedang pemanasan",
  "shapes and maps of objects, which V8 makes as a program runs":
    "shape dan map objek, yang dibuat V8 selama program berjalan",
  "strings that V8 keeps once each, such as names of properties":
    "string yang disimpan V8 masing-masing sekali, misalnya nama properti",
  "modules that are loaded when they are first needed, each file once":
    "modul yang dimuat saat pertama kali dibutuhkan, tiap berkas sekali",
  "made in one round only: initialisation, or something loaded when first needed":
    "hanya dibuat dalam satu putaran: inisialisasi, atau sesuatu yang dimuat saat pertama kali dibutuhkan",
  "grows less and less: it fills up to a size, or warms up":
    "pertumbuhannya makin kecil: terisi sampai ukuran tertentu, atau sedang pemanasan",
  "what comes goes again: a bounded cache, a pool, work under way":
    "yang datang pergi lagi: cache yang dibatasi, pool, atau pekerjaan yang sedang berjalan",
  "what came is gone later: a queue that is emptied, or data that is copied as a whole each time":
    "yang datang kemudian hilang: antrean yang dikosongkan, atau data yang tiap kali disalin seluruhnya",
  "traces of the capture itself": "jejak dari pengambilan snapshot itu sendiri",
  "kept for an attached debugger's console": "disimpan untuk konsol debugger yang tersambung",
  "too little to tell from what a runtime does by itself":
    "terlalu sedikit untuk dibedakan dari kegiatan runtime sendiri",

  // What it rests on, and what would settle the question.
  "Objects were followed by their ids.": "Objek diikuti menurut id-nya.",
  "{reason} So places were followed by class, shape and path: this shows what there is more of and where, but not whether earlier objects were freed.":
    "{reason~} Karena itu tempat diikuti menurut kelas, bentuk, dan jalur: ini menunjukkan apa yang bertambah dan di mana, tetapi tidak apakah objek lama dibebaskan.",
  "Two snapshots show what grew, not whether it goes on growing: take a third one after the same amount of work.":
    "Dua snapshot menunjukkan apa yang tumbuh, bukan apakah itu terus tumbuh: ambil yang ketiga setelah jumlah pekerjaan yang sama.",
  "{reason} So objects are matched by class, shape and path: that shows what there is more of and what holds it, but not whether the same objects stayed. Snapshots taken in one inspector session can show that.":
    "{reason~} Karena itu objek dicocokkan menurut kelas, bentuk, dan jalur: ini menunjukkan apa yang bertambah dan apa yang menahannya, tetapi tidak apakah objek yang sama tetap ada. Snapshot yang diambil dalam satu sesi inspector bisa menunjukkannya.",
  "Taken in another order than opened, {reason}; compared in theirs, the oldest first.":
    "Urutan pengambilannya lain daripada urutan dibuka, {reason~}; dibandingkan menurut urutan pengambilan, yang terlama dulu.",
  "their object ids say": "menurut id objeknya",
  "their capture records say": "menurut catatan pengambilannya",

  // Whether ids mean the same.
  "Object ids do not mean the same in both snapshots: by their capture records, {why}.":
    "Id objek tidak berarti sama di kedua snapshot: menurut catatan pengambilannya, {why~}.",
  "they come from different processes (pid {a} and pid {b})":
    "keduanya dari proses yang berbeda (pid {a} dan pid {b})",
  "they come from different threads ({a} and {b})": "keduanya dari thread yang berbeda ({a} dan {b})",
  "an inspector session ended in between, or they come from different processes":
    "sebuah sesi inspector berakhir di antaranya, atau keduanya dari proses yang berbeda",
  "Object ids mean the same in both snapshots: their capture records say so, and {percent} of the common functions and objects agree.":
    "Id objek berarti sama di kedua snapshot: begitu menurut catatan pengambilannya, dan {percent} fungsi dan objek yang ada di keduanya cocok.",
  "Object ids mean the same in both snapshots: {percent} of the common functions and objects agree.":
    "Id objek berarti sama di kedua snapshot: {percent} fungsi dan objek yang ada di keduanya cocok.",
  "only {percent} of the functions and objects with a common id have the same name and type":
    "hanya {percent} fungsi dan objek dengan id yang sama punya nama dan tipe yang sama",
  "only {percent} of the functions and objects of the base have their id in the target":
    "hanya {percent} fungsi dan objek dari snapshot awal yang id-nya ada di snapshot berikutnya",
  "Object ids do not mean the same in both snapshots ({finding}): they come from different processes, or an inspector session ended in between.":
    "Id objek tidak berarti sama di kedua snapshot ({finding~}): keduanya dari proses yang berbeda, atau sebuah sesi inspector berakhir di antaranya.",
  "Object ids do not mean the same in both snapshots, although their capture records say so ({finding}), so the records are wrong.":
    "Id objek tidak berarti sama di kedua snapshot, meskipun begitu menurut catatan pengambilannya ({finding~}), jadi catatannya keliru.",
};
