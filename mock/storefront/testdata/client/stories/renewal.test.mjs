// Tokens that expire, are renewed and rotate, by the world's clock and by the client's.
import assert from "node:assert/strict";
import { asha, claims, ok, password, refused, still, story, tokens } from "./world.mjs";

const login = async (world) => ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));

story("a refresh token is traded for the session's next pair", async (world) => {
  const { auth } = world.manual();
  const first = await login(world);
  const second = ok(await auth.refreshToken({ refresh_token: first.refresh_token }));
  const third = ok(await auth.refreshToken({ refresh_token: second.refresh_token }));
  assert.equal(new Set([first, second, third].flatMap((t) => [t.access_token, t.refresh_token])).size, 6);
  assert.equal(claims(third.access_token).ulid, first.user.id);
  assert.equal(claims(third.access_token).is_logged_in, true);
  for (const { access_token } of [first, second, third]) { // calls under way may still carry the earlier ones
    ok(await (await world.holding(access_token)).auth.getUserDetails({ id: first.user.id }));
  }
});

story("a refresh token that is used twice ends the whole session", async (world) => {
  const { auth } = world.manual();
  const first = await login(world);
  const bystander = await login(world);
  const second = ok(await auth.refreshToken({ refresh_token: first.refresh_token }));
  refused(await auth.refreshToken({ refresh_token: first.refresh_token }), 400, "refresh_token_rotated");
  refused(await auth.refreshToken({ refresh_token: second.refresh_token }), 400, "refresh_token_revoked");
  for (const { access_token } of [first, second]) {
    refused(await (await world.holding(access_token)).auth.getUserDetails({ id: first.user.id }), 401, "unauthorized");
  }
  ok(await auth.refreshToken({ refresh_token: bystander.refresh_token })); // the user's other session lives
});

story("of two renewals at once with one refresh token one succeeds", async (world) => {
  const { auth } = world.manual();
  const { refresh_token } = await login(world);
  const answers = await Promise.all([auth.refreshToken({ refresh_token }), auth.refreshToken({ refresh_token })]);
  assert.deepEqual(answers.map(({ response }) => response.status).sort(), [200, 400]);
});

story("a refresh token that is none is refused", async (world) => {
  const { auth } = world.manual();
  const { access_token } = await login(world);
  refused(await auth.refreshToken({ refresh_token: "not-a-token" }), 400, "refresh_token_unknown");
  refused(await auth.refreshToken({ refresh_token: access_token }), 400, "refresh_token_unknown");
});

story("tokens expire by the clock", async (world) => {
  const { access_token, refresh_token, user } = await login(world);
  const client = await world.holding(access_token);
  await world.pass(15 * 60 - 5);
  ok(await client.auth.getUserDetails({ id: user.id }));
  await world.pass(5);
  assert.match(refused(await client.auth.getUserDetails({ id: user.id }), 401, "unauthorized").message, /expired/);
  const next = ok(await client.auth.refreshToken({ refresh_token }));
  await world.pass(30 * 24 * 3600);
  refused(await client.auth.refreshToken({ refresh_token: next.refresh_token }), 400, "refresh_token_expired");
}, still);

story("a token can be made that expires soon", async (world) => {
  const { users: [user] } = await world.control("GET", "/users");
  const made = await world.control("POST", `/users/${user.id}/tokens`, { expires_in: 60 });
  const client = await world.holding(made.access_token);
  ok(await client.auth.getUserDetails({ id: user.id }));
  await world.pass(60);
  refused(await client.auth.getUserDetails({ id: user.id }), 401, "unauthorized");
}, still);

story("one world's clock moves no other's", async (world) => {
  const { client, id } = await world.loggedIn();
  await (await world.another()).control("POST", "/clock/advance", { by: "24h" });
  ok(await client.auth.getUserDetails({ id }));
  assert.deepEqual(await world.exchanges("refresh-token"), []);
});

story("the client renews by itself, from thirty seconds before the end", async (world) => {
  const { client, id } = await world.loggedIn();
  const before = await tokens(client);
  await world.pass(15 * 60 - 35);
  ok(await client.auth.getUserDetails({ id }));
  assert.deepEqual(await tokens(client), before, "five seconds early the old pair is good enough");
  await world.pass(6);
  ok(await client.auth.getUserDetails({ id }));
  const after = await tokens(client);
  assert.notEqual(after.access, before.access);
  assert.notEqual(after.refresh, before.refresh);
  assert.equal(await client.isLoggedIn(), true);
  const [{ request }, more] = await world.exchanges("refresh-token");
  assert.equal(more, undefined, "once");
  assert.equal(request.headers.Authorization, undefined);
  assert.equal(request.headers["X-Api-Key"], undefined);
}, still);

story("calls that are made together renew once", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.pass(15 * 60);
  await Promise.all(Array.from({ length: 5 }, async () => ok(await client.auth.getUserDetails({ id }))));
  assert.equal((await world.exchanges("refresh-token")).length, 1);
});

story("a call whose token expires under way is repeated with a new one", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.control("POST", "/clock/advance", { by: "15m" }); // the client does not know yet
  client.auth.useMiddleware({
    onResponse({ response }) {
      if (response.status === 401) world.jump(15 * 60);
    },
  });
  ok(await client.auth.getUserDetails({ id }));
  const calls = (await world.exchanges()).slice(-3);
  assert.deepEqual(calls.map((e) => [e.operation, e.status]), [["get-user-detail", 401], ["refresh-token", 200], ["get-user-detail", 200]]);
});

story("with its refresh token expired too, the client goes on as the same visitor", async (world) => {
  const { client, id } = await world.loggedIn();
  await world.pass(31 * 24 * 3600);
  const { user } = ok(await client.auth.getUserDetails({ id }));
  assert.equal(user.id, id);
  assert.equal(user.is_logged_in, false);
  assert.equal(await client.isLoggedIn(), false);
  assert.deepEqual((await world.operations()).slice(-2), ["get-anonymous-token", "get-user-detail"]);
  refused(await client.auth.updateUserDetails({ id }, { first_name: "Ash" }), 401, "unauthorized");
});

story("after a renewal that was refused the client begins anew", async (world) => {
  let cleared = 0;
  const { client, id } = await world.loggedIn(asha, { onTokensCleared: () => cleared++ });
  const { refresh } = await tokens(client);
  ok(await world.manual().auth.refreshToken({ refresh_token: refresh })); // somebody else was faster
  await world.pass(15 * 60);
  refused(await client.auth.getUserDetails({ id }), 401, "unauthorized"); // sent without a token
  assert.equal(cleared, 1);
  assert.notEqual(await client.session.ensureUserId(), id);
  assert.equal(await client.isAnonymous(), true);
  world.provoke("request security security");
});
