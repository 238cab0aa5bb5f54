import { PROBLEM_CODES } from './generated/operations.ts';
import { HoldfastError } from './holdfast-error.ts';
import type { Outgoing } from './outgoing.ts';

/** A page of a list has at most 200 items. */
const ANSWER_MAX_BYTES = 32 * 1_048_576;

/** @throws {Error} when it is too large */
export async function readText({ body }: Response): Promise<string> {
  if (!body) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > ANSWER_MAX_BYTES) {
      await reader.cancel();
      throw new RangeError(`The answer has more than ${ANSWER_MAX_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Refused with these, a call has had no effect. */
const NOTHING_DONE = new Set<unknown>(['rate_limited', 'overloaded', 'unavailable']);

/** The error of an answer that refuses the call. */
export async function failedAnswer(response: Response, { changesNothing }: Outgoing): Promise<HoldfastError> {
  const { status, headers } = response;
  const problem = parseProblem(await readText(response));
  const code = PROBLEM_CODES.find((each) => each === problem.code);
  const said = typeof problem.detail === 'string' ? problem.detail : `HTTP ${status}`;
  return new HoldfastError({
    code: code ?? 'unexpected_answer',
    detail: code ? said : `The answer is not one that this client knows: ${said}`,
    status,
    requestId: headers.get('X-Request-Id'),
    retryAfterSeconds: parseRetryAfter(headers.get('Retry-After')),
    isOutcomeUnknown: !changesNothing && status >= 500 && !NOTHING_DONE.has(code),
    fields: code ? problem : {},
  });
}

function parseProblem(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {}; // a page of a proxy
  }
}

/** Seconds, or a date (RFC 9110). */
function parseRetryAfter(value: string | null): number | null {
  if (value === null) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** The error of a call whose time was over, or that has no answer. */
export function failedAttempt(error: unknown, { changesNothing, url }: Outgoing): HoldfastError {
  const isUnreadable = error instanceof SyntaxError || error instanceof RangeError;
  const failed = isUnreadable ? 'unexpected_answer' : 'connection_failed';
  return new HoldfastError({
    code: error instanceof TimeOver ? 'timed_out' : failed,
    detail: `${new URL(url).host}: ${reasonOf(error)}`,
    isOutcomeUnknown: !changesNothing,
    cause: error,
  });
}

/** The reason with which an attempt is aborted. */
export class TimeOver extends Error {}

/** Node's `fetch` says "fetch failed", and why in its cause. */
function reasonOf(error: unknown): string {
  const { message = String(error), cause } = Object(error) as { message?: string; cause?: unknown };
  return cause === undefined ? message : reasonOf(cause);
}
