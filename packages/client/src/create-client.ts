import type { CallOptions, FileBody } from './calls.ts';
import { followEvents, type FollowOptions, type HoldfastEvent } from './follow-events.ts';
import type { Reservation } from './generated/openapi.ts';
import { OPERATIONS, type Resources } from './generated/operations.ts';
import { listOf } from './list.ts';
import { type ClientOptions, type Outgoing, Transport } from './transport.ts';
import { type Hold, type HoldRequest, withHold, type WithHoldOptions } from './with-hold.ts';

/** What is known of an operation when the program runs. */
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly takesToken?: boolean;
  readonly isKeyed?: boolean;
  readonly isList?: boolean;
  readonly hasQuery?: boolean;
  readonly bodyTypes?: readonly string[];
}

interface AllOptions extends CallOptions {
  readonly idempotencyKey?: string;
  readonly ifMatch?: number | string;
  readonly ifNoneMatch?: '*';
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

export interface Client extends Resources {
  readonly events: Resources['events'] & {
    /**
     * Events as they come, each at least once, from where the cursor store says: by server-sent events, and by
     * long polls where streams do not pass. Leave the loop, or abort the signal, to stop.
     */
    follow(options: FollowOptions): AsyncIterable<HoldfastEvent>;
  };
  /**
   * Holds stock while a function runs, such as a payment: extends the hold meanwhile, confirms it when the
   * function has resolved, and releases it when the function has thrown.
   *
   * @throws {HoldfastError} of the create or of the confirm, or what the function throws
   */
  withHold<Result>(
    wanted: HoldRequest,
    use: (hold: Hold) => Promise<Result>,
    options?: WithHoldOptions<Result>,
  ): Promise<{ readonly result: Result; readonly reservation: Reservation }>;
}

/** A client for one service. It holds no connection and no timer: it need not be closed. */
export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options);
  const resources = Object.entries(OPERATIONS).map(([resource, operations]) => [
    resource,
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, functionOf(transport, operation)]),
    ),
  ]);
  const all = Object.fromEntries(resources) as unknown as Resources;
  return {
    ...all,
    events: { ...all.events, follow: (options) => followEvents(transport, options) },
    withHold: (...args) => withHold(all.reservations, ...args),
  };
}

/** The function that `generated/operations.ts` declares. */
function functionOf(transport: Transport, operation: Operation) {
  const { path, bodyTypes, hasQuery, isList } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return (...args: readonly unknown[]) => {
    const filled = names.reduce((filling, name, at) => fill(filling, name, args[at]), path);
    const rest = args.slice(names.length);
    const body = bodyTypes ? rest.shift() : undefined;
    const query = !bodyTypes && hasQuery ? rest.shift() : undefined;
    const options = (rest.shift() ?? {}) as AllOptions;
    const asked = { ...options.query, ...(query as object | undefined) };
    const send = (cursor?: string) =>
      transport.send(
        outgoing(
          operation,
          transport.urlOf(filled, cursor === undefined ? asked : { ...asked, cursor }),
          body,
          options,
        ),
        options,
      );
    return isList ? listOf(send as Parameters<typeof listOf>[0]) : send();
  };
}

function fill(path: string, name: string, value: unknown): string {
  // A URL drops `.` and `..`: the call would be another one.
  if (typeof value !== 'string' || ['', '.', '..'].includes(value)) {
    throw new TypeError(`${name} must be a text, and not empty`);
  }
  return path.replace(`{${name}}`, encodeURIComponent(value));
}

function outgoing(operation: Operation, url: string, body: unknown, options: AllOptions): Outgoing {
  const { method, isKeyed = false, takesToken = false } = operation;
  const changesNothing = method === 'GET' || takesToken;
  const own = ownKeys(body);
  const newKey = isKeyed && own === 'none' ? crypto.randomUUID() : undefined;
  const key = options.idempotencyKey ?? newKey;
  const { ifMatch, ifNoneMatch } = options;
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined;
  return {
    method,
    url,
    headers: {
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...(ifMatch === undefined
        ? {}
        : { 'If-Match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }),
      ...(body === undefined ? {} : { 'Content-Type': contentType(operation, body, options) }),
    },
    body: body === undefined ? undefined : serialized(operation, body),
    takesToken,
    changesNothing,
    // A repeated change with a condition, or a repeated deletion, would be refused for what it has done itself.
    isRepeatable:
      changesNothing ||
      (method === 'POST' ? key !== undefined || own === 'all' : method !== 'DELETE' && !isConditional),
  };
}

/** Whether a create, or the creates of a batch, have their idempotency key in the body. */
function ownKeys(body: unknown): 'none' | 'some' | 'all' {
  if (typeof body !== 'object' || body === null) return 'none';
  const creates = 'reservations' in body && Array.isArray(body.reservations) ? body.reservations : [body];
  const keyed = creates.filter((each) => each.idempotency_key !== undefined).length;
  if (keyed === 0) return 'none';
  return keyed === creates.length ? 'all' : 'some';
}

const isJson = (type: string) => type.includes('json') && !type.includes('ndjson');

function contentType({ bodyTypes = [] }: Operation, body: unknown, { contentType }: AllOptions): string {
  const ofBatch = bodyTypes.find((each) => each.includes('batch'));
  return contentType ?? (ofBatch && Array.isArray(body) ? ofBatch : bodyTypes[0]) ?? 'application/json';
}

const serialized = ({ bodyTypes = [] }: Operation, body: unknown): FileBody =>
  bodyTypes.some(isJson) ? JSON.stringify(body) : (body as FileBody);
