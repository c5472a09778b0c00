// Logging out: the session goes on as an anonymous one, and what it held before is void.
import assert from "node:assert/strict";
import { answered, asha, claims, ok, password, refused, story, tokens } from "./world.mjs";

story("logout answers with a new pair of reduced privilege, and the user's e-mail prints", async (world) => {
  const { client, id, user } = await world.loggedIn();
  const before = await tokens(client);
  const data = ok(await client.auth.logout());
  assert.equal(data.user.email, asha.email);
  assert.equal(data.user.first_name, user.first_name);
  assert.equal(data.user.is_anonymous, true);
  assert.equal(data.user.is_logged_in, false);
  assert.equal(data.user.id, id, "the session goes on under the same id");
  assert.notEqual(data.access_token, before.access);
  assert.notEqual(data.refresh_token, before.refresh);
  assert.deepEqual(await tokens(client), { access: data.access_token, refresh: data.refresh_token });
  assert.equal(await client.isAnonymous(), true);
  assert.equal(await client.isLoggedIn(), false);
  assert.equal((await client.getUserInfo()).id, id);
});

story("logout comes without a body and without a type", async (world) => {
  const { client } = await world.loggedIn();
  ok(await client.auth.logout());
  const [{ request }] = await world.exchanges("logout");
  assert.equal(request.body, undefined);
  assert.equal(request.headers["Content-Type"], undefined);
});

story("the old access token is refused from then on", async (world) => {
  const { client, id } = await world.loggedIn();
  const before = await tokens(client);
  ok(await client.auth.logout());
  const old = await world.holding(before.access);
  assert.match(refused(await old.auth.logout(), 401, "unauthorized").message, /revoked/);
  refused(await old.auth.getUserDetails({ id }), 401, "unauthorized");
  refused(await old.auth.updateUserDetails({ id }, { first_name: "Ash" }), 401, "unauthorized");
  ok(await client.auth.getUserDetails({ id })); // the new one is good
});

story("the old refresh token is refused from then on", async (world) => {
  const { client } = await world.loggedIn();
  const before = await tokens(client);
  ok(await client.auth.logout());
  refused(await world.manual().auth.refreshToken({ refresh_token: before.refresh }), 400, "refresh_token_revoked");
  // That was no theft: the session has not been ended by it.
  ok(await client.auth.refreshToken({ refresh_token: (await tokens(client)).refresh }));
});

story("an anonymous session logs out the same way, again and again", async (world) => {
  const { client, id } = await world.loggedIn();
  const seen = new Set();
  for (let i = 0; i < 3; i++) {
    const data = ok(await client.auth.logout());
    assert.equal(data.user.id, id);
    assert.equal(data.user.is_anonymous, true);
    seen.add(data.access_token).add(data.refresh_token);
  }
  assert.equal(seen.size, 6, "every answer has tokens of its own");
});

story("a visitor who never logged in may log out", async (world) => {
  const client = world.automatic();
  const id = await client.session.ensureUserId();
  const data = ok(await client.auth.logout());
  assert.equal(data.user.id, id);
  assert.equal(data.user.email, null);
});

story("after logout the user logs in again, in the same session", async (world) => {
  const { client, id } = await world.loggedIn();
  const first = claims(await client.getAccessToken()).anonymous_id;
  ok(await client.auth.logout());
  const { user } = ok(await client.auth.loginWithPassword({ email: asha.email, password }));
  assert.equal(user.id, id);
  assert.equal(user.is_logged_in, true);
  assert.equal(claims(await client.getAccessToken()).anonymous_id, first);
});

story("what only a user may do is refused after logout", async (world) => {
  const { client, id } = await world.loggedIn();
  ok(await client.auth.logout());
  refused(await client.auth.updateUserDetails({ id }, { first_name: "Ash" }), 401, "unauthorized");
  refused(await client.auth.deleteUser({ id }), 401, "unauthorized");
  refused(await client.auth.changePassword({ old_password: password, new_password: "another-Passw0rd", confirm_password: "another-Passw0rd" }), 401, "unauthorized");
});

story("of six logouts at once with one token one succeeds", async (world) => {
  const { access_token } = ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
  const clients = await Promise.all(Array.from({ length: 6 }, () => world.holding(access_token)));
  const answers = await Promise.all(clients.map((client) => client.auth.logout()));
  assert.deepEqual(answers.map(({ response }) => response.status).sort(), [200, 401, 401, 401, 401, 401]);
});

story("logout without a good token is refused, whatever is wrong with it", async (world) => {
  const { access_token, refresh_token } = ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
  const [head, payload, signature] = access_token.split(".");
  const forged = Buffer.from(JSON.stringify({ ...claims(access_token), is_anonymous: true })).toString("base64url");
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
  for (const token of ["not-a-token", `${head}.${forged}.${signature}`, `${unsigned}.${payload}.`, `${head}.${payload}`, refresh_token]) {
    const client = await world.holding(token);
    refused(await client.auth.logout(), 401, "unauthorized");
  }
  refused(await world.manual().auth.logout(), 401, "unauthorized");
  refused(await answered(world.fetch("POST", "/auth/logout", { headers: { Authorization: "Basic YXNoYTpzZWNyZXQ=" } })), 401, "unauthorized");
  refused(await answered(world.fetch("POST", "/auth/logout", { headers: { Authorization: "Bearer" } })), 401, "unauthorized");
  world.provoke(...Array(3).fill("request security security"));
  ok(await (await world.holding(access_token)).auth.logout()); // none of that has touched the session
});
