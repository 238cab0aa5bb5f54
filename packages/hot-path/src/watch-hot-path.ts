import { Counter, type Registry } from 'prom-client';

/** The part of a logger that is used here. The logger of packages/runtime fits. */
export interface HotPathLog {
  info(event: string, fields: Record<string, unknown>): unknown;
  warn(event: string, fields: Record<string, unknown>): unknown;
}

/** Counts what Redis has answered, and why not; writes a line when Redis goes or comes back. */
export function watchHotPath(registry: Registry, log: HotPathLog) {
  const registers = [registry];
  const answers = new Counter({
    name: 'holdfast_hot_path_answers_total',
    help: 'Calls answered without PostgreSQL: refused, replayed, availability.',
    labelNames: ['kind'] as const,
    registers,
  });
  const opened = new Counter({
    name: 'holdfast_hot_path_opened_total',
    help: 'Calls that Redis might have answered and PostgreSQL has, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const marks = new Counter({
    name: 'holdfast_hot_path_marks_total',
    help: 'Commits that were marked in Redis before, as they may make units free.',
    registers,
  });
  const closings = new Counter({
    name: 'holdfast_hot_path_closings_total',
    help: 'Times that this process closed the hot path of all, as it could not mark a commit.',
    registers,
  });
  return {
    answered: (kind: 'refused' | 'replayed' | 'availability') => answers.inc({ kind }),
    opened: (reason: string) => opened.inc({ reason }),
    marked: () => marks.inc(),
    closed() {
      closings.inc();
      log.warn('hot_path.closed', { reason: 'a commit could not be marked in Redis' });
    },
    onStateChange(isAnswering: boolean, error?: unknown) {
      if (isAnswering) log.info('hot_path.redis_back', {});
      else log.warn('hot_path.redis_away', { error });
    },
  };
}
