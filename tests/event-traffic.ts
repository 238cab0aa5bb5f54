import { untilNotOverloaded, want } from '@holdfast/testing';
import type { Answer, ApiClient } from './api-client.ts';

export type Traffic = ReturnType<typeof startTraffic>;

const CLIENTS = 32;

/** Of each kind of life: what is done to the reservation, one call after the other. */
const LIVES: readonly (readonly Verb[])[] = [
  ['confirm', 'fulfill'],
  ['release'],
  ['extend', 'confirm', 'cancel'],
  ['confirm', 'fulfill one', 'cancel'],
  ['release', 'refused confirm'],
  [], // it expires
];
type Verb = 'confirm' | 'fulfill' | 'fulfill one' | 'extend' | 'release' | 'cancel' | 'refused confirm';

/**
 * Has many clients reserve, confirm, deduct, cancel, give back and leave to expire, until so many changes were made. Every tenth
 * asks for more than there is.
 */
export function startTraffic(client: ApiClient, skus: readonly string[], changes: number) {
  let [made, refused, reservations, lives] = [0, 0, 0, 0];
  const isEnough = () => made >= changes;

  async function live(n: number): Promise<void> {
    const verbs = LIVES[n % LIVES.length] ?? [];
    const sku = skus[n % skus.length] ?? '';
    if (n % 10 === 0) {
      await want(
        409,
        untilNotOverloaded(() => client.tryHold(sku, 1_000_000)),
      );
      refused += 1;
    }
    const { id } = await client.hold(sku, 2, { ttl_seconds: verbs.length === 0 ? 1 : 900 });
    reservations += 1;
    made += 1;
    for (const verb of verbs) {
      const answer = await untilNotOverloaded(() => make(client, verb, id, sku));
      if (verb === 'refused confirm') {
        await want(409, Promise.resolve(answer));
        refused += 1;
      } else {
        await want(200, Promise.resolve(answer));
        made += 1;
      }
    }
    if (verbs.length === 0) made += 1; // it will have expired
  }
  async function liveOn(): Promise<void> {
    while (!isEnough()) await live((lives += 1));
  }
  return {
    /** Changes that were made, and answered so. */
    made: () => made,
    refused: () => refused,
    reservations: () => reservations,
    ended: Promise.all(Array.from({ length: CLIENTS }, liveOn)),
  };
}

function make(client: ApiClient, verb: Verb, id: string, sku: string): Promise<Answer<object>> {
  switch (verb) {
    case 'confirm':
    case 'refused confirm':
      return client.confirm(id, { payment_reference: `pay-${id}` });
    case 'fulfill':
      return client.fulfill(id);
    case 'fulfill one':
      return client.fulfill(id, { lines: [{ sku, quantity: 1 }] });
    case 'extend':
      return client.extend(id, { ttl_seconds: 1_200 });
    case 'release':
    case 'cancel':
      return client[verb](id, { reason: 'changed their mind' });
    default:
      return verb satisfies never;
  }
}
