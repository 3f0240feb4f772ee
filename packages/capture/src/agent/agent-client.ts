// The conversation with the @heapscope/agent of a process: HTTP over its Unix socket, one connection for each request.
//
//   POST /heapscope/status                       ─▶ AgentStatus
//   POST /heapscope/capture                      ─▶ {id}, at once; the process stands still right afterwards
//   POST /heapscope/captures/ID                  ─▶ how far it is
//   POST /heapscope/captures/ID/files/N          ─▶ the bytes of a file
//   POST /heapscope/captures/ID/remove           ─▶ the agent's copies are gone
//
// The agent answers from the main thread of the process: while that is blocked, or stands still for a snapshot, nothing
// comes, so every wait has a limit. Answers are bounded, checked, and never quoted without being made harmless.

import http, { type IncomingMessage } from "node:http";
import { CaptureError, harmless, type CaptureErrorCode } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import { goesOn, type ProcessFacts } from "../process/read-process.ts";
import { readId, readProgress, readRefusal, readStatus } from "./agent-answers.ts";
import type { AgentProgress, AgentRefusal, AgentStatus } from "./agent-answers.ts";
import { openAgent, type OpenAgent } from "./find-agent.ts";
import { ifMatching, object, whole } from "./json-value.ts";

export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** Longest wait for the answer, milliseconds; default 10 000. */
  timeoutMs?: number | undefined;
}

/** What is asked of the agent, by its own words. */
export interface AgentRequest {
  readonly threads: "all" | "main";
  readonly numericValues: boolean;
  readonly force: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Twenty captures of fifty threads are some 300 kB. */
const LONGEST_ANSWER = 1 << 22;
const BASE = "/heapscope";

/** A line to the agent. Close it. Everything fails with `CaptureError`. */
export class AgentClient {
  readonly #process: ProcessFacts;
  readonly #agent: OpenAgent;
  readonly #label: string;

  private constructor(process: ProcessFacts, agent: OpenAgent) {
    this.#process = process;
    this.#agent = agent;
    this.#label = `process ${process.pid}`;
  }

  /** Throws `no-route` if there is no agent. */
  static open(process: ProcessFacts): AgentClient {
    const agent = openAgent(process);
    if (agent !== undefined) return new AgentClient(process, agent);
    throw new CaptureError(
      `process ${process.pid}`,
      "no-route",
      `No @heapscope/agent runs in process ${process.pid}, or none that this user may talk to; start it with node --import @heapscope/agent/register.`,
    );
  }

