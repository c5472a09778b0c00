// Does spec/storefront.yaml describe the API that the published client was built for?
//
// The compiler is the judge: `npm run types` generates generated/storefront.d.ts from the document and checks this file.
// Nothing here runs. Each check below that fails adds a label such as "logout 200 content: ours is not theirs" to a
// union, and the last lines demand that the union holds the listed exceptions, each of them, and nothing else.
import type { operations as Theirs, paths as TheirPaths } from "@commercengine/storefront-sdk";
import type { operations as Ours, paths as OurPaths, Readable, Writable } from "./generated/storefront.d.ts";

type Operation = keyof Ours & keyof Theirs;
type Status = 200 | 400 | 401 | 404;

// ---- What is compared -----------------------------------------------------------------------------------------------

// IsAny guards every comparison: `any` is assignable both ways and would make each check pass.
type IsAny<T> = 0 extends 1 & T ? true : false;
// Fits is true when every A is a B. Both are wrapped so that a union is compared whole and `never` fits only `never`.
type Fits<A, B> = IsAny<A> extends true ? false
  : IsAny<B> extends true ? false
  : [A] extends [never] ? ([B] extends [never] ? true : false)
  : [A] extends [B] ? true : false;

// Responses, by operation and status; undefined where that status is not documented.
type Responses<O> = O extends { responses: infer R } ? R : never;
type Content<T> = T extends { content: infer C } ? C : never;
// A response as its reader sees it: read-only markers resolved, write-only members gone.
type Answer<O, S> = S extends keyof Responses<O> ? Readable<Content<Responses<O>[S]>["application/json" & keyof Content<Responses<O>[S]>]> : never;

// A request body as its sender may write it, by media type: write-only markers resolved, read-only members forbidden.
type Body<O> = O extends { requestBody: { content: infer C } } ? Writable<C> : O extends { requestBody?: never } ? "no body" : "optional body";

type Parameters<O> = O extends { parameters: infer P } ? P : never;

// The document's own additions and narrowings live in single members, so bodies are compared member by member: an
// exception then excuses that member and hides nothing beside it. Pick keeps each member's required-ness.
type Members<A, B> = (A extends unknown ? keyof A : never) | (B extends unknown ? keyof B : never);
type Only<T, K> = Pick<T, K & keyof T>;

// ---- The checks -----------------------------------------------------------------------------------------------------

type Label<T> = T & string;

type AnswerFailures = {
  [O in Operation]: {
    [S in Status]: {
      [K in Members<Answer<Ours[O], S>, Answer<Theirs[O], S>>]:
        | (Fits<Only<Answer<Ours[O], S>, K>, Only<Answer<Theirs[O], S>, K>> extends true ? never : `${O} ${S} ${Label<K>}: ours is not theirs`)
        | (Fits<Only<Answer<Theirs[O], S>, K>, Only<Answer<Ours[O], S>, K>> extends true ? never : `${O} ${S} ${Label<K>}: theirs is not ours`);
    }[Members<Answer<Ours[O], S>, Answer<Theirs[O], S>>];
  }[Status];
}[Operation];

type Statuses<O> = keyof Responses<O> & (string | number);

type StatusFailures = {
  [O in Operation]:
    | `${O} ${Exclude<Statuses<Ours[O]>, Statuses<Theirs[O]>>}: theirs has no such status`
    | `${O} ${Exclude<Statuses<Theirs[O]>, Statuses<Ours[O]>>}: ours has no such status`
    | `${O} ${Exclude<Statuses<Ours[O]>, Status>}: a status that this test does not compare`;
}[Operation];

type BodyFailures = {
  [O in Operation]:
    | (Fits<Body<Theirs[O]>, Body<Ours[O]>> extends true ? never : `${O} request: theirs is not ours`)
    | (Fits<Body<Ours[O]>, Body<Theirs[O]>> extends true ? never : `${O} request: ours is not theirs`);
}[Operation];

type ParameterFailures = {
  [O in Operation]:
    | (Fits<Parameters<Theirs[O]>, Parameters<Ours[O]>> extends true ? never : `${O} parameters: theirs are not ours`)
    | (Fits<Parameters<Ours[O]>, Parameters<Theirs[O]>> extends true ? never : `${O} parameters: ours are not theirs`);
}[Operation];

// Paths and methods: the client's /auth paths are exactly ours, and each method leads to the same operation.
type TheirAuth = Extract<keyof TheirPaths, `/auth/${string}`>;
type Method = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace";
type OperationAt<P, All, M> = M extends keyof P ? NameOf<All, NonNullable<P[M]>> : never;
// NameOf gives the ids of the operations of type T: types have no names, so operations of one shape all answer to it.
type NameOf<All, T> = [T] extends [never] ? never : { [N in keyof All]: [T, All[N]] extends [All[N], T] ? N : never }[keyof All];
type PathFailures =
  | `${Exclude<TheirAuth, keyof OurPaths>}: ours has no such path`
  | `${Exclude<keyof OurPaths & string, TheirAuth>}: theirs has no such path`
  | {
      [P in TheirAuth & keyof OurPaths]: {
        [M in Method]: Fits<
          OperationAt<OurPaths[P], Ours, M>,
          OperationAt<TheirPaths[P], Pick<Theirs, Operation>, M>
        > extends true ? never : `${M} ${P}: another operation`;
      }[Method];
    }[TheirAuth & keyof OurPaths];

type NameFailures = `${Exclude<keyof Ours, keyof Theirs>}: theirs has no such operation`;

type Failures = AnswerFailures | StatusFailures | BodyFailures | ParameterFailures | PathFailures | NameFailures;

// ---- The exceptions -------------------------------------------------------------------------------------------------

type Documents<S> = { [O in Operation]: S extends keyof Ours[O]["responses"] ? O : never }[Operation];
type Successes = { [O in Operation]: `${O} 200` }[Operation];
type Errors = `${Documents<400>} 400` | `${Documents<401>} 401` | `${Documents<404>} 404`;

type Exceptions =
  // `success` is a plain boolean to the client. It is true in every success and false in every error, and ours says so.
  | `${Successes | Errors} success: theirs is not ours`
  // update-user takes a whole User by its type and a partial one in practice: the client sends the changed members only.
  | "update-user request: ours is not theirs";

// ---- The verdict ----------------------------------------------------------------------------------------------------

// "Type '{}' is missing the following properties …" names the failures that no exception covers,
export const nothingElseFails: Record<Exclude<Failures, Exceptions>, "is no exception"> = {};
// or the exceptions that are not needed any more.
export const everyExceptionIsNeeded: Record<Exclude<Exceptions, Failures>, "is not needed"> = {};
// All of it is about these operations: a wrong import would leave nothing to compare.
export const operations: Record<Operation, true> = {
  "get-anonymous-token": true,
  "login-with-password": true,
  "login-with-email": true,
  "login-with-phone": true,
  "login-with-whatsapp": true,
  "register-with-email": true,
  "register-with-phone": true,
  "register-with-whatsapp": true,
  "register-with-password": true,
  "generate-otp": true,
  "verify-otp": true,
  "refresh-token": true,
  logout: true,
  "change-password": true,
  "forgot-password": true,
  "reset-password": true,
  "check-verification-status": true,
  "get-user-detail": true,
  "update-user": true,
  "delete-user": true,
  "deactivate-user": true,
  "get-profile-image": true,
  "add-profile-image": true,
  "update-profile-image": true,
  "remove-profile-image": true,
};
