/**
 * UTF-8, for a library that may use neither Node nor the DOM. V8 writes ASCII; other writers (Bun) do not.
 */

/** Decodes bytes; malformed ones become U+FFFD, as with TextDecoder. **Cost**: O(bytes). */
export function decodeUtf8Bytes(bytes: readonly number[]): string {
  let text = "";
  let units: number[] = [];
  let position = 0;
  // Behind the end stands a byte that continues nothing.
  const next = (): number => bytes[position++] ?? 0;
  while (position < bytes.length) {
    const lead = next();
    if (lead < 0x80) units.push(lead);
    else
      pushCodePoint(
        units,
        decodeUtf8(lead, next, () => {
          position--;
        }),
      );
    if (units.length >= 4096) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** Appends a code point as one or two UTF-16 units. */
export function pushCodePoint(units: number[], codePoint: number): void {
  if (codePoint <= 0xffff) units.push(codePoint);
  else units.push(0xd800 + ((codePoint - 0x10000) >> 10), 0xdc00 + ((codePoint - 0x10000) & 0x3ff));
}

/**
 * Decodes the code point that begins with the byte `lead` (0x80 or greater); U+FFFD for malformed bytes. `unread` takes
 * back the byte that `next` gave last.
 */
export function decodeUtf8(lead: number, next: () => number, unread: () => void): number {
  let remaining: number;
  let codePoint: number;
  let lowest = 0x80;
  let highest = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    remaining = 1;
    codePoint = lead & 0x1f;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    remaining = 2;
    codePoint = lead & 0x0f;
    if (lead === 0xe0) lowest = 0xa0;
    if (lead === 0xed) highest = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    remaining = 3;
    codePoint = lead & 0x07;
    if (lead === 0xf0) lowest = 0x90;
    if (lead === 0xf4) highest = 0x8f;
  } else return 0xfffd;
  for (; remaining > 0; remaining--) {
    const byte = next();
    if (byte < lowest || byte > highest) {
      unread();
      return 0xfffd;
    }
    lowest = 0x80;
    highest = 0xbf;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return codePoint;
}
