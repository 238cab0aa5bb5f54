// What the live page knows of a sale: counts for each second and SKU. It has a limit in every direction,
// however many events come, and counts each event once.

export const SECONDS_KEPT = 120;
const SKUS_MAX = 200;
const RECENT_MAX = 8;

/** Over how many whole seconds a rate is taken. */
const RATE_SECONDS = 5;

export interface SecondCounts {
  held: number;
  confirmed: number;
  ended: number;
}

interface Change {
  readonly sku: string;
  readonly reserved: number;
  readonly allocated: number;
}

/** What an event says that the page shows. */
export interface SaleEvent {
  readonly id: string;
  /** In milliseconds, by the database's clock. */
  readonly at: number;
  /** The last part of its type. */
  readonly name: string;
  readonly reservationId: string | null;
  readonly orderId: string | null;
  readonly changes: readonly Change[];
}

interface SkuCounts {
  readonly seconds: Map<number, SecondCounts>;
  newest: number;
}

export interface SaleView {
  readonly events: number;
  /** Newest first. */
  readonly recent: readonly SaleEvent[];
  /** Seconds since 1970, and the units of each. */
  readonly times: readonly number[];
  readonly totals: readonly SecondCounts[];
  readonly skus: readonly { readonly sku: string; readonly rate: SecondCounts }[];
  readonly rate: SecondCounts;
}

const none = (): SecondCounts => ({ held: 0, confirmed: 0, ended: 0 });

export class SaleModel {
  #events = 0;
  #recent: SaleEvent[] = [];
  readonly #totals = new Map<number, SecondCounts>();
  readonly #skus = new Map<string, SkuCounts>();

  take(event: SaleEvent): void {
    this.#events += 1;
    this.#recent.push(event);
    if (this.#recent.length > RECENT_MAX) this.#recent.shift();
    const second = Math.floor(event.at / 1_000);
    for (const change of event.changes) {
      const counts = countsOf(event.name, change);
      if (!counts) continue;
      add(this.#totals, second, counts);
      const ofSku = this.#skuCounts(change.sku);
      ofSku.newest = Math.max(ofSku.newest, second);
      add(ofSku.seconds, second, counts);
    }
  }

  /** The one whose last event is oldest makes room for a new one. */
  #skuCounts(sku: string): SkuCounts {
    const known = this.#skus.get(sku);
    if (known) return known;
    if (this.#skus.size >= SKUS_MAX) {
      const [[oldest] = []] = [...this.#skus].toSorted(([, one], [, other]) => one.newest - other.newest);
      if (oldest !== undefined) this.#skus.delete(oldest);
    }
    const made = { seconds: new Map(), newest: 0 };
    this.#skus.set(sku, made);
    return made;
  }

  /** @param now in milliseconds */
  view(now: number): SaleView {
    const second = Math.floor(now / 1_000);
    // The present second is not over: it is not shown yet.
    const oldest = second - SECONDS_KEPT;
    prune(this.#totals, oldest - 1);
    for (const [sku, { seconds, newest }] of this.#skus) {
      if (newest < oldest) this.#skus.delete(sku);
      else prune(seconds, oldest);
    }
    const times = Array.from({ length: SECONDS_KEPT }, (_none, index) => oldest + index);
    const skus = [...this.#skus].map(([sku, { seconds }]) => ({ sku, rate: rateOf(seconds, second) }));
    return {
      events: this.#events,
      recent: this.#recent.toReversed(),
      times,
      totals: times.map((time) => this.#totals.get(time) ?? none()),
      skus: skus.toSorted((one, other) => activity(other.rate) - activity(one.rate)),
      rate: rateOf(this.#totals, second),
    };
  }
}

const activity = ({ held, confirmed, ended }: SecondCounts) => held + confirmed + ended;

/** Null: the event changes nothing that is counted. */
function countsOf(name: string, { reserved, allocated }: Change): SecondCounts | null {
  switch (name) {
    case 'reserved':
      return { ...none(), held: reserved };
    case 'confirmed':
      return { ...none(), confirmed: allocated };
    case 'released': // follows expired and cancelled too, with the same change
      return { ...none(), ended: -(reserved + allocated) };
    default:
      return null;
  }
}

function add(
  seconds: Map<number, SecondCounts>,
  second: number,
  { held, confirmed, ended }: SecondCounts,
): void {
  const counts = seconds.get(second) ?? none();
  counts.held += held;
  counts.confirmed += confirmed;
  counts.ended += ended;
  seconds.set(second, counts);
}

function prune(seconds: Map<number, SecondCounts>, oldest: number): void {
  for (const second of seconds.keys()) if (second <= oldest) seconds.delete(second);
}

/** Units a second over the last whole seconds: the present one is not over. */
function rateOf(seconds: ReadonlyMap<number, SecondCounts>, now: number): SecondCounts {
  const sum = none();
  for (let second = now - RATE_SECONDS; second < now; second += 1) {
    const counts = seconds.get(second);
    if (!counts) continue;
    sum.held += counts.held;
    sum.confirmed += counts.confirmed;
    sum.ended += counts.ended;
  }
  return {
    held: sum.held / RATE_SECONDS,
    confirmed: sum.confirmed / RATE_SECONDS,
    ended: sum.ended / RATE_SECONDS,
  };
}
