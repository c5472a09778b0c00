// Two clients at once, of one user and of two, in one world.
import assert from "node:assert/strict";
import { asha, meera, ok, refused, story, tokens } from "./world.mjs";

story("one client logs out, and the same user's other session lives", async (world) => {
  const phone = await world.loggedIn();
  const laptop = await world.loggedIn();
  assert.notEqual(await phone.client.getAccessToken(), await laptop.client.getAccessToken());
  ok(await phone.client.auth.logout());
  assert.equal(ok(await laptop.client.auth.getUserDetails({ id: laptop.id })).user.is_logged_in, true);
  assert.equal(ok(await phone.client.auth.getUserDetails({ id: phone.id })).user.is_logged_in, false);
  ok(await laptop.client.auth.refreshToken({ refresh_token: (await tokens(laptop.client)).refresh }));
});

story("one client's change shows in the other's view", async (world) => {
  const phone = await world.loggedIn();
  const laptop = await world.loggedIn();
  ok(await phone.client.auth.updateUserDetails({ id: phone.id }, { last_name: "Raghavan" }));
  assert.equal(ok(await laptop.client.auth.getUserDetails({ id: laptop.id })).user.last_name, "Raghavan");
});

story("two users' sessions are apart", async (world) => {
  const one = await world.loggedIn(asha);
  const two = await world.loggedIn(meera);
  ok(await one.client.auth.logout());
  ok(await two.client.auth.updateUserDetails({ id: two.id }, { first_name: "Mira" }));
  refused(await one.client.auth.getUserDetails({ id: two.id }), 404, "not_found");
});

story("many clients come and go at the same time", async (world) => {
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const user = [asha, meera][i % 2];
    const { client, id } = await world.loggedIn(user);
    const before = await tokens(client);
    assert.equal(ok(await client.auth.logout()).user.email, user.email);
    refused(await (await world.holding(before.access)).auth.logout(), 401, "unauthorized");
    assert.equal(ok(await client.auth.getUserDetails({ id })).user.is_logged_in, false);
  }));
});
