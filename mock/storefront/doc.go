// Package storefront gives a storefront's Auth API its meaning: visitors, users,
// sessions, tokens and one-time passwords. [New] returns the behaviours for a
// [mock.Handler]; they attach to whatever document holds the API's paths, the
// built-in one first of all.
//
// # A session's life
//
//	anonymous ──login, verify-otp, reset-password──▶ logged in
//	    ▲                                               │
//	    └───────────────────── logout ◀─────────────────┘
//
// A session begins with POST /auth/anonymous, or with a login that presents no
// bearer token. A login that presents one turns the token's session into the
// user's; a visitor who registers so becomes the user under the id that it has.
// Logout turns the session back: same session, same user id, is_logged_in false.
// Every one of these steps voids all tokens that the session had before, and
// leaves the user's other sessions alone. An anonymous session may read its user
// and nothing more: what changes an account answers 401 until the next login.
//
// Logins, registrations, forgot-password and verify-otp need no bearer token. One
// that comes along and is bad is a 401 still; one whose user is gone is ignored,
// so that somebody else can log in. POST /auth/anonymous makes one exception: it
// takes an access token that has merely expired, since the published client,
// once its refresh token has expired as well, shows it to keep the visitor's id.
//
// # Tokens
//
// Both are JWTs, HS256 with [DefaultSecret] unless [Options] say otherwise.
// Access tokens carry the claims that the published client decodes; both kinds
// carry sid (the session), gen (the number of the pair in its session) and typ
// (access or refresh). Tokens of another sandbox than the default one name it in
// their header, so that a request needs nothing else to find its world. iat and
// exp are whole seconds; the session's record is finer.
//
// A token is good if this sandbox issued exactly these bytes and has not revoked
// them: each session keeps the digests of its live access tokens and of its one
// refresh token. A renewal (POST /auth/refresh-token) replaces the refresh token
// and lets earlier access tokens live out their time. A refresh token that was
// traded already is taken for stolen and ends its session; one from before the
// session's last login or logout is refused and ends nothing. Passwords that are
// changed or reset end every other session of the user.
//
// All keys are known to everybody, the RS256 key by its primes in this package.
// They must protect nothing but a fake. [KeySet] publishes the public ones.
//
// # One-time passwords
//
// Nothing is sent: each one-time password is [Options.OTP], and the control API
// lists who would have got it. It is good once, for what it was sent for, until
// it expires, and bears five wrong guesses. With the header x-debug-mode: true
// the answer tells it. Whoever hands one back has proven the address or number
// that it went to, which counts as verified from then on, and is logged in.
//
// # Users
//
// [Seeded] users are the same in every sandbox. The control API makes more, from
// the sandbox's seed. A user sees itself only: anybody else's id is as unknown as
// one that nobody has. Deleted users are forgotten and free their address and
// number; deactivated ones keep them. Tokens of either answer 404, or the 400
// that says so where an operation has no 404. Stored passwords are salted and
// hashed, quickly and deterministically, to keep them out of exports and no more.
// login_methods that a user sets are shown and not enforced. Profile images are
// kept in the sandbox and served at the address that the upload answers, under
// the host that it was sent to: /profile-images/…, with the sandbox's prefix.
//
// Other operations of a document that are about users, as GET /customers, read and
// write these same records ([mock.Records]), for whoever may call them. Members
// that only the document knows are kept with the user.
//
// # Limits
//
// A sandbox holds 10,000 sessions, 10,000 visitors, 20,000 users, 1,000 one-time
// passwords and 1,000 profile images of 16 MiB together, and a session 16 live
// access tokens. Where a limit is reached the oldest make room: of sessions the
// one among the eldest that would expire first, of users none that is seeded.
// Expired sessions are forgotten a few at a time, when others begin.
//
// # State
//
// All state is in the transaction's tables, as records that never change; time
// and chance are the transaction's. Every behaviour may run again after a
// conflict and gives the same bytes.
package storefront
