/**
 * Texts in English and Indonesian. Each view keeps its own beside it (`words.ts`): `defineWords(en, id)`, where `id` must have
 * what `en` has. Texts with numbers are functions. DevTools' words (Constructor, Shallow size, Retained size, Distance …) stay
 * recognizable: the Indonesian text is what a developer in Jakarta would say.
 *
 * The language is set once for the page, before it is drawn, and again when the user changes it: then all is drawn anew.
 */
export type Language = "en" | "id";

export interface Words<Texts> {
  readonly en: Texts;
  readonly id: Texts;
}

/** Two languages of the same texts. */
export function defineWords<Texts>(en: Texts, id: NoInfer<Texts>): Words<Texts> {
  return { en, id };
}

const state: { language: Language } = { language: "en" };

export function setLanguage(language: Language): void {
  state.language = language;
}

export function getLanguage(): Language {
  return state.language;
}

/** The texts in the page's language. */
export function say<Texts>(words: Words<Texts>): Texts {
  return words[state.language];
}
