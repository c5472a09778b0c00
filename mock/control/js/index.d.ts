import type { components, operations } from "./api.js";

type Schemas = components["schemas"];
type JSONOf<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Query<Op> = Op extends { parameters: { query?: infer Q } } ? Q : never;
type BodyOf<Op> = Op extends { requestBody?: infer B } ? JSONOf<NonNullable<B>> : never;
type Answer<Op extends keyof operations, Status extends keyof operations[Op]["responses"]> = JSONOf<operations[Op]["responses"][Status]>;

export type Exchange = Schemas["Exchange"];
export type Violation = Schemas["Violation"];
export type SandboxStart = Schemas["SandboxStart"];
export type Clock = Schemas["Clock"];
export type Scenario = Schemas["Scenario"];
export type User = Schemas["User"];
export type OTP = Schemas["OTP"];
export type Tokens = Schemas["Tokens"];
export type Problem = Schemas["Problem"];
export type State = Schemas["State"];

export interface StandinOptions {
  /** Its address; STANDIN_URL, else http://127.0.0.1:4010. */
  url?: string;
  /** What --control-token was given; STANDIN_CONTROL_TOKEN, else none. */
  token?: string;
  fetch?: typeof fetch;
}

export interface CallOptions {
  body?: unknown;
  query?: Record<string, unknown>;
}

/** A running Standin. */
export class Standin {
  constructor(options?: StandinOptions);
  readonly url: string;
  /** The sandbox of requests that name none. */
  readonly default: Sandbox;
  /** Makes the sandbox of that name, or resets it, journal included. */
  sandbox(name: string, start?: SandboxStart): Promise<Sandbox>;
  sandboxes(): Promise<Schemas["Sandbox"][]>;
  health(): Promise<Schemas["Health"]>;
  scenarios(): Promise<Scenario[]>;
  /** One call of the control API: a method, and a path below /_standin. */
  call<T = unknown>(method: string, path: string, options?: CallOptions & { sandbox?: string }): Promise<T>;
}

export interface NoViolations {
  /** Whether warnings count; false. */
  warnings?: boolean;
  /** Whose faults count; all but those of scenarios. */
  blame?: Violation["blame"][];
  /** Lets a violation pass that the test means to provoke. */
  allow?: (violation: Violation, exchange: Exchange) => boolean;
}

/** A world of its own: state, scenarios, clock, seed and journal. */
export class Sandbox {
  constructor(standin: Standin, name: string);
  readonly name: string;
  /** The API's address in this sandbox, for a client that takes a base URL. */
  readonly url: string;
  /** The same as a header, for a client that takes headers. */
  readonly headers: { "Standin-Sandbox": string };

  /** The active scenarios; with names, switches to those and no others. Unknown ones are a StandinError. */
  scenario(...names: string[]): Promise<string[]>;
  clearScenario(): Promise<string[]>;

  readonly clock: {
    get(): Promise<Clock>;
    /** A Date, milliseconds since 1970, or a text that Date reads. */
    set(now: Date | number | string): Promise<Clock>;
    freeze(now?: Date | number | string): Promise<Clock>;
    run(): Promise<Clock>;
    /** Milliseconds, or a duration: "15m", "1h30m". */
    advance(by: number | string): Promise<Clock>;
  };

  /** The whole world as one JSON document. */
  readonly state: {
    get(): Promise<State>;
    set(world: State): Promise<void>;
    reset(): Promise<void>;
  };

  /** The storefront's users, where the document holds its Auth API. */
  readonly users: {
    list(query?: Query<operations["list-users"]>): Promise<User[]>;
    create(fields?: BodyOf<operations["make-users"]>): Promise<User[]>;
    get(id: string): Promise<Answer<"show-user", 200>>;
    update(id: string, fields: Schemas["UserChange"]): Promise<Answer<"change-user", 200>>;
    delete(id: string): Promise<void>;
    /** A token pair without logging in. */
    tokens(id: string, options?: { logged_in?: boolean; expires_in?: string }): Promise<Tokens>;
  };

  /** The one-time passwords that would have been sent, newest first. */
  otps(query?: Query<operations["list-otps"]>): Promise<OTP[]>;
  /** The journal, newest last. */
  exchanges(query?: Query<operations["list-exchanges"]>): Promise<Exchange[]>;
  exchange(id: string): Promise<Exchange>;
  clearExchanges(): Promise<void>;
  /** Rejects with ContractBroken if an exchange since the last clearExchanges broke the contract. */
  expectNoViolations(options?: NoViolations): Promise<void>;
  /** Forgets the sandbox. */
  delete(): Promise<void>;
  /** One call of the control API in this sandbox. */
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<T>;
}

/** The control API refused a call. */
export class StandinError extends Error {
  readonly status: number;
  /** RFC 9457. */
  readonly problem: Partial<Problem>;
}

/** The contract was broken; the message lists how. */
export class ContractBroken extends Error {
  readonly exchanges: { exchange: Exchange; violations: Violation[] }[];
}

/** A sandbox's name made of a test's title: readable, allowed, and its own. */
export function sandboxName(title: string, unique?: string): string;
