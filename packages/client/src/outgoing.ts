import type { CallOptions, FileBody } from './calls.ts';

/** A call as it is sent, the same in each attempt. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: FileBody | undefined;
  /** Whether it has one effect however often it arrives. */
  readonly isRepeatable: boolean;
  readonly changesNothing: boolean;
  /** Whether it can be asked to read nothing older than earlier writes. */
  readonly takesToken: boolean;
}

/** What the program knows of an operation at run time. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly takesToken?: boolean;
  readonly isKeyed?: boolean;
  readonly isList?: boolean;
  readonly hasQuery?: boolean;
  readonly bodyTypes?: readonly string[];
}

/** The options of all operations together. */
export interface AllOptions extends CallOptions {
  readonly idempotencyKey?: string;
  readonly ifMatch?: number | string;
  readonly ifNoneMatch?: '*';
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

/** How an operation is called. */
export function outgoing(operation: Operation, url: string, body: unknown, options: AllOptions): Outgoing {
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
    // A repeated change with a condition, or a repeated deletion, would be refused after its own effect.
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
