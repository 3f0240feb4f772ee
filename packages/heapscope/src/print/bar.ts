// A bar of text, in eighths of a character: `█████▍`.

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar of at most `width` characters. A share above zero shows at least its thinnest line. */
export function formatBar(share: number, width: number): string {
  const eighths = Math.max(Math.round(share * width * 8), share > 0 ? 1 : 0);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}
