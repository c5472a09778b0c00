// What a Playwright suite looks like: the page below stands for the application, which knows the API's address and no
// more. Each test is in a world of its own.
import { createServer } from "node:http";
import { expect, test } from "../playwright.js";

const app = (api) => `<!doctype html><title>shop</title>
<button id="in">Log in</button> <button id="out">Log out</button> <output></output>
<script>
  const say = (text) => { document.querySelector("output").textContent = text };
  const post = (path, body) => fetch(${JSON.stringify(api)} + path, {
    method: "POST", credentials: "include",
    headers: { ...(body && { "Content-Type": "application/json" }), ...(window.token && { Authorization: "Bearer " + window.token }) },
    body: body && JSON.stringify(body),
  }).then(async (answer) => ({ status: answer.status, ...(await answer.json()) }), (error) => ({ status: 0, message: String(error) }));
  document.querySelector("#in").onclick = async () => {
    const answer = await post("/auth/login/password", window.credentials ?? { email: "asha@example.com", password: "standin-Passw0rd" });
    window.token = answer.content?.access_token;
    say(answer.status + " " + (answer.content?.user.first_name ?? answer.message));
  };
  document.querySelector("#out").onclick = async () => { const answer = await post("/auth/logout"); say(answer.status + " " + answer.message) };
</script>`;

let shop; // on a port, so of an origin, of its own
test.beforeAll(async ({ standin }) => {
  shop = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(app(standin.url)));
  await new Promise((listening) => shop.listen(0, "127.0.0.1", listening));
});
test.afterAll(() => shop.close());

test.beforeEach(async ({ page }) => {
  await page.goto(`http://127.0.0.1:${shop.address().port}/`);
});

const press = async (page, name, text) => {
  await page.getByRole("button", { name }).click();
  await expect(page.locator("output")).toHaveText(text);
};

test("logs in and out", async ({ page, sandbox }) => {
  await press(page, "Log in", "200 Asha");
  await press(page, "Log out", /^200 /);
  await press(page, "Log out", /^401 .*revoked/);
  expect((await sandbox.exchanges({ operation: "logout" })).map((x) => x.status)).toEqual([200, 401]);
  expect((await sandbox.exchanges()).every((x) => x.sandbox === sandbox.name)).toBe(true);
});

test("shows an outage, and recovers", async ({ page, sandbox }) => {
  await press(page, "Log in", "200 Asha");
  await sandbox.scenario("server-error");
  await press(page, "Log out", /^500 /);
  await sandbox.clearScenario();
  await press(page, "Log out", /^200 /);
});

test("lets a session run out", async ({ page, sandbox }) => {
  await press(page, "Log in", "200 Asha");
  await sandbox.clock.advance("16m");
  await press(page, "Log out", /^401 .*expired/);
});

test.describe("a client that breaks the contract", () => {
  test.fail(); // by the fixture, when the test is over
  test("fails its test", async ({ page, sandbox }) => {
    await page.evaluate(() => { window.credentials = { email: 7 } });
    await press(page, "Log in", /^400 /);
    expect(sandbox.name).toContain("fails-its-test");
  });
});

test.describe("a client that means to", () => {
  test.use({ noViolations: { allow: (violation) => violation.where.startsWith("body") }, sandboxStart: { active: ["slow"], seed: 3 } });
  test("does not", async ({ page, sandbox }) => {
    expect(await sandbox.scenario()).toEqual(["slow"]);
    await page.evaluate(() => { window.credentials = { email: 7 } });
    await press(page, "Log in", /^400 /);
  });
});
