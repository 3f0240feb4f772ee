/**
 * An answer of the desk in a component: asked when the question changes, kept while the next one is on its way, cancelled
 * when nobody wants it any more. After Perfetto's AsyncMemo.
 *
 *   const overview = useAnswer(link, "overview", { file });
 *   return <AnswerBox answer={overview}>{(value) => …}</AnswerBox>;
 *
 * Cost: the question is turned into JSON at each drawing, as its key; questions are small.
 */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { LinkError } from "../protocol/index.ts";
import type { Answer, Ask, Link, QuestionName, WorkProgress } from "../protocol/index.ts";

/** What is known of an answer now. */
export interface AnswerState<Value> {
  /** The answer, or an earlier one to a question of the same name about the same file (`isStale`). */
  readonly value?: Value;
  readonly isStale: boolean;
  readonly isLoading: boolean;
  /** Where the work is, while loading. */
  readonly progress?: WorkProgress;
  /** Why there is none. Code `cancelled` if the user has ended it. */
  readonly error?: LinkError;
  /** Ends the work; the state is then an error with the code `cancelled`. */
  readonly cancel: () => void;
  /** Asks again, after an error. */
  readonly retry: () => void;
}

/** What was answered last, by question: whoever comes back to a view sees it at once, where it was. */
export interface AnswerMemory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Given by the page; without it every answer is asked for anew. */
export const AnswerMemoryContext = createContext<AnswerMemory | undefined>(undefined);

/** Keeps the answers that were used last. */
export function createAnswerMemory(most = 40): AnswerMemory {
  const answers = new Map<string, unknown>();
  return {
    get(key) {
      const value = answers.get(key);
      if (value === undefined) return undefined;
      answers.delete(key);
      answers.set(key, value);
      return value;
    },
    set(key, value) {
      answers.delete(key);
      answers.set(key, value);
      if (answers.size > most) answers.delete(answers.keys().next().value!);
    },
  };
}

/** What came of one question. */
interface Held<Value> {
  readonly key: string;
  readonly value?: Value;
  /** Of an earlier question; shown until there is a value or an error. */
  readonly earlier?: { readonly value: Value; readonly about: string };
  readonly error?: LinkError;
  readonly progress?: WorkProgress;
}

/** Asks the desk, unless `ask` is undefined. */
export function useAnswer<Name extends QuestionName>(
  link: Link,
  name: Name,
  ask: Ask<Name> | undefined,
): AnswerState<Answer<Name>> {
  type Value = Answer<Name>;
  const memory = useContext(AnswerMemoryContext);
  const key = ask === undefined ? "" : `${name} ${JSON.stringify(ask)}`;
  const about = ask === undefined ? "" : aboutWhat(ask);
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<Held<Value>>({ key: "" });
  const controller = useRef<AbortController | undefined>(undefined);

  useEffect(() => {
    if (ask === undefined) return undefined;
    if (attempt === 0 && memory?.get(key) !== undefined) return undefined;
    const work = new AbortController();
    controller.current = work;
    let isWanted = true;
    const note = (change: Partial<Held<Value>>): void => {
      if (isWanted) setHeld((before) => (before.key === key ? { ...before, ...change } : before));
    };
    setHeld((before) => ({
      key,
      ...(before.value !== undefined
        ? { earlier: { value: before.value, about: aboutKey(before.key) } }
        : before.earlier !== undefined
          ? { earlier: before.earlier }
          : {}),
    }));
    link.ask(name, ask, { signal: work.signal, onProgress: (progress) => note({ progress }) }).then(
      (value) => {
        memory?.set(key, value);
        note({ value: value as Value });
      },
      (error: unknown) => note({ error: asLinkError(error) }),
    );
    return () => {
      isWanted = false;
      work.abort();
    };
    // The question's text stands for the question.
  }, [link, memory, key, attempt]);

  const cancel = (): void => controller.current?.abort();
  const retry = (): void => setAttempt((count) => count + 1);
  const remembered = ask === undefined ? undefined : (memory?.get(key) as Value | undefined);
  const isOfNow = held.key === key;
  const value = remembered ?? (isOfNow ? held.value : undefined);
  if (value !== undefined) return { value, isStale: false, isLoading: false, cancel, retry };
  if (ask === undefined) return { isStale: false, isLoading: false, cancel, retry };
  if (isOfNow && held.error !== undefined)
    return { isStale: false, isLoading: false, error: held.error, cancel, retry };
  const earlier =
    held.earlier ?? (held.value === undefined ? undefined : { value: held.value, about: aboutKey(held.key) });
  return {
    ...(earlier?.about === about ? { value: earlier.value } : {}),
    isStale: earlier?.about === about,
    isLoading: true,
    ...(isOfNow && held.progress !== undefined ? { progress: held.progress } : {}),
    cancel,
    retry,
  };
}

/** Answers about another file are not shown meanwhile: their numbers would be taken for this one's. */
function aboutWhat(ask: object): string {
  const { file, files, params } = ask as {
    file?: unknown;
    files?: unknown;
    params?: Record<string, unknown>;
  };
  return JSON.stringify([file, files, params?.["file"], params?.["base"], params?.["files"]]);
}

function aboutKey(key: string): string {
  const json = key.slice(key.indexOf(" ") + 1);
  return json === "" ? "" : aboutWhat(JSON.parse(json) as object);
}

function asLinkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  return new LinkError("internal", error instanceof Error ? error.message : String(error));
}
