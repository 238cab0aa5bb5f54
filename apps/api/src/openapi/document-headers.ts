import { z } from 'zod';
import { readsOnly, type Route } from '../http/route.ts';

// The headers of requests and answers, as the OpenAPI document describes them.

const keyHeader: z.ZodObject = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[!-~]+$/)
    .min(1)
    .max(255)
    .optional()
    .meta({
      description: 'Calls with the same key and body have one effect, and get the same answer for 24 hours',
    }),
});

const actorHeader: z.ZodObject = z.object({
  'X-Actor': z.string().min(1).max(64).optional().meta({
    description:
      'The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor`',
  }),
});

const lastEventIdHeader: z.ZodObject = z.object({
  'Last-Event-ID': z.string().optional().meta({
    description: 'The `id` of the last event that you have: the stream continues there. It overrides `after`',
  }),
});

const ifMatchHeader = z.object({
  'If-Match': z.string().optional().meta({
    description:
      'Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version',
  }),
});

const versionHeaders: Readonly<Record<NonNullable<Route['conditional']>, z.ZodObject>> = {
  'if-match': ifMatchHeader,
  'if-match or if-none-match': ifMatchHeader.extend({
    'If-None-Match': z
      .literal('*')
      .optional()
      .meta({ description: 'Create it only: if it exists, nothing is changed' }),
  }),
};

/** Of an answer and of a later request. */
const tokenHeader: z.ZodObject = z.object({
  'X-Consistency-Token': z.string().optional().meta({
    description:
      'The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them',
  }),
});

const revalidationHeader: z.ZodObject = z.object({
  'If-None-Match': z.string().optional().meta({
    description: 'The `ETag` of an earlier answer: if nothing has changed since, the answer is 304',
  }),
});

/** The headers that a request may have. */
export function requestHeaders(route: Route): { readonly header?: z.ZodObject } {
  const { readFrom = 'primary' } = route;
  const headers = [
    ...(route.scope === null || readsOnly(route) ? [] : [actorHeader]),
    ...(route.keyed ? [keyHeader] : []),
    ...(route.conditional ? [versionHeaders[route.conditional]] : []),
    ...(route.revalidated ? [revalidationHeader] : []),
    ...(route.resumes ? [lastEventIdHeader] : []),
    ...(readFrom === 'primary' ? [] : [tokenHeader]),
  ];
  const [first, ...others] = headers;
  return first ? { header: others.reduce((all, each) => all.extend(each.shape), first) } : {};
}

/** A header of answers that stands once in the document. */
const shared = (name: string, description: string) =>
  z
    .string()
    .optional()
    .meta({ description, header: { id: name } });

const requestId = z.string().meta({
  description: 'The caller’s `X-Request-Id` if it is valid, otherwise a new one',
  header: { id: 'X-Request-Id' },
});
const rate = {
  'RateLimit-Policy': shared(
    'RateLimit-Policy',
    'How many requests this key may make: `"default";q=1000;w=1` means 1,000 in a second',
  ),
  RateLimit: shared(
    'RateLimit',
    'How many requests are left: `"default";r=998;t=1` means 998 in the next second',
  ),
};
const replayed = z
  .literal('true')
  .optional()
  .meta({
    description: 'Present if the key was used before and this is the answer of the first call',
    header: { id: 'Idempotent-Replayed' },
  });
const written = shared(
  'X-Consistency-Token',
  'Only of servers with read replicas. Send it with later reads, which are then not older than this call',
);
const retryAfter = z
  .int()
  .min(1)
  .meta({ description: 'Seconds to wait before you try again', header: { id: 'Retry-After' } });
const challenge = z
  .string()
  .meta({ description: 'How to send a key: `Bearer`', header: { id: 'WWW-Authenticate' } });

/** Refusals with these statuses are stored, and replayed to a repeated key. */
const KEPT_REFUSALS: ReadonlySet<number> = new Set([409, 412]);

const ofEveryAnswer = ({ scope }: Route) => ({ 'X-Request-Id': requestId, ...(scope !== null && rate) });

const ofOutcome = (route: Route) => ({
  ...(route.keyed && { 'Idempotent-Replayed': replayed }),
  ...(!readsOnly(route) && { 'X-Consistency-Token': written }),
});

/** The headers of an answer. @param own what its own headers say, by name */
export const answerHeaders = (route: Route, own: Readonly<Record<string, string>>): z.ZodObject =>
  z.object({
    ...ofEveryAnswer(route),
    ...ofOutcome(route),
    ...Object.fromEntries(
      Object.entries(own).map(([name, description]) => [name, z.string().meta({ description })]),
    ),
  });

export const refusalHeaders = (route: Route, status: number): z.ZodObject =>
  z.object({
    ...ofEveryAnswer(route),
    ...(KEPT_REFUSALS.has(status) && ofOutcome(route)),
    ...(status === 401 && { 'WWW-Authenticate': challenge }),
    ...((status === 429 || status === 503) && { 'Retry-After': retryAfter }),
  });
