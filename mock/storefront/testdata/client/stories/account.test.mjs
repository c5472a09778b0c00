// Accounts that end, and addresses that are verified.
import assert from "node:assert/strict";
import { asha, isha, ok, otp, password, refused, story, tokens, vikram } from "./world.mjs";

story("a deleted user is gone: its tokens are good, and nobody is behind them", async (world) => {
  const { client, id } = await world.loggedIn();
  const { refresh } = await tokens(client);
  assert.equal(ok(await client.auth.deleteUser({ id })).content, undefined);
  refused(await client.auth.getUserDetails({ id }), 404, "not_found");
  refused(await client.auth.logout(), 404, "not_found");
  refused(await client.auth.deleteUser({ id }), 404, "not_found");
  refused(await client.auth.getProfileImage({ id }), 404, "not_found");
  refused(await client.auth.refreshToken({ refresh_token: refresh }), 404, "not_found");
  refused(await world.manual().auth.loginWithPassword({ email: asha.email, password }), 404, "not_found");
});

story("a deleted user's address is free for another", async (world) => {
  const { client, id } = await world.loggedIn();
  ok(await client.auth.deleteUser({ id }));
  const { auth } = world.manual();
  const sent = ok(await auth.registerWithEmail({ email: asha.email, first_name: "Asha" }));
  assert.notEqual(ok(await auth.verifyOtp({ ...sent, otp })).user.id, id);
});

story("a deactivated user answers 404 everywhere", async (world) => {
  const { client, id } = await world.loggedIn();
  const { refresh } = await tokens(client);
  ok(await client.auth.deactivateUserAccount({ id }));
  refused(await client.auth.getUserDetails({ id }), 404, "user_deactivated");
  refused(await client.auth.logout(), 404, "user_deactivated");
  refused(await client.auth.refreshToken({ refresh_token: refresh }), 404, "user_deactivated");
  refused(await world.manual().auth.loginWithPassword({ email: asha.email, password }), 404, "user_deactivated");
});

story("the users of one world are not those of another", async (world) => {
  const { client, id } = await world.loggedIn();
  ok(await client.auth.deleteUser({ id }));
  const another = await world.another();
  ok(await another.manual().auth.loginWithPassword({ email: asha.email, password }));
});

story("it is told which addresses and numbers are verified", async (world) => {
  const { client } = await world.loggedIn();
  const asked = { email: [isha.email, asha.email, "nobody@example.com"], phone: [isha.phone, vikram.phone, asha.phone] };
  assert.deepEqual(ok(await client.auth.checkEmailOrPhoneIsVerified(asked)),
    { verified_email: [asha.email], verified_phone: [vikram.phone, asha.phone] });
  assert.deepEqual(ok(await client.auth.checkEmailOrPhoneIsVerified({})), { verified_email: [], verified_phone: [] });
});

story("an address and a number are verified by one-time passwords", async (world) => {
  const { client, id } = await world.loggedIn(isha);
  const mail = ok(await client.auth.generateOtp({ channel: "email", email: isha.email, otp_action: "verify-email" }));
  assert.equal(ok(await client.auth.verifyOtp({ ...mail, otp })).user.is_email_verified, true);
  const sms = ok(await client.auth.generateOtp({ channel: "sms", phone: isha.phone, country_code: "+91", otp_action: "verify-phone" }));
  assert.equal(ok(await client.auth.verifyOtp({ ...sms, otp })).user.is_phone_verified, true);
  assert.deepEqual(ok(await client.auth.checkEmailOrPhoneIsVerified({ email: [isha.email], phone: [isha.phone] })),
    { verified_email: [isha.email], verified_phone: [isha.phone] });
  assert.equal((await client.getUserInfo()).id, id);
});

story("an address and a number are replaced by ones that answer", async (world) => {
  const { client, id } = await world.loggedIn();
  const mail = ok(await client.auth.generateOtp({ channel: "email", email: "asha.new@example.com", otp_action: "update-email" }));
  assert.equal(ok(await client.auth.getUserDetails({ id })).user.email, asha.email, "not before the one-time password");
  ok(await client.auth.verifyOtp({ ...mail, otp }));
  const whatsapp = ok(await client.auth.generateOtp({ channel: "whatsapp", phone: "9333333333", otp_action: "update-phone" }));
  ok(await client.auth.verifyOtp({ ...whatsapp, otp }));
  const { user } = ok(await client.auth.getUserDetails({ id }));
  assert.deepEqual([user.email, user.phone], ["asha.new@example.com", "9333333333"]);
  assert.equal(ok(await world.manual().auth.loginWithPassword({ email: "asha.new@example.com", password })).user.id, id);
  refused(await world.manual().auth.loginWithPassword({ email: asha.email, password }), 404, "not_found");
});
