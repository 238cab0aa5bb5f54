import {
  cancel,
  confirm,
  expire,
  extend,
  fulfill,
  move,
  patch,
  reallocate,
  release,
  replaceLines,
  returnUnits,
  withdraw,
} from '@holdfast/testing/vocabulary';
import type { Command, CommandOf } from '../commands.ts';
import type { IfVersion } from '../commands/if-version.ts';
import type { WantedLines } from '../commands/wanted-change.ts';
import type { ReservationStatus } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { onceIn, pick, type Dice } from './dice.ts';
import { isOpen, skuOf, withFate, type NaiveReservation } from './naive-reservation.ts';
import { CUSTOMERS, ORDERS, SOURCINGS, UNITS_MAX, type RandomNames } from './random-names.ts';

/** In which states a verb does something. */
export const CHANGED_BY = {
  confirm: ['held', 'expired'],
  extend: ['held'],
  release: ['held', 'waiting'],
  fulfill: ['held', 'confirmed'],
  cancel: ['confirmed'],
  expire: [],
  return: ['fulfilled', 'confirmed'],
  'patch-reservation': ['waiting', 'held', 'expired', 'confirmed'],
  'replace-lines': ['waiting', 'held', 'confirmed'],
  reallocate: ['held', 'confirmed'],
  withdraw: ['waiting', 'held', 'confirmed', 'expired', 'released'],
} as const satisfies Readonly<Record<string, readonly ReservationStatus[]>>;

export type Verb = keyof typeof CHANGED_BY;

const PART_IDS = ['p-1', 'p-2'] as const;
const SOURCES = [undefined, undefined, null, 'web', 'app'] as const;

const PATCHES: readonly CommandOf<'patch-reservation'>['metadata'][] = [
  undefined,
  undefined,
  null,
  { a: '1' },
  { a: null, b: '2' },
  { c: '3', d: null },
];

/** What verbs have in common. */
interface About {
  readonly of: NaiveReservation | null;
  readonly reservationId: string;
  readonly names: RandomNames;
  readonly now: number;
}

export function makeVerb(dice: Dice, kind: Verb, about: About): Command {
  const { of, reservationId, names, now } = about;
  const [reason, orderId] = [
    pick(dice, [null, 'why', 'why not']),
    pick(dice, [null, null, null, null, ...ORDERS]),
  ];
  const partId = pick(dice, [null, ...PART_IDS]);
  switch (kind) {
    case 'confirm': {
      const onExpired = pick(dice, ['reject', 'reacquire'] as const);
      const parts = names.parts(dice, of);
      return confirm(reservationId, { orderId, paymentReference: reason, parts, onExpired });
    }
    case 'fulfill': {
      const rest = { orderId, fulfillmentId: partId, reallocate: onceIn(dice, 3) };
      return fulfill(reservationId, names.parts(dice, of), rest);
    }
    case 'extend': {
      const limits = { extensionsMax: dice.whole(0, 2), holdMaxSeconds: pick(dice, [900, 3_600]) };
      return extend(reservationId, secondsWorthTrying(dice, of, { now, ...limits }), limits);
    }
    case 'release':
      return release(reservationId, reason, { releaseId: partId, parts: names.parts(dice, of, 2) });
    case 'cancel':
      return cancel(reservationId, reason, { cancellationId: partId, parts: names.parts(dice, of, 2) });
    case 'return':
      return someReturn(dice, about, { returnId: partId, restock: !onceIn(dice, 3), reason });
    case 'patch-reservation':
      return somePatch(dice, about, { orderId, paymentReference: reason });
    case 'replace-lines':
      return replaceLines(reservationId, wantedLines(dice, about), changeRules(dice, about));
    case 'reallocate':
      return someMoves(dice, about, reason);
    case 'withdraw':
      return withdraw(reservationId, reason);
    case 'expire':
      return expire(reservationId);
    default:
      return kind satisfies never;
  }
}

function someReturn(
  dice: Dice,
  { of, reservationId, names }: About,
  rest: Partial<CommandOf<'return'>>,
): Command {
  const out = of ? withFate(of.units, 'out') : [];
  const parts =
    of && out.length > 0 && !onceIn(dice, 4)
      ? Array.from({ length: dice.whole(1, 2) }, () => {
          const unit = pick(dice, out);
          const location = onceIn(dice, 2) ? unit.location : null;
          return { sku: skuOf(of, unit), location, quantity: dice.whole(1, Math.min(3, out.length)) };
        })
      : names.someParts(dice, of);
  const to = (): { readonly to?: string } => (onceIn(dice, 2) ? { to: names.location(dice) } : {});
  return returnUnits(
    reservationId,
    parts.map((part) => Object.assign(to(), part)),
    rest,
  );
}

