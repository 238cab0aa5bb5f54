import { Gauge, Histogram, type Registry } from 'prom-client';

/** The figures of a connection pool that are measured. The pools of packages/db have them. */
interface ConnectionPool {
  readonly max: number;
  readonly inUse: number;
  readonly waiting: number;
  onWaited(listener: (waitedMs: number) => void): void;
}

/** A statement takes about a millisecond; a caller gives up waiting for a connection after 2.5 s. */
const WAIT_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 3];

/** Shows how busy pools of database connections are, by name. */
export function watchPools(registry: Registry, pools: Readonly<Record<string, ConnectionPool>>): void {
  const gauge = (name: string, help: string, read: (pool: ConnectionPool) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['pool'] as const,
      registers: [registry],
      collect() {
        for (const [name, pool] of Object.entries(pools)) this.set({ pool: name }, read(pool));
      },
    });
  gauge('holdfast_database_pool_max', 'Connections that a pool may have.', ({ max }) => max);
  gauge('holdfast_database_pool_in_use', 'Connections that are at work.', ({ inUse }) => inUse);
  gauge('holdfast_database_pool_waiting', 'Callers that wait for a connection.', ({ waiting }) => waiting);
  const waited = new Histogram({
    name: 'holdfast_database_pool_wait_seconds',
    help: 'How long a caller waited for a connection.',
    labelNames: ['pool'] as const,
    buckets: WAIT_SECONDS,
    registers: [registry],
  });
  for (const [name, pool] of Object.entries(pools)) {
    pool.onWaited((ms) => waited.observe({ pool: name }, ms / 1000));
  }
}
