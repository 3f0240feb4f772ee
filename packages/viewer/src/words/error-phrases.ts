/** Why something cannot be shown, in Indonesian: the sentences of the desk, of the links, and of the engine's readers of files. */
import type { Phrases } from "./phrase-book.ts";

export const ERROR_PHRASES: Phrases = {
  // The desk and its messages.
  "The question was cancelled.": "Pertanyaan dibatalkan.",
  "Cancelled.": "Dibatalkan.",
  "The work was cancelled.": "Pekerjaan dibatalkan.",
  "The question could not be answered.": "Pertanyaan tidak bisa dijawab.",
  "The question could not be passed on; reload the page.":
    "Pertanyaan tidak bisa diteruskan; muat ulang halaman.",
  "There is no such question.": "Pertanyaan seperti itu tidak ada.",
  "The message is not one that the desk knows.": "Pesan ini tidak dikenal.",
  "The server got a message that is no question; reload the page.":
    "Server menerima pesan yang bukan pertanyaan; muat ulang halaman.",
  "A question with this number is being answered.": "Pertanyaan dengan nomor ini sedang dijawab.",
  "The question {number} is being answered already; reload the page.":
    "Pertanyaan {number} sudah sedang dijawab; muat ulang halaman.",
  "Too many questions at once; wait for answers.": "Terlalu banyak pertanyaan sekaligus; tunggu jawabannya.",
  "Too many questions are open at once; wait for their answers.":
    "Terlalu banyak pertanyaan sekaligus; tunggu jawabannya.",
  "A text of more than {longest} characters is not looked for.":
    "Teks yang lebih dari {longest} karakter tidak bisa dicari.",
  "The question is not one that can be answered: its field {name} is wrong.":
    "Pertanyaan ini tidak bisa dijawab: field {name} salah.",
  "This table cannot be sorted by that; it can be by {fields}.":
    "Tabel ini tidak bisa diurutkan menurut itu; bisa menurut {fields}.",
  "'{text}' is not a regular expression ({reason}); write a text without slashes to look for it as it is.":
    "'{text}' bukan ekspresi reguler ({reason}); tulis teks tanpa garis miring untuk mencarinya apa adanya.",
  "'{text}' is not a regular expression ({reason}); write a text without slashes to look for it as it is":
    "'{text}' bukan ekspresi reguler ({reason}); tulis teks tanpa garis miring untuk mencarinya apa adanya",
  "This regular expression takes too long; write it without repetitions of repetitions, such as (a+)+.":
    "Ekspresi reguler ini memakan waktu terlalu lama; tulis tanpa pengulangan di dalam pengulangan, seperti (a+)+.",
  "Calls cannot be sorted by that; choose a column of the table.":
    "Panggilan tidak bisa diurutkan menurut itu; pilih salah satu kolom tabel.",
  "The file is still being read.": "Berkas masih dibaca.",
  "There is no file {number} in this session; it has {count}.":
    "Tidak ada berkas {number} di sesi ini; jumlahnya {count}.",
  "This file is a profile; only heap snapshots have objects.":
    "Berkas ini profil; hanya heap snapshot yang punya objek.",
  "This file is a heap snapshot; only sampling profiles have calls.":
    "Berkas ini heap snapshot; hanya profil sampling yang punya panggilan.",
  "Two of the files are the same snapshot; open snapshots of the same process at different times.":
    "Dua dari berkas itu snapshot yang sama; buka snapshot dari proses yang sama pada waktu yang berbeda.",
  "Leaks show over time: two or more snapshots of one process are needed, oldest first.":
    "Kebocoran terlihat seiring waktu: dibutuhkan dua snapshot atau lebih dari satu proses, yang terlama dulu.",
  "Growth needs two snapshots or more; open another one of the same process.":
    "Pertumbuhan butuh dua snapshot atau lebih; buka satu lagi dari proses yang sama.",
  "@{id} has no text; only strings have.": "@{id} tidak punya teks; hanya string yang punya.",
  "@{id} is no native context of this snapshot.": "@{id} bukan native context di snapshot ini.",
  "There is no object @{id} in this snapshot; ids are those of the file they were read in.":
    "Tidak ada objek @{id} di snapshot ini; id berlaku di berkas tempat id itu dibaca.",
  "There is no object @{id} in this snapshot; ids of an object are the same only in snapshots of one process.":
    "Tidak ada objek @{id} di snapshot ini; id objek hanya sama di snapshot dari satu proses.",
  "This snapshot has no such object; the address may be of another file.":
    "Snapshot ini tidak punya objek itu; mungkin alamat ini dari berkas lain.",
  "This snapshot has no such group; the address may be of another file.":
    "Snapshot ini tidak punya kelompok itu; mungkin alamat ini dari berkas lain.",
  "There is no such step among these paths; the address may be of another file.":
    "Tidak ada langkah seperti itu di jalur ini; mungkin alamat ini dari berkas lain.",
  "These are no retainers of this object; the address may be of another one.":
    "Ini bukan retainer objek ini; mungkin alamat ini dari objek lain.",
  "The row is not of this profile; reload the page to begin from the top.":
    "Baris ini bukan dari profil ini; muat ulang halaman untuk mulai dari atas.",
  "The row is not of this file; reload the page to begin from the top.":
    "Baris ini bukan dari berkas ini; muat ulang halaman untuk mulai dari atas.",
  "It failed for an unknown reason.": "Gagal karena sebab yang tidak diketahui.",
  "It failed unexpectedly ({error}). Try again; if it fails again, please report it.":
    "Gagal di luar dugaan ({error}). Coba lagi; bila gagal lagi, mohon laporkan.",
  "There is not enough memory here for this file; close other files, or open it with the command, heapscope open FILE, which may use the memory of the whole computer.":
    "Memori di sini tidak cukup untuk berkas ini; tutup berkas lain, atau buka dengan perintah heapscope open FILE, yang bisa memakai memori seluruh komputer.",

  // The links.
  "The command that served this page has ended; what is shown can still be read. Run heapscope open again to look further.":
    "Perintah yang menyajikan halaman ini sudah berakhir; yang tampil masih bisa dibaca. Jalankan heapscope open lagi untuk melihat lebih jauh.",
  "What reads the snapshots has failed, perhaps for want of memory; the terminal of the command says why. What is shown can still be read.":
    "Yang membaca snapshot gagal, mungkin karena kekurangan memori; terminal perintahnya menyebutkan sebabnya. Yang tampil masih bisa dibaca.",
  "The page cannot reach the command that served it; see whether heapscope open is still running, and reload the page.":
    "Halaman tidak bisa menghubungi perintah yang menyajikannya; periksa apakah heapscope open masih berjalan, lalu muat ulang halaman.",
  "The part of the page that reads the files has ended, perhaps for want of memory. Reload the page; large files are opened by the command, heapscope open FILE, with the memory of the whole computer.":
    "Bagian halaman yang membaca berkas sudah berakhir, mungkin karena kekurangan memori. Muat ulang halaman; untuk berkas besar ada perintah heapscope open FILE, yang memakai memori seluruh komputer.",
  "This browser is too old for this report; open it in Chrome 103, Firefox 113, Safari 16.4 or newer.":
    "Browser ini terlalu lama untuk laporan ini; buka di Chrome 103, Firefox 113, Safari 16.4, atau yang lebih baru.",
  "This report is not whole; copy it again, or make it again.":
    "Laporan ini tidak utuh; salin lagi, atau buat lagi.",
  "A report cannot be searched; open the snapshot with “heapscope open” for that.":
    "Laporan tidak bisa dicari; untuk itu buka snapshot dengan “heapscope open”.",
  "This report holds the objects that matter most, and this one is not among them; open the snapshot with “heapscope open” to see it.":
    "Laporan ini memuat objek yang paling penting, dan objek ini tidak termasuk; buka snapshot dengan “heapscope open” untuk melihatnya.",
  "This report holds what matters most, and this is not in it; open the snapshot with “heapscope open” for more.":
    "Laporan ini memuat yang paling penting, dan ini tidak termasuk; buka snapshot dengan “heapscope open” untuk selebihnya.",
  "This report holds only the first {shown} of {total} rows here, in one order; open the snapshot with “heapscope open” to sort all of them.":
    "Laporan ini hanya memuat {shown} baris pertama dari {total}, dalam satu urutan; buka snapshot dengan “heapscope open” untuk mengurutkan semuanya.",

  // Files.
  "{path} does not exist; check the path.": "{path} tidak ada; periksa path-nya.",
  "{path} may not be read by this user; snapshots are written for their owner only (mode 0600), so read it as that user or change its owner.":
    "{path} tidak boleh dibaca oleh pengguna ini; snapshot ditulis hanya untuk pemiliknya (mode 0600), jadi baca sebagai pengguna itu atau ubah pemiliknya.",
  "{path} is a directory; name a heap snapshot file in it.":
    "{path} adalah direktori; sebutkan berkas heap snapshot di dalamnya.",
  "{path} could not be read: {message}.": "{path} tidak bisa dibaca: {message}.",
  "The capture record is larger than 16 MiB, which none should be.":
    "Catatan pengambilan lebih besar dari 16 MiB, padahal seharusnya tidak pernah sebesar itu.",
  "The capture record cannot be read ({reason}).": "Catatan pengambilan tidak bisa dibaca ({reason}).",
  "The capture record is damaged, or of another version.": "Catatan pengambilan rusak, atau dari versi lain.",
  "The capture record is of another file: it tells of {recorded} bytes, the file has {found}.":
    "Catatan pengambilan milik berkas lain: tertulis {recorded} byte, sedangkan berkas ini {found}.",
  "The capture record is of another file: it tells of {nodes} nodes and {edges} edges, the snapshot has {nodeCount} and {edgeCount}.":
    "Catatan pengambilan milik berkas lain: tertulis {nodes} node dan {edges} edge, sedangkan snapshot ini {nodeCount} dan {edgeCount}.",

  // What is wrong with a snapshot's file: the fact, the place, what to do.
  '{fact} (section "{section}", byte {offset}). {remedy}':
    '{fact~} (bagian "{section}", byte {offset}). {remedy~}',
  "{fact} (byte {offset}). {remedy}": "{fact~} (byte {offset}). {remedy~}",
  '{fact} (section "{section}", byte {offset}).': '{fact~} (bagian "{section}", byte {offset}).',
  "{fact} (byte {offset}).": "{fact~} (byte {offset}).",
  "This is not a V8 heap snapshot.": "Ini bukan heap snapshot V8.",
  "This is not a V8 heap snapshot, or it is damaged.": "Ini bukan heap snapshot V8, atau rusak.",
  "The file was cut off: the capture did not finish or the copy is incomplete; capture it again.":
    "Berkas terpotong: pengambilannya tidak selesai atau salinannya tidak lengkap; ambil lagi.",
  "The file is damaged or was not written by V8; capture the snapshot again.":
    "Berkas rusak atau tidak ditulis oleh V8; ambil lagi snapshotnya.",
  "The file holds more than one snapshot or was damaged; cut it off there or capture it again.":
    "Berkas berisi lebih dari satu snapshot atau rusak; potong di sana atau ambil lagi.",
  "Decompress them before they are read as a snapshot.": "Buka kompresinya sebelum dibaca sebagai snapshot.",
  "Copy the file again, or capture it again.": "Salin lagi berkasnya, atau ambil lagi.",
  "The file is empty": "Berkas kosong",
  "The file holds only white space": "Berkas hanya berisi spasi",
  "The file ends too early": "Berkas berakhir terlalu awal",
  'The file has no "{name}"': 'Berkas tidak punya "{name}"',
  'The file begins with {found}, not "{"': 'Berkas diawali {found}, bukan "{"',
  "The bytes are compressed (gzip)": "Byte-nya terkompresi (gzip)",
  "The gzip data breaks off": "Data gzip terputus",
  "The gzip data is damaged, or other bytes follow it": "Data gzip rusak, atau diikuti byte lain",
  "The nodes announce {edges} edges, the header {count}":
    "Node menyatakan {edges} edge, sedangkan header {count}",
  "The name of a section is too long": "Nama bagian terlalu panjang",
  "The snapshot has ended, but {found} follows": "Snapshot sudah berakhir, tetapi diikuti {found}",
  "{found} cannot stand here": "{found} tidak boleh ada di sini",
  'The section "{name}" stands twice': 'Bagian "{name}" ada dua kali',
  'The section "{name}" comes before "snapshot", which describes it':
    'Bagian "{name}" mendahului "snapshot", yang menjelaskannya',
  "A name is string {index}, but there are only {count} strings":
    "Sebuah nama adalah string {index}, padahal hanya ada {count} string",
  "The header is longer than 1 MiB": "Header lebih dari 1 MiB",
  "The header is not valid JSON": "Header bukan JSON yang sah",
  "The header is not an object": "Header bukan objek",
  'The rows have no "{name}"': 'Baris tidak punya "{name}"',
  'The header has no "meta"': 'Header tidak punya "meta"',
  'The header\'s "{name}" is missing': 'Header tidak punya "{name}"',
  'The header\'s "{name}" is no count': '"{name}" di header bukan jumlah',
  'The header\'s "{name}" is no list of names': '"{name}" di header bukan daftar nama',
  'The header\'s "{name}" lacks "{field}"': '"{name}" di header tidak punya "{field}"',
  'The header\'s "{name}" has no list of type names': '"{name}" di header tidak punya daftar nama tipe',
  'The header\'s "root_index" is not the position of a node':
    '"root_index" di header bukan posisi sebuah node',
  "The header lists too many types": "Header mendaftar terlalu banyak tipe",
  "The header says that there are no nodes": "Menurut header tidak ada node",
  "The header's counts are impossibly large": "Jumlah di header terlalu besar untuk mungkin",
  "A value is expected here, not {found}": "Di sini seharusnya ada nilai, bukan {found}",
  "An array is expected here": "Di sini seharusnya ada array",
  "A string is expected here, not {found}": "Di sini seharusnya ada string, bukan {found}",
  'A comma or "]" is expected here, not {found}': 'Di sini seharusnya ada koma atau "]", bukan {found}',
  'An integer, a comma or "]" is expected here, not {found}':
    'Di sini seharusnya ada bilangan bulat, koma, atau "]", bukan {found}',
  "An integer has more than 20 digits": "Sebuah bilangan bulat lebih dari 20 digit",
  "The last row has {count} of {total} values": "Baris terakhir punya {count} dari {total} nilai",
  'Row {row} has "{name}" {value}, which is out of range':
    'Baris {row} punya "{name}" {value}, di luar jangkauan',
  "Row {row} names function {index} of {count}": "Baris {row} menyebut fungsi {index} dari {count}",
  "There are more edges than the {count} that the header announces":
    "Ada lebih banyak edge daripada {count} yang dinyatakan header",
  "There are more nodes than the {count} that the header announces":
    "Ada lebih banyak node daripada {count} yang dinyatakan header",
  "There are {count} edges, but the header announces {announced}":
    "Ada {count} edge, padahal header menyatakan {announced}",
  "There are {count} nodes, but the header announces {announced}":
    "Ada {count} node, padahal header menyatakan {announced}",
  "{value} is out of range": "{value} di luar jangkauan",
  "{value} is no type of edge": "{value} bukan tipe edge",
  "{value} is no type of node": "{value} bukan tipe node",
  "{field} lies behind the last node": "{field} terletak setelah node terakhir",
  "{field} is not the begin of a node": "{field} bukan awal sebuah node",
  "A string holds the control character {found}, which JSON forbids":
    "Sebuah string memuat karakter kontrol {found}, yang dilarang JSON",
  "{escape} is followed by {found}, which is no escape": "{escape} diikuti {found}, yang bukan escape",
  "{escape} is followed by {found}, which is no hexadecimal digit":
    "{escape} diikuti {found}, yang bukan digit heksadesimal",
  "A row of the tree is not complete": "Sebuah baris pohon tidak lengkap",
  "The children of a row are a number": "Anak sebuah baris berupa bilangan",

  // What is wrong with a profile's file.
  "The file is JSON, but no profile": "Berkas ini JSON, tetapi bukan profil",
  'The file has neither "head" nor a list of "nodes"': 'Berkas tidak punya "head" maupun daftar "nodes"',
  'The calls below "head" have no "selfSize"': 'Panggilan di bawah "head" tidak punya "selfSize"',
  "The profile is nested too deeply or too large for this runtime to parse":
    "Profil bersarang terlalu dalam atau terlalu besar untuk diurai runtime ini",
  "The profile ends before it is complete": "Profil berakhir sebelum lengkap",
  "The profile is larger than 512 MB, more than can be parsed at once":
    "Profil lebih dari 512 MB, terlalu besar untuk diurai sekaligus",
  "The file is not JSON": "Berkas ini bukan JSON",
  "The file is not JSON from character {position} on": "Berkas ini bukan JSON mulai karakter {position}",
  "The profile has no nodes": "Profil tidak punya node",
  "{count} nodes of the profile are not called by its root":
    "{count} node profil tidak dipanggil dari root-nya",
  "A node of the profile names another one that is not there":
    "Sebuah node profil menyebut node lain yang tidak ada",
  "A node of the profile has two callers": "Sebuah node profil punya dua pemanggil",
  "The profile has {count} roots in place of one": "Profil punya {count} root, bukan satu",
  "Node {index} of the profile has no id": "Node {index} profil tidak punya id",
  "Two nodes of the profile have the id {id}": "Dua node profil punya id {id}",
  "The profile tells neither when its samples were taken nor how long it took":
    "Profil tidak memuat kapan sampelnya diambil maupun lamanya",
  "The profile has {samples} samples, but the times of {times}":
    "Profil punya {samples} sampel, tetapi waktunya untuk {times}",
  "Sample {sample} of the profile is of a node that is not there":
    "Sampel {sample} profil berasal dari node yang tidak ada",
  "The {what} of the profile are no list": "{what} di profil bukan daftar",
  "Number {index} in a list of {what} is no object": "Nomor {index} di daftar {what} bukan objek",
  "Number {index} in the list of {what} is no number": "Nomor {index} di daftar {what} bukan bilangan",
  "A {what} is not a number from 0 on": "Sebuah {what} bukan bilangan mulai dari 0",
  "The file is damaged or of another kind; record it again.": "Berkas rusak atau jenisnya lain; rekam lagi.",
  "Record the profile again.": "Rekam lagi profilnya.",
  "Open it with `heapscope open`, which runs in Node, or record a shorter one.":
    "Buka dengan `heapscope open`, yang berjalan di Node, atau rekam yang lebih pendek.",
  "It was cut off while it was written or copied; copy or record it again.":
    "Terpotong saat ditulis atau disalin; salin atau rekam lagi.",
  "A profile is a .heapprofile or .cpuprofile of Node or Chrome; open a snapshot as a snapshot.":
    "Profil adalah .heapprofile atau .cpuprofile dari Node atau Chrome; buka snapshot sebagai snapshot.",
  "Decompress them before they are read as a profile.": "Buka kompresinya sebelum dibaca sebagai profil.",
  "Record a shorter one, or with a longer sampling interval.":
    "Rekam yang lebih pendek, atau dengan interval sampling yang lebih panjang.",
  // Last: any fact with its remedy.
  "{fact}. {remedy}": "{fact~}. {remedy~}",
};
