import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { openDatabase, type Database } from '@holdfast/db';
import {
  EVERY_EVENT,
  readEvents,
  sequenceEvents,
  pump,
  type EventStore,
  type PumpEnd,
  type Sink,
} from '@holdfast/events';
import {
  createWebhookEndpoint,
  readWebhookDeliveries,
  type WebhookDelivery,
  newSecret,
  SecretCipher,
} from '@holdfast/webhooks';
import { newId } from '@holdfast/ledger';
import { createLogger } from '@holdfast/runtime';
import { createTestDatabase, DEADLINE_MS, openReceiver, scaled } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { openWebhooks } from '../open-sinks.ts';

const HOUR_MS = 3_600_000;

/** The requests that a consumer received. */
export interface Received {
  readonly id: string;
  /** The reservation. */
  readonly subject: string;
  readonly type: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Consumer {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export type Answer = (event: Received, response: ServerResponse) => unknown;

const envelope = z.object({ id: z.string(), subject: z.string(), type: z.string() });

/** A real server, which stores what it receives and answers as `answer` does: by default 204 to all. */
async function openConsumer(
  answer: Answer = (_event, response) => response.writeHead(204).end(),
): Promise<Consumer> {
  const received: Received[] = [];
  const receiver = await openReceiver((_request, response, { headers, body }) => {
    const event = { ...envelope.parse(JSON.parse(body)), headers, body };
    received.push(event);
    answer(event, response);
  });
  return { url: receiver.url, received, close: () => receiver.close() };
}

/** A database with events and endpoints, and the worker's way to send them, without its queue. */
export async function openWebhookScenario(secretsKeys: readonly KeyObject[] = []) {
  const test = await createTestDatabase();
  const database = openDatabase(test.url, { poolMax: 4, applicationName: 'test' });
  const { prisma } = database;
  const consumers: Consumer[] = [];
  const opened: ReturnType<typeof openWebhooks>[] = [];
  const open = ({ over = database, secretsKeys: keys = secretsKeys }: WorkerOptions = {}) => {
    const config = {
      publicUrl: 'https://stock.example.com',
      secretsKeys: keys,
      webhooks: { allowPrivate: true, timeoutMs: scaled(DEADLINE_MS), giveUpMs: 48 * HOUR_MS },
    };
    const log = createLogger('worker', 'error');
    const webhooks = openWebhooks({ config, database: over, registry: new Registry(), log });
    opened.push(webhooks);
    return webhooks;
  };
  const webhooks = open();
  const cipher = new SecretCipher(secretsKeys);
  const feed: EventStore = {
    readNext: (after, limit) => readEvents(prisma, { after, filter: EVERY_EVENT, limit }),
  };

  return {
    database,
    prisma,
    cipher,
    /** As another worker would have it. */
    open,

    async consumer(answer?: Answer): Promise<Consumer> {
      const consumer = await openConsumer(answer);
      consumers.push(consumer);
      return consumer;
    },
    async endpoint(url: string, types: readonly string[] | null = null) {
      const id = newId();
      const secret = newSecret();
      const wanted = { id, url, types, description: null, secret, createdBy: 'shop' };
      await prisma.$transaction((tx) => createWebhookEndpoint(tx, cipher, wanted, 50));
      return { id, secret };
    },
    /** Writes an event of each of these reservations, in this order, and has them numbered. */
    async addEvents(
      reservationIds: readonly string[],
      type = 'warehouse.inventory.extended',
    ): Promise<string[]> {
      const ids = reservationIds.map(() => newId());
      await prisma.$executeRaw`
        INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
        SELECT id, ${type}, reservation_id::text, clock_timestamp(), reservation_id, 1, '{"lines": []}'
        FROM unnest(${ids}::uuid[], ${reservationIds}::uuid[]) AS added (id, reservation_id)`;
      await sequenceEvents(database, { eventsMax: 10_000 });
      return ids;
    },
    /** Like the job: all new events, and due deliveries. */
    async run(
      endpoint: { readonly id: string },
      { sink = webhooks.open(endpoint.id), stopping = new AbortController().signal }: RunOptions = {},
    ): Promise<PumpEnd> {
      for (let runs = 0; runs < 1_000; runs += 1) {
        const end = await pump(sink, feed, { stopping, stretchMs: 60_000 });
        if (end.askAgainMs !== 0 || stopping.aborted) return end;
      }
      throw new Error('it never comes to an end');
    },
    async deliveries({ id }: { readonly id: string }): Promise<readonly WebhookDelivery[]> {
      const rows = await readWebhookDeliveries(prisma, id, { state: null, after: null, limit: 10_000 });
      return rows.map(({ delivery }) => delivery).toReversed();
    },
    async standing({ id }: { readonly id: string }) {
      const [row] = await prisma.$queryRaw<Standing[]>`
        SELECT cursor::float8 AS cursor, enabled, disabled_reason, failures_in_a_row, resting_until
        FROM webhook_endpoints
        WHERE id = ${id}::uuid`;
      if (!row) throw new Error(`there is no endpoint ${id}`);
      return row;
    },
    /**
     * Moves all times of deliveries and endpoints back by so much. A negative value moves them forward, so that a
     * delivery due in a second does not become due during the test.
     */
    async letPass(seconds: number): Promise<void> {
      await prisma.$executeRaw`
        UPDATE webhook_deliveries
        SET
          next_attempt_at = next_attempt_at - ${seconds}::integer * interval '1 second',
          first_attempt_at = first_attempt_at - ${seconds}::integer * interval '1 second',
          last_attempt_at = last_attempt_at - ${seconds}::integer * interval '1 second'`;
      await prisma.$executeRaw`
        UPDATE webhook_endpoints
        SET resting_until = resting_until - ${seconds}::integer * interval '1 second'`;
    },
    async close(): Promise<void> {
      for (const each of opened) each.close();
      for (const consumer of consumers) await consumer.close();
      await database.close();
      await test.drop();
    },
  };
}

interface WorkerOptions {
  readonly over?: Database;
  readonly secretsKeys?: readonly KeyObject[];
}

interface RunOptions {
  readonly sink?: Sink;
  readonly stopping?: AbortSignal;
}

interface Standing {
  readonly cursor: number;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly failures_in_a_row: number;
  readonly resting_until: Date | null;
}

/** Events of reservations, as {@link firstArrivals} shows them. */
export function inOrder(ids: readonly string[], reservationIds: readonly string[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  ids.forEach((id, index) => (all[reservationIds[index] ?? ''] ??= []).push(id));
  return all;
}
