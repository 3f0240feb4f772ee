/** All tables that can be asked for, one in a file each. */
import type { TableName } from "../../protocol/index.ts";
import type { TableMaker } from "../table-maker.ts";
import { allocation } from "./allocation.ts";
import { calls } from "./calls.ts";
import { comparison } from "./comparison.ts";
import { containment } from "./containment.ts";
import { dominators } from "./dominators.ts";
import { growth } from "./growth.ts";
import { mergedPaths } from "./merged-paths.ts";
import { retainers } from "./retainers.ts";
import { search } from "./search.ts";
import { strings } from "./strings.ts";
import { summary } from "./summary.ts";

export const TABLES: { readonly [Name in TableName]: TableMaker<Name> } = {
  summary,
  comparison,
  growth,
  containment,
  dominators,
  retainers,
  mergedPaths,
  strings,
  allocation,
  calls,
  search,
};
