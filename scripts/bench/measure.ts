import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

/** Requests to `POST /v1/reservations`. */
export interface Load {
  readonly name: string;
  readonly url: string;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  /** Whether each call carries an idempotency key of its own. */
  readonly keyed?: boolean;
}

export interface Measurement {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @throws {Error} when anything but a 201 was answered: a bench of refusals would flatter */
export async function measure(
  load: Load,
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Measurement> {
  const result = await autocannon({
    url: new URL('/v1/reservations', load.url).href,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    connections,
    duration: seconds,
    requests: load.bodies.map((body) => ({
      body,
      ...(load.keyed
        ? {
            setupRequest: (request: autocannon.Request) => ({
              ...request,
              headers: { ...request.headers, 'idempotency-key': randomUUID() },
            }),
          }
        : {}),
    })),
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${load.name}: ${failed} requests failed`);
  return {
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