function somePatch(
  dice: Dice,
  { of, reservationId }: About,
  fields: Partial<CommandOf<'patch-reservation'>>,
): Command {
  return patch(reservationId, {
    ...fields,
    customerId: pick(dice, CUSTOMERS),
    source: pick(dice, SOURCES),
    metadata: pick(dice, PATCHES),
    metadataMax: 2,
    ifVersion: someVersion(dice, of),
  });
}

function someMoves(dice: Dice, { of, reservationId, names }: About, reason: string | null): Command {
  const open = of?.units.filter(isOpen) ?? [];
  const lines = Array.from({ length: pick(dice, [1, 1, 2, 3]) }, () => {
    const unit = open.length > 0 && !onceIn(dice, 10) ? pick(dice, open) : null;
    const sku = of && unit ? skuOf(of, unit) : names.sku(dice);
    const from = unit?.location ?? names.location(dice);
    const to = onceIn(dice, 2) ? names.location(dice) : null;
    return move(sku, from, to === from ? null : to, onceIn(dice, 2) ? dice.whole(1, 3) : null);
  });
  const isFirst = (index: number, { sku, from }: (typeof lines)[number]) =>
    lines.findIndex((each) => each.quantity === null && each.sku === sku && each.from === from) === index;
  const once = lines.filter((each, index) => each.quantity !== null || isFirst(index, each));
  return reallocate(reservationId, once, reason);
}

/** About what the reservation has, some more, some less; or anything. */
export function wantedLines(dice: Dice, { of, names }: Pick<About, 'of' | 'names'>): readonly WantedLine[] {
  const kept = (of?.lines ?? []).flatMap(({ sku, location, ...line }, index): readonly WantedLine[] => {
    const held = of?.units.filter(({ line, fate }) => line === index && fate !== 'cancelled').length ?? 0;
    const present = of?.status === 'waiting' ? line.quantity : held;
    const quantity = Math.min(2 * UNITS_MAX, present + pick(dice, [0, 0, 1, 2, -1, -2, -3]));
    return quantity < 1 || onceIn(dice, 6) ? [] : [{ sku, location, quantity }];
  });
  const fresh = kept.length === 0 || onceIn(dice, 3) ? [names.line(dice)] : [];
  return onceIn(dice, 2) ? [...kept, ...fresh] : [...fresh, ...kept];
}

type ChangeRules = Pick<WantedLines, 'sourcing' | 'locations' | 'ifShort' | 'renew' | 'ifVersion'>;

export function changeRules(dice: Dice, { of, names, now }: Omit<About, 'reservationId'>): ChangeRules {
  const isPartial = onceIn(dice, 5);
  const limits = { extensionsMax: dice.whole(0, 2), holdMaxSeconds: pick(dice, [900, 3_600]) };
  const ttlSeconds = secondsWorthTrying(dice, of, { now, ...limits });
  return {
    sourcing: isPartial ? 'split' : pick(dice, [null, null, ...SOURCINGS]),
    locations: onceIn(dice, 5) ? names.someLocations(dice) : null,
    ifShort: isPartial ? 'partial' : 'reject',
    renew: onceIn(dice, 3) ? { ttlSeconds, ...limits } : null,
    ifVersion: someVersion(dice, of),
  };
}

/** Mostly any; of those that are named, some are not the present one. */
function someVersion(dice: Dice, of: Pick<NaiveReservation, 'version'> | null): IfVersion {
  if (!onceIn(dice, 4)) return null;
  const version = of?.version ?? 1;
  return pick(dice, ['any', 'none', [version], [version, version + 1], [version + 1]]);
}

/** A time to live close to the hold's remaining time, close to the maximum, or random. */
function secondsWorthTrying(
  dice: Dice,
  of: NaiveReservation | null,
  { now, holdMaxSeconds }: { readonly now: number; readonly holdMaxSeconds: number },
): number {
  const left = Math.floor(((of?.expiresAt ?? now) - now) / 1000);
  const longest = holdMaxSeconds - Math.ceil((now - (of?.createdAt ?? now)) / 1000);
  return Math.max(1, pick(dice, [left, left + 1, longest, longest + 1, 60, 900]));
}
