// What the stories share. A story is one test in a world of its own: a sandbox, named by the path prefix of the client's
// base URL. When it ends, the world's journal must hold no violation but those that the story provoked on purpose.
//
// STANDIN_URL is the address of the server, without a slash at the end.
import assert from "node:assert/strict";
import { basename } from "node:path";
import test from "node:test";
import { MemoryTokenStorage, SessionStorefrontSDK } from "@commercengine/storefront-sdk";

export const server = process.env.STANDIN_URL;
assert.ok(server, "set STANDIN_URL to the address of a running server, such as http://127.0.0.1:4010");

// The seeded users, and what works for all of them.
export const password = "standin-Passw0rd";
export const otp = "123456";
export const asha = { email: "asha@example.com", phone: "9000000001" }; // all is well
export const vikram = { email: "vikram@example.com", phone: "9000000002" }; // has no password
export const meera = { email: "meera@example.com", phone: "9000000003" }; // has a business
export const kabir = { email: "kabir@example.com", phone: "9000000004" }; // buys wholesale
export const isha = { email: "isha@example.com", phone: "9000000005" }; // never verified anything
export const rohan = { email: "rohan@example.com", phone: "9000000006" }; // is deactivated

// The client talks to the console about its sessions. The journal knows better.
console.info = console.warn = console.error = () => {};

// still is the start of a world in which time stands, for server and client, until the story lets it pass.
export const still = { clock: { frozen: true } };

let stories = 0;

// story is a test in a new world. start is what PUT /_standin/sandboxes/{name} takes: seed, active, clock.
export function story(sentence, tell, start = {}) {
  const name = `${basename(process.argv[1], ".test.mjs")}-${++stories}`;
  test(sentence, async (t) => {
    const world = new World(name, t);
    const { clock } = await world.control("PUT", `/sandboxes/${name}`, start);
    if (clock.frozen) world.freeze(clock.now);
    await tell(world);
    await world.settle();
  });
}

export class World {
  constructor(name, t) {
    this.name = name;
    this.t = t;
    this.url = `${server}/~${name}`;
    // The client knows its operations by the path's end: by what follows the first "/storefront", or by the whole path.
    this.baseUrl = `${this.url}/api/v1/my-store/storefront`;
    this.provoked = [];
    this.frozen = false;
    this.ahead = 0; // of the client's clock, in milliseconds
  }

  // another is a second world beside this one.
  async another() {
    const world = new World(`${this.name}-another`, this.t);
    await world.control("PUT", `/sandboxes/${world.name}`, {});
    return world;
  }

  // manual is the client as an application uses it that keeps its tokens itself.
  manual(options = {}) {
    return new SessionStorefrontSDK({ storeId: "my-store", apiKey: "any-key", baseUrl: this.baseUrl, ...options });
  }

  // automatic is the client that begins, keeps and renews its session by itself.
  automatic(options = {}) {
    return this.manual({ tokenStorage: new MemoryTokenStorage(), ...options });
  }

  // loggedIn is an automatic client after a user's login with a password.
  async loggedIn(user = asha, options = {}) {
    const client = this.automatic(options);
    const { user: self } = ok(await client.auth.loginWithPassword({ email: user.email, password }));
    return { client, id: self.id, user: self };
  }

  // holding is a manual client that holds an access token.
  async holding(token) {
    const client = this.manual();
    await client.setTokens(token);
    return client;
  }

  // fetch sends a request that the client cannot make.
  fetch(method, path, { headers = {}, token, json, body } = {}) {
    headers = { ...headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (json !== undefined) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(json);
    }
    return fetch(this.url + path, { method, headers, body });
  }

  // control calls the control API and returns what it answers.
  async control(method, path, json) {
    const headers = json === undefined ? {} : { "Content-Type": "application/json" };
    const body = json === undefined ? undefined : JSON.stringify(json);
    const response = await fetch(`${this.url}/_standin${path}`, { method, headers, body });
    const text = await response.text();
    assert.ok(response.ok, `${method} /_standin${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  // activate switches the world's scenarios.
  activate(...names) {
    return this.control("PUT", "/scenario", { active: names });
  }

  // pass lets time go by, for the server and for the client. Its own wall clock is all that the client knows.
  async pass(seconds) {
    await this.control("POST", "/clock/advance", { by: `${seconds}s` });
    this.jump(seconds);
  }

  // jump lets time go by for the client alone.
  jump(seconds) {
    if (this.ahead === 0 && !this.frozen) {
      const now = Date.now;
      this.t.mock.method(Date, "now", () => now() + this.ahead);
    }
    this.ahead += seconds * 1000;
  }

  // freeze stops the client's clock where the server's stands.
  freeze(now) {
    this.frozen = true;
    this.t.mock.method(Date, "now", () => Date.parse(now) + this.ahead);
  }

  // exchanges are the world's, the newest last, of one operation or all.
  async exchanges(operation) {
    const { exchanges } = await this.control("GET", "/exchanges");
    return operation === undefined ? exchanges : exchanges.filter((e) => e.operation === operation);
  }

  // operations are the names of all that was called, in order.
  async operations() {
    return (await this.exchanges()).map((e) => e.operation);
  }

  // provoke announces violations that the story causes on purpose, as "request body/email format".
  provoke(...violations) {
    this.provoked.push(...violations);
  }

  // settle holds the journal against what was announced. What a scenario was asked to break is no violation.
  async settle() {
    const { exchanges } = await this.control("GET", "/exchanges?violations=true");
    const found = [];
    for (const e of exchanges) {
      for (const v of e.violations) {
        if (v.blame === "scenario") continue;
        const what = `${v.in} ${v.where} ${v.keyword}`;
        assert.equal(v.blame, "client", `${e.operation} ${e.status}: ${what}: ${v.message}`);
        found.push(what);
      }
    }
    assert.deepEqual(found, this.provoked, "violations that were found, and those that were provoked");
  }
}

// ok is the data of an answer that succeeded.
export function ok({ data, error, response }) {
  assert.equal(error, null, `${response.status} ${JSON.stringify(error)}`);
  assert.equal(response.status, 200);
  return data;
}

// refused is the body of an answer that did not succeed: this status and code, in the API's envelope.
export function refused({ data, error, response }, status, code) {
  assert.equal(response.status, status, `${code} was expected: ${JSON.stringify(data ?? error)}`);
  assert.equal(data, null);
  assert.equal(error.success, false);
  assert.equal(error.code, code);
  assert.equal(typeof error.message, "string");
  return error;
}

// answered is what fetch got, in the form of the client's answers.
export async function answered(promise) {
  const response = await promise;
  const body = await response.json();
  return response.ok ? { data: body.content, error: null, response } : { data: null, error: body, response };
}

// claims are what a token says.
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

// tokens are a client's two.
export async function tokens(client) {
  return { access: await client.getAccessToken(), refresh: await client.session.peekRefreshToken() };
}

export const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
