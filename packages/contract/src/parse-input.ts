import type { z } from 'zod';
import { explainIssue, type Found } from './explain-issue.ts';

/** What is wrong with an input, and where. */
export interface Fault {
  /** As in `lines.0.sku`; empty: the whole. */
  readonly path: string;
  readonly message: string;
}

type Parsed<Schema extends z.ZodType> =
  | { readonly data: z.infer<Schema>; readonly faults?: undefined }
  | { readonly data?: undefined; readonly faults: readonly Fault[] };

/**
 * Parses input from outside. The one place where zod's issues become faults that a developer can correct:
 * unknown fields come first, because a mistyped name is also a missing one.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  found: Found = { in: 'body' },
): Parsed<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data };
  // Parsed once more: an option of safeParse would cost each valid request.
  const { error = parsed.error } = schema.safeParse(value, { error: (issue) => explainIssue(issue, found) });
  const unknownFirst = error.issues.toSorted((a, b) => rank(a.code) - rank(b.code));
  return { faults: unknownFirst.map(({ path, message }) => ({ path: path.map(String).join('.'), message })) };
}

const rank = (code: string): number => (code === 'unrecognized_keys' ? 0 : 1);
