import type { ProblemCode } from '@holdfast/contract';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiOverrideContext,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { problemDocument, statusOf } from '../http/problem.ts';
import { readsOnly, type NamedRoute, type Route } from '../http/route.ts';

const TAGS: Readonly<Record<Route['tag'], string>> = {
  Reservations: 'Hold stock for an order or a cart, confirm it after payment, release, ship and return it.',
  Orders: 'Confirm, cancel and fulfil all reservations of an order at once.',
  Stock: 'Locations, SKUs, stock levels, imports, availability, movements and snapshots.',
  Events: 'The feed of all changes, webhooks, and events of other services.',
  Workers: 'Syncs to the warehouse, and reconciliation runs.',
  Operations: 'What operators look at: health, an overview, a search.',
};

/** The OpenAPI 3.1 document of the very schemas that parse the requests. */
export function describeApi(routes: readonly NamedRoute[], publicUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route) };
  }
  const document = {
    openapi: '3.1.0' as const,
    servers: [{ url: publicUrl }],
    info: {
      title: 'Holdfast',
      version: '1',
      description: 'Holds stock for an order between checkout and payment, and never oversells.',
      contact: { name: 'FulFillNow' },
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    components: { securitySchemes: { apiKey } },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
  };
  return createDocument(document, { override: ({ jsonSchema }) => describeInteger(jsonSchema) });
}

const INT32_MAX = 2 ** 31 - 1;

/** Clients choose a type by the format. The bounds of a double's whole numbers are left out. */
function describeInteger(schema: ZodOpenApiOverrideContext['jsonSchema']): void {
  if (schema.type !== 'integer') return;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  schema.format = schema.maximum !== undefined && schema.maximum <= INT32_MAX ? 'int32' : 'int64';
}

const apiKey = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key, as `Authorization: Bearer <key>`. It must have the scope that each call names. A server without `API_KEYS` needs no key, and listens on a loopback address only.',
} as const;

function describeRoute(route: NamedRoute) {
  return {
    operationId: route.operationId,
    security: route.scope === null ? [] : [{ apiKey: [] }],
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessTo(route)].filter(Boolean).join('\n\n'),
    requestParams: {
      ...(route.params ? { path: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
      ...describeHeaders(route),
    },
    ...describeBody(route),
    responses: { ...describeAnswers(route), ...describeRefusals(route) },
  };
}

function accessTo({ scope }: Route): string {
  if (scope === null) return 'No API key is needed.';
  return scope === 'any:read'
    ? 'The API key needs one of the scopes that read.'
    : `The API key needs the scope \`${scope}\`.`;
}

function describeHeaders(route: Route) {
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

function describeBody({ body, forms, upload }: Route) {
  const types = forms?.types ?? upload?.types;
  if (types) {
    const content = Object.entries(types).map(([type, schema]) => [type, { schema }]);
    return {
      requestBody: { required: true, content: Object.fromEntries(content) as ZodOpenApiContentObject },
    };
  }
  if (!body) return {};
  const content = { 'application/json': { schema: body } };
  return { requestBody: { required: !body.safeParse({}).success, content } };
}

const keyHeader: z.ZodObject = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
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

const writtenHeader = z.string().optional().meta({
  description:
    'Only of servers with read replicas. Send it with later reads, which are then not older than this call',
});

const revalidationHeader: z.ZodObject = z.object({
  'If-None-Match': z.string().optional().meta({
    description: 'The `ETag` of an earlier answer: if nothing has changed since, the answer is 304',
  }),
});

const requestIdHeader = z
  .string()
  .meta({ description: 'The caller’s `X-Request-Id` if it is valid, otherwise a new one' });
const rateHeaders = {
  'RateLimit-Policy': z.string().optional().meta({
    description: 'How many requests this key may make: `"default";q=1000;w=1` means 1,000 in a second',
  }),
  RateLimit: z
    .string()
    .optional()
    .meta({ description: 'How many requests are left: `"default";r=998;t=1` means 998 in the next second' }),
};
const replayedHeader = z
  .literal('true')
  .optional()
  .meta({ description: 'Present if the key was used before and this is the answer of the first call' });

function describeAnswers(route: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema, headers = {} }]) => [
      status,
      {
        description,
        headers: z.object({
          'X-Request-Id': requestIdHeader,
          ...(route.scope === null ? {} : rateHeaders),
          ...(route.keyed ? { 'Idempotent-Replayed': replayedHeader } : {}),
          ...(readsOnly(route) ? {} : { 'X-Consistency-Token': writtenHeader }),
          ...Object.fromEntries(
            Object.entries(headers).map(([name, meaning]) => [
              name,
              z.string().meta({ description: meaning }),
            ]),
          ),
        }),
        ...(schema
          ? { content: { [route.resumes ? 'text/event-stream' : 'application/json']: { schema } } }
          : {}),
      },
    ]),
  );
}

function describeRefusals(route: Route): ZodOpenApiResponsesObject {
  const codes = new Set<ProblemCode>([...route.refusals, 'internal_error']);
  const hasJson = route.body !== undefined || route.forms !== undefined;
  const hasBody = hasJson || route.upload !== undefined;
  if (route.params || route.query || hasBody) codes.add('validation_failed');
  if (hasBody) codes.add('payload_too_large').add('unsupported_media_type');
  if (hasJson) codes.add('malformed_json');
  if (route.keyed) codes.add('idempotency_key_reused');
  codes.add('forbidden'); // of another site or host, where there are no keys
  if (route.scope !== null) codes.add('unauthorized').add('rate_limited');
  if (route.path.startsWith('/v1/')) codes.add('unavailable').add('overloaded');
  if (route.path.startsWith('/v1/') && !readsOnly(route)) codes.add('outcome_unknown');
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
