import type { WaitTerms } from '@holdfast/domain';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';

/** How a create waits in line. The longest wait is a setting. */
export const waitFields = ({ waitMaxSeconds }: Pick<ApiConfig, 'waitMaxSeconds'>) => ({
  wait_seconds: z.int().min(1).max(waitMaxSeconds).optional().meta({
    description:
      'Goes with `"if_short": "wait"`, which needs it: how long to wait in line for stock that is short',
  }),
  wait_priority: z.int().min(0).max(9).optional().meta({
    description: 'Goes with `"if_short": "wait"`. Higher priorities come first. Default: 0',
  }),
});

interface Fields {
  readonly if_short?: string | null | undefined;
  readonly wait_seconds?: number | null | undefined;
  readonly wait_priority?: number | null | undefined;
}

/** Rules of a body, for `superRefine`. */
export function requireFittingWait(fields: Fields, context: z.RefinementCtx): void {
  const refuse = (field: keyof Fields, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message, input: fields[field] });
  const seconds = fields.wait_seconds ?? null;
  const priority = fields.wait_priority ?? null;
  if (fields.if_short === 'wait') {
    if (seconds === null) refuse('wait_seconds', 'is needed with "if_short": "wait"');
    return;
  }
  if (seconds !== null) refuse('wait_seconds', 'goes with "if_short": "wait"');
  if (priority !== null) refuse('wait_priority', 'goes with "if_short": "wait"');
}

/** The part of a command that comes from the body. Undefined: it is not to wait. */
export function waitTermsOf(
  { if_short, wait_seconds, wait_priority }: Fields,
  { waitersMax }: Pick<ApiConfig, 'waitersMax'>,
): WaitTerms | undefined {
  if (if_short !== 'wait' || !wait_seconds) return undefined;
  return { waitSeconds: wait_seconds, priority: wait_priority ?? 0, waitersMax };
}
