interface HoldCall {
  readonly at: string;
  readonly idempotency_key: string;
  readonly body: { readonly reservation_id: string; readonly action: string };
  readonly status: number | null;
}

export interface WarehouseReport {
  readonly requests: readonly HoldCall[];
  readonly keys: number;
  readonly repeats: number;
  readonly throttled: number;
  readonly busiest_second: number;
}

interface Faults {
  readonly error_rate?: number;
  readonly status?: number;
  readonly latency_ms?: number;
  readonly drop_reply_rate?: number;
  readonly hang_rate?: number;
  readonly down?: boolean;
}

/** The Warehouse Gateway's stand-in, which a test reads and gives faults. */
export function warehouseAt(baseUrl: string) {
  const report = async () => (await (await fetch(`${baseUrl}/__sim/requests`)).json()) as WarehouseReport;
  return {
    url: baseUrl,
    report,
    /** The calls for one reservation, in order of arrival. */
    async callsFor(reservationId: string): Promise<readonly HoldCall[]> {
      const { requests } = await report();
      return requests.filter(({ body }) => body?.reservation_id === reservationId);
    },
    /** Replaces all faults; `{}` ends them. */
    async spoil(faults: Faults): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${baseUrl}/__sim/faults`, {
        method: 'PUT',
        headers,
        body: JSON.stringify(faults),
      });
      if (!answer.ok) throw new Error(`the sim refused the faults: ${await answer.text()}`);
    },
    async forget(): Promise<void> {
      await fetch(`${baseUrl}/__sim/requests`, { method: 'DELETE' });
    },
  };
}

/** When the last call arrived, epoch milliseconds, and how many came in each second from the first to the last. */
export function measureArrivals({ requests }: WarehouseReport): { lastMs: number; perSecond: number } {
  const times = requests.map(({ at }) => Date.parse(at));
  const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)];
  return { lastMs, perSecond: ((times.length - 1) / (lastMs - firstMs)) * 1_000 };
}
