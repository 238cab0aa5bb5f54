import { shownAnswer, traceHeaders, type StoredTrace } from '@holdfast/contract';
import { z } from 'zod';
import { HOLDS_PATH, holdAnswer, type HoldRequest } from './gateway-contract.ts';
import type { HoldOutcome } from './hold-outcome.ts';
import { retryAfterMs } from './gateway-retry-after.ts';

/** An accepted answer has some 80 bytes. A gateway, or a proxy in its place, must not fill our memory. */
const ANSWER_MAX_BYTES = 64 * 1_024;

export interface GatewayClientOptions {
  /** Base URL of the gateway, with or without a path. */
  readonly url: string;
  /** For the whole call: connection, request and the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface HoldCall extends Partial<StoredTrace> {
  /** Printable ASCII, 1 to 255 characters; the same for every try of one sync. */
  readonly idempotencyKey: string;
  readonly body: HoldRequest;
}

export interface GatewayClient {
  /**
   * Sends one transition to the gateway. Never throws for what a network or a gateway can do; see {@link
   * HoldOutcome}. An abort of `signal` is `failed` with status `null`, as the request may have arrived.
   *
   * @throws {TypeError} when the key cannot be a header value: a mistake of the caller, which no retry
   * corrects
   */
  sendHold(call: HoldCall, signal?: AbortSignal): Promise<HoldOutcome>;
}

/**
 * A client of one gateway. Node's own `fetch` keeps connections alive, and never repeats a POST.
 *
 * @throws {TypeError} when `url` is no URL
 */
export function createGatewayClient({ url, timeoutMs }: GatewayClientOptions): GatewayClient {
  const target = new URL(`.${HOLDS_PATH}`, url.endsWith('/') ? url : `${url}/`);
  return {
    async sendHold({ idempotencyKey, body, ...trace }, signal) {
      const headers = new Headers({
        'content-type': 'application/json',
        accept: 'application/json',
        'idempotency-key': idempotencyKey,
        ...traceHeaders(trace),
      });
      const timeout = AbortSignal.timeout(timeoutMs);
      let response: Response | undefined;
      try {
        response = await fetch(target, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
          // A redirected POST becomes a GET, and that would look like success.
          redirect: 'manual',
          signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
        });
        return interpret(response, await readBounded(response));
      } catch (error) {
        if (response?.status === 429) return throttled(response);
        if (response === undefined && neverArrived(error)) {
          return { kind: 'refused', status: null, error: describe(error) };
        }
        const reason = timeout.aborted ? `no whole answer within ${timeoutMs} ms` : describe(error);
        return { kind: 'failed', status: null, error: reason };
      }
    },
  };
}

function interpret(response: Response, received: Received): HoldOutcome {
  const outcome = outcomeOf(response, received.isWhole ? received.text : undefined);
  return received.text === '' ? outcome : { ...outcome, answer: shownAnswer(received.text) };
}

function outcomeOf(response: Response, text: string | undefined): HoldOutcome {
  const { status } = response;
  if (status === 429) return throttled(response);
  if (!response.ok) return { kind: 'failed', status, error: `the gateway answered ${status}` };
  if (text === undefined) {
    return { kind: 'failed', status, error: `the answer has more than ${ANSWER_MAX_BYTES} bytes` };
  }
  const answer = holdAnswer.safeParse(parseJson(text));
  if (!answer.success) return { kind: 'failed', status, error: 'the answer is not what the contract says' };
  return { kind: 'accepted', status, holdId: answer.data.hold_id };
}

const throttled = (response: Response): HoldOutcome => ({
  kind: 'throttled',
  status: 429,
  retryAfterMs: retryAfterMs(response.headers),
});

interface Received {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Reads to the end, so that the connection can be used again, or until it is too long. */
async function readBounded(response: Response): Promise<Received> {
  if (!response.body) return { text: '', isWhole: true };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    chunks.push(chunk);
    // Leaving the loop cancels the body, and with it the connection.
    if (bytes > ANSWER_MAX_BYTES) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole: bytes <= ANSWER_MAX_BYTES };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether the failure is from before there was a connection: the system call that failed is then the look-up
 * of the name or the connecting itself.
 */
function neverArrived(error: unknown): boolean {
  const failures = rootFailures(error);
  return failures.every((failure) => failure.syscall === 'connect' || failure.syscall === 'getaddrinfo');
}

/** `fetch` says only "fetch failed"; what an operator needs is in its cause. */
function describe(error: unknown): string {
  const [first] = rootFailures(error);
  return first?.message || first?.code || String(error);
}

const failure = z.object({
  message: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
});

type Failure = z.infer<typeof failure>;

/**
 * The causes of a failed `fetch`, never empty: one cause, or for a name with several addresses, one for each.
 * Read by shape, as these errors come from inside Node and need not be instances of our `Error`.
 */
function rootFailures(error: unknown): Failure[] {
  const several = z.object({ cause: z.object({ errors: z.array(failure).min(1) }) }).safeParse(error);
  if (several.success) return several.data.cause.errors;
  const caused = z.object({ cause: failure }).safeParse(error);
  if (caused.success) return [caused.data.cause];
  const bare = failure.safeParse(error);
  return [bare.success ? bare.data : { message: String(error) }];
}
