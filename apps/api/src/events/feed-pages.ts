/** An event that is read once for all readers of this process. */
export interface Positioned {
  readonly position: number;
}

/** What follows a position: some events, perhaps none, and how far that goes. */
export interface FeedSlice<Event extends Positioned> {
  readonly events: readonly Event[];
  readonly lookedTo: number;
}

/** All events behind `from`, up to `to`. */
interface FeedPage<Event> {
  readonly from: number;
  readonly to: number;
  readonly events: readonly Event[];
}

/** Positions of one page: those behind n × 200, up to the next such number. */
const PAGE_EVENTS = 200;
/** 10,000 events: some 30 MB. */
const PAGES_KEPT = 50;

/** Readers that were up to date and are further behind than this are not served from memory any more. */
export const KEPT_EVENTS = PAGE_EVENTS * PAGES_KEPT;

/**
 * The parts of the feed that readers are at, in memory. Events do not change, so each page is read once for
 * all readers; the newest page grows as events come. One page is read at a time: readers that are far behind
 * wait for each other, and leave the database to others.
 */
export class FeedPages<Event extends Positioned> {
  readonly #read: (after: number, limit: number) => Promise<FeedSlice<Event>>;
  /** By number, the least recently used first. */
  readonly #pages = new Map<number, FeedPage<Event>>();
  readonly #loading = new Map<number, Promise<void>>();
  #lastLoad: Promise<unknown> = Promise.resolve();

  constructor(read: (after: number, limit: number) => Promise<FeedSlice<Event>>) {
    this.#read = read;
  }

  /** What is kept of what follows this position. Null: nothing. */
  after(position: number): FeedSlice<Event> | null {
    const number = pageOf(position);
    const page = this.#pages.get(number);
    if (!page || position < page.from || position >= page.to) return null;
    this.#keep(number, page);
    const first = page.events.findIndex((event) => event.position > position);
    return { events: first === -1 ? [] : page.events.slice(first), lookedTo: page.to };
  }

  /** Reads the page that follows this position, where there is one; for many readers at once, one time. */
  load(position: number): Promise<void> {
    const number = pageOf(position);
    const underWay = this.#loading.get(number);
    if (underWay) return underWay;
    const load = this.#lastLoad
      .then(() => this.#load(number))
      .finally(() => {
        this.#loading.delete(number);
      });
    this.#lastLoad = load.catch(() => {});
    this.#loading.set(number, load);
    return load;
  }

  async #load(number: number): Promise<void> {
    const from = number * PAGE_EVENTS;
    const { events: read, lookedTo } = await this.#read(from, PAGE_EVENTS);
    const events = read.filter(({ position }) => position <= from + PAGE_EVENTS);
    // Where the whole page was deleted, readers continue at the first event that was not.
    const to = events.at(-1)?.position ?? (read[0] ? read[0].position - 1 : lookedTo);
    const newer = this.#pages.get(number);
    const loaded = { from, to, events };
    this.#keep(number, newer && newer.to > to ? joined(loaded, newer) : loaded);
  }

  /** Adds the newest events, in their order. */
  append(events: readonly Event[]): void {
    for (const event of events) {
      const { position } = event;
      const number = pageOf(position - 1);
      const page = this.#pages.get(number);
      if (page && page.to >= position) continue;
      const isNext = page?.to === position - 1;
      this.#keep(number, {
        from: isNext ? page.from : position - 1,
        to: position,
        events: isNext ? [...page.events, event] : [event],
      });
    }
  }

  #keep(number: number, page: FeedPage<Event>): void {
    this.#pages.delete(number);
    this.#pages.set(number, page);
    if (this.#pages.size <= PAGES_KEPT) return;
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined) this.#pages.delete(oldest);
  }
}

const pageOf = (after: number): number => Math.floor(after / PAGE_EVENTS);

/** Both as one page; where events between them are missing, the newer one. */
function joined<Event extends Positioned>(older: FeedPage<Event>, newer: FeedPage<Event>): FeedPage<Event> {
  if (newer.from > older.to) return newer;
  const more = newer.events.filter(({ position }) => position > older.to);
  return { from: older.from, to: newer.to, events: [...older.events, ...more] };
}
