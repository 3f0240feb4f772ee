// A running process for a command that watches or samples it: attached to with progress on standard error, described for
// the result, and left as it was in the end, whatever happens in between.

import type { Attachment, InspectorSession, RecordedTarget, TargetFacts } from "@heapscope/capture";
import type { CommandContext } from "./command.ts";

/** The fields of a result that name its target; schemas/live-target.ts. */
interface TargetFields {
  readonly target: RecordedTarget;
  readonly description: string;
  readonly route: string;
}

export interface AttachedTarget {
  readonly attachment: Attachment;
  readonly session: InspectorSession;
  readonly facts: TargetFacts;
  readonly fields: TargetFields;
  /** Resolves with what could not be left as it was, in sentences. Never fails. */
  close(): Promise<readonly string[]>;
}

/** Attaches to what the user named. Rejects with `CaptureError`; Ctrl-C rejects, too. */
export async function attachTarget(
  context: CommandContext,
  target: string,
  options: { readonly force: boolean; readonly keepAtExit?: boolean },
): Promise<AttachedTarget> {
  const { attach, readTargetFacts, recordTarget } = await import("@heapscope/capture");
  const signal = AbortSignal.any([context.runOptions.signal, context.enough]);
  context.status(`attaching to ${target}`);
  const attachment: Attachment = await attach(target, {
    signal,
    force: options.force,
    keepAtExit: options.keepAtExit === true,
    onStep: (text) => context.status(text),
  });
  try {
    const facts = await readTargetFacts(attachment.session, { signal });
    return {
      attachment,
      session: attachment.session,
      facts,
      fields: {
        target: recordTarget(attachment.target, facts),
        description: attachment.description,
        route: attachment.route,
      },
      close: () => attachment.close(),
    };
  } catch (error) {
    await attachment.close();
    throw error;
  }
}

/**
 * Attaches, works, and leaves. What could not be left as it was is added to the result's warnings; so is that the process
 * came to its end. In that state it waits for us: `work` must then end with what there is (`attachment.exiting`).
 */
export async function withTarget<Result extends { warnings: string[] }>(
  context: CommandContext,
  target: string,
  options: { readonly force: boolean },
  work: (attached: AttachedTarget) => Promise<Result>,
): Promise<Result> {
  const attached = await attachTarget(context, target, { force: options.force, keepAtExit: true });
  const { exiting } = attached.attachment;
  let result: Result | undefined;
  try {
    result = await work(attached);
  } finally {
    const warnings = [
      ...(exiting.aborted ? [`${attached.fields.description} came to its end meanwhile.`] : []),
      ...(await attached.close()),
    ];
    result?.warnings.push(...warnings);
    // After a failure nobody sees the result.
    if (result === undefined) for (const warning of warnings) context.say(`Note: ${warning}`);
  }
  return result;
}
