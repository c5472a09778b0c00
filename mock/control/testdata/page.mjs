// The page in a headless Chromium. STANDIN_URL is a fake of the built-in document, STANDIN_LOCKED_URL one whose control
// token is s3cret; STANDIN_BROWSER is the browser's path.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

const require = createRequire(new URL("../../storefront/testdata/client/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { STANDIN_URL: url, STANDIN_LOCKED_URL: locked, STANDIN_BROWSER: executablePath } = process.env;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
});
after(() => browser?.close());

// open opens the page; whatever the browser complains about fails the test at its end.
async function open(t, address, options = {}) {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error" && !/status of 401/.test(message.text())) complaints.push(message.text()); });
  page.on("dialog", (dialog) => { complaints.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(data:|https?:\/\/127\.0\.0\.1)/.test(request.url())) complaints.push("request to " + request.url()); });
  t.after(async () => { await context.close(); assert.deepEqual(complaints, []); });
  await page.goto(address);
  return page;
}

const live = (page) => page.locator("#live[data-state=on]").waitFor();
const post = (path, body, headers = {}) => fetch(url + path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
const control = async (path) => (await fetch(url + "/_standin" + path)).json();
const row = (page, text) => page.locator("#list li", { hasText: text }).first();

test("it shows exchanges as they happen, newest first", async (t) => {
  const page = await open(t, url + "/_standin/");
  await live(page);
  await fetch(url + "/auth/first");
  await row(page, "/auth/first").waitFor();
  await fetch(url + "/auth/second");
  await row(page, "/auth/second").waitFor();
  assert.match(await page.locator("#list li").first().textContent(), /second/);
});

test("it shows what happened before it was opened, and finds it by filter", async (t) => {
  await fetch(url + "/~filtered/auth/one");
  await post("/~filtered/auth/login/password", '{"email":"asha@example.com","password":"standin-Passw0rd"}');
  const page = await open(t, url + "/~filtered/_standin/");
  await row(page, "/auth/one").waitFor();
  assert.equal(await page.locator("#list li").count(), 2);
  await page.locator("#search").fill("login");
  assert.equal(await page.locator("#list li").count(), 1);
  await page.locator("#search").fill("");
  await page.getByRole("button", { name: "4xx" }).click();
  assert.match(await page.locator("#list").textContent(), /auth\/one/);
  assert.equal(await page.locator("#list li").count(), 1);
});

test("it explains an exchange, with the place in the document", async (t) => {
  const page = await open(t, url + "/~explained/_standin/");
  await live(page);
  await post("/~explained/auth/login/password", '{"email":7}');
  await row(page, "/auth/login/password").click();
  const detail = page.locator("#detail");
  await detail.getByText("Why this answer").waitFor();
  assert.match(await detail.textContent(), /storefront\.yaml:\d+:\d+/);
  assert.match(await detail.textContent(), /client to blame/);
  assert.match(await detail.locator(".side").last().textContent(), /"success": false/);
  await page.keyboard.press("Escape");
  await detail.waitFor({ state: "hidden" });
});

test("it can be used with the keyboard alone", async (t) => {
  for (const n of [1, 2, 3]) await fetch(`${url}/~keys/auth/${n}`);
  const page = await open(t, url + "/~keys/_standin/");
  await row(page, "/auth/3").waitFor();
  await page.keyboard.press("j");
  await page.locator("#detail h2", { hasText: "/auth/3" }).waitFor();
  await page.keyboard.press("j");
  await page.locator("#detail h2", { hasText: "/auth/2" }).waitFor();
  await page.keyboard.press("k");
  await page.locator("#detail h2", { hasText: "/auth/3" }).waitFor();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
});

test("it shows hostile text as text", async (t) => {
  const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const page = await open(t, url + "/~hostile/_standin/");
  await live(page);
  await post("/~hostile/auth/login/password?" + encodeURIComponent(evil), JSON.stringify({ email: evil, [evil]: evil }), { "X-Evil": evil });
  await post("/~hostile/auth/login/password", evil, { "Content-Type": "text/html" });
  for (const li of await page.locator("#list li").all()) {
    await li.click();
    await page.locator("#detail summary").first().click();
  }
  await row(page, "/auth/login/password?").click();
  assert.match(await page.locator("#detail").textContent(), /<img src=x onerror=/);
  assert.equal(await page.locator("#detail img, #list img, main script").count(), 0);
  assert.doesNotMatch(await page.title(), /owned/);
});

test("it switches scenarios, moves the clock and resets", async (t) => {
  const page = await open(t, url + "/~steered/_standin/");
  await live(page);
  const slow = page.getByRole("switch", { name: /^slow/ });
  await slow.check();
  await page.getByText("1 active").waitFor();
  const scenario = async () => (await (await fetch(url + "/~steered/_standin/scenario")).json()).active;
  assert.deepEqual(await scenario(), ["slow"]);
  const was = Date.parse((await (await fetch(url + "/~steered/_standin/clock")).json()).now);
  await page.getByRole("button", { name: "+1 h" }).click();
  await page.locator("#time", { hasText: "10:30:00" }).waitFor();
  assert.equal(Date.parse((await (await fetch(url + "/~steered/_standin/clock")).json()).now) - was, 3600e3);
  await page.getByRole("button", { name: "Let it run" }).click();
  await page.getByText("running").waitFor();
  await page.getByRole("button", { name: "Back to the start" }).click();
  await page.getByText("none active").waitFor();
  assert.deepEqual(await scenario(), []);
});

test("it saves a report of its sandbox", async (t) => {
  await fetch(url + "/~told/auth/logout", { method: "POST" });
  const page = await open(t, url + "/~told/_standin/");
  await live(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Report" }).click()]);
  assert.equal(file.suggestedFilename(), "standin-told.html");
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, /^<!doctype html>/i);
  assert.match(text, /\/auth\/logout/);
});

test("it notices what others switch", async (t) => {
  const page = await open(t, url + "/~watched/_standin/");
  await live(page);
  await fetch(url + "/~watched/_standin/scenario", { method: "PUT", body: '{"active":["flaky"]}' });
  await page.getByText("1 active").waitFor();
});

test("it hands out tokens and one-time passwords", async (t) => {
  const page = await open(t, url + "/~people/_standin/");
  await page.getByRole("button", { name: "Get tokens for Asha Rao" }).click();
  await page.getByRole("button", { name: "Copy access token" }).click();
  const token = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(token, /^eyJ/);
  const sent = await post("/~people/auth/login/email", '{"email":"meera@example.com"}', { Authorization: "Bearer " + token });
  assert.equal(sent.status, 200);
  await page.locator("#otps", { hasText: "meera@example.com" }).getByText("123456").waitFor();
});

test("it moves between sandboxes", async (t) => {
  const page = await open(t, url + "/_standin/");
  await live(page);
  await page.getByRole("button", { name: "New…" }).click();
  await page.getByRole("textbox", { name: "Name of the sandbox" }).fill("brand-new");
  const entered = page.waitForResponse((response) => response.url().includes("/~brand-new/_standin/"));
  await page.getByRole("button", { name: "Enter" }).click();
  await page.waitForURL("**/~brand-new/_standin/");
  await entered; // a sandbox is made by the first call that names it
  await page.getByText("Nothing has happened yet").waitFor();
  assert.ok((await control("/sandboxes")).sandboxes.some((box) => box.name === "brand-new"));
  await fetch(url + "/~brand-new/auth/here");
  await row(page, "/auth/here").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL("**/~default/_standin/");
  await live(page);
  assert.ok(!(await control("/sandboxes")).sandboxes.some((box) => box.name === "brand-new"));
});

test("it asks for the token", async (t) => {
  const page = await open(t, locked + "/_standin/");
  await page.locator("#ask[open]").waitFor();
  await page.locator("#token").fill("wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("That is not the token.").waitFor();
  await page.locator("#token").fill("s3cret");
  await page.getByRole("button", { name: "Open" }).click();
  await live(page);
  await page.getByText("Asha Rao").waitFor();
});

test("it takes the token from the address, and out of it", async (t) => {
  const page = await open(t, locked + "/_standin/#token=s3cret");
  await live(page);
  assert.doesNotMatch(page.url(), /s3cret/);
});

test("it fits a phone", async (t) => {
  await fetch(url + "/~phone/auth/a/rather/long/path/that/does/not/fit/on/a/phone?with=a&long=query&and=more&and=more&and=more");
  const page = await open(t, url + "/~phone/_standin/", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  await row(page, "/auth/a").tap();
  await page.getByText("Why this answer").waitFor();
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  assert.ok(await fits());
  await page.getByRole("button", { name: "Close (Escape)" }).tap();
  assert.ok(await fits());
  await page.getByRole("button", { name: "World" }).tap();
  await page.getByRole("switch", { name: /^slow/ }).waitFor();
  assert.ok(await fits());
});
