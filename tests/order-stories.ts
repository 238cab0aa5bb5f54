import { onceIn, pick, shuffled, type Dice } from '@holdfast/domain/testing';
import { CloudEvent } from 'cloudevents';

export type OrderEvent = CloudEvent<object>;

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly location?: string;
}

/** What happens to an order, in the order in which it happens. */
export interface Story {
  readonly orderId: string;
  readonly events: readonly OrderEvent[];
  readonly isCancelled: boolean;
}

export const SKUS = Array.from({ length: 12 }, (_, number) => `SKU-${number + 1}`);
/** Enough for all: which order comes first must not decide who gets it. */
export const STOCK_EACH = 100_000;
/** The first gives, but for lines that are pinned to the second. */
export const LOCATIONS = ['NEAR', 'FAR'] as const;

const PLOTS = [
  'not paid',
  'paid',
  'cancelled',
  'cancelled twice',
  'refunded',
  'sent',
  'sent in parts',
  'sent in part',
] as const;

/** Orders by dice. None is both cancelled and sent, and what is sent was paid. */
export function randomStories(dice: Dice, count: number): readonly Story[] {
  return Array.from({ length: count }, (_, number) => randomStory(dice, `o-${number + 1}`));
}

function randomStory(dice: Dice, orderId: string): Story {
  const plot = pick(dice, PLOTS);
  const lines = randomLines(dice);
  const event = (type: string, data: object) =>
    new CloudEvent<object>({
      source: '/orders',
      type,
      subject: orderId,
      data: { order_id: orderId, ...data },
    });
  const created = event('order.order.created', { lines });
  const paid = event('order.order.status_changed', { status: 'paid', payment_reference: `pay-${orderId}` });
  const failed = event('order.order.status_changed', { status: 'payment_failed' });
  const cancelled = event('order.order.cancelled', { reason: 'changed mind' });
  const cancelledAgain = event('order.order.cancelled', {});
  const sent = (name: string, parts?: readonly Line[]) =>
    event('fulfillment.fulfillment.completed', {
      fulfillment_id: `${name}-${orderId}`,
      ...(parts ? { lines: parts } : {}),
    });
  const one = lines.map((line) => ({ ...line, quantity: 1 }));
  const rest = lines.flatMap((line) => (line.quantity > 1 ? [{ ...line, quantity: line.quantity - 1 }] : []));
  const happens = {
    'not paid': [created, failed],
    paid: [created, failed, paid],
    cancelled: [created, cancelled],
    'cancelled twice': [created, paid, cancelled, cancelledAgain],
    refunded: [created, paid, cancelled],
    sent: [created, paid, sent('all')],
    'sent in parts': [created, paid, sent('one', one), ...(rest.length > 0 ? [sent('rest', rest)] : [])],
    'sent in part': [created, paid, sent('one', one)],
  };
  return { orderId, events: happens[plot], isCancelled: happens[plot].includes(cancelled) };
}

function randomLines(dice: Dice): readonly Line[] {
  const skus = new Set(Array.from({ length: dice.whole(1, 3) }, () => pick(dice, SKUS)));
  return Array.from(skus, (sku) => {
    const line = { sku, quantity: dice.whole(1, 4) };
    return onceIn(dice, 4) ? { ...line, location: pick(dice, LOCATIONS) } : line;
  });
}

/** Each thing one to three times, and all of it in whatever order. */
export function repeatedAndShuffled<T>(dice: Dice, things: readonly T[]): readonly T[] {
  const all = things.flatMap((thing) => Array.from({ length: dice.whole(1, 3) }, () => thing));
  return shuffled(dice, all);
}
