import type { operations } from './generated/openapi.ts';

// The types of the generated functions, by `operationId`.

type OperationId = keyof operations;

/** The bodies of an answer or a request, for any content type. */
type ContentOf<T> = T extends { content: infer Content } ? Content[keyof Content] : undefined;

/** What a call resolves to. */
export type Answer<Id extends OperationId> = ContentOf<
  operations[Id]['responses'][keyof operations[Id]['responses']]
>;

/** A file may be sent as it is read. Then the call is not repeated. */
export type FileBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;

type BodyTypes<Id extends OperationId> = keyof NonNullable<
  (operations[Id] & { requestBody?: { content: object } })['requestBody']
>['content'];

type SentBody<Id extends OperationId> = ContentOf<NonNullable<operations[Id]['requestBody']>>;

export type Body<Id extends OperationId> = SentBody<Id> extends string ? FileBody : SentBody<Id>;

export type Query<Id extends OperationId> = NonNullable<operations[Id]['parameters']['query']>;

type Headers<Id extends OperationId> = NonNullable<operations[Id]['parameters']['header']>;

/** Options of every call. */
export interface CallOptions {
  /** Ends the call; it rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take. */
  readonly timeoutMs?: number | undefined;
  /** How often a failed attempt is repeated. */
  readonly retriesMax?: number | undefined;
  /** The person for whom the call is made; the history names them. */
  readonly actor?: string | undefined;
}

/** A version that the call applies to: `3`, or as an entity tag: `"3"` in quotes. */
type Version = number | string;

export type Options<Id extends OperationId> = CallOptions &
  ('Idempotency-Key' extends keyof Headers<Id>
    ? {
        /** Calls with one key have one effect, for 24 hours. Default: a new key for each call. */
        readonly idempotencyKey?: string | undefined;
      }
    : object) &
  ('If-Match' extends keyof Headers<Id>
    ? {
        /** Change it only if it has this version. */
        readonly ifMatch?: Version | undefined;
      }
    : object) &
  ('If-None-Match' extends keyof Headers<Id>
    ? 'If-Match' extends keyof Headers<Id>
      ? {
          /** `*`: create it only. */
          readonly ifNoneMatch?: '*' | undefined;
        }
      : object
    : object) &
  (operations[Id] extends { requestBody: unknown }
    ? operations[Id]['parameters'] extends { query?: never }
      ? object
      : { readonly query?: Query<Id> | undefined }
    : object) &
  (Extract<BodyTypes<Id>, 'text/csv'> extends never
    ? object
    : { readonly contentType?: BodyTypes<Id> | undefined });

/** A page of a list. */
type PageOf<Id extends OperationId> = Answer<Id> & { data: unknown[] };

/** Awaited, it is one page; iterated with `for await`, all items of this page and of those that follow. */
export type ListOf<Id extends OperationId> = List<PageOf<Id>>;

export interface List<Page extends { data: unknown[] }>
  extends PromiseLike<Page>, AsyncIterable<Page['data'][number]> {
  /** All pages, one after the other. */
  pages(): AsyncIterable<Page>;
}
