// A user's own profile: read, changed, and given a picture.
import assert from "node:assert/strict";
import { asha, meera, ok, refused, story } from "./world.mjs";

// The smallest PNG: one transparent pixel.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const png = () => new File([Buffer.from(pixel, "base64")], "me.png", { type: "image/png" });
const jpeg = () => new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3])], "me.jpg", { type: "image/jpeg" });

story("a user reads itself as the login showed it", async (world) => {
  const { client, id, user } = await world.loggedIn(meera);
  assert.deepEqual(ok(await client.auth.getUserDetails({ id })).user, user);
});

story("a user changes what it names, and nothing else", async (world) => {
  const { client, id, user } = await world.loggedIn();
  await world.pass(60);
  const changed = ok(await client.auth.updateUserDetails({ id }, { first_name: "Aasha", last_name: null })).user;
  assert.deepEqual(changed, { ...user, first_name: "Aasha", last_name: null, modified_at: changed.modified_at });
  assert.ok(Date.parse(changed.modified_at) > Date.parse(user.modified_at));
  assert.deepEqual(ok(await client.auth.getUserDetails({ id })).user, changed);
});

story("a user changes its preferences and its business", async (world) => {
  const { client, id, user } = await world.loggedIn();
  const none = { email: false, sms: false, whatsapp: false };
  const preferences = { ...user.notification_preferences, promotional: none };
  const business = { type: "proprietorship", name: "Rao Textiles", metadata: { gstin: "29ABCDE1234F1Z5" } };
  const changed = ok(await client.auth.updateUserDetails({ id }, { notification_preferences: preferences, business })).user;
  assert.deepEqual(changed.notification_preferences, preferences);
  assert.equal(changed.business.name, business.name);
  assert.deepEqual(ok(await client.auth.getUserDetails({ id })).user, changed);
});

story("a change shows in the next login and in the next token", async (world) => {
  const { client, id } = await world.loggedIn();
  ok(await client.auth.updateUserDetails({ id }, { first_name: "Aasha" }));
  await world.pass(15 * 60);
  ok(await client.auth.getUserDetails({ id }));
  assert.equal((await client.getUserInfo()).firstName, "Aasha");
  assert.equal((await world.loggedIn()).user.first_name, "Aasha");
});

story("what a user may not change is refused, with the place", async (world) => {
  const { client, id } = await world.loggedIn();
  const error = refused(await client.auth.updateUserDetails({ id }, { is_email_verified: true, first_name: 7 }), 400, "invalid_request");
  assert.deepEqual(Object.keys(error.errors).sort(), ["body/first_name", "body/is_email_verified"]);
  refused(await client.auth.updateUserDetails({ id }, { email: meera.email }), 400, "already_registered");
  assert.equal(ok(await client.auth.getUserDetails({ id })).user.first_name, "Asha");
  world.provoke("request body/first_name type", "request body/is_email_verified readOnly");
});

story("somebody else's profile is not there", async (world) => {
  const { client } = await world.loggedIn();
  const { id } = await world.loggedIn(meera);
  refused(await client.auth.getUserDetails({ id }), 404, "not_found");
  refused(await client.auth.getUserDetails({ id: "01KE6QVWE01CRMKH1HMMESWSBX" }), 404, "not_found");
  refused(await client.auth.deleteUser({ id }), 404, "not_found");
  ok(await (await world.loggedIn(meera)).client.auth.getUserDetails({ id }));
});

story("a picture is added, read, replaced and removed", async (world) => {
  const { client, id } = await world.loggedIn();
  refused(await client.auth.getProfileImage({ id }), 404, "image_not_found");
  const added = ok(await client.auth.addProfileImage({ id }, { image: png() })).profile_image_url;
  assert.match(added, /\.png$/);
  const served = await fetch(added);
  assert.equal(served.headers.get("content-type"), "image/png");
  assert.equal(Buffer.from(await served.arrayBuffer()).toString("base64"), pixel);
  assert.equal(ok(await client.auth.getProfileImage({ id })).profile_image_url, added);
  assert.equal(ok(await client.auth.getUserDetails({ id })).user.profile_image_url, added);

  const replaced = ok(await client.auth.updateProfileImage({ id }, { image: jpeg() })).profile_image_url;
  assert.match(replaced, /\.jpg$/);
  assert.notEqual(replaced, added);

  const removed = await client.auth.deleteProfileImage({ id });
  assert.equal(ok(removed).content, undefined);
  refused(await client.auth.getProfileImage({ id }), 404, "image_not_found");
  refused(await client.auth.deleteProfileImage({ id }), 404, "image_not_found");
  assert.equal(ok(await client.auth.getUserDetails({ id })).user.profile_image_url, null);
});

story("a picture goes out as a form", async (world) => {
  const { client, id } = await world.loggedIn();
  ok(await client.auth.addProfileImage({ id }, { image: png() }));
  const [{ request }] = await world.exchanges("add-profile-image");
  assert.match(request.headers["Content-Type"][0], /^multipart\/form-data; boundary=/);
});

story("a form without a picture leaves the old one", async (world) => {
  const { client, id } = await world.loggedIn();
  refused(await client.auth.updateProfileImage({ id }, {}), 404, "image_not_found");
  const { profile_image_url } = ok(await client.auth.addProfileImage({ id }, { image: png() }));
  assert.equal(ok(await client.auth.updateProfileImage({ id }, {})).profile_image_url, profile_image_url);
});

story("adding a picture without one is refused", async (world) => {
  const { client, id } = await world.loggedIn();
  refused(await client.auth.addProfileImage({ id }, {}), 400, "invalid_request");
  world.provoke("request body required");
});

story("nobody's picture but one's own", async (world) => {
  const { client } = await world.loggedIn(asha);
  const { id } = await world.loggedIn(meera);
  refused(await client.auth.getProfileImage({ id }), 404, "not_found");
});
