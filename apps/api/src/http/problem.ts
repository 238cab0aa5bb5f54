import type { Refusal, RefusalCode } from '@holdfast/domain';

/** Every code of the contract that this service can answer, with its status. Codes never change. */
const PROBLEMS = {
  malformed_json: [400, 'The body is not JSON'],
  validation_failed: [400, 'The request is not what the contract says'],
  unauthorized: [401, 'No key that is known here'],
  forbidden: [403, 'Not with this key'],
  not_found: [404, 'There is nothing here'],
  reservation_not_found: [404, 'No such reservation'],
  sku_not_found: [404, 'No such SKU'],
  location_not_found: [404, 'No such location'],
  request_timeout: [408, 'The request took too long to come'],
  insufficient_stock: [409, 'Not enough stock'],
  invalid_transition: [409, 'Not possible in this state'],
  reservation_expired: [409, 'The hold is past its time'],
  extension_limit_reached: [409, 'The hold cannot be extended that far'],
  quantity_exceeds_remaining: [409, 'More than there is in the reservation'],
  version_conflict: [412, 'The version has changed'],
  payload_too_large: [413, 'The body is too large'],
  uri_too_long: [414, 'The URL is too long'],
  unsupported_media_type: [415, 'The body is of a type that is not taken here'],
  unknown_sku: [422, 'A line names a SKU that does not exist'],
  unknown_location: [422, 'A line names a location that does not exist'],
  quantity_limit_exceeded: [422, 'More than one reservation may have'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large, or too many'],
  internal_error: [500, 'Something went wrong'],
  overloaded: [503, 'Too much to do'],
  unavailable: [503, 'Not available'],
  outcome_unknown: [503, 'The outcome is not known'],
} as const satisfies Record<string, readonly [number, string]> &
  Record<RefusalCode, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** What is said in answer to a request that is refused (RFC 9457). */
export interface ProblemDocument extends ProblemDescription {
  readonly instance: string;
}

/** The same, wherever it is told: without the request that it was found in. */
export interface ProblemDescription {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly [extension: string]: unknown;
}

/** A request that is refused. Thrown by whoever notices, answered in one place (`answer-error.ts`). */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    {
      extensions = {},
      headers = {},
      cause,
    }: {
      extensions?: Readonly<Record<string, unknown>>;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause });
    this.code = code;
    this.extensions = extensions;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  toDocument(requestId: string): ProblemDocument {
    return { ...this.describe(), instance: requestId };
  }

  describe(): ProblemDescription {
    const [status, title] = PROBLEMS[this.code];
    return {
      type: `/problems/${this.code.replaceAll('_', '-')}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      ...this.extensions,
    };
  }
}

/** What is wrong, and where. */
interface Fault {
  readonly path: string;
  readonly message: string;
}

const FAULTS_MAX = 20;

/** Names every field that is wrong (the first 20). @param what as in `The request` */
export function notValid(what: string, faults: readonly Fault[]): Problem {
  const [first] = faults;
  return new Problem(
    'validation_failed',
    `${what} is not valid: ${first?.path || 'the whole'}: ${first?.message}.`,
    {
      extensions: { errors: faults.slice(0, FAULTS_MAX) },
    },
  );
}

/** A part of the request that is not what the contract says, noticed after the schema was content. */
export function validationFailed(path: string, message: string, cause?: unknown): Problem {
  return new Problem('validation_failed', `The request is not valid: ${path} ${message}.`, {
    extensions: { errors: [{ path, message }] },
    cause,
  });
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** A refusal of the ledger as the contract words it. */
export function problemOf(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Problem {
  const extensions = {
    ...('lines' in refusal ? { lines: refusal.lines } : {}),
    ...('currentStatus' in refusal ? { current_status: refusal.currentStatus } : {}),
  };
  return new Problem(refusal.code, refusal.detail, { extensions, headers });
}
