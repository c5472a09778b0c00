// The published client on a page of another origin, in a browser.
import assert from "node:assert/strict";
import { asha, ok, password, server, still, story } from "../stories/world.mjs";
import { open } from "./page.mjs";

// What the page does, it does in the browser: these functions see nothing of this file.

// useClient makes the page's client. It sends no cookies unless it is told to.
function useClient(page, baseUrl, options = {}) {
  return page.evaluate(({ baseUrl, options: { credentials, tokens } }) => {
    const { fetch } = window;
    if (credentials) window.fetch = (input, init) => fetch(input, { ...init, credentials });
    window.client = new CE_SDK.SessionStorefrontSDK({
      storeId: "my-store", apiKey: "any-key", baseUrl, tokenStorage: new CE_SDK.BrowserTokenStorage(),
      accessToken: tokens?.access_token, refreshToken: tokens?.refresh_token,
    });
  }, { baseUrl, options });
}

// call calls one of the client's operations and returns its answer in a form that leaves the page.
function call(page, name, ...args) {
  return page.evaluate(async ({ name, args }) => {
    const { data, error, response } = await window.client.auth[name](...args);
    const { status } = response;
    return { data, error: error && { ...error, error: String(error.error) }, status, headers: Object.fromEntries(response.headers) };
  }, { name, args });
}

// good is the data of a call that succeeded.
function good({ data, error, status }) {
  assert.equal(error, null, JSON.stringify(error));
  assert.equal(status, 200);
  return data;
}

// bad is the error of a call that was refused.
function bad({ error, status }, wanted, code) {
  assert.deepEqual([status, error?.code, error?.success], [wanted, code, false], JSON.stringify(error));
  return error;
}

const holding = (page) => page.evaluate(() => window.client.getAccessToken());

story("a page logs in and out, and its old token is refused", async (world) => {
  const { page, origin } = await open(world);
  assert.notEqual(new URL(origin).port, new URL(server).port);
  await useClient(page, world.baseUrl);
  const { user } = good(await call(page, "loginWithPassword", { email: asha.email, password }));
  const old = await holding(page);
  assert.equal(good(await call(page, "getUserDetails", { id: user.id })).user.is_logged_in, true);
  const data = good(await call(page, "logout"));
  assert.equal(data.user.email, asha.email);
  assert.equal(data.user.is_anonymous, true);
  assert.equal(await holding(page), data.access_token);
  assert.notEqual(data.access_token, old);

  await page.evaluate((token) => window.client.setTokens(token), old);
  assert.match(bad(await call(page, "logout"), 401, "unauthorized").message, /revoked/);
  assert.deepEqual(await world.operations(), ["get-anonymous-token", "login-with-password", "get-user-detail", "logout", "logout"]);
  const exchanges = await world.exchanges();
  assert.deepEqual([...new Set(exchanges.map((e) => e.request.headers.Origin[0]))], [origin]);
});

story("the browser asks leave for what the client sends, and gets it", async (world) => {
  const { page, preflights } = await open(world);
  await useClient(page, world.baseUrl);
  const { user } = good(await call(page, "loginWithPassword", { email: asha.email, password }));
  good(await call(page, "updateUserDetails", { id: user.id }, { first_name: "Aasha" }));
  good(await call(page, "deleteUser", { id: user.id }));
  // The browser tells of a preflight after the answer may be there already: ask until it has.
  const asked = async (method, path) => {
    const found = () => preflights.find((p) => p.method === method && p.path.endsWith(path));
    for (let n = 0; !found() && n < 500; n++) await page.evaluate(() => new Promise(requestAnimationFrame));
    return found()?.headers.sort();
  };
  assert.deepEqual(await asked("POST", "/auth/anonymous"), ["content-type", "x-api-key"]);
  assert.deepEqual(await asked("POST", "/auth/login/password"), ["authorization", "content-type"]);
  assert.deepEqual(await asked("PUT", `/auth/user/${user.id}`), ["authorization", "content-type"]);
  assert.deepEqual(await asked("DELETE", `/auth/user/${user.id}`), ["authorization"]);
  assert.ok((await world.exchanges()).every((e) => e.request.method !== "OPTIONS"), "no preflight is in the journal");
});

story("the page reads the headers that the server adds", async (world) => {
  const { page } = await open(world);
  await useClient(page, world.baseUrl);
  const { headers } = await call(page, "loginWithPassword", { email: asha.email, password });
  const exchange = (await world.exchanges("login-with-password"))[0];
  assert.equal(headers["standin-exchange"], exchange.id);

  await world.activate("outage");
  const down = await call(page, "logout");
  bad(down, 503, "service_unavailable");
  assert.equal(down.headers["retry-after"], "30");

  await world.activate();
  const preferred = await page.evaluate(async (url) => {
    const response = await fetch(`${url}/auth/logout`, { method: "POST", headers: { Prefer: "code=404" } });
    return { status: response.status, body: await response.json(), headers: Object.fromEntries(response.headers) };
  }, world.url);
  assert.equal(preferred.status, 404);
  assert.equal(preferred.body.code, "not_found");
  assert.equal(preferred.headers["preference-applied"], "code=404");
  assert.equal(preferred.headers["standin-violations"], "1");
  world.provoke("request security security");
}, still);

