import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A registry of its own for each process (and each test), with Node's default metrics in it. */
export function createMetrics(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A scrape waits no longer for the database. */
export const SCRAPE_READ_TIMEOUT_MS = 500;

/** A gauge whose value is read at each scrape. NaN means unknown; 0 would be a wrong value. */
export function showGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    async collect() {
      this.set(await read());
    },
  });
  registry.registerMetric(gauge);
}
