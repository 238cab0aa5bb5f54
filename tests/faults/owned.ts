import { onceIn, pick, type Dice } from '@holdfast/domain/testing';
import type { Reservation } from '@holdfast/testing';
import type { Problem } from '../api-client.ts';
import type { Answer } from './patient-client.ts';
import type { Findings } from './findings.ts';

export interface Verb {
  readonly name: 'confirm' | 'release' | 'extend' | 'fulfill' | 'cancel';
  readonly body: {
    readonly lines?: readonly {
      readonly sku: string;
      readonly location: string;
      readonly quantity: number;
    }[];
    readonly fulfillment_id?: string;
    readonly on_expired?: 'reject' | 'reacquire';
    readonly [more: string]: unknown;
  };
  /** Whether saying it again without a key does nothing more. */
  readonly isRepeatable: boolean;
  /** Said only when the hold's time is over. */
  readonly waitsForTheEnd?: boolean;
}

/** The clocks of a test and its database are those of one machine; expiry is never early. */
const CLOCK_SLACK_MS = 50;

/** One reservation as its only owner knows it: the last acknowledged state, and all states that may follow. */
export class Owned {
  readonly #findings: Findings;
  readonly fulfillmentIds: string[] = [];
  last: Reservation;

  constructor(created: Reservation, findings: Findings) {
    this.last = created;
    this.#findings = findings;
  }

  get id(): string {
    return this.last.id;
  }

