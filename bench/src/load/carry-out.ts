import { withSession } from '@holdfast/testing';
import { latenciesOf } from '../statistics.ts';
import { Connection } from './connection.ts';
import {
  checkOf,
  requestOf,
  requestsInTurn,
  type Background,
  type Order,
  type Requests,
  type Sale,
  type Timing,
} from './orders.ts';
import { sendWhenDue } from './paced-calls.ts';

/** What went wrong may come as a whole page. */
const SHOWN_MAX = 300;

type OrderTo<Kind extends Order['kind']> = Extract<Order, { kind: Kind }>;

/** Each connection asks again as soon as it is answered: how much goes through, never how long a caller waits. */
export async function closedLoop(order: OrderTo<'closed-loop'>): Promise<Timing> {
  const next = requestsInTurn(order.requests);
  const check = checkOf(order.requests);
  const connections = await openConnections(order.requests, order.connections);
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + order.seconds * 1_000;
  const askUntilEnd = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const ask = (sentAt: number) => {
        const request = sentAt < end ? next() : null;
        if (request === null) return resolve();
        connection.send(
          request,
          (answer) => {
            const now = performance.now();
            latencies.push(now - sentAt);
            check(answer);
            ask(now);
          },
          reject,
        );
      };
      ask(performance.now());
    });
  try {
    await Promise.all(connections.map(askUntilEnd));
  } finally {
    for (const connection of connections) connection.close();
  }
  return timingOf(started, latencies);
}

const ID = /"id":"([\da-f-]{36})"/;
/** Between its create and its end: what a checkout asks. */
const STEPS = ['GET', 'POST /confirm', 'POST /fulfill'] as const;

/** Whole lives: create, read, confirm, fulfil. Latencies are of a whole life. */
export async function liveThrough({ requests, ...order }: OrderTo<'lives'>): Promise<Timing> {
  const next = requestsInTurn(requests);
  const checkCreated = checkOf(requests);
  const checkOk = checkOf({ ...requests, expect: { status: 200 } });
  const connections = await openConnections(requests, order.connections);
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + order.seconds * 1_000;
  const live = async (connection: Connection): Promise<void> => {
    for (let bornAt = performance.now(); bornAt < end; bornAt = performance.now()) {
      const created = await answerTo(connection, next() ?? '');
      checkCreated(created);
      const id = ID.exec(created.toString('latin1'))?.[1] ?? '';
      for (const step of STEPS) {
        const [method, verb = ''] = step.split(' ');
        const line = `${method} /v1/reservations/${id}${verb}`;
        checkOk(await answerTo(connection, requestOf(requests.url, line, '{}')));
      }
      latencies.push(performance.now() - bornAt);
    }
  };
  try {
    await Promise.all(connections.map(live));
  } finally {
    for (const connection of connections) connection.close();
  }
  return timingOf(started, latencies);
}

const answerTo = (connection: Connection, request: Buffer | string): Promise<Buffer> =>
  new Promise((resolve, reject) => connection.send(request, resolve, reject));

function openConnections({ url, furtherUrls = [] }: Requests, count: number): Promise<Connection[]> {
  const urls = [url, ...furtherUrls].map((each) => new URL(each));
  return Promise.all(
    Array.from({ length: count }, (_, n) => Connection.open(urls[n % urls.length] ?? new URL(url))),
  );
}

/** Each request is sent once, as soon as a connection is free. */
export async function holdSale({ requests, connections: count, buyers }: OrderTo<'sale'>): Promise<Sale> {
  const next = requestsInTurn(requests);
  const checkRefused = checkOf({ ...requests, expect: { status: 409, code: 'insufficient_stock' } });
  const connections = await openConnections(requests, count);
  const [sold, refused]: [number[], number[]] = [[], []];
  let asked = 0;
  const started = performance.now();
  const askUntilEnd = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const ask = () => {
        if (asked >= buyers) return resolve();
        asked += 1;
        const sentAt = performance.now();
        connection.send(
          next() ?? '',
          (answer) => {
            const ms = performance.now() - sentAt;
            const isSold = answer.toString('latin1', 0, 13) === 'HTTP/1.1 201 ';
            if (!isSold) checkRefused(answer);
            (isSold ? sold : refused).push(ms);
            ask();
          },
          reject,
        );
      };
      ask();
    });
  try {
    await Promise.all(connections.map(askUntilEnd));
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, sold: countedLatencies(sold), refused: countedLatencies(refused) };
}

