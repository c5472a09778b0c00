// What a Vitest suite looks like: one Standin for all files, a sandbox for each test.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ContractBroken, Standin, StandinError, sandboxName, type Sandbox } from "../index.js";

const standin = new Standin();
let box: Sandbox;

beforeEach(async ({ task }) => {
  box = await standin.sandbox(sandboxName(task.name), { seed: 7 });
});
afterEach(async () => {
  await box.delete();
});

async function login(to: Sandbox, email = "asha@example.com"): Promise<any> {
  const answer = await fetch(`${to.url}/auth/login/password`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: "standin-Passw0rd" }),
  });
  return (await answer.json()).content;
}

function logout(to: Sandbox, token: string, headers: Record<string, string> = {}) {
  return fetch(`${to.url}/auth/logout`, { method: "POST", headers: { Authorization: `Bearer ${token}`, ...headers } });
}

describe("a sandbox", () => {
  test("is a world of its own", async () => {
    const other = await standin.sandbox(sandboxName("another"), {});
    const { access_token } = await login(box);
    expect((await logout(box, access_token)).status).toBe(200);
    expect((await logout(other, access_token)).status).toBe(401);
    expect((await box.exchanges({ operation: "logout" })).map((x) => x.status)).toEqual([200]);
    await other.delete();
    expect((await standin.sandboxes()).map((s) => s.name)).not.toContain(other.name);
  });

  test("is made of the same seed again and again", async () => {
    const first = (await box.users.create({ count: 2 })).map((u) => u.email);
    const again = await standin.sandbox(box.name, { seed: 7 });
    expect((await again.users.create({ count: 2 })).map((u) => u.email)).toEqual(first);
  });

  test("can be reached by a header", async () => {
    const answer = await fetch(`${standin.url}/auth/nowhere`, { headers: box.headers });
    expect(answer.status).toBe(404);
    expect(await box.exchanges()).toHaveLength(1);
  });
});

test("scenarios are switched, and unknown ones named", async () => {
  expect(await box.scenario("slow", "unauthorized")).toEqual(["slow", "unauthorized"]);
  expect(await box.scenario()).toEqual(["slow", "unauthorized"]);
  expect(await box.clearScenario()).toEqual([]);
  expect((await standin.scenarios()).map((s) => s.name)).toContain("expired-token");
  const refused = await box.scenario("expired-tokens").catch((e) => e);
  expect(refused).toBeInstanceOf(StandinError);
  expect(refused.status).toBe(404);
  expect(refused.message).toContain("expired-token");
});

test("the clock expires a token", async () => {
  const at = new Date("2026-03-01T09:30:00Z");
  expect(await box.clock.freeze(at)).toMatchObject({ now: "2026-03-01T09:30:00Z", frozen: true });
  const { access_token } = await login(box);
  await box.clock.advance("16m");
  expect((await logout(box, access_token)).status).toBe(401);
  await box.clock.advance(-16 * 60_000);
  expect((await logout(box, access_token)).status).toBe(200);
  expect((await box.clock.run()).frozen).toBe(false);
});

test("users come with tokens, and one-time passwords can be read", async () => {
  const [user] = await box.users.create({ count: 1 });
  const { access_token } = await box.users.tokens(user.id, { expires_in: "1h" });
  expect((await logout(box, access_token)).status).toBe(200);
  await fetch(`${box.url}/auth/login/email`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: user.email }),
  });
  expect((await box.otps())[0]).toMatchObject({ to: user.email, otp: "123456" });
  await box.users.delete(user.id);
  expect((await box.users.list()).map((u) => u.id)).not.toContain(user.id);
});

test("the state travels", async () => {
  const before = await box.state.get();
  await box.users.create({ count: 1 });
  await box.state.set(before);
  expect(await box.users.list()).toHaveLength(6);
  await box.state.reset();
});

test("a broken contract is told with its place", async () => {
  await box.expectNoViolations();
  await fetch(`${box.url}/auth/login/password`, { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"email":7}' });
  const broken = await box.expectNoViolations().catch((e) => e);
  expect(broken).toBeInstanceOf(ContractBroken);
  expect(broken.message).toMatch(/POST .*\/auth\/login\/password 400/);
  expect(broken.message).toMatch(/client to blame \[.*storefront\.yaml:\d+:\d+\]/);
  await box.expectNoViolations({ blame: ["fake"] });
  await box.expectNoViolations({ allow: (v) => v.in === "request" });
  const told = await box.exchange(broken.exchanges[0].exchange.id);
  expect(told.explanation.length).toBeGreaterThan(1);
  await box.clearExchanges();
  await box.expectNoViolations();
});

test("a Standin that is not there is told", async () => {
  await expect(new Standin({ url: "http://127.0.0.1:9" }).health()).rejects.toThrow(/no Standin answers at/);
});

test("a name is made of any title", () => {
  expect(sandboxName("Logs out – twice!", "1")).toBe("Logs-out-twice-1");
  expect(sandboxName("Ärger", "1")).toBe("A-rger-1");
  expect(sandboxName("…", "1")).toBe("test-1");
  expect(sandboxName("x".repeat(200))).toMatch(/^x{40}-[0-9a-f]{8}$/);
});
