import { problemBody, type ProblemBody, PROBLEMS, type ProblemCode } from '@holdfast/contract';
import type { Refusal } from '@holdfast/domain';
import { z } from 'zod';

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** What a refusal says (RFC 9457). */
export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The request id' }),
    code: z.enum(PROBLEM_CODES),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    lines: z
      .array(
        z.strictObject({
          sku: z.string(),
          location: z.string().optional(),
          requested: z.int(),
          available: z.int().meta({
            description:
              'The available units. For a reservation this is at most the total `available` of the SKU, even if a location has more; for an adjustment or a fulfilment it is the units on hand',
          }),
        }),
      )
      .optional()
      .meta({ description: 'With `insufficient_stock`: the lines without enough stock' }),
    current_status: z.string().optional(),
  })
  .meta({ id: 'Problem' });

/** A request that is refused. Thrown anywhere, answered in one place (`answer-error.ts`). */
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
    return statusOf(this.code);
  }

  toDocument(requestId: string): ProblemBody & { readonly instance: string } {
    return { ...this.describe(), instance: requestId };
  }

  describe(): ProblemBody {
    return problemBody(this.code, this.message, this.extensions);
  }
}

/** What is wrong, and where. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Faults that one problem names. */
export const FAULTS_MAX = 20;

/** A request that is not valid: the one place where its problem is made. Names the first 20 faults. */
export function invalidRequest(detail: string, faults: readonly Fault[], cause?: unknown): Problem {
  return new Problem('validation_failed', detail, {
    extensions: { errors: faults.slice(0, FAULTS_MAX) },
    cause,
  });
}

/** As {@link invalidRequest}, with a detail that repeats the first fault. @param what as in `The request` */
export function notValid(what: string, faults: readonly Fault[]): Problem {
  const [first] = faults;
  return invalidRequest(`${what} is not valid: ${first?.path || 'the whole'}: ${first?.message}.`, faults);
}

/** A header or another part of the request that has to be read by hand. */
export function partNotValid(path: string, message: string): Problem {
  return invalidRequest('The request is not valid.', [{ path, message }]);
}

/** A part of the request that is not what the contract says, noticed after the schema was content. */
export function validationFailed(path: string, message: string, cause?: unknown): Problem {
  return invalidRequest(`The request is not valid: ${path} ${message}.`, [{ path, message }], cause);
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
