import type { Fault } from './parse-input.ts';

/** Every code that a refusal can have, with its status and its title. Codes never change. */
export const PROBLEMS = {
  malformed_json: [400, 'The body is not JSON'],
  validation_failed: [400, 'The request is not valid'],
  unauthorized: [401, 'The API key is missing or unknown'],
  forbidden: [403, 'The caller may not do this'],
  not_found: [404, 'Not found'],
  reservation_not_found: [404, 'No such reservation'],
  sku_not_found: [404, 'No such SKU'],
  location_not_found: [404, 'No such location'],
  request_timeout: [408, 'The request took too long to arrive'],
  insufficient_stock: [409, 'Not enough stock'],
  sku_inactive: [409, 'The SKU is paused'],
  customer_limit_reached: [409, 'The customer has as many as the limit allows'],
  reservation_exists: [409, 'The id belongs to another reservation'],
  reservation_withdrawn: [409, 'The reservation was withdrawn'],
  order_cancelled: [409, 'The order was cancelled'],
  invalid_transition: [409, 'Not possible in this state'],
  reservation_expired: [409, 'The hold has expired'],
  extension_limit_reached: [409, 'The hold cannot be extended that far'],
  quantity_exceeds_remaining: [409, 'More units than the reservation has left'],
  in_use: [409, 'Still has stock or promises'],
  version_conflict: [412, 'The version has changed'],
  payload_too_large: [413, 'The body is too large'],
  uri_too_long: [414, 'The URL is too long'],
  unsupported_media_type: [415, 'The body has an unsupported type'],
  unknown_sku: [422, 'A line names a SKU that does not exist'],
  unknown_location: [422, 'A line names a location that does not exist'],
  quantity_limit_exceeded: [422, 'More units than the limit allows'],
  customer_required: [422, 'A SKU has a limit for each customer, and no customer is named'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large, or too many'],
  internal_error: [500, 'Internal error'],
  overloaded: [503, 'Too many requests are waiting'],
  unavailable: [503, 'Temporarily unavailable'],
  outcome_unknown: [503, 'The outcome is unknown'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The path of the page about a code, below `PUBLIC_URL`. */
export const problemPath = (code: ProblemCode): string => `/problems/${code.replaceAll('_', '-')}`;

/** The body of a refusal (RFC 9457), without the request in which it occurred. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly [extension: string]: unknown;
}

export function problemBody(
  code: ProblemCode,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): ProblemBody {
  const [status, title] = PROBLEMS[code];
  return { type: problemPath(code), title, status, detail, code, ...extensions };
}

/**
 * A problem as it is answered: its `type` is an absolute URL. It is stored with a path, which stays right
 * when `PUBLIC_URL` changes.
 */
export const answeredProblem = <Body extends { readonly type: string }>(
  body: Body,
  publicUrl: string,
): Body => ({
  ...body,
  type: `${publicUrl}${body.type}`,
});

/** The fields that a refusal of the ledger may have besides its code and detail. */
interface Refused {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly lines?: unknown;
  readonly errors?: unknown;
  readonly currentStatus?: unknown;
}

/** The fields of a problem that a refusal does not have. */
export const refusalExtensions = ({
  lines,
  errors,
  currentStatus,
}: Refused): Readonly<Record<string, unknown>> => ({
  ...(lines === undefined ? {} : { lines }),
  ...(errors === undefined ? {} : { errors }),
  ...(currentStatus === undefined ? {} : { current_status: currentStatus }),
});

/** A refusal of the ledger as the contract words it. */
export const refusalBody = (refusal: Refused): ProblemBody =>
  problemBody(refusal.code, refusal.detail, refusalExtensions(refusal));

/** Faults that one problem names. */
export const FAULTS_MAX = 20;

/** Repeats the first fault. @param what as in `The request` */
export function notValidDetail(what: string, [first]: readonly Fault[]): string {
  const end = first?.message.endsWith('?') ? '' : '.';
  return `${what} is not valid: ${first?.path || 'it'} ${first?.message}${end}`;
}

/** The problem for invalid input. Names the first 20 faults. @param what as in `The request` */
export const notValidBody = (what: string, faults: readonly Fault[]): ProblemBody =>
  problemBody('validation_failed', notValidDetail(what, faults), { errors: faults.slice(0, FAULTS_MAX) });
