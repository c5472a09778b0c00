// The evidence's page in a headless Chromium. STANDIN_PAGE is its address, STANDIN_BROWSER the browser's path; pictures go to
// the folder STANDIN_SHOTS.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

const require = createRequire(new URL("../../storefront/testdata/client/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { STANDIN_PAGE: address, STANDIN_BROWSER: executablePath, STANDIN_SHOTS: shots } = process.env;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
});
after(() => browser?.close());

// open opens the page; whatever the browser complains about fails the test at its end.
async function open(t, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("dialog", (dialog) => { complaints.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== address) complaints.push("request to " + request.url()); });
  t.after(async () => { await context.close(); assert.deepEqual(complaints, []); });
  await page.goto(address);
  return page;
}

const shown = (page) => page.locator(".finding:visible").count();

test("it tells the verdict and shows every cause", async (t) => {
  const page = await open(t);
  assert.match(await page.locator(".verdict").innerText(), /causes break the contract/);
  assert.ok(await shown(page) > 8);
  if (shots) await page.screenshot({ path: shots + "/light.png" });
});

test("it marks the offending part beside the other message", async (t) => {
  const page = await open(t);
  const finding = page.locator(".finding", { hasText: "body/email must be a string" }).first();
  await finding.locator("summary").first().click();
  assert.deepEqual(await finding.locator(".pair mark").allInnerTexts(), ['"email"', "7"]);
  assert.equal(await finding.locator(".message-box").count(), 2);
});

test("it finds words and filters by blame, and counts nothing twice", async (t) => {
  const page = await open(t);
  const all = await shown(page);
  await page.fill("#find", "logot");
  assert.equal(await shown(page), 1);
  await page.fill("#find", "no such words");
  assert.equal(await shown(page), 0);
  await page.locator("#none").waitFor();
  await page.fill("#find", "");
  await page.locator("button[data-kind=scenario]").click();
  assert.equal(await shown(page), 1);
  await page.locator("button[data-kind=scenario]").click();
  assert.equal(await shown(page), all);
});

test("it can be used by keyboard alone", async (t) => {
  const page = await open(t);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".finding").first().evaluate((element) => element.open));
  await page.keyboard.press("/");
  await page.keyboard.type("logout");
  assert.equal(await page.inputValue("#find"), "logout");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#find"), "");
});

test("it shows coverage, and the gaps alone", async (t) => {
  const page = await open(t);
  assert.equal(await page.locator("tbody tr").count(), 25);
  assert.ok(await page.locator(".chip.yes").count() > 3);
  await page.locator("#gaps").click();
  assert.ok(await page.locator("tbody tr:visible").count() > 0);
});

test("it is dark where the reader is, and fits a telephone", async (t) => {
  const page = await open(t, { colorScheme: "dark", viewport: { width: 390, height: 844 } });
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(colour, "rgb(15, 21, 20)");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it scrolls sideways");
  if (shots) {
    await page.setViewportSize({ width: 1280, height: 1500 });
    await page.locator(".finding", { hasText: "body/email must be a string" }).first().locator("summary").first().click();
    await page.screenshot({ path: shots + "/dark.png" });
  }
});
