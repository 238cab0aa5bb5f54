export interface Reservation {
  readonly id: string;
  readonly status: string;
  readonly expires_at: string;
  readonly version: number;
  readonly warehouse_sync: {
    readonly id: string;
    readonly action: string;
    readonly state: string;
    readonly attempts: number;
    readonly last_status: number | null;
    readonly last_error: string | null;
  } | null;
}

export interface Run {
  readonly id: string;
  readonly trigger: string;
  readonly status: string;
  readonly dry_run: boolean;
  readonly scanned: number;
  readonly expired: number;
  readonly requeued_syncs: number;
  readonly issues: readonly object[];
  readonly reservation_ids: readonly string[];
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly error: string | null;
}

interface QueuedRun {
  readonly run_id: string;
  readonly job_id: string | null;
  readonly status: string;
  readonly joined: boolean;
}

export interface QueueJob {
  readonly name: string;
  readonly data: { readonly bucket_ms?: number };
  readonly processedOn: number;
  readonly finishedOn: number;
}

interface Availability {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly available: number;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly tookMs: number;
}

export interface Problem {
  readonly code: string;
  /** Of a refused transition. */
  readonly current_status?: string;
}

interface Wish {
  readonly sku: string;
  readonly quantity?: number;
  readonly ttl_seconds?: number;
  readonly order_id?: string;
}

export type Shop = ReturnType<typeof shopAt>;

/** @throws with the answer when it is not the one that is wanted */
export async function want<Body>(status: number, asked: Promise<Answer<Body>>): Promise<Body> {
  const answer = await asked;
  if (answer.status === status) return answer.body;
  throw new Error(`wanted ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** One API as its clients know it. */
export function shopAt(baseUrl: string) {
  async function call<Body>(method: string, path: string, body?: object, key?: string) {
    const started = performance.now();
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer: Answer<Body> = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Body,
      tookMs: performance.now() - started,
    };
    return answer;
  }

  const verb = (name: 'cancel' | 'confirm' | 'release') => (id: string, body?: object, key?: string) =>
    call<Reservation & Problem>('POST', `/v1/reservations/${id}/${name}`, body, key);

  const reserve = ({ sku, quantity = 1, ...more }: Wish, key?: string) =>
    call<Reservation & Problem>('POST', '/v1/reservations', { lines: [{ sku, quantity }], ...more }, key);

  return {
    baseUrl,
    /** Any other call. */
    post: (path: string, body: object) => call<object>('POST', path, body),
    get: (path: string) => call<object>('GET', path),
    reserve,
    /** A hold that must be had. */
    hold: (wish: Wish): Promise<Reservation> => want(201, reserve(wish)),
    /** All of these creates, each of which must be had. */
    async batch(reservations: readonly object[]): Promise<void> {
      const { results } = await want(
        200,
        call<{ results: readonly { status: number }[] }>('POST', '/v1/reservations/batch', { reservations }),
      );
      const refused = results.filter(({ status }) => status !== 201);
      if (refused.length > 0) throw new Error(`${refused.length} of a batch were refused`);
    },
    confirm: verb('confirm'),
    release: verb('release'),
    cancel: verb('cancel'),
    retrySync: (id: string) => call<object>('POST', `/v1/warehouse-syncs/${id}/retry`),
    see: (id: string): Promise<Reservation> => want(200, call('GET', `/v1/reservations/${id}`)),
    availability: (sku: string): Promise<Availability> =>
      want(200, call('GET', `/v1/items/${sku}/availability`)),
    /** Puts location and SKU where they are not known, and sets the stock. */
    async stock(sku: string, onHand: number, location = 'WH-1'): Promise<void> {
      for (const [path, body] of [
        [`/v1/locations/${location}`, {}],
        [`/v1/skus/${sku}`, {}],
        [`/v1/stock-levels/${sku}/${location}`, { on_hand: onHand }],
      ] as const) {
        const { status } = await call('PUT', path, body);
        if (status !== 200 && status !== 201) throw new Error(`PUT ${path} answered ${status}`);
      }
    },
    reconcile: (body?: object): Promise<QueuedRun> =>
      want(202, call('POST', '/v1/workers/reconcile-stale', body)),
    run: (id: string): Promise<Run> => want(200, call('GET', `/v1/reconciliation-runs/${id}`)),
    runs: (query: string): Promise<{ data: readonly Run[]; next_cursor: string | null }> =>
      want(200, call('GET', `/v1/reconciliation-runs?${query}`)),
    ready: () => call<{ status: string; queue: string }>('GET', '/readyz'),
    /** What Bull Board shows of a queue. */
    async jobs(queue: string, status: 'delayed' | 'completed'): Promise<readonly QueueJob[]> {
      const query = `activeQueue=${queue}&status=${status}&page=1&jobsPerPage=200`;
      const board = await want(
        200,
        call<{ queues: { name: string; jobs: QueueJob[] }[] }>('GET', `/ops/queues/api/queues?${query}`),
      );
      return board.queues.find(({ name }) => name === queue)?.jobs ?? [];
    },
  };
}
