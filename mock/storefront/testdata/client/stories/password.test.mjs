// Passwords: changed by who knows the old one, reset by who gets the one-time password.
import assert from "node:assert/strict";
import { asha, meera, ok, otp, password, refused, rohan, story, tokens, vikram } from "./world.mjs";

const fresh = "brand-new-Passw0rd";

story("a changed password replaces the old one, and the client keeps its session", async (world) => {
  const { client, id } = await world.loggedIn();
  const before = await tokens(client);
  const data = ok(await client.auth.changePassword({ old_password: password, new_password: fresh, confirm_password: fresh }));
  assert.deepEqual(await tokens(client), { access: data.access_token, refresh: data.refresh_token });
  assert.notEqual(data.access_token, before.access);
  ok(await client.auth.getUserDetails({ id }));
  refused(await (await world.holding(before.access)).auth.getUserDetails({ id }), 401, "unauthorized");
  const { auth } = world.manual();
  refused(await auth.loginWithPassword({ email: asha.email, password }), 400, "wrong_password");
  ok(await auth.loginWithPassword({ email: asha.email, password: fresh }));
});

story("a changed password ends the user's other sessions", async (world) => {
  const { client, id } = await world.loggedIn();
  const other = await world.loggedIn();
  const stranger = await world.loggedIn(meera);
  ok(await client.auth.changePassword({ old_password: password, new_password: fresh, confirm_password: fresh }));
  refused(await other.client.auth.getUserDetails({ id }), 401, "unauthorized");
  refused(await world.manual().auth.refreshToken({ refresh_token: (await tokens(other.client)).refresh }), 400, "refresh_token_revoked");
  ok(await stranger.client.auth.getUserDetails({ id: stranger.id }));
});

story("a password is not changed without the old one, or by halves", async (world) => {
  const { client } = await world.loggedIn();
  refused(await client.auth.changePassword({ old_password: fresh, new_password: fresh, confirm_password: fresh }), 400, "wrong_password");
  refused(await client.auth.changePassword({ old_password: password, new_password: fresh, confirm_password: password }), 400, "password_mismatch");
  ok(await world.manual().auth.loginWithPassword({ email: asha.email, password }));
});

for (const [by, account] of [["e-mail", { email: asha.email }], ["phone", { phone: asha.phone, country_code: "+91" }]]) {
  story(`a forgotten password is reset by ${by}, and the user is logged in`, async (world) => {
    const elsewhere = await world.loggedIn();
    const client = world.automatic();
    const { otp: told, otp_token, otp_action } = ok(await client.auth.forgotPassword(account, { "x-debug-mode": true }));
    assert.equal(otp_action, "reset-password");
    refused(await client.auth.resetPassword({ otp_token, otp: "000000", new_password: fresh, confirm_password: fresh }), 400, "wrong_otp");
    const data = ok(await client.auth.resetPassword({ otp_token, otp: told, new_password: fresh, confirm_password: fresh }));
    assert.equal(data.user.email, asha.email);
    assert.equal(data.user.is_logged_in, true);
    assert.deepEqual(await tokens(client), { access: data.access_token, refresh: data.refresh_token });
    ok(await client.auth.getUserDetails({ id: data.user.id }));
    refused(await elsewhere.client.auth.getUserDetails({ id: data.user.id }), 401, "unauthorized");
    refused(await client.auth.resetPassword({ otp_token, otp: told, new_password: password, confirm_password: password }), 400, "otp_used");
    ok(await world.manual().auth.loginWithPassword({ email: asha.email, password: fresh }));
  });
}

story("a mismatch does not use the one-time password up", async (world) => {
  const { auth } = world.manual();
  const { otp_token } = ok(await auth.forgotPassword({ email: asha.email }));
  refused(await auth.resetPassword({ otp_token, otp, new_password: fresh, confirm_password: password }), 400, "password_mismatch");
  ok(await auth.resetPassword({ otp_token, otp, new_password: fresh, confirm_password: fresh }));
});

story("who has no password gets one", async (world) => {
  const { auth } = world.automatic();
  const { otp_token } = ok(await auth.generateOtp({ channel: "sms", phone: vikram.phone, otp_action: "reset-password" }));
  ok(await auth.resetPassword({ otp_token, otp, new_password: fresh, confirm_password: fresh }));
  ok(await auth.loginWithPassword({ phone: vikram.phone, password: fresh }));
});

story("nobody's password is forgotten", async (world) => {
  const { auth } = world.manual();
  refused(await auth.forgotPassword({ email: "nobody@example.com" }), 404, "not_found");
  refused(await auth.forgotPassword({ email: rohan.email }), 404, "user_deactivated");
});
