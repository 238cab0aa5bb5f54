import type { Sku } from '@holdfast/domain';
import type { Availability } from '@holdfast/stock';
import { z } from 'zod';
import { HOT_PATH_LIMITS } from './limits.ts';
import type { SkuStates } from './sku-state-store.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const knownSku = z.object({
  /** Until when it may be used: epoch milliseconds, by the database's clock. */
  until: z.number(),
  /** The time until which no unit is available, and no other refusal comes first. 0: not sold out. */
  soldOutUntil: z.number(),
  settings: z.custom<Sku>(isObject),
  /** Null: it is not answered, as reservations wait in line. */
  availability: z.custom<Availability>(isObject).nullable(),
});

/** The state of a SKU, as stored in Redis. */
export type KnownSku = z.infer<typeof knownSku>;

/** Undefined: there is no such SKU. */
export function knownSkuIn(states: SkuStates, sku: string): KnownSku | undefined {
  const { lifeMs, clockErrorMs } = HOT_PATH_LIMITS;
  const settings = states.settings.find((each) => each.sku === sku);
  const availability = states.availability.find((each) => each.sku === sku);
  if (!settings || !availability) return undefined;
  const until = Math.floor(states.readAt) + lifeMs - clockErrorMs;
  const dueAt = states.due.find((each) => each.sku === sku)?.dueAt ?? Number.POSITIVE_INFINITY;
  const lookedUntil = states.lookedUntil ?? Number.POSITIVE_INFINITY;
  // A create gives due holds back first. With reservations in line, limits or a pause, the ledger decides.
  const isSoldOut =
    availability.available === 0 &&
    availability.waiting === 0 &&
    settings.active &&
    settings.maxPerCustomer === null;
  return {
    until,
    soldOutUntil: isSoldOut ? Math.min(until, dueAt - clockErrorMs, lookedUntil - clockErrorMs) : 0,
    settings,
    availability: availability.waiting === 0 ? availability : null,
  };
}

/** Entries as they were read last: the same text is parsed once. */
export class ParsedSkus {
  readonly #parsed = new Map<string, { readonly text: string; readonly known: KnownSku }>();

  parse(sku: string, text: string): KnownSku {
    const before = this.#parsed.get(sku);
    if (before?.text === text) return before.known;
    const known = knownSku.parse(JSON.parse(text));
    if (this.#parsed.size >= HOT_PATH_LIMITS.soldOutMax) this.#parsed.clear();
    this.#parsed.set(sku, { text, known });
    return known;
  }
}
