import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { statusOf, type ProblemCode } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { problemDocument } from '../schemas/problem.ts';

/** The OpenAPI 3.1 document of the very schemas that parse the requests. */
export function describeApi(routes: readonly Route[]) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: '1',
      description: 'Holds stock for an order between checkout and payment, and never oversells.',
    },
    tags: ['Reservations', 'Stock', 'Workers', 'Operations'].map((name) => ({ name })),
    paths,
  });
}

function describeRoute(route: Route) {
  return {
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    requestParams: {
      ...(route.params ? { path: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
      ...(route.keyed ? { header: keyHeader } : {}),
      ...(route.conditional ? { header: versionHeader } : {}),
    },
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: route.body } },
          },
        }
      : {}),
    responses: { ...describeAnswers(route), ...describeRefusals(route) },
  };
}

const keyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description: 'The same key with the same body gets the same answer for 24 hours, and is done once',
  }),
});

const versionHeader = z.object({
  'If-Match': z
    .string()
    .regex(/^"\d+"$/)
    .optional()
    .meta({ description: 'The version that the level must have, as in its `ETag`' }),
});

const requestIdHeader = z.string().meta({ description: 'The caller’s, if it sent a sane one' });
const replayedHeader = z
  .literal('true')
  .optional()
  .meta({ description: 'The key was used before: this is what was answered then' });

function describeAnswers(route: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema, headers = {} }]) => [
      status,
      {
        description,
        headers: z.object({
          'X-Request-Id': requestIdHeader,
          ...(route.keyed ? { 'Idempotent-Replayed': replayedHeader } : {}),
          ...Object.fromEntries(
            Object.entries(headers).map(([name, meaning]) => [
              name,
              z.string().meta({ description: meaning }),
            ]),
          ),
        }),
        content: { 'application/json': { schema } },
      },
    ]),
  );
}

function describeRefusals(route: Route): ZodOpenApiResponsesObject {
  const codes = new Set<ProblemCode>([...route.refusals, 'internal_error']);
  if (route.params || route.query || route.body) codes.add('validation_failed');
  if (route.body)
    for (const code of ['malformed_json', 'payload_too_large', 'unsupported_media_type'] as const)
      codes.add(code);
  if (route.keyed) codes.add('idempotency_key_reused');
  if (route.path.startsWith('/v1/')) codes.add('unavailable').add('overloaded');
  if (route.body && route.path.startsWith('/v1/')) codes.add('outcome_unknown');
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: problemDocument } },
      },
    ]),
  );
}
