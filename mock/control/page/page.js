"use strict";
// The page. Everything that came over the wire is put in as text, never as HTML:
// the policy that the page is served with would not let it be otherwise.

const $ = (id) => document.getElementById(id);
const most = 500; // exchanges that the list keeps

// el makes an element: el("p", {class: "x", onclick: f}, "text", child…).
function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

// ——— where we are ———

// mount is the path in front of a sandbox's prefix, "" unless a proxy adds one.
const mount = location.pathname.replace(/(\/~[^/]*)?\/_standin\/?$/, "");
let sandbox = document.documentElement.dataset.sandbox || "default";
const base = (box = sandbox) => `${mount}/~${encodeURIComponent(box)}/_standin`;

// The token may come in the address, behind the '#', which no server sees.
let token = sessionStorage.getItem("standin-token") || "";
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  token = given;
  sessionStorage.setItem("standin-token", token);
  history.replaceState(null, "", location.pathname);
}

// ——— calls ———

async function send(method, path, body, options = {}) {
  const headers = {};
  if (token) headers.Authorization = "Bearer " + token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (options.lastID) headers["Last-Event-ID"] = options.lastID;
  const response = await fetch(base(options.sandbox) + path, {
    method, headers, signal: options.signal, credentials: "omit", cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 401) askToken();
  if (!response.ok) {
    let problem = {};
    try { problem = await response.json(); } catch { /* the status must do */ }
    const error = new Error(problem.detail || `${method} ${path}: ${response.status}`);
    error.status = response.status;
    throw error;
  }
  return response;
}

async function call(method, path, body, options) {
  const response = await send(method, path, body, options);
  return response.status === 204 ? null : response.json();
}

// act runs what a button does and tells of what went wrong.
async function act(work, done) {
  try {
    await work();
    if (done) toast(done);
  } catch (error) {
    if (error.status !== 401) toast(error.message, "bad");
  }
}

function askToken() {
  if ($("ask").open) return;
  $("tokenwrong").textContent = token ? "That is not the token." : "";
  $("ask").showModal();
}

$("tokenform").addEventListener("submit", () => {
  token = $("token").value;
  $("token").value = "";
  sessionStorage.setItem("standin-token", token);
  enter(sandbox);
});

let toastTimer;
function toast(text, kind = "") {
  $("toast").textContent = text;
  $("toast").className = "show " + kind;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").className = kind; }, kind ? 6000 : 2200);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(what + " copied");
  } catch {
    // Without a secure context there is no clipboard: hand the text over instead.
    window.prompt("Copy it from here", text);
  }
}

// ——— the stream ———

let exchanges = []; // the newest first
let byID = new Map();
let stream = null; // aborts the one that runs
let lastID = "";
let held = 0; // that came while paused

async function follow() {
  if (stream) stream.abort();
  const mine = stream = new AbortController();
  let wait = 500;
  while (!mine.signal.aborted) {
    try {
      const response = await send("GET", "/exchanges/stream", undefined, { lastID, signal: mine.signal });
      live("on", "live");
      if (!lastID) await backlog();
      refreshWorld();
      wait = 500;
      await read(response.body, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error.status === 401) return live("off", "locked");
    }
    if (mine.signal.aborted) return;
    live("wait", "reconnecting");
    await new Promise((wake) => setTimeout(wake, wait));
    wait = Math.min(wait * 2, 8000);
  }
}

// backlog loads what happened before the stream began. What the stream brings
// meanwhile is known by its id.
async function backlog() {
  const { exchanges: list } = await call("GET", "/exchanges?limit=200");
  for (const ex of list) add(ex, false);
  if (!lastID && list.length) lastID = list.at(-1).id;
  render();
}

// read reads server-sent events. fetch is used in place of EventSource, which
// could not send the token.
async function read(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done || signal.aborted) return;
    buffer += value;
    let end;
    while ((end = buffer.indexOf("\n\n")) >= 0) {
      take(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
    }
  }
}

