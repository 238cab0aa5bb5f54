import { backoffMs, wait } from './backoff.ts';
import type { CallOptions } from './calls.ts';
import { HoldfastError } from './holdfast-error.ts';
import type { Outgoing } from './outgoing.ts';
import { failedAnswer, failedAttempt, readText, TimeOver } from './read-answer.ts';

export interface ClientOptions {
  /** Where the service is: `https://holdfast.example.com`. */
  readonly baseUrl: string;
  /** Not needed if the service has no `API_KEYS`. */
  readonly apiKey?: string | undefined;
  /** Default: the `fetch` of the platform. */
  readonly fetch?: typeof fetch | undefined;
  /** The person or program for whom calls are made; the history names it. 1 to 64 characters. */
  readonly actor?: string | undefined;
  /** How long one attempt may take. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a failed attempt is repeated. Default: 3. */
  readonly retriesMax?: number | undefined;
}

const BACKOFF = { firstMs: 200, maxMs: 5_000 };
/** A service that asks for a longer wait is not waited for. */
const RETRY_AFTER_MAX_SECONDS = 30;
/** Writes of one client that are under way at once seldom are more; a read takes at most 20 tokens. */
const TOKENS_MAX = 10;
const CONSISTENCY_TOKEN = 'X-Consistency-Token';

/** Sends calls with their retries, and stores the token of the last write for later reads. */
export class Transport {
  readonly #options: ClientOptions;
  /** The types of a body differ between platforms: to one, a Uint8Array may not be of shared memory. */
  readonly #fetch: (url: string, init: object) => Promise<Response>;
  /** Of the last writes, the newest last. */
  #tokens: readonly string[] = [];

  constructor(options: ClientOptions) {
    const { protocol } = new URL(options.baseUrl);
    if (protocol !== 'https:' && protocol !== 'http:')
      throw new TypeError('baseUrl must begin with https:// or http://');
    this.#options = options;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  urlOf(path: string, query: Readonly<Record<string, unknown>> = {}): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== undefined) parameters.append(name, String(each));
      }
    }
    const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
    return `${this.#options.baseUrl.replace(/\/+$/, '')}${path}${search}`;
  }

  /** A call that reads. */
  reading(path: string, query: Readonly<Record<string, unknown>>): Outgoing {
    const url = this.urlOf(path, query);
    return { method: 'GET', url, headers: {}, isRepeatable: true, changesNothing: true, takesToken: false };
  }

  /**
   * The parsed body of the answer; undefined where it has none.
   *
   * @throws {HoldfastError}, or the reason of the signal
   */
  async send(outgoing: Outgoing, options: CallOptions = {}): Promise<unknown> {
    const retriesMax = options.retriesMax ?? this.#options.retriesMax ?? 3;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(outgoing, options);
      } catch (error) {
        const delayMs = attempt < retriesMax ? delayBeforeRetry(error, outgoing, attempt) : null;
        if (delayMs === null) throw error;
        await wait(delayMs, options.signal);
      }
    }
  }

  /** Opens a stream. Only its beginning has a time limit. */
  async open(outgoing: Outgoing, options: CallOptions): Promise<ReadableStream<Uint8Array>> {
    return this.#withTimeout(outgoing, options, false, async ({ body }) => {
      if (!body) throw failedAttempt(new Error('The answer has no body'), outgoing);
      return body;
    });
  }

  #attempt(outgoing: Outgoing, options: CallOptions): Promise<unknown> {
    return this.#withTimeout(outgoing, options, true, async (response) => {
      const text = await readText(response);
      return text === '' ? undefined : JSON.parse(text);
    });
  }

  async #withTimeout<T>(
    outgoing: Outgoing,
    options: CallOptions,
    endsWithAnswer: boolean,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { signal, timeoutMs = this.#options.timeoutMs ?? 10_000 } = options;
    signal?.throwIfAborted();
    const ended = new AbortController();
    const onAbort = () => ended.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => ended.abort(new TimeOver(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const response = await this.#fetch(outgoing.url, {
        method: outgoing.method,
        headers: this.#headers(outgoing, options),
        signal: ended.signal,
        redirect: 'manual', // a redirected POST would become a GET
        ...(outgoing.body === undefined ? {} : { body: outgoing.body, duplex: 'half' }),
      });
      this.#remember(response);
      if (!response.ok) throw await failedAnswer(response, outgoing);
      return await read(response);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof HoldfastError) throw error;
      throw failedAttempt(ended.signal.aborted ? ended.signal.reason : error, outgoing);
    } finally {
      clearTimeout(timer);
      if (endsWithAnswer) signal?.removeEventListener('abort', onAbort);
    }
  }

  #headers({ headers, takesToken }: Outgoing, options: CallOptions): Record<string, string> {
    const { apiKey } = this.#options;
    const actor = options.actor ?? this.#options.actor;
    return {
      Accept: 'application/json',
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
      ...(actor === undefined ? {} : { 'X-Actor': actor }),
      ...(takesToken && this.#tokens.length > 0 ? { [CONSISTENCY_TOKEN]: this.#tokens.join(', ') } : {}),
      ...headers,
    };
  }

  #remember({ headers }: Response): void {
    const token = headers.get(CONSISTENCY_TOKEN);
    if (token === null) return;
    this.#tokens = [...this.#tokens.filter((each) => each !== token), token].slice(-TOKENS_MAX);
  }
}

/** Null: it is not sent again. */
function delayBeforeRetry(error: unknown, { isRepeatable, body }: Outgoing, attempt: number): number | null {
  if (!(error instanceof HoldfastError) || body instanceof ReadableStream) return null;
  const isPassing =
    error.code === 'connection_failed' ||
    error.code === 'timed_out' ||
    [429, 502, 503, 504].includes(error.status ?? 0);
  if (!isPassing || (error.isOutcomeUnknown && !isRepeatable)) return null;
  const retryAfter = error.retryAfterSeconds ?? 0;
  if (retryAfter > RETRY_AFTER_MAX_SECONDS) return null;
  return retryAfter * 1_000 + backoffMs(BACKOFF, attempt);
}
