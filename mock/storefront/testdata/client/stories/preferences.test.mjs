// One request asks for its own answer: the Prefer header, and its twins in the query.
import assert from "node:assert/strict";
import { answered, asha, ok, password, refused, story } from "./world.mjs";

// preferring is a logged-in manual client that sends a Prefer header with every call.
async function preferring(world, prefer) {
  const { user, access_token } = ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
  const client = await world.holding(access_token);
  client.auth.useMiddleware({
    onRequest({ request }) {
      request.headers.set("Prefer", prefer);
      return request;
    },
  });
  return { client, id: user.id };
}

// asking is the same with a member of the query.
async function asking(world, query) {
  const { user, access_token } = ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
  const client = await world.holding(access_token);
  client.auth.useMiddleware({ onRequest: ({ request }) => new Request(`${request.url}?${query}`, request) });
  return { client, id: user.id };
}

story("Prefer: code chooses the status", async (world) => {
  const { client, id } = await preferring(world, "code=404");
  const answer = await client.auth.getUserDetails({ id });
  refused(answer, 404, "not_found");
  assert.equal(answer.response.headers.get("Preference-Applied"), "code=404");
});

story("__code chooses the status", async (world) => {
  const { client, id } = await asking(world, "__code=404");
  refused(await client.auth.getUserDetails({ id }), 404, "not_found");
});

story("Prefer: example chooses the example, and its status", async (world) => {
  const { client } = await preferring(world, "example=revoked");
  assert.match(refused(await client.auth.logout(), 401, "unauthorized").message, /revoked/);
});

story("__example chooses the example", async (world) => {
  const { client } = await asking(world, "__code=401&__example=expired");
  assert.match(refused(await client.auth.logout(), 401, "unauthorized").message, /expired/);
});

story("Prefer: dynamic makes an answer up from the schema", async (world) => {
  const { client, id } = await preferring(world, "dynamic=true");
  const answer = await client.auth.getUserDetails({ id });
  assert.equal(typeof ok(answer).user.id, "string");
  assert.equal(answer.response.headers.get("Preference-Applied"), "dynamic=true");
});

story("__dynamic makes an answer up from the schema", async (world) => {
  const { client, id } = await asking(world, "__dynamic=true");
  assert.equal(typeof ok(await client.auth.getUserDetails({ id })).user.id, "string");
});

story("Prefer: scenario is for this request alone", async (world) => {
  const { client, id } = await preferring(world, "scenario=unknown-user");
  const answer = await client.auth.getUserDetails({ id });
  refused(answer, 404, "not_found");
  assert.equal(answer.response.headers.get("Preference-Applied"), "scenario=unknown-user");
  const { client: other } = await world.loggedIn();
  ok(await other.auth.getUserDetails({ id }));
});

story("__scenario is for this request alone", async (world) => {
  const { client } = await asking(world, "__scenario=server-error");
  refused(await client.auth.logout(), 500, "internal_error");
});

story("Prefer: wait delays the answer", async (world) => {
  const { client } = await preferring(world, "wait=0.2");
  const start = performance.now();
  ok(await client.auth.logout());
  assert.ok(performance.now() - start >= 190, "it took its time");
  assert.equal((await world.exchanges("logout"))[0].delay_ms, 200);
});

story("what is chosen changes no state", async (world) => {
  const { client, id } = await preferring(world, "code=200");
  ok(await client.auth.logout());
  const again = await world.holding(await client.getAccessToken());
  assert.equal(ok(await again.auth.getUserDetails({ id })).user.is_logged_in, true);
});

story("any request provokes any answer, and what was wrong with it is still reported", async (world) => {
  refused(await answered(world.fetch("POST", "/auth/logout", { headers: { Prefer: "code=404" } })), 404, "not_found");
  const { data, response } = await answered(world.fetch("POST", "/auth/logout?__code=200"));
  assert.equal(data.user.is_anonymous, true);
  assert.equal(response.headers.get("Standin-Violations"), "1");
  world.provoke("request security security", "request security security");
});

story("a preference that cannot be is refused as a problem", async (world) => {
  for (const prefer of ["code=abc", "scenario=no-such", "example=no-such"]) {
    const response = await world.fetch("POST", "/auth/logout", { headers: { Prefer: prefer } });
    assert.equal(response.headers.get("Content-Type"), "application/problem+json", prefer);
    assert.ok(response.status >= 400 && response.status < 500, `${prefer}: ${response.status}`);
    assert.equal((await response.json()).status, response.status);
  }
  world.provoke(...Array(3).fill("request security security"));
});
