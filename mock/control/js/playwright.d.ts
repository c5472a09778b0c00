import type { PlaywrightTestArgs, PlaywrightTestOptions, PlaywrightWorkerArgs, PlaywrightWorkerOptions, TestType } from "@playwright/test";
import type { NoViolations, Sandbox, SandboxStart, Standin } from "./index.js";

export { expect } from "@playwright/test";

export interface StandinTestOptions {
  /** How each test's sandbox starts. */
  sandboxStart: SandboxStart;
  /** What counts when the test ends; false counts nothing. */
  noViolations: NoViolations | false;
}

export interface StandinWorkerOptions {
  /** The Standin's address; STANDIN_URL by default. */
  standinURL: string | undefined;
}

/** Playwright's test with two more fixtures: `standin`, and `sandbox`, which the page's requests are in. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & StandinTestOptions & { sandbox: Sandbox },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & StandinWorkerOptions & { standin: Standin }
>;
