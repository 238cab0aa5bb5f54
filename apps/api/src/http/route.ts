import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ProblemCode } from '@holdfast/contract';
import type { Scope } from '@holdfast/runtime';
import { z } from 'zod';
import type { ReadSource } from '../read-source.ts';
import type { ClientSignal } from './client.ts';
import type { Conditions, Precondition } from './precondition.ts';
import type { Upload, UploadRules } from './upload.ts';

export interface Answer {
  readonly status: number;
  /** Undefined: none. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Instead of a body: sends the answer itself, and resolves at its end. An error that it throws before the
   * first byte is answered like any other refusal.
   */
  readonly stream?: (response: ServerResponse) => Promise<void>;
}

/** The parsed call, as a handler gets it: only what the route declares. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The file that is sent, where the route takes one; it is read by the handler. */
  readonly upload: Upload | null;
  /** The caller: the name of the API key; for calls that change something, followed by `X-Actor`. */
  readonly caller: string;
  /** What the caller's key may do. */
  readonly scopes: ReadonlySet<Scope>;
  /** The path of the call, with its parsed parameters, so that one resource has one spelling. */
  readonly path: string;
  /** From the `Idempotency-Key` header. */
  readonly idempotencyKey: string | null;
  /** From `If-Match` or `If-None-Match`. */
  readonly precondition: Precondition | null;
  /** The place from which a stream continues. */
  readonly lastEventId: number | null;
  /** Aborted when the client has disconnected: work that has not begun is not needed then. */
  readonly signal: ClientSignal;
  /** Stands in every problem and log line of this request. */
  readonly requestId: string;
  /** The call reads from this database. */
  readonly from: ReadSource;
}

interface AnswerDescription {
  readonly description: string;
  /** Null: it has no body. */
  readonly schema: z.ZodType | null;
  /** What its own headers say, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a body is read: its schema, and the part of the JSON that it parses (undefined: none). */
export interface BodyForm<Body extends z.ZodType = z.ZodType> {
  readonly schema: Body;
  readonly assemble: (sent: unknown) => unknown;
}

/** A body that may have several forms, which the request's headers distinguish. */
interface BodyForms<Body extends z.ZodType> {
  /** The schema of each content type, for the documents. */
  readonly types: Readonly<Record<string, z.ZodType>>;
  /** @throws {Problem} when the headers name none of them */
  readonly choose: (headers: IncomingHttpHeaders) => BodyForm<Body>;
}

/**
 * The databases that a call may read from:
 * - `primary`: only there;
 * - `reached`: also from a replica that has reached the call's token;
 * - `lagging`: also, without a token and with `REPLICA_READS=all`, from a replica that may lag.
 */
type ReadFrom = 'primary' | 'reached' | 'lagging';

/** One use case of the contract. The schemas of its requests also document them (`openapi/document.ts`). */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly tag: 'Reservations' | 'Orders' | 'Stock' | 'Events' | 'Workers' | 'Operations';
  /** The scope that a key must have; `any:read`: one of those that read. Null: no key is needed. */
  readonly scope: Scope | 'any:read' | null;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Instead of a body with content type `application/json`. */
  readonly forms?: BodyForms<Body>;
  /** Instead of a body: a file, which is streamed. */
  readonly upload?: UploadRules;
  /** Schemas of the answers, by status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  readonly refusals: readonly ProblemCode[];
  /** Whether `Idempotency-Key` is honoured. */
  readonly keyed?: boolean;
  /** The conditions that are honoured: `If-Match`, and `If-None-Match` where the call may create. */
  readonly conditional?: Conditions;
  /** Required for calls that change nothing. */
  readonly readFrom?: ReadFrom;
  /** Whether its answer has an `ETag` of its content, and is 304 to a caller that has it already. */
  readonly revalidated?: boolean;
  /** Whether the answer is a stream of server-sent events, and the form of their ids (`Last-Event-ID`). */
  readonly resumes?: z.ZodType<number>;
  readonly handle: (call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>) => Promise<Answer>;
}

/** As `routes.ts` lists it. */
export type NamedRoute = Route & { readonly operationId: string };

export const hasParameters = ({ path }: Route): boolean => path.includes('{');

/** Its path as both routers have it: with parameters as `:name`. */
export const patternOf = ({ path }: Route): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const noQuery = z.strictObject({});

/**
 * Checks a route's types where it is written; the list of routes needs none of them. A call below `/v1` that
 * declares no query accepts none: if `?dry_run=true` were ignored, the call would have its effect.
 */
export function defineRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Route<Params, Query, Body>,
): Route {
  const defined: Route = route.revalidated ? withRevalidation(route) : route;
  return defined.query || !defined.path.startsWith('/v1/') ? defined : { ...defined, query: noQuery };
}

function withRevalidation(route: Route): Route {
  const headers = { ETag: 'A tag of the content, for If-None-Match' };
  const tagged = Object.entries(route.answers).map(([status, answer]) => [status, { ...answer, headers }]);
  const unchanged = {
    description: 'Nothing has changed since the answer that If-None-Match names',
    schema: null,
  };
  return { ...route, answers: { ...Object.fromEntries(tagged), 304: { ...unchanged, headers } } };
}
/** Whether a call with any method changes nothing: its outcome is never unknown. */
export const readsOnly = ({ method, scope }: Pick<Route, 'method' | 'scope'>): boolean =>
  method === 'get' || scope?.endsWith(':read') === true;
