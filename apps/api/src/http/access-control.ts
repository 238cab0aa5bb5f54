import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AddressOf,
  ANONYMOUS,
  type ApiKeys,
  bearerKey,
  type Caller,
  type Logger,
  type NotedRequest,
  type Scope,
  SCOPES,
} from '@holdfast/runtime';
import type { RequestHandler } from 'express';
import type { CountedCaller } from './client.ts';
import { FailedAttempts, unauthorized } from './failed-attempts.ts';
import { type KeyRate, type KeyRateConfig, openKeyRate } from './key-rate.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** The caller of a route without a scope: not known, and without any scope. */
export const ANONYMOUS_CALLER: Caller = { name: ANONYMOUS, scopes: new Set() };

/** Every caller where there are no API keys; the API listens on a loopback address then. */
const UNRESTRICTED_CALLER: Caller = { name: ANONYMOUS, scopes: new Set(SCOPES) };

/** Finds the key in a request, and explains how to send one if there is none. */
export interface Credentials {
  read(request: IncomingMessage): string | null;
  readonly challenge: string;
  readonly howTo: string;
  /** Whether the challenge has a browser ask its user. */
  readonly isPrompt: boolean;
}

const BEARER: Credentials = {
  read: bearerKey,
  challenge: 'Bearer',
  howTo: 'Send one valid API key, once, as Authorization: Bearer <key>.',
  isPrompt: false,
};

/** Counts requests only where there are keys. */
export function openAccessControl(
  config: KeyRateConfig & { readonly apiKeys: ApiKeys | null; readonly addressOf: AddressOf },
  log: Logger,
): AccessControl {
  const { apiKeys: keys } = config;
  return new AccessControl(keys && { keys, rate: openKeyRate(config, log) }, config.addressOf);
}

interface Access {
  readonly keys: ApiKeys;
  readonly rate: KeyRate;
}

/**
 * Identifies the caller before the rest of a request is read. The hot router calls it for each route, Express
 * for every other path: a path without a rule is closed.
 */
export class AccessControl {
  readonly #access: Access | null;
  readonly #failures: FailedAttempts;
  readonly #addressOf: AddressOf;
  readonly #countedCallers = new Map<Caller, CountedCaller>();
  readonly #callers = new WeakMap<IncomingMessage, CountedCaller>();

  /** @param access null where there are no keys */
  constructor(access: Access | null, addressOf: AddressOf, failures = new FailedAttempts()) {
    this.#access = access;
    this.#addressOf = addressOf;
    this.#failures = failures;
  }

  async close(): Promise<void> {
    this.#access?.rate.close();
  }

  get hasKeys(): boolean {
    return this.#access !== null;
  }

  /**
   * The caller of a route. It is identified only if the route has a scope. `answer` checks the scope.
   *
   * @throws {Problem} `unauthorized`, `rate_limited`
   */
  callerFor(
    { scope }: Pick<Route, 'scope'>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<CountedCaller> {
    return scope === null ? Promise.resolve(ANONYMOUS_CALLER) : this.#identifyOnce(request, response, BEARER);
  }

  /**
   * For Express: only requests of a known caller pass, and with `scope` only those of a caller that has it.
   */
  requireKey(scope: Scope | null = null, credentials: Credentials = BEARER): RequestHandler {
    return async (request, response, next) => {
      const caller = await this.#identifyOnce(request, response, credentials);
      this.#callers.set(request, caller);
      if (scope !== null) requireScope(caller, scope);
      next();
    };
  }

  /** For Express, behind `requireKey`. @throws {Error} when the caller was not identified before */
  callerOf(request: IncomingMessage): Caller {
    const caller = this.#callers.get(request);
    if (!caller) throw new Error('this request has not been identified');
    return caller;
  }

  /** A request counts once against the rate of its key. @throws {Problem} `unauthorized`, `rate_limited` */
  async #identifyOnce(
    request: NotedRequest,
    response: ServerResponse,
    credentials: Credentials,
  ): Promise<CountedCaller> {
    if (!this.#access) {
      request.caller = ANONYMOUS;
      return UNRESTRICTED_CALLER;
    }
    const known = this.#callers.get(request);
    if (known) return known;
    const key = credentials.read(request);
    const caller = key === null ? null : this.#access.keys.identify(key);
    if (!caller) {
      const { challenge, howTo, isPrompt } = credentials;
      const why =
        key === null ? whyNoKey(request) : 'The API key is not known here: it is mistyped, or was withdrawn.';
      const refusal = unauthorized(`${why} ${howTo}`, { 'WWW-Authenticate': challenge });
      throw await this.#failures.answerTo(this.#addressOf(request), refusal, isPrompt);
    }
    request.caller = caller.name;
    await this.#access.rate.take(caller.name, response);
    return this.#counted(caller, this.#access.rate);
  }

  #counted(caller: Caller, rate: KeyRate): CountedCaller {
    const known = this.#countedCallers.get(caller);
    if (known) return known;
    const counted = { ...caller, count: (lines: number) => rate.count(caller.name, lines) };
    this.#countedCallers.set(caller, counted);
    return counted;
  }
}

/** @throws {Problem} `forbidden` */
export function requireScope({ scopes }: Caller, scope: Scope | 'any:read'): void {
  if (scope === 'any:read' ? [...scopes].some((each) => each.endsWith(':read')) : scopes.has(scope)) return;
  const has = [...scopes].join(', ') || 'none';
  throw new Problem(
    'forbidden',
    `This key does not have ${scope === 'any:read' ? 'a scope that reads' : `the scope ${scope}`}. It has: ${has}.`,
  );
}

const whyNoKey = ({ headers }: IncomingMessage): string =>
  headers.authorization === undefined
    ? 'There is no API key.'
    : 'The Authorization header has an unexpected form, or was sent twice.';
