export interface CleanBuild {
  /** Package name -> its folder, with package.json, dist and all else that is published from it. */
  folders: Record<string, string>;
  /** Deletes the folders. */
  remove: () => void;
}

export const publishedPackages: string[];

export function buildPackages(names: string[]): CleanBuild;
