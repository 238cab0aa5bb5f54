import type { Problem } from './generated/openapi.ts';
import type { PROBLEM_CODES } from './generated/operations.ts';

/** Codes of the service: they never change. */
type ServiceCode = (typeof PROBLEM_CODES)[number];

/** `connection_failed`: no answer came; `timed_out`: none in time; `unexpected_answer`: not from Holdfast. */
type ClientCode = 'connection_failed' | 'timed_out' | 'unexpected_answer';

export type ErrorCode = ServiceCode | ClientCode;

type ProblemLine = NonNullable<Problem['lines']>[number];
type LineWith<Fields extends keyof ProblemLine> = Pick<ProblemLine, 'sku' | 'location'> &
  Required<Pick<ProblemLine, Fields>>;
/** The status of the reservation, the sync or the import that does not allow the call. */
interface WithStatus {
  readonly currentStatus: string;
}

/** The fields of this code's errors that other errors do not have. */
interface FieldsByCode {
  validation_failed: { readonly errors: NonNullable<Problem['errors']> };
  insufficient_stock: { readonly lines: readonly LineWith<'requested' | 'available'>[] };
  sku_inactive: { readonly lines: readonly Pick<ProblemLine, 'sku'>[] };
  customer_limit_reached: { readonly lines: readonly LineWith<'limit' | 'taken' | 'requested'>[] };
  quantity_exceeds_remaining: WithStatus & { readonly lines: readonly LineWith<'requested' | 'remaining'>[] };
  reservation_exists: WithStatus;
  reservation_withdrawn: WithStatus;
  invalid_transition: WithStatus;
  reservation_expired: WithStatus;
  extension_limit_reached: WithStatus;
}

interface ErrorOf<Code extends ErrorCode> extends Error {
  readonly name: 'HoldfastError';
  readonly code: Code;
  /** Null: no answer came. */
  readonly status: number | null;
  /** What happened, in a sentence. */
  readonly detail: string;
  /** For support: the log of the service has it. Null: no answer came. */
  readonly requestId: string | null;
  /** When to call again, as the answer says. */
  readonly retryAfterSeconds: number | null;
  /** Whether the call may have had its effect. With the same idempotency key it can be made again. */
  readonly isOutcomeUnknown: boolean;
}

/** Thrown when a call is refused or fails. `code` says which fields it has. */
export type HoldfastError<Code extends ErrorCode = ErrorCode> = {
  [Each in Code]: ErrorOf<Each> & (Each extends keyof FieldsByCode ? FieldsByCode[Each] : object);
}[Code];

interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly status?: number;
  readonly requestId?: string | null;
  readonly retryAfterSeconds?: number | null;
  readonly isOutcomeUnknown: boolean;
  readonly fields?: Partial<Pick<Problem, 'lines' | 'errors' | 'current_status'>>;
  readonly cause?: unknown;
}

/** Shared by the ESM and the CommonJS build, which a program may have both. */
const BRAND = Symbol.for('@holdfast/client error');

class CallError extends Error {
  override readonly name = 'HoldfastError';
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly status: number | null;
  readonly detail: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly isOutcomeUnknown: boolean;

  constructor({ code, detail, fields = {}, cause, ...failure }: Failure) {
    super(`${code}: ${detail}`, { cause });
    this.code = code;
    this.detail = detail;
    this.status = failure.status ?? null;
    this.requestId = failure.requestId ?? null;
    this.retryAfterSeconds = failure.retryAfterSeconds ?? null;
    this.isOutcomeUnknown = failure.isOutcomeUnknown;
    const { lines, errors, current_status: currentStatus } = fields;
    const own = Object.entries({ lines, errors, currentStatus }).filter(([, value]) => value !== undefined);
    Object.assign(this, Object.fromEntries(own));
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

interface HoldfastErrorClass {
  readonly prototype: HoldfastError;
  new (failure: Failure): HoldfastError;
  [Symbol.hasInstance](value: unknown): value is HoldfastError;
}

/** `error instanceof HoldfastError`, and a `switch` over `error.code`, give the type of its fields. */
export const HoldfastError = CallError as unknown as HoldfastErrorClass;

/** Whether it is an error of one of these codes. */
export const isHoldfastError = <Code extends ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is HoldfastError<Code> =>
  error instanceof HoldfastError && (codes as readonly ErrorCode[]).includes(error.code);
