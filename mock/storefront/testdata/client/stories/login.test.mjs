// Logging in, with a password and with one-time passwords over every channel.
import assert from "node:assert/strict";
import { asha, claims, isha, kabir, meera, ok, otp, password, refused, rohan, still, story, ulid, vikram } from "./world.mjs";

const debug = { "x-debug-mode": true };

story("a password logs in, by e-mail address", async (world) => {
  const client = world.automatic();
  const { user, access_token, refresh_token } = ok(await client.auth.loginWithPassword({ email: asha.email, password }));
  assert.equal(user.email, asha.email);
  assert.equal(user.is_logged_in, true);
  assert.equal(user.is_anonymous, false);
  assert.match(user.id, ulid);
  assert.equal(await client.getAccessToken(), access_token, "the client has taken the tokens");
  assert.equal(await client.session.peekRefreshToken(), refresh_token);
  assert.equal(await client.isLoggedIn(), true);
  assert.equal(await client.getCustomerId(), user.customer_id);
});

story("a password logs in, by phone number, with and without a country code", async (world) => {
  const client = world.manual();
  for (const more of [{}, { country_code: "+91" }]) {
    const { user } = ok(await client.auth.loginWithPassword({ phone: meera.phone, password, ...more }));
    assert.equal(user.phone, meera.phone);
    assert.equal(user.country_code, "+91");
  }
});

story("the access token carries what the client reads from it", async (world) => {
  const { client, user } = await world.loggedIn(kabir);
  const info = await client.getUserInfo();
  assert.deepEqual(
    [info.id, info.email, info.phone, info.firstName, info.lastName, info.isLoggedIn, info.isAnonymous, info.customerId, info.customerGroupId],
    [user.id, kabir.email, kabir.phone, user.first_name, user.last_name, true, false, user.customer_id, user.customer_group.id]);
  assert.match(info.anonymousId, ulid);
  assert.equal(info.storeId, "my-store");
  assert.ok("username" in claims(await client.getAccessToken()));
  assert.ok("channel" in claims(await client.getAccessToken()));
});

story("the seeded users show what a front end must show", async (world) => {
  const login = async (who) => ok(await world.manual().auth.loginWithPassword({ email: who.email, password })).user;
  const [a, m, k, i] = [await login(asha), await login(meera), await login(kabir), await login(isha)];
  assert.deepEqual([a.is_email_verified, a.is_phone_verified, a.customer_group.is_default], [true, true, true]);
  assert.equal(m.business.registered_address.country, "India");
  assert.equal(k.customer_group.is_default, false);
  assert.deepEqual([i.is_email_verified, i.is_phone_verified], [false, false]);
});

story("what cannot log in is told why", async (world) => {
  const { auth } = world.manual();
  refused(await auth.loginWithPassword({ email: asha.email, password: "wrong-Passw0rd" }), 400, "wrong_password");
  refused(await auth.loginWithPassword({ email: vikram.email, password }), 400, "password_not_set");
  refused(await auth.loginWithPassword({ email: "nobody@example.com", password }), 404, "not_found");
  refused(await auth.loginWithPassword({ email: rohan.email, password }), 404, "user_deactivated");
  refused(await auth.loginWithEmail({ email: rohan.email }), 404, "user_deactivated");
  refused(await auth.loginWithPhone({ phone: rohan.phone }), 404, "user_deactivated");
  refused(await auth.loginWithWhatsApp({ phone: rohan.phone }), 400, "user_deactivated"); // it documents no 404
});

story("a login that is no login is refused with the reason", async (world) => {
  const error = refused(await world.manual().auth.loginWithEmail({ email: "asha at example.com" }), 400, "invalid_request");
  assert.deepEqual(Object.keys(error.errors), ["body/email"]);
  world.provoke("request body/email format");
});

const channels = [
  { name: "e-mail", method: "loginWithEmail", who: { email: vikram.email }, other: { email: "nobody@example.com" }, unknown: [404, "not_found"] },
  { name: "phone", method: "loginWithPhone", who: { phone: isha.phone }, other: { phone: "9111111111" }, unknown: [404, "not_found"] },
  { name: "WhatsApp", method: "loginWithWhatsApp", who: { phone: vikram.phone, country_code: "+91" }, other: { phone: "9111111111" }, unknown: [400, "user_not_found"] },
];

