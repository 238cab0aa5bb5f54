import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ANONYMOUS,
  type ApiKeys,
  bearerKey,
  type Caller,
  type Logger,
  type Scope,
  SCOPES,
} from '@holdfast/runtime';
import type { RequestHandler } from 'express';
import { FailedAttempts } from './failed-attempts.ts';
import { type KeyRate, type KeyRateConfig, openKeyRate } from './key-rate.ts';
import { Problem } from './problem.ts';

/** Whoever calls what is open: known by nothing, and good for nothing else. */
export const STRANGER: Caller = { name: ANONYMOUS, scopes: new Set() };

/** Where there are no API keys, whoever reaches the port may do everything; it is on a loopback address then. */
const EVERYBODY: Caller = { name: ANONYMOUS, scopes: new Set(SCOPES) };

/** Finds the key in a request, and says how to send one where there is none. */
export interface Credentials {
  read(request: IncomingMessage): string | null;
  readonly challenge: string;
  readonly howTo: string;
}

const BEARER: Credentials = {
  read: bearerKey,
  challenge: 'Bearer',
  howTo: 'Send one API key that is known here, once, as Authorization: Bearer <key>.',
};

/** Opens nothing where there are no keys: nobody is counted there. */
export function openGate(config: KeyRateConfig & { apiKeys: ApiKeys | null }, log: Logger): Gate {
  const { apiKeys: keys } = config;
  return new Gate(keys && { keys, rate: openKeyRate(config, log) });
}

interface Access {
  readonly keys: ApiKeys;
  readonly rate: KeyRate;
}

/**
 * Says who calls, before anything else of a request is looked at. The fast door asks it for each route, Express for all that
 * was not answered until then: what is not opened on purpose is closed.
 */
export class Gate {
  readonly #access: Access | null;
  readonly #failures: FailedAttempts;
  readonly #callers = new WeakMap<IncomingMessage, Caller>();

  /** @param access null where there are no keys */
  constructor(access: Access | null, failures = new FailedAttempts()) {
    this.#access = access;
    this.#failures = failures;
  }

  async close(): Promise<void> {
    await this.#access?.rate.close();
  }

  get hasKeys(): boolean {
    return this.#access !== null;
  }

  /** @throws {Problem} `unauthorized`, `rate_limited` */
  async admit(
    request: IncomingMessage,
    response: ServerResponse,
    credentials: Credentials = BEARER,
  ): Promise<Caller> {
    if (!this.#access) return EVERYBODY;
    const key = credentials.read(request);
    const caller = key === null ? null : this.#access.keys.identify(key);
    if (!caller) throw await this.#failures.answerTo(request, unauthorized(credentials));
    await this.#access.rate.take(caller.name, response);
    return caller;
  }

  /** For Express: nobody gets past it unknown. */
  handler(credentials?: Credentials): RequestHandler {
    return async (request, response, next) => {
      this.#callers.set(request, await this.admit(request, response, credentials));
      next();
    };
  }

  /** For Express: after `handler`, who may go on. @throws {Problem} `forbidden` */
  require(scope: Scope): RequestHandler {
    return (request, _response, next) => {
      requireScope(this.callerOf(request), scope);
      next();
    };
  }

  /** @throws {Error} when nobody has asked who it is */
  callerOf(request: IncomingMessage): Caller {
    const caller = this.#callers.get(request);
    if (!caller) throw new Error('this request has not come through the gate');
    return caller;
  }
}

/** @throws {Problem} `forbidden` */
export function requireScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw new Problem('forbidden', `This key does not have the scope ${scope}.`);
}

const unauthorized = ({ challenge, howTo }: Credentials) =>
  new Problem('unauthorized', howTo, { headers: { 'WWW-Authenticate': challenge } });
