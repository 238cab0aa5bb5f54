import type { RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { readKeyHeader } from './idempotency-key.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler gets: parsed, and nothing that was not declared. */
interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks: the API key's name. */
  readonly caller: string;
  /** The path that was called, with its parameters as they were parsed: one spelling for one thing. */
  readonly path: string;
  /** From the `Idempotency-Key` header. */
  readonly idempotencyKey: string | null;
  readonly ifMatch: string | undefined;
}

interface AnswerDescription {
  readonly description: string;
  readonly schema: z.ZodType;
  /** What its own headers say, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One use case of the contract: what parses its requests also documents them (`openapi/document.ts`). */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'put';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly tag: 'Reservations' | 'Stock' | 'Workers' | 'Operations';
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Schemas of the answers, by status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  readonly refusals: readonly ProblemCode[];
  /** Whether `Idempotency-Key` is honoured. */
  readonly keyed?: boolean;
  /** Whether `If-Match` is honoured. */
  readonly conditional?: boolean;
  readonly handle: (call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>) => Promise<Answer>;
}

/** Checks a route's types where it is written, and forgets them where routes are listed. */
export function defineRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Route<Params, Query, Body>,
): Route {
  return route;
}

/** There are no API keys yet: whoever reaches the port is this caller. */
const ANONYMOUS = 'anonymous';

export function mount(router: Router, route: Route): void {
  const handler: RequestHandler = async (request, response) => {
    const params = parsePart(route.params, request.params);
    const answer = await route.handle({
      params,
      query: parsePart(route.query, request.query),
      body: parsePart(route.body, request.body === undefined ? {} : request.body),
      caller: ANONYMOUS,
      path: canonicalPath(route.path, params),
      idempotencyKey: route.keyed ? readKeyHeader(request.headersDistinct['idempotency-key']) : null,
      ifMatch: request.headers['if-match'],
    });
    sendJson(response, answer.status, answer.body, answer.headers);
  };
  const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  router[route.method](path, ...(route.body ? [readBody] : []), handler);
}

function canonicalPath(path: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
}

const ERRORS_MAX = 20;

/** @throws {Problem} `validation_failed`, which names every field that is wrong (the first 20) */
function parsePart(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, ERRORS_MAX).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw new Problem(
    'validation_failed',
    `The request is not valid: ${errors[0]?.path || 'the whole'}: ${errors[0]?.message}.`,
    {
      extensions: { errors },
    },
  );
}
