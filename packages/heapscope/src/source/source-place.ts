// A place in source code as people and programs are told it: the author's file where a source map leads there, otherwise
// the script that ran. Made by `SourceResolver`.

/** A position in a file. Lines and columns count from 1, as editors do. */
export interface FilePosition {
  /** Path or url. From a snapshot or a source map: escape it where it is shown. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where something is written. */
export interface SourcePlace extends FilePosition {
  /** The function's or class's name in the author's words, where it has one that can be found. */
  readonly name?: string;
  /** Of what has no name, the nearest function around it that has one, where it can be found. */
  readonly within?: string;
  /** Where it is in the script that ran; the same position if there is no source map. */
  readonly generated: FilePosition;
  /** Whether a source map led to `file`. */
  readonly mapped: boolean;
}

/** `file:line:column`, as in results for programs. */
export function formatPlace({ file, line, column }: FilePosition): string {
  return `${file}:${line}:${column}`;
}
