import { Gauge, type Registry } from 'prom-client';

/** Shows, as 1 or 0, which of the servers that a process needs answer. `isUp` is bounded and never throws. */
export function watchDependencies(
  registry: Registry,
  dependencies: Readonly<Record<string, () => Promise<boolean>>>,
): void {
  const gauge = new Gauge({
    name: 'holdfast_dependency_up',
    help: 'Whether a dependency of the process answers: 1 or 0.',
    labelNames: ['dependency'] as const,
    registers: [],
    async collect() {
      await Promise.all(
        Object.entries(dependencies).map(async ([dependency, isUp]) =>
          this.set({ dependency }, (await isUp()) ? 1 : 0),
        ),
      );
    },
  });
  registry.registerMetric(gauge);
}
