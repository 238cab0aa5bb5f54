import type { StoredTrace } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import type { Sink, StoredEvent } from '@holdfast/events';
import { deliver, type Attempt, type Round } from './deliver-in-turn.ts';
import { nextAttemptInMs, restMs } from './retry-schedule.ts';
import type { SecretCipher } from './secret-cipher.ts';
import type { SendOutcome } from './send-outcome.ts';
import {
  readDueDeliveries,
  readNextDueMs,
  readOpenKeys,
  readWebhookProgress,
  readWebhookTarget,
  type OpenDelivery,
  type WebhookTarget,
} from './sending-store.ts';
import {
  settlePublished,
  settleTried,
  type EndpointHealth,
  type NewDelivery,
  type SettledDelivery,
  type Standing,
} from './settling-store.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** Enough that writing them costs little for each; an endpoint that takes 250 ms has them all in 1.3 s. */
const BATCH_MAX = 100;

const SINK_PREFIX = 'webhook-';

/** The name of an endpoint's sink, in jobs, logs and metrics. */
export const webhookSinkName = (endpointId: string): string => `${SINK_PREFIX}${endpointId}`;

/** The endpoint of a sink; null: it is the name of another kind of sink. */
export const endpointOfSink = (name: string): string | null =>
  name.startsWith(SINK_PREFIX) ? name.slice(SINK_PREFIX.length) : null;

export interface WebhookSinkOptions {
  readonly endpointId: string;
  readonly database: Database;
  readonly cipher: SecretCipher;
  readonly sender: WebhookSender;
  /** How long after its first attempt a delivery is given up. */
  readonly giveUpMs: number;
  /** The event as it is published. */
  readonly toCloudEvent: (event: Omit<StoredEvent, 'position'>) => unknown;
  readonly newId: () => string;
  readonly observer: WebhookObserver;
}

/** Receives what operators want to see. */
export interface WebhookObserver {
  attempted(attempt: {
    readonly eventId: string;
    readonly trace: Partial<StoredTrace>;
    readonly outcome: SendOutcome;
    readonly tookMs: number;
  }): void;
  gaveUp(delivery: { readonly eventId: string; readonly error: string }): void;
  rests(rest: { readonly failuresInARow: number; readonly restMs: number }): void;
  disabled(reason: string): void;
}

/**
 * Sends events to one endpoint. An event that could not be delivered is kept as a delivery to retry, and
 * later events of its reservation wait behind it. An endpoint that fails ten times in a row rests, with one
 * attempt a minute at most: one that is down for a day leaves some hundred rows.
 *
 * First all events are sent, then one short transaction writes the results. If the process dies in between,
 * the events come again with the same ids.
 */
export function createWebhookSink(options: WebhookSinkOptions): Required<Sink> {
  const { endpointId, database, cipher } = options;
  const { prisma } = database;
  return {
    name: webhookSinkName(endpointId),
    batchMax: BATCH_MAX,
    readProgress: () => readWebhookProgress(prisma, endpointId),
    async publish(events, stopping) {
      const target = await readWebhookTarget(prisma, cipher, endpointId);
      if (!target || target.restsForMs > 0) return;
      const fresh = events.filter(({ position }) => position > target.cursor);
      const items = fresh.filter((event) => isWanted(event, target)).map((event) => itemOf(event, options));
      const keys = [...new Set(items.map(({ orderingKey }) => orderingKey))];
      const heldUp = keys.length > 0 ? await readOpenKeys(prisma, endpointId, keys) : new Set<string>();
      const round = await send(options, target, items, heldUp, stopping);
      const covered = coveredBy(fresh, items, round);
      if (covered.to === undefined || covered.to <= target.cursor) return;
      const deliveries = covered.items.map((item) => newDelivery(item, round.attempts.get(item), options));
      await settlePublished(
        database,
        endpointId,
        { from: target.cursor, to: covered.to },
        deliveries,
        healthAfter(target, round, options.observer),
      );
    },
    async tryAgain(stopping) {
      const target = await readWebhookTarget(prisma, cipher, endpointId);
      if (!target) return null;
      if (target.restsForMs > 0) return target.restsForMs;
      const due = await readDueDeliveries(prisma, endpointId);
      const health = due.length > 0 ? await tryDue(options, target, due, stopping) : null;
      // An endpoint that answers again gets the events of the meantime.
      return health?.recovered ? 0 : readNextDueMs(prisma, endpointId);
    },
  };
}

/** Something to be sent, whether for the first time or again. */
interface Item {
  readonly orderingKey: string;
  readonly eventId: string;
  readonly body: string;
  readonly trace: Partial<StoredTrace>;
}

interface FreshItem extends Item {
  readonly event: StoredEvent;
}

const isWanted = ({ type }: StoredEvent, { types }: WebhookTarget): boolean =>
  types === null || types.includes(type);

/** The order that is kept: of the events of one reservation, or else of one subject. */
const itemOf = (event: StoredEvent, { toCloudEvent }: WebhookSinkOptions): FreshItem => ({
  event,
  eventId: event.id,
  trace: event,
  orderingKey: event.reservationId ?? event.subject,
  body: JSON.stringify(toCloudEvent(event)),
});

