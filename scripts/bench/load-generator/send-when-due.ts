import { Connection } from './connection.ts';

/** Plenty: a quarter of a second's requests may be under way. Those that find no connection free wait, and count it. */
const CONNECTIONS = 256;
/** Timers of Node are a millisecond coarse, which is half of what is measured. A nap of the whole thread is not. */
const NAP_MS = 0.25;

export interface Pace {
  readonly url: URL;
  readonly perSecond: number;
  /** How many requests. Infinity: until `ending`. */
  readonly total: number;
  /** Nothing is due after it. */
  readonly ending?: AbortSignal;
}

/** Who is told what becomes of each request. Times are of `performance.now()`. */
export interface Sender {
  readonly next: () => Buffer | string;
  readonly onSent?: (due: number, now: number) => void;
  /** What it throws breaks the connection. */
  readonly onAnswer: (due: number, answer: Buffer) => void;
  /** Its connection broke. What it throws ends all. */
  readonly onBroken: (due: number, error: Error) => void;
}

/**
 * Requests are due at even distances, whether or not earlier ones were answered: a stall of the service is felt by all who
 * would have called meanwhile (coordinated omission).
 *
 * @returns when all that was due has been answered
 * @throws {Error} when something is due and no connection is left
 */
export async function sendWhenDue({ url, perSecond, total, ending }: Pace, sender: Sender): Promise<void> {
  // First in, first out: none is idle for so long that the server would close it.
  const idle = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(url)));
  const opened = [...idle];
  const started = performance.now();
  const dueAt = (index: number) => started + (index * 1_000) / perSecond;
  let toSend = total;
  let sent = 0;
  let ended = 0;
  let broken = 0;
  ending?.addEventListener('abort', () => {
    toSend = Math.min(total, Math.ceil(((performance.now() - started) * perSecond) / 1_000));
  });

  try {
    await new Promise<void>((resolve, reject) => {
      const resolveAtEnd = () => {
        if (ended === toSend) resolve();
        else if (broken === CONNECTIONS) reject(new Error('all connections broke'));
      };
      const send = (connection: Connection, due: number, now: number) => {
        let isUnderWay = true;
        sender.onSent?.(due, now);
        connection.send(
          sender.next(),
          (answer) => {
            sender.onAnswer(due, answer);
            isUnderWay = false;
            idle.push(connection);
            ended += 1;
            resolveAtEnd();
          },
          (error) => {
            connection.close();
            broken += 1;
            if (isUnderWay) ended += 1;
            else idle.splice(idle.indexOf(connection), 1);
            try {
              sender.onBroken(due, error);
              resolveAtEnd();
            } catch (error) {
              reject(error);
            }
          },
        );
      };
      const sendDue = () => {
        for (let now = performance.now(); sent < toSend && dueAt(sent) <= now; now = performance.now()) {
          const connection = idle.shift();
          if (!connection) return;
          send(connection, dueAt(sent), now);
          sent += 1;
        }
      };
      const cell = new Int32Array(new SharedArrayBuffer(4));
      const tick = () => {
        sendDue();
        if (sent >= toSend) return resolveAtEnd();
        const napMs = Math.min(NAP_MS, dueAt(sent) - performance.now());
        if (napMs > 0) Atomics.wait(cell, 0, 0, napMs);
        setImmediate(tick);
      };
      tick();
    });
  } finally {
    for (const connection of opened) connection.close();
  }
}
