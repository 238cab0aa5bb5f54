import {
  answeredProblem,
  type Fault,
  FAULTS_MAX,
  notValidDetail,
  problemBody,
  type ProblemBody,
  PROBLEMS,
  type ProblemCode,
  refusalExtensions,
} from '@holdfast/contract';
import type { Refusal } from '@holdfast/domain';
import { z } from 'zod';
import { openEnum } from './fields-schema.ts';

export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

const problemCode = openEnum(PROBLEM_CODES).meta({
  id: 'ProblemCode',
  description: 'What programs decide by',
});

const faultyField = z.strictObject({ path: z.string(), message: z.string() }).meta({ id: 'FaultyField' });

const refusedLine = z
  .strictObject({
    sku: z.string(),
    location: z.string().optional(),
    requested: z.int().optional().meta({ description: 'Units that were asked for' }),
    available: z.int().optional().meta({
      description:
        'With `insufficient_stock`: the available units. For a reservation this is at most the total `available` of the SKU, even if a location has more; for an adjustment or a fulfilment it is the units on hand',
    }),
    remaining: z.int().optional().meta({
      description: 'With `quantity_exceeds_remaining`: the units that are left of the line',
    }),
    limit: z.int().optional().meta({
      description: 'With `customer_limit_reached`: the `max_per_customer` of the SKU',
    }),
    taken: z.int().optional().meta({
      description:
        'With `customer_limit_reached`: the units that the customer has. `requested` are those that the call adds',
    }),
  })
  .meta({ id: 'ProblemLine' });

/** What a refusal says (RFC 9457). */
export const problemDocument = z
  .object({
    type: z.url().meta({ description: 'The page about this `code`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The request id' }),
    code: problemCode,
    errors: z.array(faultyField).optional(),
    lines: z.array(refusedLine).optional().meta({
      description:
        'With `insufficient_stock` and `quantity_exceeds_remaining`: the lines that ask for too much. With `customer_limit_reached` and `sku_inactive`: the SKUs',
    }),
    current_status: z.string().optional(),
  })
  .meta({ id: 'Problem' });

/** A refusal of one of several things, inside an answer. */
export const problemBodySchema: z.ZodType<ProblemBody> = problemDocument
  .omit({ instance: true })
  .meta({ id: 'ProblemBody' });

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

  toDocument(requestId: string, publicUrl: string): ProblemBody & { readonly instance: string } {
    return { ...this.describe(publicUrl), instance: requestId };
  }

  describe(publicUrl: string): ProblemBody {
    return answeredProblem(problemBody(this.code, this.message, this.extensions), publicUrl);
  }
}

/** The problem for an invalid request: made only here. Names the first 20 faults. */
export function invalidRequest(detail: string, faults: readonly Fault[], cause?: unknown): Problem {
  return new Problem('validation_failed', detail, {
    extensions: { errors: faults.slice(0, FAULTS_MAX) },
    cause,
  });
}

/**
 * Like {@link invalidRequest}, with a detail that repeats the first fault. @param what such as `The request`
 */
export function notValid(what: string, faults: readonly Fault[], cause?: unknown): Problem {
  return invalidRequest(notValidDetail(what, faults), faults, cause);
}

/** One part of the request that breaks the contract, found by a check other than its schema. */
export function validationFailed(path: string, message: string, cause?: unknown): Problem {
  return notValid('The request', [{ path, message }], cause);
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** A refusal of the ledger as the contract words it. */
export function problemOf(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Problem {
  return new Problem(refusal.code, refusal.detail, { extensions: refusalExtensions(refusal), headers });
}
