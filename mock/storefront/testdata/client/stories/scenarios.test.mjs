// Every scenario that ships, as an application meets it through its client.
import assert from "node:assert/strict";
import test from "node:test";
import { asha, ok, otp, password, refused, server, still, story, tokens } from "./world.mjs";

const told = new Set();

// under is a story that is about a scenario.
function under(scenario, sentence, tell, start) {
  told.add(scenario);
  story(`${scenario}: ${sentence}`, tell, start);
}

under("expired-token", "the client recovers through its refresh token", async (world) => {
  const { client, id } = await world.loggedIn();
  const before = await tokens(client);
  await world.activate("expired-token");
  const error = refused(await client.auth.getUserDetails({ id }), 401, "unauthorized");
  assert.match(error.message, /expired/);
  const pair = ok(await client.auth.refreshToken({ refresh_token: before.refresh }));
  assert.equal(await client.getAccessToken(), pair.access_token);
  assert.equal(ok(await client.auth.getUserDetails({ id })).user.is_logged_in, true);
  ok(await client.auth.logout());
});

under("expired-token", "the client that sees its own clock agree recovers by itself", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("expired-token");
  world.jump(15 * 60 - 20);
  ok(await client.auth.getUserDetails({ id }));
  assert.equal((await world.exchanges("refresh-token")).length, 1);
});

under("expired-token", "a new login helps as well", async (world) => {
  const { id } = await world.loggedIn();
  await world.activate("expired-token");
  const { client } = await world.loggedIn();
  ok(await client.auth.getUserDetails({ id }));
});

under("session-expired", "the refresh fails too, and only a new login helps", async (world) => {
  const { client, id } = await world.loggedIn();
  const before = await tokens(client);
  await world.activate("session-expired");
  refused(await client.auth.getUserDetails({ id }), 401, "unauthorized");
  refused(await world.manual().auth.refreshToken({ refresh_token: before.refresh }), 400, "refresh_token_expired");
  await client.clearTokens();
  ok(await client.auth.loginWithPassword({ email: asha.email, password }));
  ok(await client.auth.getUserDetails({ id }));
});

under("session-expired", "the client that renews by itself ends without a session", async (world) => {
  let cleared = 0;
  const { client, id } = await world.loggedIn(asha, { onTokensCleared: () => cleared++ });
  await world.activate("session-expired");
  await world.pass(15 * 60);
  refused(await client.auth.getUserDetails({ id }), 401, "unauthorized");
  assert.equal(cleared, 1);
  world.provoke("request security security");
});

under("unknown-user", "the token is good, and its user is unknown", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("unknown-user");
  refused(await client.auth.logout(), 404, "not_found");
  refused(await client.auth.getUserDetails({ id }), 404, "not_found");
  refused(await client.auth.deleteUser({ id }), 404, "not_found");
  refused(await client.auth.checkEmailOrPhoneIsVerified({ email: [asha.email] }), 404, "not_found");
  ok(await client.auth.updateUserDetails({ id }, { first_name: "Asha" })); // it documents no 404
  await world.activate();
  ok(await client.auth.logout());
});

under("unauthorized", "every call that needs a token answers 401, a fresh one included", async (world) => {
  await world.activate("unauthorized");
  const { client, id } = await world.loggedIn(); // logging in still works
  refused(await client.auth.getUserDetails({ id }), 401, "unauthorized");
  refused(await client.auth.logout(), 401, "unauthorized");
  ok(await client.auth.refreshToken({ refresh_token: (await tokens(client)).refresh }));
  refused(await client.auth.logout(), 401, "unauthorized");
});

under("bad-request", "every call that needs a token answers 400", async (world) => {
  await world.activate("bad-request");
  const { client, id } = await world.loggedIn();
  for (const answer of [await client.auth.logout(), await client.auth.getUserDetails({ id }), await client.auth.updateUserDetails({ id }, {})]) {
    refused(answer, 400, answer.error.code);
    assert.match(answer.error.code, /^[a-z_]+$/);
  }
});

