// What a secret looks like, and which names say that a value is one. Used on every text of a snapshot, most of which are short
// and harmless: `HINT` looks first, one expression of all patterns, and only texts that it hits are searched in earnest.
//
// A pattern of the table replaces all that it matches but its first group, if it has one: `password=` stays, what follows goes.
// Every expression is linear or bounded, for texts of a foreign process are hostile: repetitions have limits where they can
// overlap.
//
// Table and reasons: docs/redaction.md. Cost: `HINT` about 50 ns a character, the patterns some microseconds for each hit.

import type { RedactionPattern } from "../thread/messages.ts";

/** A name and what it looks for. `accepts` has the last word: check digits, entropy. */
export interface SecretPattern {
  readonly name: string;
  readonly expression: RegExp;
  readonly accepts?: ((text: string) => boolean) | undefined;
}

/** Words that, in the name of a property, variable, header or parameter, say that the value is secret. */
const WORDS: string = String.raw`pass(?:w(?:or)?d|phrase|code)|pwd|secret|token|credential|authorization|cookie|[cx]srf|jwt|(?:api|access|private|signing|encryption|account|shared.?access)[-_. ]?key|sess(?:ion)?[-_.]?id|\b(?:sid|auth|session|sig|signature|otp|pin|cvv|cvc|ssn)\b`;

/** Whether the name of what holds a value says that it is secret. */
export const SECRET_NAME: RegExp = new RegExp(WORDS, "i");

/** One line each: name, flags, expression. First tokens that say themselves whose they are. */
const TABLE: string = String.raw`
private-key g -----BEGIN [A-Z ]{0,30}PRIVATE KEY[^]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)|^[\w+/=\s\\]+(?=-----END [A-Z ]{0,30}PRIVATE KEY)
jwt g eyJ[\w-]{8,}(?:\.[\w-]*){0,4}
aws-key-id g \b(?:A3T[A-Z0-9]|A[KSGN]IA|AROA|AIDA|AIPA|ANPA|ANVA|AGPA|ABIA|ACCA)[A-Z0-9]{16}\b
github g \b(?:gh[pousr]_|github_pat_)\w{16,}
gitlab g \bgl(?:pat|dt|rt|cbt|ptt|oas|ft|agent|soat|ffct)-[\w.-]{16,}
slack g \bx(?:ox[a-z]|app)-[\w-]{8,}|(?<=slack\W{1,3}com\W{1,3}services)[\w/\\]{8,}
stripe g \b(?:[rsp]k_(?:live|test)|whsec)_\w{8,}
google g \bAIza[\w-]{30,}|\bya29\.[\w-]{16,}|\bGOCSPX-[\w-]{16,}
npm g \bnpm_\w{20,}
openai g \bsk-[\w-]{16,}
sendgrid g \bSG\.[\w-]{8,}\.[\w-]{8,}
twilio g \b(?:AC|SK)[0-9a-f]{32}\b
vendor g \b(?:dop_v1_|hf_|shp(?:at|ca|pa|ss)_|pypi-|dp\.pt\.|key-|hvs\.|atlasv1\.|sq0[a-z]{3}-|EAAC|rubygems_)[\w-]{20,}|\b\d{8,10}:AA[\w-]{32,}
authorization gi (\b(?:bearer|basic|digest)\s{1,4}(?:\w{1,20}=")?)[\w.~+/=:-]{6,}
url-password g (:\\?/\\?/[^\s:@/"']{0,256}:)[^\s@/"']+(?=@)
cookie gi (cookie["'\\]{0,4}\s{0,4}\\?[:=]\s{0,4}["'\\]{0,4})[^\r\n"\\]+
named gi ((?:${WORDS})[\w-]{0,20}["'\\\]]{0,4}\s{0,4}\\?(?:[:=]|%3D)\s{0,4}\\{0,3}["'\x60]?)(?:(?<=")(?:[^"\\]|\\[^"])+|(?<=')[^'\\]+|[^\s"'&;,)}<>\\]+)
argument gi (--?[\w-]{0,20}(?:${WORDS})[\w-]{0,20}\s{1,4})[^\s-]\S*
email gi [\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,}\b
card g (?<![\w.])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w.])
iban g \b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b
phone g (?<![\w.+])\+[1-9](?:[ .()-]{0,2}\d){8,14}(?!\d)
random g [\w+/=-]{32,}`;

