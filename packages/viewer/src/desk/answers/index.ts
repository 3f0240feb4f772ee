/** All single questions, answered in a file each. */
import type { AnsweredName, AnswerMaker } from "../table-maker.ts";
import { answerBoxes } from "./boxes.ts";
import { answerDuplicates } from "./duplicates.ts";
import { answerFilters } from "./filters.ts";
import { answerFlame } from "./flame.ts";
import { answerLeaks } from "./leaks.ts";
import { answerObject } from "./object.ts";
import { answerOverview } from "./overview.ts";
import { answerText } from "./text.ts";
import { answerTimeline } from "./timeline.ts";

export const ANSWERS: { readonly [Name in AnsweredName]: AnswerMaker<Name> } = {
  overview: answerOverview,
  duplicates: answerDuplicates,
  leaks: answerLeaks,
  filters: answerFilters,
  object: answerObject,
  text: answerText,
  boxes: answerBoxes,
  flame: answerFlame,
  timeline: answerTimeline,
};
