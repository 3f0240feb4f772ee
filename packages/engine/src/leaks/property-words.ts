/**
 * Properties as a person writes them, and in the form that does not change between runs.
 */

/** Names longer than this are data, not names that somebody wrote in a program. */
const LONGEST_NAME = 40;

/** Longest name that is shown as it is. */
const LONGEST_SHOWN = 60;

/** `.name`, `.#secret`, `["a b"]`, `[Symbol(tag)]`. */
export function propertyWord(name: string | number): string {
  const symbol = symbolName(String(name));
  if (symbol !== undefined) return `[Symbol(${symbol})]`;
  if (isIdentifier(String(name)) && String(name).length <= LONGEST_SHOWN) return `.${name}`;
  const text = String(name);
  return `[${JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : name)}]`;
}

/**
 * The property for a signature: `[…]` for a key that is data. Symbols of Node's own come and go with its versions, so they
 * say nothing.
 */
export function stableProperty(name: string | number): string {
  const symbol = symbolName(String(name));
  if (symbol !== undefined)
    return isStableName(symbol) && !/^k[A-Z]/.test(symbol) ? `[Symbol(${symbol})]` : "[Symbol]";
  return isStableName(String(name)) ? `.${name}` : "[…]";
}

/** Whether a name looks like one that somebody wrote in a program rather than like a key made at run time. */
export function isStableName(name: string): boolean {
  if (name.length > LONGEST_NAME) return false;
  // Words with dashes are names of events and headers.
  if (!isIdentifier(name) && !/^[a-z]+(?:[-.:][a-z]+)*$/i.test(name)) return false;
  // Numbers, hashes and the like: three digits, or digits again and again.
  return !/\d{3}|(?:\d[A-Za-z_]+){3}/.test(name);
}

function isIdentifier(name: string): boolean {
  return /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** The description of a symbol that is the name of a property; V8 writes `<symbol description>`. */
function symbolName(name: string): string | undefined {
  return /^<symbol (?<description>.*)>$/s.exec(name)?.groups?.["description"];
}