story("the page reads what is refused before it reaches the API", async (world) => {
  const { page } = await open(world);
  const [lost, wrong] = await page.evaluate((url) => Promise.all([["POST", "/auth/logut"], ["PATCH", "/auth/logout"]].map(async ([method, path]) => {
    const response = await fetch(url + path, { method });
    return { status: response.status, type: response.headers.get("Content-Type"), allow: response.headers.get("Allow"), body: await response.json() };
  })), world.url);
  assert.deepEqual([lost.status, lost.type, wrong.status, wrong.allow], [404, "application/problem+json", 405, "POST"]);
  assert.ok(JSON.stringify(lost.body).includes("/auth/logout"), "the nearest path is named");
  world.provoke(...(await world.exchanges()).map((e) => (e.status === 404 ? "request path path" : "request method method")));
});

story("the page renews its session by itself", async (world) => {
  const { page } = await open(world);
  await useClient(page, world.baseUrl);
  const { user } = good(await call(page, "loginWithPassword", { email: asha.email, password }));
  await world.pass(15 * 60);
  await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 15 * 60 * 1000;
  });
  assert.equal(good(await call(page, "getUserDetails", { id: user.id })).user.is_logged_in, true);
  assert.deepEqual((await world.operations()).slice(-2), ["refresh-token", "get-user-detail"]);
});

story("the page sends a picture", async (world) => {
  const { page } = await open(world);
  await useClient(page, world.baseUrl);
  const { user } = good(await call(page, "loginWithPassword", { email: asha.email, password }));
  const url = await page.evaluate(async ({ id }) => {
    const canvas = document.createElement("canvas");
    const image = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    return (await window.client.auth.addProfileImage({ id }, { image })).data.profile_image_url;
  }, user);
  assert.match(url, /\.png$/);
});

story("a cookie names the page's world, credentials included", async (world) => {
  const { page, origin } = await open(world);
  await page.evaluate((name) => void (document.cookie = `standin-sandbox=${name}; path=/`), world.name);
  await useClient(page, server, { credentials: "include" });
  const { user } = good(await call(page, "loginWithPassword", { email: asha.email, password }));
  good(await call(page, "getUserDetails", { id: user.id }));
  good(await call(page, "logout"));
  const exchanges = await world.exchanges();
  assert.deepEqual(exchanges.map((e) => e.operation), ["get-anonymous-token", "login-with-password", "get-user-detail", "logout"]);
  for (const { request, response } of exchanges) {
    assert.match(request.headers.Cookie[0], new RegExp(`standin-sandbox=${world.name}`));
    assert.deepEqual(response.headers["Access-Control-Allow-Origin"], [origin]);
    assert.deepEqual(response.headers["Access-Control-Allow-Credentials"], ["true"]);
  }
});

story("a page without header, prefix or cookie stays in the world that issued its token", async (world) => {
  const tokens = ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
  const { page } = await open(world, "localhost"); // another site: the browser would keep cookies back
  await useClient(page, server, { tokens });
  good(await call(page, "getUserDetails", { id: tokens.user.id }));
  const { refresh_token } = good(await call(page, "logout"));
  good(await call(page, "refreshToken", { refresh_token }));
  assert.equal(good(await call(page, "getUserDetails", { id: tokens.user.id })).user.is_anonymous, true);
  assert.deepEqual(await world.operations(), ["login-with-password", "get-user-detail", "logout", "refresh-token", "get-user-detail"]);
});

story("two pages in two worlds do not meet", async (world) => {
  const another = await world.another();
  const [one, two] = [await open(world), await open(another)];
  await useClient(one.page, world.baseUrl);
  await useClient(two.page, another.baseUrl);
  const { user } = good(await call(one.page, "loginWithPassword", { email: asha.email, password }));
  good(await call(two.page, "loginWithPassword", { email: asha.email, password }));
  good(await call(one.page, "deleteUser", { id: user.id }));
  good(await call(two.page, "getUserDetails", { id: user.id }));
  await another.settle();
});

story("a foreign page can switch nothing, and read nothing, of the control API", async (world) => {
  const { page } = await open(world);
  const outcomes = await page.evaluate(async (control) => {
    const attempt = async (path, init) => {
      try {
        return (await fetch(control + path, init)).type;
      } catch {
        return "blocked";
      }
    };
    return [
      await attempt("/scenario", { method: "PUT", headers: { "Content-Type": "application/json" }, body: '{"active":["server-error"]}' }),
      await attempt("/clock/advance", { method: "POST", mode: "no-cors", body: '{"by":"1h"}' }),
      await attempt("/users", { method: "POST", mode: "no-cors" }), // the browser sends it without asking leave
      await attempt("/users", {}),
    ];
  }, `${world.url}/_standin`);
  assert.deepEqual(outcomes, ["blocked", "blocked", "blocked", "blocked"]);
  assert.deepEqual((await world.control("GET", "/scenario")).active, []);
  assert.equal((await world.control("GET", "/users")).users.length, 6);
  const { now } = await world.control("GET", "/clock");
  assert.ok(Math.abs(Date.parse(now) - Date.now()) < 10 * 60 * 1000, `the clock has not moved: ${now}`);
});