  nextVerb(dice: Dice, number: number): Verb {
    if (onceIn(dice, 12)) return pick(dice, [release, cancel]);
    switch (this.last.status) {
      case 'held':
        return pick(dice, [
          confirm({ payment_reference: `paid-${number}` }),
          confirm({ lines: this.#someParts(dice, 'all') }),
          { ...confirm({ on_expired: 'reacquire' }), waitsForTheEnd: true },
          { ...confirm({ on_expired: 'reject' }), waitsForTheEnd: true },
          release,
          { name: 'extend', body: { ttl_seconds: dice.whole(1, 3) }, isRepeatable: false },
          fulfill({ fulfillment_id: `f-${number}` }),
        ]);
      case 'expired':
        return confirm({ on_expired: pick(dice, ['reacquire', 'reject'] as const) });
      case 'confirmed':
        return pick(dice, [
          fulfill({ fulfillment_id: `f-${number}`, lines: this.#someParts(dice, 'left') }),
          fulfill({ fulfillment_id: `f-${number}`, lines: this.#someParts(dice, 'left') }),
          { ...fulfill({ lines: this.#someParts(dice, 'left') }), isRepeatable: false },
          fulfill({}),
          cancel,
          confirm({}),
        ]);
      case 'fulfilled':
        return fulfill({});
      case 'released':
      case 'waiting':
        return release;
      case 'cancelled':
      case 'withdrawn':
        return cancel;
      default:
        return this.last.status satisfies never;
    }
  }

  /** Takes over an answer, if it is one that could be given. */
  learn(verb: Verb, { status, body }: Answer<Reservation & Problem>): void {
    const before = this.last;
    const what = () =>
      `${verb.name} ${JSON.stringify(verb.body)} of ${JSON.stringify(before)} was answered ${status} ${JSON.stringify(body)}`;
    if (status === 200) {
      const { fulfillment_id: id } = verb.body;
      if (id !== undefined && body.version !== before.version) this.fulfillmentIds.push(id);
      this.#findings.check(body.id === before.id && canLeadTo(before, verb, body), what);
      this.last = body;
      return;
    }
    this.#findings.check(status === 409 && this.#mayRefuse(verb, body), what);
    const isOver = body.current_status === 'expired' && before.status === 'held';
    if (isOver) this.last = expiredFrom(before);
  }

  #mayRefuse({ name, body }: Verb, { code, current_status: now }: Problem): boolean {
    const { status } = this.last;
    const isOver = status === 'expired' || (status === 'held' && this.isPastItsTime());
    if (now !== status && !(now === 'expired' && isOver)) return false;
    switch (code) {
      case 'reservation_expired':
        return isOver && body.on_expired !== 'reacquire';
      case 'insufficient_stock':
        return (isOver && body.on_expired === 'reacquire') || name === 'fulfill';
      case 'extension_limit_reached':
        return name === 'extend' && this.last.extensions > 0;
      case 'invalid_transition':
        return (name === 'release' && status !== 'released') || (name === 'cancel' && status !== 'cancelled');
      default:
        return false;
    }
  }

  isPastItsTime(): boolean {
    return this.last.expires_at !== null && Date.parse(this.last.expires_at) <= Date.now() + CLOCK_SLACK_MS;
  }

  /** No, some or all units of each allocation, and at least one unit in all. */
  #someParts(dice: Dice, of: 'all' | 'left') {
    const parts = this.last.lines.flatMap(({ sku, allocations }) =>
      allocations.map(({ location, quantity, fulfilled_quantity }) => ({
        sku,
        location,
        quantity: of === 'all' ? quantity : quantity - fulfilled_quantity,
      })),
    );
    // Lines of one SKU may take from one location: it is named once for both.
    const open = parts.filter(
      ({ sku, location, quantity }, index) =>
        quantity > 0 &&
        parts.findIndex((each) => each.sku === sku && each.location === location && each.quantity > 0) ===
          index,
    );
    const some = open.filter(() => onceIn(dice, 2));
    return (some.length > 0 ? some : open.slice(0, 1)).map(({ sku, location, quantity }) => ({
      sku,
      location,
      quantity: dice.whole(1, quantity),
    }));
  }
}

/** The state of an expired hold. */
export function expiredFrom(held: Reservation): Reservation {
  return { ...held, status: 'expired', version: held.version + 1, release_reason: 'expired' };
}

/** Units by state. */
function unitsIn({ lines }: Pick<Reservation, 'lines'>) {
  const sum = (of: (line: Reservation['lines'][number]) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  return {
    wanted: sum(({ quantity }) => quantity),
    confirmed: sum(({ confirmed_quantity }) => confirmed_quantity),
    fulfilled: sum(({ fulfilled_quantity }) => fulfilled_quantity),
    cancelled: sum(({ cancelled_quantity }) => cancelled_quantity),
  };
}

/** Whether one effect of the verb, and only one, leads from here to there: a second one would show in version or units. */
function canLeadTo(before: Reservation, verb: Verb, after: Reservation): boolean {
  const [had, has] = [unitsIn(before), unitsIn(after)];
  const steps = after.version - before.version;
  const asked = verb.body.lines?.reduce((sum, { quantity }) => sum + quantity, 0);
  if (steps === 0) return after.status === before.status && JSON.stringify(has) === JSON.stringify(had);
  switch (verb.name) {
    case 'confirm': {
      // Of a hold that is over: expired first, which counts too.
      const isAnew = verb.body.on_expired === 'reacquire';
      const expected = before.status === 'expired' ? 1 : isAnew && steps === 2 ? 2 : 1;
      return after.status === 'confirmed' && has.confirmed === (asked ?? had.wanted) && steps === expected;
    }
    case 'release':
      return before.status === 'held' && after.status === 'released' && steps === 1;
    case 'extend':
      return after.status === 'held' && after.extensions === before.extensions + 1 && steps === 1;
    case 'fulfill': {
      const confirmed = before.status === 'held' ? had.wanted : had.confirmed;
      const gone = asked ?? confirmed - had.fulfilled;
      const isOut = had.fulfilled + gone === confirmed;
      return (
        has.confirmed === confirmed &&
        has.fulfilled === had.fulfilled + gone &&
        after.status === (isOut ? 'fulfilled' : 'confirmed') &&
        steps === (before.status === 'held' ? 2 : 1)
      );
    }
    case 'cancel':
      return (
        has.cancelled === had.confirmed - had.fulfilled &&
        after.status === (had.fulfilled > 0 ? 'fulfilled' : 'cancelled') &&
        steps === 1
      );
    default:
      return verb.name satisfies never;
  }
}

const confirm = (body: Verb['body']): Verb => ({ name: 'confirm', body, isRepeatable: true });
const fulfill = (body: Verb['body']): Verb => ({ name: 'fulfill', body, isRepeatable: true });
const release: Verb = { name: 'release', body: {}, isRepeatable: true };
const cancel: Verb = { name: 'cancel', body: {}, isRepeatable: true };
