// Whether an answer names the true culprit. Judges what findLeaks says, and what simpler tools say, who name classes only.
// Pure functions; tested in judge.test.ts.

/**
 * What a tool has said about one suspect.
 *
 * @typedef {object} Named
 * @property {string[]} classNames what accumulates, the entry, and what else accumulates at that place
 * @property {string} container kind of the holder
 * @property {string[]} path words of the way from a root to the entry
 * @property {string[]} places `file:line` of what accumulates and of the entry
 */

/** A suspect of findLeaks as the judge sees it. `place` gives the file:line of an object, if it is known. */
export function namedBy(suspect, foldPath, place) {
  const { className, subject, entry, alongside, containerKind, path, entryStep } = suspect;
  const way = path.slice(0, entryStep + 1);
  const objects = [subject, entry, ...path.slice(entryStep).map(({ object }) => object)];
  return {
    classNames: unique([className, entry.className, ...alongside.map((other) => other.className)]),
    container: containerKind,
    path: [
      ...way.flatMap(({ edge, object }) => [edge.description, object.name]),
      ...foldPath(way).flatMap(({ edge, node }) => [edge, node]),
    ],
    places: unique(objects.map(place).filter((text) => text !== undefined)),
  };
}

/**
 * The rank, from 1, of the first suspect that is the culprit; `undefined` if none is.
 *
 * @param {readonly Named[]} suspects
 * @param {import("./examples.mjs").Culprit} culprit
 */
export function rankOfCulprit(suspects, culprit) {
  const index = suspects.findIndex((suspect) => isCulprit(suspect, culprit));
  return index < 0 ? undefined : index + 1;
}

/** A right class, in a right kind of container, on a way that has one of the right names. */
export function isCulprit({ classNames, container, path }, { className, container: containers, holderPath }) {
  return (
    classNames.some((name) => isOneOf(name, className)) &&
    containers.includes(container) &&
    (holderPath.length === 0 || holderPath.some((name) => path.some((words) => hasWord(words, name))))
  );
}

/** The rank, from 1, of the first right class among `classNames`: all that tools can be asked that know no holders. */
export function rankOfClass(classNames, { className }) {
  const index = classNames.findIndex((name) => isOneOf(name, className));
  return index < 0 ? undefined : index + 1;
}

/** `Object` stands for literals too, which are shown by their properties: `{id, text}`. */
function isOneOf(name, accepted) {
  return accepted.includes(name) || (accepted.includes("Object") && /^\{.*\}$/.test(name));
}

/** `text` contains `name`, and not as a part of a longer name. */
function hasWord(text, name) {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    const isCut = (inside, outside) => isNameCharacter(text[inside]) && isNameCharacter(text[outside]);
    if (!isCut(at, at - 1) && !isCut(end - 1, end)) return true;
  }
  return false;
}

function isNameCharacter(character) {
  return character !== undefined && /[\w$]/.test(character);
}

function unique(values) {
  return [...new Set(values)];
}

/**
 * Counts over many results.
 *
 * @param {readonly { leaks: boolean, rank: number | undefined, alarm: boolean }[]} results
 */
export function total(results) {
  const leaks = results.filter((result) => result.leaks);
  const others = results.filter((result) => !result.leaks);
  return {
    leaks: leaks.length,
    top1: leaks.filter(({ rank }) => rank === 1).length,
    top3: leaks.filter(({ rank }) => rank !== undefined && rank <= 3).length,
    others: others.length,
    falseAlarms: others.filter(({ alarm }) => alarm).length,
  };
}