  async status(options: AskOptions = {}): Promise<AgentStatus> {
    const status = this.#read(await this.#ask("/status", {}, options), readStatus);
    if (status.pid === this.#process.innerPid) return status;
    throw new CaptureError(
      this.#label,
      "refused",
      `The agent that was thought to be in ${this.#label} is in another process; try again.`,
    );
  }

  /** Begins a heap snapshot, and returns the capture's id. */
  async start(request: AgentRequest, options: AskOptions = {}): Promise<string> {
    const body = { ...request, recorder: "heap-snapshot", label: "heapscope capture", answer: "id" };
    return this.#read(await this.#ask("/capture", body, options), (value) => readId(object(value)["id"]));
  }

  async progress(id: string, options: AskOptions = {}): Promise<AgentProgress> {
    return this.#read(await this.#ask(`/captures/${id}`, {}, options), readProgress);
  }

  /** The agent deletes the files of a capture that is done, but for those that it has yet to send away. Returns how many. */
  async remove(id: string, options: AskOptions = {}): Promise<number> {
    const answer = await this.#ask(`/captures/${id}/remove`, {}, options);
    return this.#read(answer, (value) => whole(object(value)["removed"]));
  }

  /** A file of a capture, by its position; as bytes of the response, which whoever reads it must end or destroy. */
  async file(id: string, index: number, options: AskOptions = {}): Promise<IncomingMessage> {
    const response = await this.#send(`/captures/${id}/files/${index}`, {}, options);
    if (response.statusCode === 200) return response;
    throw this.#refused(await this.#readJson(response, options));
  }

  /** What an agent's refusal is for whoever asked us. */
  refusal({ code, message }: AgentRefusal): CaptureError {
    const codes: Readonly<Record<string, CaptureErrorCode>> = {
      busy: "busy",
      "would-not-fit": "would-not-fit",
      unsupported: "unsupported",
      stopped: "target-lost",
    };
    return new CaptureError(
      this.#label,
      (Object.hasOwn(codes, code) ? codes[code] : undefined) ?? "refused",
      `The agent in ${this.#label} refused: ${harmless(message, 300).replace(/\.$/, "")}.`,
    );
  }

  /** Why a conversation broke off, or an answer cannot be meant. */
  async failure(error: unknown): Promise<CaptureError> {
    if (error instanceof CaptureError) return error;
    const sentence = (await goesOn(this.#process))
      ? `The agent in ${this.#label} hung up, as one that is stopped; the process itself goes on: try again.`
      : `${this.#label} ended meanwhile; if it died during a capture, look for an out-of-memory kill: a capture needs several times the heap in extra memory.`;
    return new CaptureError(this.#label, "target-lost", sentence, error);
  }

  /** After this long without a word. */
  silence(timeoutMs: number): CaptureError {
    return new CaptureError(
      this.#label,
      "timeout",
      `The agent in ${this.#label} did not answer within ${timeoutMs / 1000} s; its main thread may be blocked: try again when it is idle, or allow more time.`,
    );
  }

  close(): void {
    this.#agent.close();
  }

  async #ask(path: string, body: object, options: AskOptions): Promise<unknown> {
    const response = await this.#send(path, body, options);
    const value = await this.#readJson(response, options);
    if (response.statusCode === 200 || response.statusCode === 202) return value;
    throw this.#refused(value);
  }

  #read<Value>(value: unknown, read: (value: unknown) => Value): Value {
    const result = ifMatching(() => read(value));
    if (result !== undefined) return result;
    throw this.#noAnswer();
  }

  #noAnswer(): CaptureError {
    return new CaptureError(
      this.#label,
      "incomplete",
      `What the agent in ${this.#label} answered is not what an agent says; it may be too old or too new for this command: it has version ${harmless(this.#agent.version)}.`,
    );
  }

  #refused(value: unknown): CaptureError {
    const refusal = ifMatching(() => readRefusal(object(value)["error"]));
    return this.refusal(
      refusal ?? { code: "failed", message: "it gave no reason; see: heapscope agent status" },
    );
  }

  /** The response with its head; rejects when none comes. */
  #send(
    path: string,
    body: object,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: AskOptions,
  ): Promise<IncomingMessage> {
    if (signal?.aborted === true) return Promise.reject(aborted(this.#label, signal));
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = http.request({
        socketPath: this.#agent.address,
        method: "POST",
        path: BASE + path,
        agent: false,
        headers: {
          host: "localhost",
          authorization: `Bearer ${this.#agent.token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          connection: "close",
        },
      });
      const timer = setTimeout(() => fail(this.silence(timeoutMs)), Math.min(timeoutMs, 2 ** 31 - 1));
      const onAbort = (): void => fail(aborted(this.#label, signal!));
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const fail = (error: unknown): void => {
        settle();
        void this.failure(error).then(reject);
        request.destroy();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      request.on("error", fail);
      request.on("response", (response) => {
        settle();
        // What fails from now on, fails in whoever reads it.
        response.on("error", () => {});
        resolve(response);
      });
      request.end(text);
    });
  }

  async #readJson(
    response: IncomingMessage,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: AskOptions,
  ): Promise<unknown> {
    const onAbort = (): void => void response.destroy(aborted(this.#label, signal!));
    const timer = setTimeout(
      () => response.destroy(this.silence(timeoutMs)),
      Math.min(timeoutMs, 2 ** 31 - 1),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of response as AsyncIterable<Buffer>) {
        length += piece.length;
        if (length > LONGEST_ANSWER) throw this.#noAnswer();
        pieces.push(piece);
      }
      if (length === 0) return undefined;
      return ifMatching(() => JSON.parse(Buffer.concat(pieces).toString()) as unknown);
    } catch (error) {
      throw await this.failure(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      response.destroy();
    }
  }
}
