import { Agent, request } from 'node:http';
import { DEADLINE_MS, eventually, scaled } from '@holdfast/testing';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** The status that it must be answered with. */
  readonly wants: number;
  onAnswer?(body: unknown): void;
}

export interface LoadReport {
  readonly sent: number;
  readonly seconds: number;
  /** Each call with a wrong answer, and that answer. */
  readonly failures: readonly string[];
  /** From the moment in which a call was due to its answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One call of this many opens a new connection; the others reuse theirs. */
const NEW_CONNECTION_EVERY = 4;
const TICK_MS = 5;
const REPEAT_EVERY_MS = 100;
/** At 300 a second two thirds of a second of waiting. A machine that is behind that far is not helped by more. */
const IN_FLIGHT_MAX = 200;

export interface OpenLoop {
  /** How many calls have been answered as they must be. */
  answered(): number;
  end(): Promise<LoadReport>;
}

/**
 * So many calls a second until its end, each sent when it is due, whatever has become of those before it. If 200 calls
 * have no answer yet, or the machine is busy, it sends due calls late, as soon as it can.
 *
 * @param repeats whether a call without an answer, or with 503, is made again until it is served, as clients with keys
 * do
 */
export function startOpenLoop(
  url: string,
  perSecond: number,
  next: (number: number) => Call,
  { repeats = false } = {},
): OpenLoop {
  const kept = new Agent({ keepAlive: true });
  const failures: string[] = [];
  const tookMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;

  async function askOrRepeat(call: Call, agent: Agent | false): Promise<Reply> {
    const target = new URL(call.path, url);
    if (!repeats) return ask(target, call, agent);
    return eventually(
      async () => {
        const reply = await ask(target, call, agent);
        return reply.status !== 503 && reply;
      },
      { everyMs: REPEAT_EVERY_MS },
    );
  }
  async function make(call: Call, dueAt: number, agent: Agent | false): Promise<void> {
    try {
      const { status, text } = await askOrRepeat(call, agent);
      if (status !== call.wants) throw new Error(`${status} ${text}`);
      tookMs.push(performance.now() - dueAt);
      call.onAnswer?.(JSON.parse(text));
    } catch (error) {
      const afterMs = Math.round(performance.now() - dueAt);
      failures.push(`${call.method} ${call.path} after ${afterMs} ms: ${String(error)}`);
    }
  }
  function sendAllDue(): void {
    while (underWay.size < IN_FLIGHT_MAX) {
      const dueAt = startedAt + (sent * 1_000) / perSecond;
      if (dueAt > performance.now()) return;
      const agent = sent % NEW_CONNECTION_EVERY === 0 ? false : kept;
      const made = make(next(sent), dueAt, agent).finally(() => underWay.delete(made));
      underWay.add(made);
      sent += 1;
    }
  }
  const timer = setInterval(sendAllDue, TICK_MS);
  return {
    answered: () => tookMs.length,
    async end() {
      clearInterval(timer);
      const seconds = (performance.now() - startedAt) / 1_000;
      await Promise.all(underWay);
      kept.destroy();
      tookMs.sort((one, other) => one - other);
      const quantile = (part: number) => tookMs[Math.floor(tookMs.length * part)] ?? Number.NaN;
      return { sent, seconds, failures, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
    },
  };
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

function ask(url: URL, { method, body, idempotencyKey }: Call, agent: Agent | false): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    const signal = AbortSignal.timeout(scaled(DEADLINE_MS));
    const call = request(url, { method, agent, headers, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(body && JSON.stringify(body));
  });
}