const countedLatencies = (latencies: number[]) => ({ count: latencies.length, ...latenciesOf(latencies) });

/** So many a second, each one's latency counted from the time it was due. */
export async function openLoop({ seconds, ...load }: OrderTo<'open-loop'>): Promise<Timing> {
  const started = performance.now();
  const total = Math.round(load.perSecond * seconds);
  const { sent, answered, errors } = await keepUpLoad(load, { total });
  if (errors[0]) throw new Error(errors[0].what);
  return {
    ...timingOf(
      started,
      answered.map(({ ms }) => ms),
    ),
    sentLateP99Ms: latenciesOf(sent.map(({ lateMs }) => lateMs)).p99Ms,
  };
}

/**
 * So many a second until all are sent or it is told to end, whatever is answered: what became of each request is kept.
 */
export async function keepUpLoad(
  { requests, perSecond }: { readonly requests: Requests; readonly perSecond: number },
  { total = Number.POSITIVE_INFINITY, ending }: { readonly total?: number; readonly ending?: AbortSignal },
): Promise<Background> {
  const check = checkOf(requests);
  const next = requestsInTurn(requests);
  const sent: { dueAt: number; lateMs: number }[] = [];
  const answered: { dueAt: number; ms: number }[] = [];
  const errors: { dueAt: number; what: string }[] = [];
  const toEpoch = Date.now() - performance.now();
  const failed = (due: number, error: unknown) =>
    errors.push({ dueAt: toEpoch + due, what: String(error).slice(0, SHOWN_MAX) });
  await sendWhenDue(
    { url: new URL(requests.url), perSecond, total, ...(ending && { ending }) },
    {
      next: () => next() ?? '',
      onSent: (due, now) => sent.push({ dueAt: toEpoch + due, lateMs: now - due }),
      onAnswer(due, answer) {
        const ms = performance.now() - due;
        try {
          check(answer);
          answered.push({ dueAt: toEpoch + due, ms });
        } catch (error) {
          failed(due, error);
        }
      },
      onBroken: failed,
    },
  );
  return { sent, answered, errors };
}

/**
 * The yardstick of latency: INSERTs of one row, each a prepared statement that commits itself, one after the other on one
 * connection, by the driver that the service uses, as durable as the service's own commits.
 */
export function bareInserts({ databaseUrl, seconds }: OrderTo<'bare-inserts'>): Promise<Timing> {
  return withSession(databaseUrl, async (session) => {
    const latencies: number[] = [];
    const started = performance.now();
    const end = started + seconds * 1_000;
    await session.query('CREATE TABLE IF NOT EXISTS bench_bare (id bigint PRIMARY KEY, note text NOT NULL)');
    const { rows } = await session.query<{ next: string }>(
      'SELECT coalesce(max(id), 0) + 1 AS next FROM bench_bare',
    );
    let id = Number(rows[0]?.next);
    for (let now = performance.now(); now < end; id += 1) {
      await session.query({
        name: 'insert',
        text: 'INSERT INTO bench_bare (id, note) VALUES ($1, $2)',
        values: [id, 'one row'],
      });
      const done = performance.now();
      latencies.push(done - now);
      now = done;
    }
    return timingOf(started, latencies);
  });
}

const timingOf = (started: number, latencies: number[]): Timing => ({
  count: latencies.length,
  seconds: (performance.now() - started) / 1_000,
  ...latenciesOf(latencies),
});