function send<Of extends Item>(
  { sender, observer }: WebhookSinkOptions,
  { url, secrets, failuresInARow }: WebhookTarget,
  items: readonly Of[],
  heldUp: ReadonlySet<string>,
  stopping: AbortSignal,
): Promise<Round<Of>> {
  return deliver(items, {
    heldUp,
    failuresInARow,
    stopping,
    async send({ eventId, body, trace }, signal) {
      const began = performance.now();
      const outcome = await sender.send(url, { id: eventId, body, secrets, trace }, signal);
      observer.attempted({ eventId, trace, outcome, tookMs: Math.round(performance.now() - began) });
      return outcome;
    },
  });
}

/**
 * How far a round got in the feed. Events that were not begun when the round ends need no row: the cursor
 * stays before them. Before it, every wanted event gets a row, also one that waits behind another.
 */
function coveredBy(
  fresh: readonly StoredEvent[],
  items: readonly FreshItem[],
  round: Round<FreshItem>,
): { readonly items: readonly FreshItem[]; readonly to: number | undefined } {
  const lastSent = items.findLastIndex((item) => round.attempts.has(item));
  const firstLeft = items.findIndex((item, index) => index > lastSent && !round.isHeldUp(item));
  const left = items[firstLeft];
  return left
    ? { items: items.slice(0, firstLeft), to: left.event.position - 1 }
    : { items, to: fresh.at(-1)?.position };
}

function newDelivery(
  { eventId, event, orderingKey }: FreshItem,
  attempt: Attempt | undefined,
  options: WebhookSinkOptions,
): NewDelivery {
  return {
    id: options.newId(),
    eventId,
    eventType: event.type,
    orderingKey,
    standing: attempt ? standingAfter(attempt, { eventId, attempts: 0, sinceFirstMs: 0 }, options) : WAITING,
  };
}

async function tryDue(
  options: WebhookSinkOptions,
  target: WebhookTarget,
  due: readonly OpenDelivery[],
  stopping: AbortSignal,
): Promise<EndpointHealth | null> {
  const withBody = due.map((delivery) => ({
    ...delivery,
    body: bodyOf(delivery, options),
    trace: delivery.event ?? {},
  }));
  const items = withBody.filter((each): each is OpenDelivery & Item => each.body !== null);
  const round = await send(options, target, items, new Set(), stopping);
  const tried = items.flatMap((item) => {
    const attempt = round.attempts.get(item);
    return attempt ? [settled(item, standingAfter(attempt, item, options))] : [];
  });
  const lost = withBody.filter(({ body }) => body === null).map((each) => settled(each, LOST));
  if (tried.length + lost.length === 0) return null;
  const health = healthAfter(target, round, options.observer);
  await settleTried(options.database, options.endpointId, [...tried, ...lost], health);
  return health;
}

const settled = ({ id, orderingKey, attempts }: OpenDelivery, standing: Standing): SettledDelivery => ({
  id,
  orderingKey,
  attemptsBefore: attempts,
  standing,
});

function bodyOf({ event, sample }: OpenDelivery, { toCloudEvent }: WebhookSinkOptions): string | null {
  if (sample !== null) return JSON.stringify(sample);
  return event && JSON.stringify(toCloudEvent(event));
}

const WAITING: Standing = {
  state: 'pending',
  status: null,
  error: null,
  response: null,
  retryInMs: null,
  beganMsAgo: null,
};
const LOST: Standing = { ...WAITING, state: 'failed', error: 'the event is older than the retention' };

function standingAfter(
  attempt: Attempt,
  before: { readonly eventId: string; readonly attempts: number; readonly sinceFirstMs: number },
  { giveUpMs, observer }: WebhookSinkOptions,
): Standing {
  const { outcome } = attempt;
  const beganMsAgo = Math.round(performance.now() - attempt.beganAtMs);
  const seen = { status: outcome.status, response: outcome.response ?? null, beganMsAgo };
  switch (outcome.kind) {
    case 'succeeded':
      return { ...seen, state: 'succeeded', error: null, retryInMs: null };
    case 'gone': // it waits until the endpoint is enabled again
      return { ...seen, state: 'pending', error: GONE, retryInMs: 0 };
    case 'failed': {
      const { error, retryAfterMs } = outcome;
      const sinceFirstMs = before.attempts === 0 ? beganMsAgo : before.sinceFirstMs;
      const failure = { attempts: before.attempts + 1, sinceFirstMs, retryAfterMs };
      const retryInMs = nextAttemptInMs(failure, giveUpMs);
      if (retryInMs === null) observer.gaveUp({ eventId: before.eventId, error });
      return { ...seen, state: retryInMs === null ? 'failed' : 'pending', error, retryInMs };
    }
    default:
      return outcome satisfies never;
  }
}

const GONE = 'answered 410: it wants no events any more';

function healthAfter<Of extends Item>(
  { url, failuresInARow: before }: WebhookTarget,
  { attempts, failuresInARow, isGone }: Round<Of>,
  observer: WebhookObserver,
): EndpointHealth | null {
  if (attempts.size === 0) return null;
  const rest = restMs(failuresInARow);
  if (rest !== null) observer.rests({ failuresInARow, restMs: rest });
  if (isGone) observer.disabled(GONE);
  return {
    url,
    failuresInARow,
    restMs: rest,
    recovered: restMs(before) !== null && rest === null,
    disabledReason: isGone ? GONE : null,
  };
}
