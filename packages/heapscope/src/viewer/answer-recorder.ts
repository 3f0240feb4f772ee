// Asks a desk and keeps what it answers, in the form of a report's archive, up to a number of packed bytes. Whoever records
// begins with what matters most: once an answer does not fit, the smaller ones after it still may.
//
// Answers are packed together in the end, which makes them smallest. Meanwhile their size is told by packing a few at a time:
// a little more than it will be, so that what fits here fits there.

import { gzipSync } from "node:zlib";
import type { Desk } from "@heapscope/viewer/desk";
import {
  answerKey,
  LinkError,
  listKey,
  MOST_ROWS,
  usualOrder,
  type Answer,
  type Archive,
  type Ask,
  type Order,
  type ParamsOf,
  type QuestionName,
  type RecordedList,
  type RowOf,
  type RowsQuestion,
  type TableName,
  type TableRow,
} from "@heapscope/viewer/protocol";

/** After so many answers that do not fit, there is no use in trying more. */
const MOST_MISSES = 20;

/** Bytes of answers that are packed at a time, to know their size. */
const BATCH = 1 << 18;

export class AnswerRecorder {
  readonly #desk: Desk;
  readonly #signal: AbortSignal;
  readonly #answers: Record<string, unknown> = {};
  readonly #lists: Record<string, RecordedList> = {};
  readonly #mostBytes: number;
  /** Of what was packed so far. */
  #packedBytes = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #left = 0;
  /** Answers, one after the other, that did not fit. */
  #misses = 0;

  constructor(desk: Desk, mostBytes: number, signal: AbortSignal) {
    this.#desk = desk;
    this.#signal = signal;
    this.#mostBytes = mostBytes;
    this.#add(JSON.stringify(desk.files()));
  }

  /** How many answers did not fit. */
  get leftOut(): number {
    return this.#left;
  }

  get isFull(): boolean {
    return this.#misses >= MOST_MISSES;
  }

  get archive(): Archive {
    return {
      archive: "heapscope/archive@1",
      files: this.#desk.files(),
      answers: this.#answers,
      lists: this.#lists,
    };
  }

  /** The answer, also if it was recorded before or does not fit; `undefined` if there is none, such as of an unknown object. */
  async record<Name extends Exclude<QuestionName, "files" | "rows" | "locate">>(
    name: Name,
    ask: Ask<Name>,
  ): Promise<Answer<Name> | undefined> {
    const key = answerKey(name, ask);
    const known = this.#answers[key];
    if (known !== undefined) return known as Answer<Name>;
    const answer = await this.#ask(name, ask);
    if (answer !== undefined && this.#fits(key, answer)) this.#answers[key] = answer;
    return answer;
  }

  /** The first rows of a table, or of the children of a row, in their usual order or in another. */
  async recordRows<Name extends TableName>(
    question: Pick<RowsQuestion<Name>, "table" | "params"> & {
      readonly of?: string;
      readonly order?: Order;
    },
    most: number,
  ): Promise<readonly RowOf<Name>[]> {
    const { table, params, of = "" } = question;
    const order = question.order ?? usualOrder(table, params as ParamsOf<Name>);
    const asked = { table, params, of, order } as unknown as RowsQuestion;
    const key = listKey(asked, question.order);
    const known = this.#lists[key];
    if (known !== undefined) return known.rows as readonly RowOf<Name>[];
    const rows: TableRow[] = [];
    let list: RecordedList | undefined;
    do {
      const count = Math.min(MOST_ROWS, most - rows.length);
      const slice = await this.#ask("rows", { ...asked, start: rows.length, count });
      if (slice === undefined) return [];
      rows.push(...slice.rows);
      const { total, isLimited, sums, note } = slice;
      list ??= {
        total,
        order,
        rows,
        ...(isLimited === undefined ? {} : { isLimited }),
        ...(sums === undefined ? {} : { sums }),
        ...(note === undefined ? {} : { note }),
      };
    } while (rows.length < Math.min(most, list.total));
    if (this.#fits(key, list)) this.#lists[key] = list;
    return rows as readonly TableRow[] as readonly RowOf<Name>[];
  }

  /** Not all questions have answers in all files; what cannot be answered is not recorded. */
  async #ask<Name extends QuestionName>(name: Name, ask: Ask<Name>): Promise<Answer<Name> | undefined> {
    try {
      return await this.#desk.answer(name, ask, { signal: this.#signal });
    } catch (error) {
      if (!(error instanceof LinkError) || error.code === "cancelled" || error.code === "internal")
        throw error;
      return undefined;
    }
  }

  #fits(key: string, value: unknown): boolean {
    const fits = this.#add(`${key} ${JSON.stringify(value)}`);
    if (fits) this.#misses = 0;
    else {
      this.#left++;
      this.#misses++;
    }
    return fits;
  }

  #add(text: string): boolean {
    const size = Buffer.byteLength(text);
    if (this.#packedBytes + this.#waitingBytes + size > this.#mostBytes || this.#waitingBytes > BATCH)
      this.#packWaiting();
    // What fits as it is need not be packed alone.
    if (this.#packedBytes + size <= this.#mostBytes) {
      this.#waiting.push(text);
      this.#waitingBytes += size;
      return true;
    }
    const packed = gzipSync(text).length;
    if (this.#packedBytes + packed > this.#mostBytes) return false;
    this.#packedBytes += packed;
    return true;
  }

  #packWaiting(): void {
    if (this.#waitingBytes > 0) this.#packedBytes += gzipSync(this.#waiting.join("\n")).length;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
