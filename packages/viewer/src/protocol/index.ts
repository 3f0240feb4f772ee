/** What the page and the desk say to each other. Types, but for a few constants. */
export * from "./answers.ts";
export * from "./archive.ts";
export * from "./link.ts";
export * from "./messages.ts";
export * from "./questions.ts";
export * from "./rows.ts";
export * from "./tables.ts";
export * from "./usual-orders.ts";
