// A sandbox for each Playwright test: whatever the page sends to the Standin is in it, and a test whose client broke the
// contract fails.
import { test as base, expect } from "@playwright/test";
import { Standin, sandboxName } from "./index.js";

export { expect };

export const test = base.extend({
  standinURL: [undefined, { option: true, scope: "worker" }],
  sandboxStart: [{}, { option: true }],
  noViolations: [{}, { option: true }],

  standin: [async ({ standinURL }, use) => {
    await use(new Standin({ url: standinURL }));
  }, { scope: "worker" }],

  sandbox: async ({ standin, context, sandboxStart, noViolations }, use, info) => {
    const box = await standin.sandbox(sandboxName(info.title), sandboxStart);
    // The page needs to know nothing of it: the header is added on the way.
    await context.route((url) => url.href.startsWith(standin.url + "/"), (route) =>
      route.continue({ headers: { ...route.request().headers(), "standin-sandbox": box.name } }));
    await use(box);
    await context.unrouteAll({ behavior: "ignoreErrors" });
    const failed = info.status !== "passed";
    try {
      if (noViolations !== false && !failed) await box.expectNoViolations(noViolations);
    } catch (error) {
      await attach(box, info);
      await box.delete();
      throw error;
    }
    if (failed) await attach(box, info);
    await box.delete();
  },
});

// attach keeps the journal with a failed test's report.
async function attach(box, info) {
  await info.attach("standin-exchanges.json", { body: JSON.stringify(await box.exchanges(), null, 2), contentType: "application/json" });
}
