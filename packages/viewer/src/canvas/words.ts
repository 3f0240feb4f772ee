import { defineWords } from "../words/words.ts";

export const canvasWords = defineWords(
  {
    role: "box chart",
    keys: "Arrow keys walk from box to box (down: inside), Enter zooms in, Escape zooms out, Home goes to the whole.",
    breadcrumb: "Where this is",
    level: (level: number, position: number, count: number) => `level ${level}, box ${position} of ${count}`,
    holds: (count: number) => (count === 1 ? "1 box inside" : `${count} boxes inside`),
  },
  {
    role: "bagan kotak",
    keys: "Tombol panah berpindah antarkotak (bawah: ke dalam), Enter memperbesar, Escape memperkecil, Home kembali ke keseluruhan.",
    breadcrumb: "Letak bagian ini",
    level: (level: number, position: number, count: number) =>
      `tingkat ${level}, kotak ${position} dari ${count}`,
    holds: (count: number) => `${count} kotak di dalamnya`,
  },
);
