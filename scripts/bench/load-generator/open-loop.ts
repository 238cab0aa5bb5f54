import { latenciesOf } from '../statistics.ts';
import { Connection } from './connection.ts';
import type { Order, Timing } from './orders.ts';
import { checkOf, requestsInTurn } from './requests.ts';

/** Plenty: a quarter of a second's requests may be under way. Those that find no connection free wait, and count it. */
const CONNECTIONS = 256;
/** Timers of Node are a millisecond coarse, which is half of what is measured. A nap of the whole thread is not. */
const NAP_MS = 0.25;

/**
 * Requests are due at even distances, whether or not earlier ones were answered, and each one's latency counts from the
 * time it was due: a stall of the service is felt by all who would have called meanwhile (coordinated omission).
 */
export async function openLoop({
  requests,
  perSecond,
  seconds,
}: Extract<Order, { kind: 'open-loop' }>): Promise<Timing> {
  const next = requestsInTurn(requests);
  const check = checkOf(requests);
  const url = new URL(requests.url);
  // First in, first out: none is idle for so long that the server would close it.
  const idle = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(url)));
  const opened = [...idle];
  const total = Math.round(perSecond * seconds);
  const latencies: number[] = [];
  const lateness: number[] = [];
  const started = performance.now();
  const dueAt = (index: number) => started + (index * 1_000) / perSecond;
  let sent = 0;

  try {
    await new Promise<void>((resolve, reject) => {
      const sendDue = () => {
        for (let now = performance.now(); sent < total && dueAt(sent) <= now; now = performance.now()) {
          const connection = idle.shift();
          if (!connection) return;
          send(connection, dueAt(sent), now);
          sent += 1;
        }
      };
      const send = (connection: Connection, due: number, now: number) => {
        lateness.push(now - due);
        connection.send(
          next(),
          (answer) => {
            latencies.push(performance.now() - due);
            check(answer);
            idle.push(connection);
            if (latencies.length === total) resolve();
          },
          reject,
        );
      };
      const cell = new Int32Array(new SharedArrayBuffer(4));
      const tick = () => {
        sendDue();
        if (sent === total) return;
        const napMs = Math.min(NAP_MS, dueAt(sent) - performance.now());
        if (napMs > 0) Atomics.wait(cell, 0, 0, napMs);
        setImmediate(tick);
      };
      tick();
    });
  } finally {
    for (const connection of opened) connection.close();
  }
  return {
    count: total,
    seconds: (performance.now() - started) / 1_000,
    sentLateP99Ms: latenciesOf(lateness).p99Ms,
    ...latenciesOf(latencies),
  };
}
