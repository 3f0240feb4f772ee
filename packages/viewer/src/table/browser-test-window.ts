/** What the page of the browser tests and its test share: what a test can see and change, as `window.testPage`. */
interface TestPage {
  /** Questions for rows: `HANDLE|START+COUNT`. */
  readonly asked: string[];
  /** Names of the rows that were opened and selected. */
  readonly opened: string[];
  readonly selected: string[];
  /** The next question is answered with this problem. */
  problem: string | undefined;
  reveal(id: number): void;
}

declare global {
  interface Window {
    testPage: TestPage;
  }
}
