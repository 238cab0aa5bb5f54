import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Logger } from '@holdfast/runtime';

const TITLES = {
  malformed_json: 'The body is not JSON',
  validation_failed: 'The request is not what the contract says',
  not_found: 'There is nothing here',
  payload_too_large: 'The body is too large',
  unsupported_media_type: 'The body must be application/json',
  rate_limited: 'Too many requests',
  unavailable: 'A scripted fault',
  internal_error: 'Something went wrong',
} as const;

export type ProblemCode = keyof typeof TITLES;

interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly { path: string; message: string }[];
  readonly retryAfterSeconds?: number;
}

/** A refusal. Thrown by routes, turned into problem+json (RFC 9457) in one place. */
export class Problem extends Error {
  override name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly details: ProblemDetails = {},
  ) {
    super(TITLES[code]);
  }
}

/** @throws {Problem} 400 `validation_failed` that lists everything that is wrong */
export function parseOrRefuse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem(400, 'validation_failed', { errors });
}

export const refuseUnknownPath: RequestHandler = () => {
  throw new Problem(404, 'not_found');
};

/** Unknown errors are logged whole and answered bare. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    const problem = asProblem(error);
    if (problem.status >= 500 && problem.code === 'internal_error') log.error('request.failed', { error });
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };

function sendProblem(response: Response, { status, code, message, details }: Problem): void {
  const { retryAfterSeconds, detail = message, errors } = details;
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
  const type = `/problems/${code.replaceAll('_', '-')}`;
  const instance = response.get('X-Request-Id');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type, title: message, status, detail, instance, code, errors }));
}

/** What Express's body parser throws; its `type` is documented and stable. */
const bodyParserError = z.object({ type: z.string(), status: z.int() });

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const parsed = bodyParserError.safeParse(error);
  if (parsed.success && parsed.data.status < 500) {
    const { type, status } = parsed.data;
    if (type === 'entity.too.large') return new Problem(413, 'payload_too_large');
    if (status === 415) return new Problem(415, 'unsupported_media_type');
    return new Problem(400, 'malformed_json');
  }
  return new Problem(500, 'internal_error');
}
