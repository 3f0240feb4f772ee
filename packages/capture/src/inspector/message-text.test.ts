import * as fc from "fast-check";
import { expect, test } from "vitest";
import { takeText, type TextMessage } from "./message-text.ts";

const form: TextMessage = { before: Buffer.from('{"params":{"chunk":"'), after: Buffer.from('"}}') };

test("every text that JSON can hold comes out as JSON.parse reads it", () => {
  const anyText = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\\", '"', "\n", "\t", "\b", "\f", "\r", "/", "\u007f", "\u0001"),
      fc.string({ unit: "binary" }),
    ),
  });
  fc.assert(
    fc.property(anyText, fc.boolean(), (text, escapeAll) => {
      let json = JSON.stringify({ params: { chunk: text } });
      if (escapeAll)
        json = json.replace(
          /[^\x20-\x7e]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
      const expected = Buffer.from((JSON.parse(json) as { params: { chunk: string } }).params.chunk);
      expect(takeText(Buffer.from(json), form)?.equals(expected)).toBe(true);
    }),
  );
});

test("a text without escapes is a part of the message, not a copy", () => {
  const message = Buffer.from('{"params":{"chunk":"1,2,3"}}');
  const text = takeText(message, form)!;
  expect(text.toString()).toBe("1,2,3");
  expect(text.buffer).toBe(message.buffer);
});

test.each(['{"params":{"other":"1"}}', '{"params":{"chunk":"1"},"sessionId":"A"}', "{}", ""])(
  "another message is left alone: %s",
  (text) => {
    const message = Buffer.from(text);
    expect(takeText(message, form)).toBeUndefined();
    expect(message.toString()).toBe(text);
  },
);

test.each(["\\x", "\\u12", "\\u12g4", "\\"])(
  "an escape that JSON does not know is an error: %s",
  (escape) => {
    expect(() => takeText(Buffer.from(`{"params":{"chunk":"${escape}"}}`), form)).toThrow(SyntaxError);
  },
);