under("server-error", "every call answers 500, logging in included", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("server-error");
  refused(await client.auth.getUserDetails({ id }), 500, "internal_error");
  refused(await client.auth.logout(), 500, "internal_error");
  refused(await world.manual().auth.loginWithPassword({ email: asha.email, password }), 500, "internal_error");
  await world.activate();
  ok(await client.auth.logout()); // nothing was done meanwhile
});

under("outage", "after as long as Retry-After says all is well again", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("outage");
  const first = await client.auth.logout();
  refused(first, 503, "service_unavailable");
  assert.equal(first.response.headers.get("Retry-After"), "30");
  await world.pass(10);
  const later = await client.auth.getUserDetails({ id });
  refused(later, 503, "service_unavailable");
  assert.equal(later.response.headers.get("Retry-After"), "20");
  await world.pass(20);
  ok(await client.auth.logout());
}, still);

under("slow", "the answer is the normal one, three seconds late", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("slow");
  const start = performance.now();
  ok(await client.auth.getUserDetails({ id }));
  assert.ok(performance.now() - start >= 2990, "it took its time");
  const [exchange] = await world.exchanges("get-user-detail");
  assert.equal(exchange.delay_ms, 3000);
});

under("slow", "a client with a time limit gives up", async (world) => {
  const { client, id } = await world.loggedIn(asha, { timeout: 100 });
  await world.activate("slow");
  refused(await client.auth.getUserDetails({ id }), 503, "NETWORK_ERROR");
  assert.equal((await world.exchanges("get-user-detail")).length, 1, "it is in the journal all the same");
});

under("flaky", "a part of the calls fails, the same ones for the same seed", async (world) => {
  const dice = async (seed) => {
    await world.control("PUT", `/sandboxes/${world.name}`, { seed, active: ["flaky"] });
    const { auth } = world.manual();
    let pattern = "";
    for (let i = 0; i < 60; i++) {
      const answer = await auth.getAnonymousToken();
      if (answer.error) refused(answer, 503, "service_unavailable");
      else ok(answer);
      pattern += answer.error ? "x" : ".";
    }
    return pattern;
  };
  const pattern = await dice(7);
  const failures = pattern.split("x").length - 1;
  assert.ok(failures >= 3 && failures <= 27, `one in five of 60 is about 12, got ${failures}: ${pattern}`);
  assert.equal(await dice(7), pattern);
  assert.notEqual(await dice(8), pattern);
});

under("rate-limited", "past a few calls a minute the answer is 429, until the minute is over", async (world) => {
  const { auth } = world.manual();
  const call = () => auth.getAnonymousToken();
  for (let minute = 0; minute < 2; minute++) {
    for (let i = 0; i < 5; i++) ok(await call());
    const limited = await call();
    refused(limited, 429, "too_many_requests");
    assert.equal(limited.response.headers.get("Retry-After"), "60");
    await world.pass(59);
    refused(await call(), 429, "too_many_requests");
    await world.pass(1);
  }
}, { ...still, active: ["rate-limited"] });

story("a scenario of one world is not another's", async (world) => {
  const another = await world.another();
  await world.activate("server-error");
  refused(await world.manual().auth.getAnonymousToken(), 500, "internal_error");
  ok(await another.manual().auth.getAnonymousToken());
});

story("two scenarios at once", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.activate("unknown-user", "outage");
  refused(await client.auth.getUserDetails({ id }), 404, "not_found"); // the first match wins
  refused(await client.auth.loginWithEmail({ email: asha.email }), 503, "service_unavailable");
  await world.pass(30);
  const sent = ok(await client.auth.loginWithEmail({ email: asha.email }));
  ok(await client.auth.verifyOtp({ ...sent, otp }));
}, still);

test("every scenario that ships has its story", async () => {
  const { scenarios } = await (await fetch(`${server}/_standin/scenarios`)).json();
  assert.deepEqual(scenarios.map((s) => s.name).sort(), [...told].sort());
});
