import type { ProblemCode } from '@holdfast/contract';
import type { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { PROBLEM_CODES, problemDocument, statusOf } from '../http/problem.ts';
import { readsOnly, type NamedRoute, type Route } from '../http/route.ts';
import { exampleOfProblem } from '../problems/problem-texts.ts';
import { clientExamplesOf } from './client-examples.ts';
import { answerHeaders, refusalHeaders, requestHeaders } from './document-headers.ts';
import { formSchema, formDocument } from './schema-form.ts';

const TAGS: Readonly<Record<Route['tag'], string>> = {
  Reservations: 'Hold stock for an order or a cart, confirm it after payment, release, ship and return it.',
  Orders: 'Confirm, cancel and fulfil all reservations of an order at once.',
  Stock: 'Locations, SKUs, stock levels, imports, availability, movements and snapshots.',
  Events: 'The feed of all changes, webhooks, and events of other services.',
  Workers: 'Syncs to the warehouse, and reconciliation runs.',
  Operations: 'For operators: health, an overview, a search.',
};

/** The OpenAPI 3.1 document of the very schemas that parse the requests. */
export function describeApi(routes: readonly NamedRoute[], publicUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  const examples = problemExamples(publicUrl);
  for (const route of routes) {
    const operation = {
      ...describeRoute(route, examples),
      ...clientExamplesOf(route.operationId, publicUrl),
    };
    paths[route.path] = { ...paths[route.path], [route.method]: operation };
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
  return formDocument(createDocument(document, { override: formSchema }));
}

const apiKey = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key, as `Authorization: Bearer <key>`. It must have the scope that each call names. A server without `API_KEYS` needs no key, and listens on a loopback address only.',
} as const;

function describeRoute(route: NamedRoute, examples: ProblemExamples) {
  return {
    operationId: route.operationId,
    security: route.scope === null ? [] : [{ apiKey: [] }],
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessTo(route)].filter(Boolean).join('\n\n'),
    requestParams: {
      ...(route.params ? { path: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
      ...requestHeaders(route),
    },
    ...describeBody(route),
    responses: { ...describeAnswers(route), ...describeRefusals(route, examples) },
  };
}

function accessTo({ scope }: Route): string {
  if (scope === null) return 'No API key is needed.';
  return scope === 'any:read'
    ? 'The API key needs one of the scopes that read.'
    : `The API key needs the scope \`${scope}\`.`;
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

function describeAnswers(route: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema, headers = {} }]) => [
      status,
      {
        description,
        headers: answerHeaders(route, headers),
        ...(schema
          ? { content: { [route.resumes ? 'text/event-stream' : 'application/json']: { schema } } }
          : {}),
      },
    ]),
  );
}

/** By code. Each stands once in the document. */
type ProblemExamples = ReadonlyMap<ProblemCode, { readonly id: string; readonly value: object }>;

const problemExamples = (publicUrl: string): ProblemExamples =>
  new Map(PROBLEM_CODES.map((code) => [code, { id: code, value: exampleOfProblem(code, { publicUrl }) }]));

function describeRefusals(route: Route, examples: ProblemExamples): ZodOpenApiResponsesObject {
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
        headers: refusalHeaders(route, status),
        content: {
          'application/problem+json': {
            schema: problemDocument,
            examples: Object.fromEntries(group.map((code) => [code, examples.get(code) ?? {}])),
          },
        },
      },
    ]),
  );
}
