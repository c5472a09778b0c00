// An anonymous visitor, before anybody logs in.
import assert from "node:assert/strict";
import { createStorefront, MemoryTokenStorage } from "@commercengine/storefront-sdk";
import { asha, claims, ok, otp, password, refused, server, story, tokens, ulid } from "./world.mjs";

const anybody = { email: [asha.email] };

story("the first call is preceded by one anonymous session", async (world) => {
  const client = world.automatic();
  ok(await client.auth.checkEmailOrPhoneIsVerified(anybody));
  ok(await client.auth.checkEmailOrPhoneIsVerified(anybody));
  assert.deepEqual(await world.operations(), ["get-anonymous-token", "check-verification-status", "check-verification-status"]);

  const [{ request }] = await world.exchanges("get-anonymous-token");
  assert.deepEqual(request.headers["Content-Type"], ["application/json"]);
  assert.equal(request.body, undefined, "the client sends no body, whatever it says about its type");
  assert.deepEqual(request.headers["X-Api-Key"], ["any-key"]);
});

story("calls that are made together share one anonymous session", async (world) => {
  const client = world.automatic();
  await Promise.all(Array.from({ length: 5 }, async () => ok(await client.auth.checkEmailOrPhoneIsVerified(anybody))));
  assert.equal((await world.exchanges("get-anonymous-token")).length, 1);
});

story("an anonymous session's token tells the client who it is", async (world) => {
  const client = world.automatic();
  await client.session.ensureAccessToken();
  assert.equal(await client.isAnonymous(), true);
  assert.equal(await client.isLoggedIn(), false);
  const info = await client.getUserInfo();
  assert.match(info.id, ulid);
  assert.equal(info.anonymousId, info.id);
  assert.equal(info.storeId, "my-store");
  assert.equal(info.email, null);
  assert.equal(info.customerId, null);
  assert.equal(info.tokenExpiry - info.tokenIssuedAt, 15 * 60 * 1000);
  const { refresh } = await tokens(client);
  assert.equal(claims(refresh).exp - claims(refresh).iat, 30 * 24 * 3600);
});

story("a visitor keeps its id when it asks for another token", async (world) => {
  const client = world.manual();
  const first = ok(await client.auth.getAnonymousToken());
  assert.equal(first.user.is_anonymous, true);
  assert.equal(first.user.is_logged_in, false);
  const stranger = ok(await client.auth.getAnonymousToken());
  assert.notEqual(stranger.user.id, first.user.id);
  await client.setTokens(first.access_token);
  const again = ok(await client.auth.getAnonymousToken());
  assert.equal(again.user.id, first.user.id);
  assert.notEqual(again.access_token, first.access_token);
});

story("without an API key there is no anonymous session", async (world) => {
  const client = world.manual({ apiKey: undefined });
  refused(await client.auth.getAnonymousToken(), 401, "unauthorized");
  world.provoke("request security security");
});

story("a visitor may read itself, and change nothing", async (world) => {
  const client = world.automatic();
  const id = await client.session.ensureUserId();
  const { user } = ok(await client.auth.getUserDetails({ id }));
  assert.equal(user.id, id);
  assert.equal(user.is_anonymous, true);
  refused(await client.auth.updateUserDetails({ id }, { first_name: "Nobody" }), 401, "unauthorized");
});

story("the published path prefix and none reach the same operations", async (world) => {
  const prefixed = world.automatic();
  const id = await prefixed.session.ensureUserId();
  const bare = world.manual({ baseUrl: world.url });
  await bare.setTokens(await prefixed.getAccessToken());
  assert.equal(ok(await bare.auth.getUserDetails({ id })).user.id, id);
});

story("the client keeps its session at the root of the server, too", async (world) => {
  const client = world.automatic({ baseUrl: server }); // in the default world
  const { user } = ok(await client.auth.loginWithPassword({ email: asha.email, password }));
  assert.equal(await client.isLoggedIn(), true);
  ok(await client.auth.getUserDetails({ id: user.id }));
  ok(await client.auth.logout());
  assert.equal(await client.isLoggedIn(), false);
  assert.deepEqual(await world.operations(), []);
});

story("createStorefront tells the application of its tokens", async (world) => {
  const updates = [];
  const client = createStorefront({
    storeId: "my-store", apiKey: "any-key", baseUrl: world.baseUrl,
    session: { tokenStorage: new MemoryTokenStorage(), onTokensUpdated: (access, refresh) => updates.push({ access, refresh }) },
  }).session();
  ok(await client.auth.checkEmailOrPhoneIsVerified(anybody));
  assert.deepEqual(updates, [await tokens(client)]);
});

story("the Standin-Sandbox header names the world, as the prefix does", async (world) => {
  const client = world.manual({ baseUrl: server });
  client.auth.useMiddleware({
    onRequest({ request }) {
      request.headers.set("Standin-Sandbox", world.name);
      return request;
    },
  });
  ok(await client.auth.getAnonymousToken());
  assert.deepEqual(await world.operations(), ["get-anonymous-token"]);
});

story("a client without header or prefix stays in the world that issued its token", async (world) => {
  // The default headers go out with few calls: here with the first alone. The token of the one-time password leads on.
  const client = world.manual({ baseUrl: server, defaultHeaders: { "Standin-Sandbox": world.name } });
  const sent = ok(await client.auth.loginWithEmail({ email: asha.email }));
  const { user, access_token } = ok(await client.auth.verifyOtp({ ...sent, otp }));
  await client.setTokens(access_token);
  ok(await client.auth.getUserDetails({ id: user.id }));
  const { refresh_token } = ok(await client.auth.logout());
  ok(await client.auth.refreshToken({ refresh_token }));
  assert.deepEqual(await world.operations(), ["login-with-email", "verify-otp", "get-user-detail", "logout", "refresh-token"]);
});
