/**
 * The colours of boxes. Each kind (a class, a script) has one colour, the same in every drawing and every session: a hash of
 * its name chooses among the tokens `--hs-kind-*`, in three shades each. Tokens are resolved by the browser, so that the
 * colours are those of the light or the dark page.
 */

/** Fills by kind, what is written on them, and the rest of what a drawing needs. */
export interface Palette {
  readonly paper: string;
  readonly found: string;
  readonly font: string;
  /** Sums of many boxes, and what is no function, have no kind: they are grey. */
  fillOf(kind: string): Fill;
}

interface Fill {
  /** Of a box that is drawn whole. */
  readonly body: string;
  /** Of a box with others inside: paler, so that these stand out. */
  readonly pale: string;
  readonly ink: string;
  readonly paleInk: string;
}

type Colour = readonly [red: number, green: number, blue: number];

const KIND_TOKENS = ["code", "strings", "arrays", "typed", "native", "objects"].map(
  (kind) => `--hs-kind-${kind}`,
);
/** Shares of paper. */
const SHADES = [0, 0.38, 0.2];

/** Reads the tokens as they are for an element. */
export function readPalette(element: HTMLElement): Palette {
  // A custom property is given back as it is written; the colour of an element is given back as a colour.
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const read = (token: string): Colour => {
    probe.style.color = `var(${token})`;
    return parseColour(getComputedStyle(probe).color);
  };
  const paper = read("--hs-panel");
  const ink = read("--hs-ink");
  const toFill = (colour: Colour): Fill => {
    const pale = mix(colour, paper, 0.72);
    return {
      body: format(colour),
      pale: format(pale),
      ink: inkOn(colour),
      paleInk: format(ink),
    };
  };
  const fills = KIND_TOKENS.flatMap((token) => {
    const colour = read(token);
    return SHADES.map((shade) => toFill(mix(colour, paper, shade)));
  });
  const plain = toFill(mix(read("--hs-kind-system"), paper, 0.55));
  const palette = {
    paper: format(paper),
    found: format(read("--hs-focus")),
    font: `11.5px ${getComputedStyle(element).fontFamily}`,
    fillOf: (kind: string): Fill => (kind === "" ? plain : fills[hashOf(kind) % fills.length]!),
  };
  probe.remove();
  return palette;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The low bits alone are poor for short texts.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** `rgb(74, 127, 181)`, as browsers give it back. */
function parseColour(text: string): Colour {
  const [red = 0, green = 0, blue = 0] = text.match(/[\d.]+/gu)?.map(Number) ?? [];
  return [red, green, blue];
}

function mix(one: Colour, other: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => one[i]! + (other[i]! - one[i]!) * share) as unknown as Colour;
}

function format([red, green, blue]: Colour): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

/** Black or white, whichever can be read better on a colour: by WCAG's contrast. */
function inkOn(colour: Colour): string {
  const luminance = luminanceOf(colour);
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? "rgb(255 255 255)" : "rgb(10 12 15)";
}

function luminanceOf(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
