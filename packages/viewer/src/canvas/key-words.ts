/** The keys of charts, as the help sheet has them: those of `box-chart.tsx`. */
import type { KeyTexts } from "../table/key-words.ts";
import { defineWords } from "../words/words.ts";

export const CHART_KEYS = defineWords<KeyTexts>(
  [
    ["Left Right", "box by box"],
    ["Down Up", "into the box, and out"],
    ["Enter", "zoom in"],
    ["Esc Backspace", "zoom out"],
    ["Home", "to the outermost box in view"],
    ["Shift Enter", "open the object’s page"],
  ],
  [
    ["Left Right", "kotak demi kotak"],
    ["Down Up", "ke dalam kotak, dan keluar"],
    ["Enter", "perbesar"],
    ["Esc Backspace", "perkecil"],
    ["Home", "ke kotak terluar yang terlihat"],
    ["Shift Enter", "buka halaman objek"],
  ],
);
