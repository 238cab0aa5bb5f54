import { reservationStatus, syncState } from '@holdfast/contract';
import { HOT_PATH_LIMITS } from '@holdfast/hot-path/limits';
import { readConfig } from '@holdfast/runtime';
import {
  apiCalls,
  createTestDatabase,
  ofSuite,
  settingsOfRun,
  type ApiCall,
  type ApiCalls,
} from '@holdfast/testing';
import request from 'supertest';
import { z } from 'zod';
import { apiEnvironment } from '../config.ts';
import { createContext, type ApiContext } from '../context.ts';
import type { Route } from '../http/route.ts';
import { routes } from '../routes.ts';
import { startServer } from '../server.ts';

/** An answer, after it was found to be what the contract says of every answer. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TestApi extends ApiCalls<Reply> {
  readonly url: string;
  readonly databaseUrl: string;
  readonly context: ApiContext;
  /** Makes a call as a client would, and checks the answer against the contract. */
  readonly call: ApiCall<Reply>;
  close(): Promise<void>;
}

// With the hot path (docs/testing.md): the run's Redis has lost nothing.
if (process.env['HOT_PATH'] !== undefined) HOT_PATH_LIMITS.afterLossMs = 0;

/** The real API on a free port: real configuration, context and server, with a test's own settings on top. */
export async function startApi(env: Readonly<Record<string, string>>): Promise<TestApi> {
  const context = await createContext(
    readConfig(apiEnvironment, {
      PORT: '0',
      LOG_LEVEL: 'error',
      ...settingsOfRun(),
      ...env,
    }),
  );
  const server = await startServer(context);
  const { url } = server;
  const known = routes(context);
  const call: TestApi['call'] = async (method, path, body, headers = {}) => {
    const sent = request(url)[method](path).set(headers);
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      void sent.serialize((raw: string) => raw);
      if (headers['Content-Type'] === undefined) void sent.type('application/json');
    }
    const {
      status,
      body: answer,
      headers: received,
    } = await (body === undefined ? sent : sent.send(body as string));
    const reply = { status, body: answer as unknown, headers: answerHeaders.parse(received) };
    checkAnswer(known, method, path, reply);
    return reply;
  };
  const { databaseUrl } = context.config;
  return { ...apiCalls(call), url, databaseUrl, context, call, close: () => server.stop() };
}

/** Like {@link startApi}, on a new database, which `close` removes. */
export async function startOwnApi(env: Readonly<Record<string, string>> = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const api = await startApi({ DATABASE_URL: database.url, ...env });
  const close = async () => {
    await api.close();
    await database.drop();
  };
  return { ...api, close };
}

export const apiOfSuite = (env?: Readonly<Record<string, string>>): TestApi =>
  ofSuite(() => startOwnApi(env));

export const answerHeaders = z
  .record(z.string(), z.string())
  .and(z.object({ 'x-request-id': z.string().min(1) }));

/** The rules of the HTTP contract for every answer. @throws {Error} with the broken rule */
function checkAnswer(known: readonly Route[], method: string, path: string, reply: Reply): void {
  if (reply.status >= 400) {
    checkProblem(reply);
    return;
  }
  const route = known.find((each) => each.method === method && matches(each.path, path));
  if (!route) return;
  const answer = route.answers[reply.status];
  if (!answer) throw new Error(`${method} ${path} answered ${reply.status}, which is not documented`);
  expect(reply.headers['content-type']).toBe(answer.schema ? 'application/json; charset=utf-8' : undefined);
  answer.schema?.parse(reply.body);
}

/** The HTTP contract's table of codes. */
const STATUS_OF: Readonly<Record<string, number>> = {
  malformed_json: 400,
  validation_failed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  request_timeout: 408,
  reservation_not_found: 404,
  sku_not_found: 404,
  location_not_found: 404,
  insufficient_stock: 409,
  in_use: 409,
  sku_inactive: 409,
  customer_limit_reached: 409,
  reservation_exists: 409,
  reservation_withdrawn: 409,
  order_cancelled: 409,
  invalid_transition: 409,
  reservation_expired: 409,
  extension_limit_reached: 409,
  quantity_exceeds_remaining: 409,
  version_conflict: 412,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  unknown_sku: 422,
  unknown_location: 422,
  quantity_limit_exceeded: 422,
  customer_required: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  overloaded: 503,
  unavailable: 503,
  outcome_unknown: 503,
};

const problemDocument = z.strictObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string(),
  code: z.enum(Object.keys(STATUS_OF)),
  errors: z
    .array(z.strictObject({ path: z.string(), message: z.string().min(1) }))
    .min(1)
    .optional(),
  lines: z
    .array(
      z.strictObject({
        sku: z.string(),
        location: z.string().optional(),
        requested: z.int().min(1).optional(),
        available: z.int().min(0).optional(),
        remaining: z.int().min(0).optional(),
        limit: z.int().min(1).optional(),
        taken: z.int().min(0).optional(),
      }),
    )
    .min(1)
    .optional(),
  current_status: z
    .enum([...reservationStatus.options, ...syncState.options, 'queued', 'running'])
    .optional(),
});

const WITH_LINES = new Set([
  'insufficient_stock',
  'sku_inactive',
  'customer_limit_reached',
  'quantity_exceeds_remaining',
]);
const WITH_CURRENT_STATUS = new Set([
  'reservation_exists',
  'reservation_withdrawn',
  'invalid_transition',
  'reservation_expired',
  'extension_limit_reached',
  'quantity_exceeds_remaining',
]);
/** Words that only a stack, an SQL statement or a library's message contains. */
const INTERNALS = /node_modules|\.ts:|\.js:|\bat \w+ \(|\b(SELECT|INSERT|UPDATE)\b|prisma|postgres|express/i;

/** RFC 9457 with the contract's extras, and nothing of our insides. */
export function checkProblem({ status, body, headers }: Reply): void {
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = problemDocument.parse(body);
  expect(problem).toMatchObject({
    status,
    instance: headers['x-request-id'],
  });
  expect(problem.type).toMatch(new RegExp(`^https?://.+/problems/${problem.code.replaceAll('_', '-')}$`));
  expect(status).toBe(STATUS_OF[problem.code]);
  expect({ code: problem.code, errors: 'errors' in problem }).toEqual({
    code: problem.code,
    errors: problem.code === 'validation_failed',
  });
  expect('lines' in problem).toBe(WITH_LINES.has(problem.code));
  if (WITH_CURRENT_STATUS.has(problem.code)) expect(problem.current_status).toBeDefined();
  if (status === 429 || status === 503) expect(headers['retry-after']).toMatch(/^\d+$/);
  expect(JSON.stringify(body)).not.toMatch(INTERNALS);
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path.split('?')[0] ?? '');
}
