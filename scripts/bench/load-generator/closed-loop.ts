import { latenciesOf } from '../statistics.ts';
import { Connection } from './connection.ts';
import type { Order, Timing } from './orders.ts';
import { checkOf, requestsInTurn } from './requests.ts';

/** Each connection asks again as soon as it is answered: how much goes through, never how long a caller waits. */
export async function closedLoop({
  requests,
  connections: wanted,
  seconds,
}: Extract<Order, { kind: 'closed-loop' }>): Promise<Timing> {
  const next = requestsInTurn(requests);
  const check = checkOf(requests);
  const url = new URL(requests.url);
  const connections = await Promise.all(Array.from({ length: wanted }, () => Connection.open(url)));
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1_000;
  const askUntilEnd = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const ask = (sentAt: number) =>
        connection.send(
          next(),
          (answer) => {
            const now = performance.now();
            latencies.push(now - sentAt);
            check(answer);
            if (now < end) ask(now);
            else resolve();
          },
          reject,
        );
      ask(performance.now());
    });
  try {
    await Promise.all(connections.map(askUntilEnd));
  } finally {
    for (const connection of connections) connection.close();
  }
  return {
    count: latencies.length,
    seconds: (performance.now() - started) / 1_000,
    ...latenciesOf(latencies),
  };
}
