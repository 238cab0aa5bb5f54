import {
  parseInput,
  problemBody,
  type ProblemCode,
  PROBLEM_TYPE,
  PROBLEMS,
  retryAfter,
} from '@holdfast/contract';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Logger, NotedRequest } from '@holdfast/runtime';

interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly { path: string; message: string }[];
  readonly retryAfterSeconds?: number;
}

/** A refusal. Routes throw it; `answerProblems` answers it. The status may be a scripted one. */
export class Problem extends Error {
  override name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail ?? PROBLEMS[code][1]);
  }
}

/** @throws {Problem} 400 `validation_failed` that lists everything that is wrong */
export function parseOrRefuse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = parseInput(schema, value);
  if (!parsed.faults) return parsed.data;
  throw new Problem(400, 'validation_failed', { errors: parsed.faults });
}

export const refuseUnknownPath: RequestHandler = () => {
  throw new Problem(404, 'not_found');
};

/** Unknown errors are logged whole and answered bare. */
export const answerProblems =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request: NotedRequest, response, next) => {
    const problem = asProblem(error);
    request.problem = problem;
    if (problem.status >= 500 && problem.code === 'internal_error') log.error('request.failed', { error });
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };

function sendProblem(response: Response, { status, code, message, details }: Problem): void {
  const { retryAfterSeconds, errors } = details;
  if (retryAfterSeconds !== undefined) response.set(retryAfter(retryAfterSeconds));
  const instance = response.get('X-Request-Id');
  const body = problemBody(code, message, { status, instance, errors });
  response.status(status).type(PROBLEM_TYPE).send(JSON.stringify(body));
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
