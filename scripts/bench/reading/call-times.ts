import { Connection } from '../load-generator/connection.ts';
import { latenciesOf, type Latencies } from '../statistics.ts';
import type { Reading } from './readings.ts';

/** In one round, each call after the other on one connection. */
export interface CallTimes {
  readonly inProcess: Latencies;
  readonly http: Latencies | null;
}

const CALLS = 500;

/** @param round other rounds read of other SKUs */
export async function timeCalls(
  { inProcess, path }: Reading,
  apiUrl: string,
  round: number,
): Promise<CallTimes> {
  const first = round * CALLS;
  return {
    inProcess: await timeEach(first, inProcess),
    http: path && (await overHttp(apiUrl, (get) => timeEach(first, (n) => get(path(n))))),
  };
}

async function timeEach(first: number, call: (n: number) => Promise<unknown>): Promise<Latencies> {
  const latencies: number[] = [];
  for (let n = first; n < first + CALLS; n += 1) {
    const started = performance.now();
    await call(n);
    latencies.push(performance.now() - started);
  }
  return latenciesOf(latencies);
}

async function overHttp<Result>(
  apiUrl: string,
  work: (get: (path: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const url = new URL(apiUrl);
  const connection = await Connection.open(url);
  try {
    return await work(
      (path) =>
        new Promise((resolve, reject) => {
          const check = (answer: Buffer) => {
            if (answer.toString('latin1', 0, 13) === 'HTTP/1.1 200 ') resolve();
            else reject(new Error(`GET ${path}: ${answer.toString().slice(0, 1_000)}`));
          };
          connection.send(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`, check, reject);
        }),
    );
  } finally {
    connection.close();
  }
}