function take(block) {
  const event = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
  }
  if (event.event === "exchange") {
    lastID = event.id;
    add(JSON.parse(event.data), true);
    renderSoon();
    refreshSoon();
  } else if (event.event === "gap") {
    const { lost } = JSON.parse(event.data);
    exchanges.unshift({ gap: lost === null ? "Some exchanges are missing here." : `${lost} exchanges are missing here.` });
    renderSoon();
  }
}

function add(ex, fresh) {
  if (byID.has(ex.id)) return;
  ex.fresh = fresh;
  byID.set(ex.id, ex);
  // Ids begin with the sandbox's time, which may go back: the journal's order holds.
  if (fresh || exchanges.length === 0) exchanges.unshift(ex);
  else {
    const firstOld = exchanges.findIndex((other) => !other.fresh);
    exchanges.splice(firstOld < 0 ? exchanges.length : firstOld, 0, ex);
  }
  if (fresh && paused) held++;
  for (const old of exchanges.splice(most)) byID.delete(old.id);
}

function live(state, text) {
  $("live").dataset.state = state;
  $("live").querySelector("b").textContent = text;
}

// ——— the list ———

const classes = new Set();
let chosen = "";
let paused = false;

function wanted(ex) {
  if (ex.gap) return true;
  if (classes.size && !classes.has(String(ex.status)[0])) return false;
  if ($("wrong").getAttribute("aria-pressed") === "true" && !ex.violations.length) return false;
  const words = $("search").value.trim().toLowerCase();
  if (!words) return true;
  const text = `${ex.request.method} ${ex.target} ${ex.operation || ""} ${ex.id} ${ex.status} ${ex.scenario || ""}`.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

let pending = false;
function renderSoon() {
  if (paused) $("pause").textContent = held ? `Resume (${held})` : "Resume";
  if (pending || paused) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; render(); });
}

function render() {
  const shown = exchanges.filter(wanted);
  $("list").replaceChildren(...shown.map(row));
  const active = $("row-" + chosen);
  if (active) $("list").setAttribute("aria-activedescendant", active.id);
  else $("list").removeAttribute("aria-activedescendant");
  $("empty").hidden = shown.length > 0;
  $("empty").querySelector("h2").textContent = exchanges.length ? "No exchange fits the filter" : "Nothing has happened yet";
}

function row(ex) {
  if (ex.gap) return el("li", { class: "gap", role: "presentation" }, ex.gap);
  const li = el("li", {
    id: "row-" + ex.id, role: "option", "aria-selected": String(ex.id === chosen), class: ex.fresh && !ex.shown ? "fresh" : null,
    onclick: () => choose(ex.id),
  },
    el("time", { datetime: ex.at }, clockText(new Date(ex.at))),
    el("span", { class: "method" }, ex.request.method),
    el("span", { class: "target" }, el("b", { title: ex.target }, ex.target), el("small", {}, ex.operation || "no operation")),
    el("span", { class: "tags" }, ...tags(ex)),
    el("span", { class: "status", "data-c": String(ex.status)[0] }, ex.status ? String(ex.status) : "none"));
  ex.shown = true;
  return li;
}

function tags(ex) {
  const out = [];
  if (ex.delivery) out.push(el("span", { class: "tag" }, `${ex.source}, try ${ex.try}`));
  const scenario = ex.scenario || (ex.acted && ex.acted[0] && ex.acted[0].replace(/\/\d+$/, ""));
  if (scenario) out.push(el("span", { class: "tag scenario" }, scenario));
  if (ex.preference_applied) out.push(el("span", { class: "tag" }, "asked for"));
  if (ex.fault) out.push(el("span", { class: "tag scenario" }, ex.fault));
  if (ex.delay_ms) out.push(el("span", { class: "tag" }, `+${Math.round(ex.delay_ms)} ms`));
  const errors = ex.violations.filter((v) => v.severity === "error" && v.blame !== "scenario").length;
  const rest = ex.violations.filter((v) => v.severity !== "error" && v.blame !== "scenario").length;
  if (errors) out.push(el("span", { class: "tag error" }, plural(errors, "violation")));
  if (rest) out.push(el("span", { class: "tag warning" }, plural(rest, "warning")));
  return out;
}

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const two = (n) => String(n).padStart(2, "0");
const clockText = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;

