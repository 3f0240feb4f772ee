// The fields that name a running process in every result about one.

import { Type } from "typebox";
import { CaptureRoute, CaptureTarget } from "./capture-record.ts";

export const liveTargetFields = {
  target: Type.Omit(CaptureTarget, ["thread"]),
  description: Type.String({ description: "the target, for people" }),
  route: CaptureRoute,
  warnings: Type.Array(Type.String(), {
    description: "what went differently from what was asked for, in sentences",
  }),
};
