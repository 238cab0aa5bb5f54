import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '@holdfast/runtime';
import type { z } from 'zod';
import { ConnectionSignal } from './client.ts';
import { requireScope } from './gate.ts';
import { readKeyHeader } from './idempotency-key.ts';
import { Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import type { Route } from './route.ts';
import { sendJson } from './send.ts';
import { openUpload } from './upload.ts';

/** What the URL says, once it is known whose it is. A request of Express is one. */
export interface Matched {
  readonly params: unknown;
  readonly query: unknown;
}

/**
 * Takes a request from the bytes of its body to those of its answer, the same way through whichever door it came.
 *
 * @throws {unknown} what the reader, the parser or the handler threw; `answerError` is for that
 */
export async function answer(
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  matched: Matched,
  caller: Caller,
): Promise<void> {
  if (route.scope !== null) requireScope(caller, route.scope);
  const sent = route.body ? await readBody(request) : undefined;
  const params = route.params && parsePart(route.params, matched.params);
  const { status, body, headers } = await route.handle({
    params,
    query: route.query && parsePart(route.query, matched.query),
    body: route.body && parsePart(route.body, sent === undefined ? {} : sent),
    upload: route.upload ? openUpload(request, route.upload) : null,
    caller: caller.name,
    path: params === undefined ? route.path : canonicalPath(route.path, params),
    idempotencyKey: route.keyed ? readKeyHeader(request) : null,
    ifMatch: request.headers['if-match'],
    signal: new ConnectionSignal(request),
    requestId: requestIdOf(response),
  });
  sendJson(response, status, body, headers);
}

function canonicalPath(path: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
}

const ERRORS_MAX = 20;

/** @throws {Problem} `validation_failed`, which names every field that is wrong (the first 20) */
function parsePart(schema: z.ZodType, value: unknown): unknown {
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
