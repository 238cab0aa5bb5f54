import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Found, parseInput } from '@holdfast/contract';
import { requestIdOf, type NotedRequest } from '@holdfast/runtime';
import type { z } from 'zod';
import { ConnectionSignal, type CountedCaller } from './client.ts';
import { requireScope } from './access-control.ts';
import { recordedCaller } from './actor.ts';
import { readKeyHeader } from './idempotency-key.ts';
import { readPrecondition } from './precondition.ts';
import { notValid, validationFailed } from './problem.ts';
import { readBody } from './read-body.ts';
import type { ReadSources } from './read-sources.ts';
import { readsOnly, type BodyForm, type Route } from './route.ts';
import { sendRevalidated } from './revalidation.ts';
import { sendJson, sendStream } from './send.ts';
import { openUpload } from './upload.ts';

/** The parsed URL. Parsed after the caller is known. Requests of Express fit. */
export interface Matched {
  readonly params: unknown;
  readonly query: unknown;
}

/**
 * Parses a request, calls its route and sends the answer, the same way for both routers.
 *
 * @throws {unknown} the error of the reader, the parser or the handler; the caller passes it to `answerError`
 */
export async function answer(
  route: Route,
  request: NotedRequest,
  response: ServerResponse,
  matched: Matched,
  by: { readonly caller: CountedCaller; readonly sources: ReadSources; readonly publicUrl: string },
): Promise<void> {
  const { caller, sources, publicUrl } = by;
  request.readsOnly = readsOnly(route);
  if (route.scope !== null) requireScope(caller, route.scope);
  const precondition = readPrecondition(request, route);
  const form = bodyForm(route, request);
  const sent = form && (await readBody(request));
  const requestId = requestIdOf(response);
  const params = route.params && parsePart(route.params, matched.params, 'path');
  const call = {
    params,
    query: route.query && parsePart(route.query, matched.query, 'query', route),
    body: form && parsePart(form.schema, form.assemble(sent), 'body'),
    upload: route.upload ? openUpload(request, route.upload, { requestId, publicUrl }) : null,
    caller: readsOnly(route) ? caller.name : recordedCaller(caller.name, request),
    scopes: caller.scopes,
    path: params === undefined ? route.path : canonicalPath(route.path, params),
    idempotencyKey: route.keyed ? readKeyHeader(request) : null,
    precondition,
    lastEventId: route.resumes ? readLastEventId(route.resumes, request) : null,
    signal: new ConnectionSignal(request, requestId, caller),
    requestId,
    from: sources.primary,
  };
  const { stream, status, body, headers } = await sources.handle(route, { call, request, response });
  if (stream) await sendStream(request, response, stream, headers);
  else if (route.revalidated) sendRevalidated(request, response, body);
  else sendJson(response, status, body, headers);
}

/** @throws {Problem} `validation_failed` */
function readLastEventId(form: z.ZodType<number>, { headers }: IncomingMessage): number | null {
  const sent = headers['last-event-id'];
  if (sent === undefined || sent === '') return null;
  const { data, success } = form.safeParse(sent);
  if (!success) throw validationFailed('Last-Event-ID', 'must be the id of an event of this stream');
  return data;
}

/** How the body is to be read. Undefined: the route has none. */
function bodyForm({ body, forms }: Route, { headers }: IncomingMessage): BodyForm | undefined {
  if (forms) return forms.choose(headers);
  return body && { schema: body, assemble: orEmpty };
}

const orEmpty = (sent: unknown): unknown => (sent === undefined ? {} : sent);

function canonicalPath(path: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
}

/** @throws {Problem} `validation_failed` */
function parsePart(schema: z.ZodType, value: unknown, part: Found['in'], route?: Route): unknown {
  const { data, faults } = parseInput(schema, value, { in: part, body: route?.body });
  if (faults) throw notValid('The request', faults);
  return data;
}
