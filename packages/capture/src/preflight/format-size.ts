// Sizes, counts and durations in the sentences of the preflight, as the command writes them elsewhere: decimal units, one
// decimal below 100.

/** `64 B`, `812 kB`, `12.3 MB`, `4.1 GB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 999_500) return `${scaled(bytes / 1e3)} kB`;
  return bytes < 999_500_000 ? `${scaled(bytes / 1e6)} MB` : `${scaled(bytes / 1e9)} GB`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `less than 1 s`, `2–5 s`, `40 s–3 min`: whole seconds, from ten minutes on whole minutes. */
export function formatPause({ from, to }: { from: number; to: number }): string {
  if (to < 1000) return "less than 1 s";
  const [shortest, longest] = [formatDuration(from), formatDuration(to)];
  if (shortest === longest) return `about ${longest}`;
  if (from < 500) return `up to ${longest}`;
  const [amount, unit] = shortest.split(" ");
  return longest.endsWith(` ${unit}`) ? `${amount}–${longest}` : `${shortest}–${longest}`;
}

/** `4 s`, `3 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function scaled(value: number): string {
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
