// Registration over every channel: details first, then the one-time password.
import assert from "node:assert/strict";
import { asha, ok, otp, password, refused, story } from "./world.mjs";

const email = "new.customer@example.com";
const phone = "9222222222";
const name = { first_name: "Nila", last_name: "Menon" };

const channels = [
  { by: "e-mail", method: "registerWithEmail", body: { email, ...name, phone }, proves: "is_email_verified" },
  { by: "phone", method: "registerWithPhone", body: { phone, country_code: "+91", ...name, email }, proves: "is_phone_verified" },
  { by: "WhatsApp", method: "registerWithWhatsapp", body: { phone, first_name: "Nila", last_name: null }, proves: "is_phone_verified" },
  { by: "password and e-mail", method: "registerWithPassword", body: { email, password, confirm_password: password }, proves: "is_email_verified" },
  { by: "password and phone", method: "registerWithPassword", body: { phone, password, confirm_password: password, country_code: "+91" }, proves: "is_phone_verified" },
];

for (const { by, method, body, proves } of channels) {
  story(`a newcomer registers by ${by}`, async (world) => {
    const client = world.automatic();
    const visitor = await client.session.ensureUserId();
    const { otp: told, ...sent } = ok(await client.auth[method](body, { "x-debug-mode": true }));
    assert.equal(sent.otp_action, "register");
    assert.equal(told, otp);
    refused(await client.auth.verifyOtp({ ...sent, otp: "999999" }), 400, "wrong_otp");
    const { user } = ok(await client.auth.verifyOtp({ ...sent, otp }));
    for (const key of ["email", "phone", "first_name", "last_name"]) assert.equal(user[key], body[key] ?? null);
    assert.equal(user[proves], true);
    assert.equal(user.is_logged_in, true);
    assert.equal(user.id, visitor, "the visitor becomes the customer");
    assert.equal(await client.isLoggedIn(), true);
    assert.equal(ok(await client.auth.getUserDetails({ id: user.id })).user.is_logged_in, true);
  });
}

story("who registered with a password logs in with it", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.registerWithPassword({ email, phone, password, confirm_password: password }));
  refused(await auth.loginWithPassword({ email, password }), 404, "not_found"); // not before the one-time password
  const { user } = ok(await auth.verifyOtp({ ...sent, otp }));
  assert.equal(ok(await auth.loginWithPassword({ email, password })).user.id, user.id);
  assert.equal(ok(await auth.loginWithPassword({ phone, password })).user.id, user.id);
});

story("an address or number belongs to one user", async (world) => {
  const { auth } = world.manual();
  refused(await auth.registerWithEmail({ email: asha.email, ...name }), 400, "already_registered");
  refused(await auth.registerWithEmail({ email, ...name, phone: asha.phone }), 400, "already_registered");
  refused(await auth.registerWithPhone({ phone: asha.phone, ...name }), 400, "already_registered");
  refused(await auth.registerWithWhatsapp({ phone: asha.phone, ...name }), 400, "already_registered");
  refused(await auth.registerWithPassword({ email: asha.email, password, confirm_password: password }), 400, "already_registered");
});

story("the first of two registrations for one address wins", async (world) => {
  const { auth } = world.manual();
  const [first, second] = [ok(await auth.registerWithEmail({ email, ...name })), ok(await auth.registerWithEmail({ email, ...name }))];
  ok(await auth.verifyOtp({ ...first, otp }));
  refused(await auth.verifyOtp({ ...second, otp }), 400, "already_registered");
});

story("a password and its confirmation must agree", async (world) => {
  const error = refused(await world.manual().auth.registerWithPassword({ email, password, confirm_password: `${password}!` }), 400, "password_mismatch");
  assert.deepEqual(Object.keys(error.errors), ["body/confirm_password"]);
});

story("the one-time password of a registration can be sent again", async (world) => {
  const { auth } = world.automatic();
  ok(await auth.registerWithEmail({ email, ...name }));
  const again = ok(await auth.generateOtp({ channel: "email", email, otp_action: "register" }));
  const { user } = ok(await auth.verifyOtp({ ...again, otp }));
  assert.equal(user.first_name, name.first_name, "what was told before is not lost");
});
