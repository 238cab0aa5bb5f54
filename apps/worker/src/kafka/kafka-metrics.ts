import { Counter, Gauge, type Registry } from 'prom-client';

const PARTS = ['publish', 'intake'] as const;

/** What this worker does with Kafka. */
export function createKafkaMetrics(registry: Registry) {
  const registers = [registry];
  const errors = new Counter({
    name: 'holdfast_kafka_errors_total',
    help: 'Times that a batch was not acknowledged (publish), or that events could not be taken and were waited with (intake).',
    labelNames: ['part'] as const,
    registers,
  });
  for (const part of PARTS) errors.inc({ part }, 0); // so that the first one is a rise
  return {
    failed: (part: (typeof PARTS)[number]) => errors.inc({ part }),
    consumed: new Counter({
      name: 'holdfast_kafka_messages_consumed_total',
      help: 'Messages that this worker has processed and whose offset it has committed, by topic.',
      labelNames: ['topic'] as const,
      registers,
    }),
    behind: new Gauge({
      name: 'holdfast_kafka_messages_behind',
      help: 'Messages that wait in the partitions which this worker consumes, as far as it knows, by topic.',
      labelNames: ['topic'] as const,
      registers,
    }),
  };
}

export type KafkaMetrics = ReturnType<typeof createKafkaMetrics>;
