import type {
  ReconcileQueued,
  ReconciliationRun,
  StockImport,
  StockImportWithErrors,
} from '@holdfast/client';
import { apiCalls, type ApiCall, eventually, type Reservation, want } from '@holdfast/testing';

export interface QueueJob {
  readonly name: string;
  readonly data: { readonly bucket_ms?: number };
  readonly processedOn: number;
  readonly finishedOn: number;
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

export type ApiClient = ReturnType<typeof apiClientAt>;

/** One API as its clients know it. */
export function apiClientAt(baseUrl: string) {
  async function call<Body>(...[method, path, body, headers]: Parameters<ApiCall<unknown>>) {
    const started = performance.now();
    const isText = typeof body === 'string';
    const response = await fetch(`${baseUrl}${path}`, {
      method: method.toUpperCase(),
      headers: {
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const answer: Answer<Body> = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Body,
      tookMs: performance.now() - started,
    };
    return answer;
  }
  const readImport = (id: string): Promise<StockImportWithErrors> =>
    want(200, call('get', `/v1/stock-imports/${id}`));

  return {
    baseUrl,
    call,
    ...apiCalls(call<Reservation & Problem>),
    /** Any other call. */
    post: (path: string, body: object) => call<object>('post', path, body),
    put: (path: string, body: object) => call<object>('put', path, body),
    get: (path: string) => call<object>('get', path),
    /** Creates all of these, of which none may be refused. */
    async batch(reservations: readonly object[]): Promise<void> {
      const { results } = await want(
        200,
        call<{ results: readonly { status: number }[] }>('post', '/v1/reservations/batch', { reservations }),
      );
      const refused = results.filter(({ status }) => status !== 201);
      if (refused.length > 0) throw new Error(`${refused.length} of a batch were refused`);
    },
    retrySync: (id: string) => call<object>('post', `/v1/warehouse-syncs/${id}/retry`),
    reconcile: (body?: object): Promise<ReconcileQueued> =>
      want(202, call('post', '/v1/workers/reconcile-stale', body)),
    run: (id: string): Promise<ReconciliationRun> => want(200, call('get', `/v1/reconciliation-runs/${id}`)),
    runs: (query: string): Promise<{ data: readonly ReconciliationRun[]; next_cursor: string | null }> =>
      want(200, call('get', `/v1/reconciliation-runs?${query}`)),
    ready: () => call<{ status: string; queue: string }>('get', '/readyz'),
    /** What Bull Board shows of a queue. */
    async jobs(queue: string, status: 'delayed' | 'completed'): Promise<readonly QueueJob[]> {
      const query = `activeQueue=${queue}&status=${status}&page=1&jobsPerPage=200`;
      const board = await want(
        200,
        call<{ queues: { name: string; jobs: QueueJob[] }[] }>('get', `/ops/queues/api/queues?${query}`),
      );
      return board.queues.find(({ name }) => name === queue)?.jobs ?? [];
    },
    importStock: (csv: string): Promise<StockImport> => want(202, call('post', '/v1/stock-imports', csv)),
    readImport,
    /** Waits until it has ended. */
    endOfImport: (id: string): Promise<StockImportWithErrors> =>
      eventually(async () => {
        const found = await readImport(id);
        return found.state === 'queued' || found.state === 'running' ? false : found;
      }),
  };
}