const ACCEPTS: Readonly<Record<string, (text: string) => boolean>> = {
  card: isCardNumber,
  iban: isIban,
  random: isRandom,
};

const PATTERNS: readonly SecretPattern[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [name, flags, ...source] = line.split(" ") as [string, string];
    return { name, expression: new RegExp(source.join(" "), flags), accepts: ACCEPTS[name] };
  });

/** Hits what any of them can match. */
const HINT: RegExp = new RegExp(PATTERNS.map(({ expression }) => expression.source).join("|"), "i");

/** V8 cuts texts at this length, and with them what stands at the end, which then is too short to be recognised. */
const CUT_AT = 1024;
const CUT = /(?=\S*[\d@_])[\w.+/=@:-]{4,}$/;

/** Built-in patterns, then the user's. Throws a `SyntaxError` for an expression that is none. */
export function compilePatterns(own: readonly RedactionPattern[] = []): readonly SecretPattern[] {
  return [
    ...PATTERNS,
    ...own.map(({ name, source, flags }) => ({
      name,
      expression: new RegExp(source, `${flags.replace(/[gy]/g, "")}g`),
    })),
  ];
}

/**
 * The text with all secrets replaced by what `replace` makes of them.
 *
 * @param isLabel the text is a name: paths and names of files, long as they are, are no secrets
 */
export function replaceSecrets(
  text: string,
  isLabel: boolean,
  patterns: readonly SecretPattern[],
  replace: (secret: string, pattern: string) => string,
): string {
  const own = PATTERNS.length;
  for (let i = text.length > 5 && HINT.test(text) ? 0 : own; i < patterns.length; i++) {
    const { name, expression, accepts } = patterns[i]!;
    if (isLabel && accepts === isRandom && /[/.<]/.test(text)) continue;
    text = text.replace(expression, (match: string, group: unknown) => {
      const kept = i < own && typeof group === "string" ? group : "";
      const secret = match.slice(kept.length);
      return secret === "" || accepts?.(secret) === false ? match : kept + replace(secret, name);
    });
  }
  if (text.length !== CUT_AT || isLabel) return text;
  return text.replace(CUT, (rest) => replace(rest, "cut"));
}

/** Luhn's check digit. */
function isCardNumber(text: string): boolean {
  let sum = 0;
  // From the right every second digit counts twice, and its digits are added.
  [...text.replace(/\D/g, "")].reverse().forEach((digit, i) => {
    sum += i % 2 === 0 ? Number(digit) : ((Number(digit) * 2) % 10) + Math.floor(Number(digit) / 5);
  });
  return sum % 10 === 0;
}

/** ISO 7064, modulo 97. */
function isIban(text: string): boolean {
  const plain = text.replace(/ /g, "");
  const digits = `${plain.slice(4)}${plain.slice(0, 4)}`.replace(/./g, (letter) =>
    String(Number.parseInt(letter, 36)),
  );
  return BigInt(digits) % 97n === 1n;
}

/**
 * Whether a run of 32 or more characters looks drawn by lot: nothing but hexadecimal digits, or upper and lower case and
 * digits with more than 4.2 bits a character. Words, paths and UUIDs have less.
 */
function isRandom(text: string): boolean {
  const hex = text.replace(/^0x/, "");
  if (/^[\da-f]{32,}$/i.test(hex)) return /\d/.test(hex) && /[a-f]/i.test(hex);
  if (!/\d/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits > 4.2;
}
