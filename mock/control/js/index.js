// The control API of a Standin, for tests. See README.md, and index.d.ts for what everything takes and gives.

/** Thrown where the control API refuses a call. */
export class StandinError extends Error {
  constructor(status, problem, call) {
    const near = problem.nearest?.length ? `; the nearest are ${problem.nearest.join(", ")}` : "";
    super(`${call}: ${problem.detail ?? problem.title ?? `it answered ${status}`}${(problem.detail ?? "").includes("nearest") ? "" : near}`);
    this.name = "StandinError";
    this.status = status;
    this.problem = problem;
  }
}

/** Thrown by expectNoViolations: the message lists what broke the contract. */
export class ContractBroken extends Error {
  constructor(exchanges) {
    super(["the contract was broken", ...exchanges.flatMap(lines)].join("\n  "));
    this.name = "ContractBroken";
    this.exchanges = exchanges;
  }
}

function lines({ exchange, violations }) {
  const head = `${exchange.request.method} ${exchange.target} ${exchange.status} (${exchange.id})`;
  return [head, ...violations.map((v) => {
    const at = v.file ? ` [${v.file}:${v.line}:${v.column}]` : "";
    return `  ${v.in} ${v.where}: ${v.message}; ${v.blame} to blame${at}`;
  })];
}

const env = (name) => globalThis.process?.env?.[name];

/** A running Standin. */
export class Standin {
  constructor(options = {}) {
    const url = options.url ?? env("STANDIN_URL") ?? "http://127.0.0.1:4010";
    this.url = url.replace(/\/+$/, "");
    this.token = options.token ?? env("STANDIN_CONTROL_TOKEN");
    this.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.default = new Sandbox(this, "default");
  }

  /** Makes the sandbox of that name, or resets it, and returns it. */
  async sandbox(name, start = {}) {
    await this.call("PUT", `/sandboxes/${encodeURIComponent(name)}`, { body: start });
    return new Sandbox(this, name);
  }

  async sandboxes() {
    return (await this.call("GET", "/sandboxes")).sandboxes;
  }

  health() {
    return this.call("GET", "/health");
  }

  async scenarios() {
    return (await this.call("GET", "/scenarios")).scenarios;
  }

  /** One call of the control API, below /_standin. */
  async call(method, path, { body, query, sandbox } = {}) {
    const search = new URLSearchParams(Object.entries(query ?? {}).filter(([, value]) => value !== undefined).map(([k, v]) => [k, String(v)]));
    const url = `${this.url}/_standin${path}${search.size ? `?${search}` : ""}`;
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (sandbox) headers["Standin-Sandbox"] = sandbox;
    let answer;
    try {
      answer = await this.fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch (cause) {
      throw new Error(`no Standin answers at ${this.url}; start one, or set STANDIN_URL`, { cause });
    }
    const text = await answer.text();
    let value;
    try {
      value = text === "" ? undefined : JSON.parse(text);
    } catch (cause) {
      throw new Error(`${method} ${url} answered ${answer.status} with no JSON; is that a Standin?`, { cause });
    }
    if (!answer.ok) throw new StandinError(answer.status, value ?? {}, `${method} /_standin${path}`);
    return value;
  }
}

/** A world of its own: state, scenarios, clock, seed and journal. */
export class Sandbox {
  constructor(standin, name) {
    this.standin = standin;
    this.name = name;
    /** The API's address in this sandbox, for a client that takes a base URL. */
    this.url = name === "default" ? standin.url : `${standin.url}/~${name}`;
    /** The same as a header, for a client that takes headers. */
    this.headers = { "Standin-Sandbox": name };
    const call = (...args) => this.call(...args);
    this.clock = {
      get: () => call("GET", "/clock"),
      set: (now) => call("PUT", "/clock", { body: { now: new Date(now).toISOString() } }),
      freeze: (now) => call("PUT", "/clock", { body: { ...(now === undefined ? {} : { now: new Date(now).toISOString() }), frozen: true } }),
      run: () => call("PUT", "/clock", { body: { frozen: false } }),
      advance: (by) => call("POST", "/clock/advance", { body: { by: typeof by === "number" ? `${by}ms` : by } }),
    };
    this.state = {
      get: () => call("GET", "/state"),
      set: (world) => call("PUT", "/state", { body: world }),
      reset: () => call("DELETE", "/state"),
    };
    this.users = {
      list: async (query) => (await call("GET", "/users", { query })).users,
      create: async (fields = {}) => (await call("POST", "/users", { body: fields })).users,
      get: (id) => call("GET", `/users/${encodeURIComponent(id)}`),
      update: (id, fields) => call("PATCH", `/users/${encodeURIComponent(id)}`, { body: fields }),
      delete: (id) => call("DELETE", `/users/${encodeURIComponent(id)}`),
      tokens: (id, options = {}) => call("POST", `/users/${encodeURIComponent(id)}/tokens`, { body: options }),
    };
  }

  /** One call of the control API in this sandbox. */
  call(method, path, options = {}) {
    return this.standin.call(method, path, { ...options, sandbox: this.name });
  }

  /** The active scenarios; with names, switches to those and no others. */
  async scenario(...names) {
    const answer = names.length === 0
      ? await this.call("GET", "/scenario")
      : await this.call("PUT", "/scenario", { body: { active: names } });
    return answer.active;
  }

  /** Switches every scenario off. */
  async clearScenario() {
    return (await this.call("DELETE", "/scenario"))?.active ?? [];
  }

  async otps(query) {
    return (await this.call("GET", "/otps", { query })).otps;
  }

  /** The journal, newest last. */
  async exchanges(query) {
    return (await this.call("GET", "/exchanges", { query })).exchanges;
  }

  /** One exchange, with its explanation. */
  exchange(id) {
    return this.call("GET", `/exchanges/${encodeURIComponent(id)}`);
  }

  clearExchanges() {
    return this.call("DELETE", "/exchanges");
  }

  /** Throws ContractBroken if an exchange since the last clearExchanges broke the contract. */
  async expectNoViolations({ warnings = false, blame = ["client", "fake", "upstream", "document"], allow = () => false } = {}) {
    const bad = [];
    for (const exchange of await this.exchanges({ violations: true })) {
      const violations = exchange.violations.filter((v) =>
        (warnings || v.severity === "error") && blame.includes(v.blame) && !allow(v, exchange));
      if (violations.length) bad.push({ exchange, violations });
    }
    if (bad.length) throw new ContractBroken(bad);
  }

  /** Forgets the sandbox. */
  async delete() {
    try {
      await this.call("DELETE", `/sandboxes/${encodeURIComponent(this.name)}`);
    } catch (error) {
      if (error.status !== 404) throw error; // gone already is what was wanted
    }
  }
}

/** A sandbox's name made of a test's title: readable, allowed, and its own. */
export function sandboxName(title, unique = crypto.randomUUID().slice(0, 8)) {
  const words = title.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
  return `${words || "test"}-${unique}`.slice(0, 64);
}
