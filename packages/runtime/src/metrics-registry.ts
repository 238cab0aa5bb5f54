import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of its own for each process (and each test), with Node's default metrics in it. */
export function createMetrics(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}