function choose(id) {
  chosen = id;
  for (const li of $("list").children) li.setAttribute("aria-selected", String(li.id === "row-" + id));
  const li = $("row-" + id);
  if (li) {
    $("list").setAttribute("aria-activedescendant", li.id);
    li.scrollIntoView({ block: "nearest" });
  }
  showDetail(byID.get(id));
}

function step(by) {
  const shown = exchanges.filter((ex) => !ex.gap && wanted(ex));
  if (!shown.length) return;
  const at = shown.findIndex((ex) => ex.id === chosen);
  choose(shown[Math.max(0, Math.min(shown.length - 1, at < 0 ? 0 : at + by))].id);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (event.key === "Escape" && !event.target.closest("dialog")) return closeDetail();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inList = event.target === $("list") || event.target === document.body || event.target === $("detail");
  const keys = { j: 1, k: -1 };
  if (inList && event.target !== $("detail")) Object.assign(keys, { ArrowDown: 1, ArrowUp: -1 });
  if (keys[event.key]) {
    event.preventDefault();
    step(keys[event.key]);
  } else if (event.key === "/") {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Enter" && event.target === $("list") && chosen) {
    $("detail").focus();
  }
});

// ——— one exchange ———

function closeDetail() {
  if ($("detail").hidden) return;
  $("detail").hidden = true;
  chosen = "";
  render();
  $("list").focus({ preventScroll: true });
}

function showDetail(ex) {
  if (!ex) return;
  const close = el("button", { type: "button", onclick: closeDetail, "aria-label": "Close (Escape)" }, "✕");
  $("detail").replaceChildren(
    el("header", {}, el("h2", {}, el("span", { class: "method" }, ex.request.method), " ", ex.target), close),
    el("p", { class: "meta" },
      el("span", { class: "status", "data-c": String(ex.status)[0] }, ex.status ? String(ex.status) : "none"),
      el("span", { class: "tag" }, ex.operation || "no operation"),
      el("span", { class: "tag" }, `${ex.at.slice(0, 10)} ${clockText(new Date(ex.at))}`),
      el("span", { class: "tag" }, `${ex.duration_ms.toFixed(2)} ms`),
      ...tags(ex)),
    el("p", { class: "meta" },
      el("button", { type: "button", onclick: () => copy(curl(ex), "curl line") }, "Copy as curl"),
      el("button", { type: "button", onclick: () => copy(ex.id, "Id") }, "Copy id")),
    el("h3", {}, "Why this answer"),
    el("ol", { class: "why" }, ...ex.explanation.map((line) => el("li", {}, line))),
    ...(ex.violations.length ? [el("h3", {}, "Violations"), ...ex.violations.map(violation)] : []),
    el("h3", {}, "Messages"),
    el("div", { class: "sides" },
      side("Request", `${ex.request.method} ${ex.request.path}${ex.request.query ? "?" + ex.request.query : ""}`, ex.request),
      side("Response", ex.status ? String(ex.response.status) : "none came", ex.response)));
  $("detail").hidden = false;
  $("detail").scrollTop = 0;
}

function violation(v) {
  const asked = v.blame === "scenario";
  const pairs = [["got", v.got], ["want", v.want], ["in the document", place(v)], ["fix", v.fix, "say"]];
  return el("div", { class: `violation ${asked ? "asked" : v.severity}` },
    el("p", { class: "head" },
      el("code", {}, `${v.in} ${v.where}`),
      el("span", { class: "tag " + (asked ? "scenario" : v.severity) }, v.severity),
      el("span", { class: "tag" }, `${v.blame} to blame`),
      el("span", { class: "tag" }, v.keyword)),
    el("p", {}, v.message),
    el("dl", {}, ...pairs.filter(([, value]) => value).flatMap(([name, value, kind]) => [el("dt", {}, name), el("dd", { class: kind }, value)])));
}

function place(v) {
  if (!v.line) return v.pointer || "";
  return `${v.file || ""}:${v.line}:${v.column}`.replace(/^:/, "");
}

