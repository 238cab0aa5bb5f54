import { patiently } from './patience.ts';
import { type Answer, want } from './shop.ts';

export interface StockImport {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed';
  readonly rows: number;
  readonly applied: number;
  readonly rejected: number;
}

export interface StockImportWithErrors extends StockImport {
  readonly errors: readonly { readonly row: number; readonly message: string }[];
}

/** The imports of one API, as its clients know them. */
export function stockImportsAt(baseUrl: string) {
  async function call<Body>(path: string, options: RequestInit = {}): Promise<Answer<Body>> {
    const started = performance.now();
    const response = await fetch(`${baseUrl}${path}`, options);
    const body = (await response.json()) as Body;
    return { status: response.status, headers: response.headers, body, tookMs: performance.now() - started };
  }
  const read = (id: string) => want(200, call<StockImportWithErrors>(`/v1/stock-imports/${id}`));

  return {
    send: (csv: string): Promise<StockImport> =>
      want(
        202,
        call('/v1/stock-imports', { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csv }),
      ),
    read,
    /** Waits until it has ended. */
    ended: (id: string): Promise<StockImportWithErrors> =>
      patiently(async () => {
        const found = await read(id);
        return found.state === 'queued' || found.state === 'running' ? false : found;
      }),
  };
}
