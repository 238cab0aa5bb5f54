import { countReceived, Intake } from '@holdfast/events';
import { startKafkaIntake, type KafkaIntakeObserver } from '@holdfast/kafka';
import { newId } from '@holdfast/ledger';
import type { Closable, Logger } from '@holdfast/runtime';
import type { WorkerContext } from '../context.ts';
import type { KafkaMetrics } from './kafka-metrics.ts';
import { takeMessages } from './take-messages.ts';

/** Takes events about orders from Kafka, where settings name topics. It needs no broker to start. */
export function openKafkaIntake(context: WorkerContext): readonly Closable[] {
  const { config, database, ledger, log, registry, kafkaMetrics } = context;
  const { kafka, apiKeys } = config;
  if (!kafka || kafka.intakeTopics.length === 0) return [];
  const maySend = (caller: string, source: string) => apiKeys?.mayUseSource(caller, source) ?? true;
  const parts = {
    submit: (...[command, key, signal]: Parameters<ConstructorParameters<typeof Intake>[0]['submit']>) =>
      ledger.submit(command, key, { signal }),
    newId,
    database,
    settings: config,
    maySend,
    onDecided: countReceived(registry),
  };
  const onWait = (error: unknown) => {
    kafkaMetrics.failed('intake');
    log.warn('kafka.intake_waits', { error });
  };
  const intake = startKafkaIntake({
    address: kafka.address,
    topics: kafka.intakeTopics,
    groupId: kafka.groupId,
    take: takeMessages({ intake: new Intake(parts), maySend, log, onWait }),
    observer: observe(kafkaMetrics, log, kafka),
  });
  return [{ name: 'kafka intake', close: () => intake.stop() }];
}

function observe(
  metrics: KafkaMetrics,
  log: Logger,
  { intakeTopics, groupId }: { readonly intakeTopics: readonly string[]; readonly groupId: string },
): KafkaIntakeObserver {
  const ofPartitions = new Map<string, number>();
  const show = (topic: string) => {
    const counts = [...ofPartitions].flatMap(([key, count]) => (key.startsWith(`${topic}/`) ? [count] : []));
    metrics.behind.set(
      { topic },
      counts.reduce((sum, count) => sum + count, 0),
    );
  };
  return {
    joined() {
      ofPartitions.clear();
      for (const topic of intakeTopics) show(topic);
      log.info('kafka.intake_joined', { group: groupId, topics: intakeTopics });
    },
    failed(error) {
      metrics.failed('intake');
      log.warn('kafka.intake_failed', { error, group: groupId, topics: intakeTopics });
    },
    behind(topic, partition, messages) {
      ofPartitions.set(`${topic}/${partition}`, messages);
      show(topic);
    },
    consumed: (topic, messages) => metrics.consumed.inc({ topic }, messages),
  };
}