function side(title, first, message) {
  const names = Object.keys(message.headers).sort();
  const text = message.body !== undefined ? pretty(message.body) : message.body_base64;
  return el("section", { class: "side" },
    el("h4", {}, title, text ? el("button", { type: "button", onclick: () => copy(message.body ?? message.body_base64, "Body") }, "Copy body") : null),
    el("details", { open: names.length > 0 && names.length <= 6 },
      el("summary", {}, `${first} · ${plural(names.length, "header")}`),
      el("div", { class: "headers" }, ...names.flatMap((name) => message.headers[name].map((value) => el("div", {}, el("b", {}, name + ": "), value))))),
    text ? el("pre", { tabindex: "0" }, ...(message.body !== undefined ? colour(text) : [text])) : el("p", { class: "nothing" }, "no body"));
}

function pretty(text) {
  if (text.length > 200000) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

// colour cuts JSON text into coloured pieces; other text stays in one.
function colour(text) {
  if (!/^[[{]/.test(text) || text.length > 100000) return [text];
  const out = [];
  let last = 0;
  for (const m of text.matchAll(/("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g)) {
    out.push(text.slice(last, m.index));
    const kind = m[1] ? (m[2] ? "k" : "s") : m[3] ? "b" : "n";
    out.push(el("span", { class: kind }, m[1] || m[0]), m[2] || "");
    last = m.index + m[0].length;
  }
  out.push(text.slice(last));
  return out;
}

// curl is a command line that sends the request again. Everything is quoted.
function curl(ex) {
  const quote = (s) => "'" + s.replaceAll("'", `'\\''`) + "'";
  const parts = ["curl", "-X", ex.request.method, quote(location.origin + mount + ex.target)];
  const skip = /^(host|content-length|connection|accept-encoding|user-agent|sec-.*|origin|referer|cookie)$/i;
  for (const [name, values] of Object.entries(ex.request.headers)) {
    if (!skip.test(name)) for (const value of values) parts.push("-H", quote(`${name}: ${value}`));
  }
  if (ex.request.body) parts.push("--data-raw", quote(ex.request.body));
  return parts.join(" ");
}

// ——— the world ———

let clock = null; // {at: ms, read: ms, frozen}

function showClock(value) {
  clock = { at: Date.parse(value.now), read: performance.now(), frozen: value.frozen };
  $("freeze").classList.toggle("on", value.frozen);
  $("freeze").textContent = value.frozen ? "Let it run" : "Freeze";
  $("frozen").textContent = value.frozen ? "frozen" : "running";
  document.querySelector(".clock").classList.toggle("still", value.frozen);
  tick();
}

function tick() {
  if (!clock) return;
  const now = new Date(clock.at + (clock.frozen ? 0 : performance.now() - clock.read));
  $("time").textContent = clockText(now);
  $("time").dateTime = now.toISOString();
  $("date").textContent = now.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }) + " UTC";
}
setInterval(tick, 1000);

// redraw draws a list anew if what it shows has changed: a list that is drawn
// anew takes the focus from whoever is in it.
const drawn = new Map();
function redraw(id, shown, children) {
  const text = JSON.stringify(shown);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  $(id).replaceChildren(...children());
}

// address is where the sandbox's API is.
const address = () => location.origin + mount + (sandbox === "default" ? "" : "/~" + sandbox);

async function loadHealth() {
  const { version, document: doc, checked } = await call("GET", "/health");
  if (!$("try").textContent) $("try").textContent = `curl -i ${address()}/…`;
  $("document").textContent = `${doc.title} ${doc.version} · ${plural(doc.operations, "operation")} · standin ${version}`;
  for (const name of ["seen", "accepted", "reported"]) $(name).textContent = checked[name].toLocaleString("en");
  $("reported").classList.toggle("zero", checked.reported === 0);
}

async function loadSandboxes() {
  const { sandboxes } = await call("GET", "/sandboxes");
  const names = sandboxes.map((box) => box.name);
  if (!names.includes(sandbox)) names.push(sandbox);
  if ([...$("sandbox").options].map((o) => o.value).join("\n") !== names.join("\n")) {
    $("sandbox").replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  }
  $("sandbox").value = sandbox;
  $("dropbox").disabled = sandbox === "default";
}

async function loadScenarios() {
  const { scenarios } = await call("GET", "/scenarios");
  const on = scenarios.filter((s) => s.active).length;
  $("activecount").textContent = on ? `${on} active` : "none active";
  redraw("scenarios", scenarios.map((s) => [s.name, s.summary]), () => scenarios.map((s) => el("li", {}, el("label", {},
    el("span", { class: "name" }, s.name),
    el("input", { type: "checkbox", role: "switch", onchange: (e) => toggle(s.name, e.target.checked) }),
    el("span", { class: "what" }, s.summary)))));
  $("scenarios").querySelectorAll("input").forEach((input, i) => { input.checked = scenarios[i].active; });
}

function toggle(name, on) {
  return act(async () => {
    const { active } = await call("GET", "/scenario");
    const next = active.filter((other) => other !== name);
    if (on) next.push(name);
    try {
      await call("PUT", "/scenario", { active: next });
    } finally {
      await loadScenarios();
    }
  });
}

// optional hides a section where the fake lacks its call.
async function optional(section, load) {
  try {
    await load();
    $(section).hidden = false;
  } catch (error) {
    $(section).hidden = true;
    if (error.status !== 404) throw error;
  }
}

async function loadOTPs() {
  const { otps } = await call("GET", "/otps?limit=20");
  redraw("otps", otps, () => (otps.length ? otps.slice(0, 8).map((o) => el("li", { class: o.used ? "used" : null },
    el("span", { class: "code" }, o.otp),
    el("span", { class: "to", title: o.to }, o.to),
    el("span", { class: "for" }, `${o.otp_action} · ${o.channel}${o.used ? " · used" : ""}`),
    el("button", { type: "button", onclick: () => copy(o.otp, "Password") }, "Copy")))
    : [el("li", { class: "none" }, "None has been sent.")]));
}

const tokensOf = new Map();

async function loadUsers() {
  const { users } = await call("GET", "/users?limit=1000");
  $("usercount").textContent = String(users.length);
  const ready = users.find((u) => u.has_password && !u.deactivated && u.email);
  $("try").textContent = ready ? `curl --json '{"email": "${ready.email}", "password": "standin-Passw0rd"}' \\\n  ${address()}/auth/login/password` : "";
  const shown = users.length > 30 ? users.slice(0, 6).concat(users.slice(-24)) : users;
  redraw("users", [shown, [...tokensOf.keys()], [...tokensOf.values()]], () => shown.map(user));
}

function user(u) {
  const name = [u.first_name, u.last_name].filter(Boolean).join(" ") || u.email || u.phone || u.id;
  const state = [u.deactivated && "deactivated", !u.has_password && "no password"].filter(Boolean).join(", ");
  const how = [u.email, u.phone && `${u.country_code || ""} ${u.phone}`, state].filter(Boolean).join("\n");
  const made = tokensOf.get(u.id);
  return el("li", { class: u.deactivated ? "off" : null },
    el("span", { class: "who" }, name),
    el("button", { type: "button", "aria-label": `Get tokens for ${name}`, onclick: () => getTokens(u.id) }, "Get tokens"),
    el("span", { class: "how" }, how),
    made ? el("div", { class: "tokens" },
      ...[["Access token", made.access_token], ["Refresh token", made.refresh_token]].map(([what, value]) => el("div", {},
        el("code", { title: what }, value), el("button", { type: "button", "aria-label": "Copy " + what.toLowerCase(), onclick: () => copy(value, what) }, "Copy")))) : null);
}

function getTokens(id) {
  return act(async () => {
    tokensOf.set(id, await call("POST", `/users/${encodeURIComponent(id)}/tokens`, {}));
    await loadUsers();
  }, "A session has begun");
}

async function refreshWorld() {
  await act(async () => {
    await Promise.all([
      loadHealth(), loadSandboxes(), loadScenarios(), call("GET", "/clock").then(showClock),
      optional("otpsection", loadOTPs), optional("usersection", loadUsers),
    ]);
  });
}

// refreshSoon follows what exchanges may have changed, at most once a second.
let refreshTimer = null;
function refreshSoon() {
  if (refreshTimer) return;
  refreshTimer = setTimeout(() => { refreshTimer = null; refreshWorld(); }, 1000);
}

// Others may bend the world without an exchange: look now and then.
setInterval(() => {
  if (!document.hidden && $("live").dataset.state === "on") refreshWorld();
}, 5000);

function enter(name) {
  const moved = name !== sandbox;
  sandbox = name;
  if (moved) history.pushState(null, "", base(name) + "/");
  document.title = name === "default" ? "Standin" : `${name} · Standin`;
  exchanges = []; byID = new Map(); lastID = ""; held = 0;
  tokensOf.clear();
  drawn.clear();
  $("try").textContent = "";
  $("detail").hidden = true;
  chosen = "";
  render();
  follow();
}

// ——— wiring ———

$("sandbox").addEventListener("change", (e) => enter(e.target.value));
$("newbox").addEventListener("click", () => {
  $("boxform").hidden = !$("boxform").hidden;
  if (!$("boxform").hidden) $("boxname").focus();
});
$("boxform").addEventListener("submit", (e) => {
  e.preventDefault();
  const name = $("boxname").value;
  $("boxname").value = "";
  $("boxform").hidden = true;
  enter(name);
});
// The report is saved, not opened: a page that this one opened would be bound by
// its policy, and a plain link could not send the token.
$("report").addEventListener("click", () => act(async () => {
  const name = sandbox;
  const file = URL.createObjectURL(await (await send("GET", "/report?format=html")).blob());
  el("a", { href: file, download: `standin-${name}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(file), 60e3);
}));
$("reset").addEventListener("click", () => act(async () => {
  await call("PUT", "/sandboxes/" + encodeURIComponent(sandbox));
  enter(sandbox);
}, `${sandbox} is as at the start`));
$("dropbox").addEventListener("click", () => act(async () => {
  const gone = sandbox;
  if (stream) stream.abort();
  await call("DELETE", "/sandboxes/" + encodeURIComponent(gone), undefined, { sandbox: "default" });
  enter("default");
}, "Deleted"));
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => act(async () => showClock(await call("POST", "/clock/advance", { by: button.dataset.advance }))));
}
$("freeze").addEventListener("click", () => act(async () => showClock(await call("PUT", "/clock", { frozen: !clock.frozen }))));
$("makeuser").addEventListener("click", () => act(async () => {
  const { users } = await call("POST", "/users", {});
  await loadUsers();
  toast(`${users[0].first_name} has registered`);
}));
$("search").addEventListener("input", render);
for (const button of document.querySelectorAll("[data-class]")) {
  button.addEventListener("click", () => {
    const on = press(button);
    if (on) classes.add(button.dataset.class); else classes.delete(button.dataset.class);
    render();
  });
}
$("wrong").addEventListener("click", () => { press($("wrong")); render(); });
$("pause").addEventListener("click", () => {
  held = 0;
  paused = !paused;
  $("pause").textContent = paused ? "Resume" : "Pause";
  $("pause").classList.toggle("on", paused);
  if (!paused) render();
});
$("clear").addEventListener("click", () => act(async () => {
  await call("DELETE", "/exchanges");
  exchanges = []; byID = new Map();
  closeDetail();
  render();
}));
for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => {
    document.body.dataset.view = button.dataset.view;
    for (const other of document.querySelectorAll("[data-view]")) if (other !== document.body) other.setAttribute("aria-pressed", String(other === button));
  });
}
window.addEventListener("popstate", () => {
  const at = location.pathname.match(/\/~([^/]*)\/_standin\/?$/);
  const name = at ? decodeURIComponent(at[1]) : "default";
  if (name !== sandbox) {
    sandbox = name;
    enter(name);
  }
});

function press(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  return on;
}

enter(sandbox);