for (const { name, method, who, other, unknown } of channels) {
  story(`a one-time password logs in, by ${name}`, async (world) => {
    const client = world.automatic();
    const sent = ok(await client.auth[method](who));
    assert.equal(sent.otp_action, "login");
    assert.equal("otp" in sent, false, "the password itself comes in debug mode only");
    const { user } = ok(await client.auth.verifyOtp({ ...sent, otp }));
    for (const key of Object.keys(who)) assert.equal(user[key], who[key]);
    assert.equal(user.is_logged_in, true);
    assert.equal(user["email" in who ? "is_email_verified" : "is_phone_verified"], true, "who got it has shown to be the user");
    assert.equal(await client.isLoggedIn(), true);
  });

  story(`debug mode brings the one-time password along, by ${name}`, async (world) => {
    const { auth } = world.manual();
    const { otp: told, ...sent } = ok(await auth[method](who, debug));
    assert.equal(told, otp);
    ok(await auth.verifyOtp({ ...sent, otp: told }));
  });

  story(`a newcomer logs in if the client allows it, by ${name}`, async (world) => {
    const { auth } = world.manual();
    refused(await auth[method](other), ...unknown);
    refused(await auth[method]({ ...other, register_if_not_exists: false }), ...unknown);
    const sent = ok(await auth[method]({ ...other, register_if_not_exists: true }));
    const { user } = ok(await auth.verifyOtp({ ...sent, otp }));
    for (const key of Object.keys(other)) assert.equal(user[key], other[key]);
    const again = ok(await auth[method](other));
    assert.equal(ok(await auth.verifyOtp({ ...again, otp })).user.id, user.id);
  });
}

story("a one-time password is good once", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.loginWithEmail({ email: asha.email }));
  ok(await auth.verifyOtp({ ...sent, otp }));
  refused(await auth.verifyOtp({ ...sent, otp }), 400, "otp_used");
});

story("a wrong one-time password may be put right, a few times", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.loginWithPhone({ phone: asha.phone }));
  refused(await auth.verifyOtp({ ...sent, otp: "000000" }), 400, "wrong_otp");
  ok(await auth.verifyOtp({ ...sent, otp }));
  const more = ok(await auth.loginWithPhone({ phone: asha.phone }));
  for (let i = 0; i < 5; i++) refused(await auth.verifyOtp({ ...more, otp: "000000" }), 400, "wrong_otp");
  refused(await auth.verifyOtp({ ...more, otp }), 400, "wrong_otp");
});

story("a one-time password is for its own token and purpose", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.loginWithEmail({ email: asha.email }));
  refused(await auth.verifyOtp({ ...sent, otp, otp_action: "register" }), 400, "otp_token_unknown");
  refused(await auth.verifyOtp({ ...sent, otp, otp_token: "01KE6QVWE01CRMKH1HMMESWSBH" }), 400, "otp_token_unknown");
});

story("a one-time password expires by the clock", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.loginWithEmail({ email: asha.email }));
  const late = ok(await auth.loginWithEmail({ email: asha.email }));
  await world.pass(9 * 60 + 55);
  ok(await auth.verifyOtp({ ...sent, otp }));
  await world.pass(5);
  refused(await auth.verifyOtp({ ...late, otp }), 400, "otp_expired");
}, still);

story("the control API tells what was sent to whom", async (world) => {
  const { auth } = world.manual();
  const sent = ok(await auth.loginWithWhatsApp({ phone: asha.phone }));
  const { otps } = await world.control("GET", "/otps");
  assert.deepEqual(otps.map((o) => [o.otp_token, o.channel, o.to, o.otp, o.used]), [[sent.otp_token, "whatsapp", `+91${asha.phone}`, otp, false]]);
});

story("a visitor who logs in keeps the session, and its old token ends", async (world) => {
  const client = world.automatic();
  const visitor = await client.session.ensureAccessToken();
  const { user } = ok(await client.auth.loginWithPassword({ email: asha.email, password }));
  assert.equal((await client.getUserInfo()).anonymousId, claims(visitor).ulid);
  const old = await world.holding(visitor);
  refused(await old.auth.getUserDetails({ id: user.id }), 401, "unauthorized");
});
