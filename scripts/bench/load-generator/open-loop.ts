import { latenciesOf } from '../statistics.ts';
import type { Order, Timing } from './orders.ts';
import { checkOf, requestsInTurn } from './requests.ts';
import { sendWhenDue } from './send-when-due.ts';

/** So many a second, each one's latency counted from the time it was due. */
export async function openLoop({
  requests,
  perSecond,
  seconds,
}: Extract<Order, { kind: 'open-loop' }>): Promise<Timing> {
  const check = checkOf(requests);
  const total = Math.round(perSecond * seconds);
  const latencies: number[] = [];
  const lateness: number[] = [];
  const started = performance.now();
  await sendWhenDue(
    { url: new URL(requests.url), perSecond, total },
    {
      next: requestsInTurn(requests),
      onSent: (due, now) => lateness.push(now - due),
      onAnswer(due, answer) {
        latencies.push(performance.now() - due);
        check(answer);
      },
      onBroken(_due, error) {
        throw error;
      },
    },
  );
  return {
    count: total,
    seconds: (performance.now() - started) / 1_000,
    sentLateP99Ms: latenciesOf(lateness).p99Ms,
    ...latenciesOf(latencies),
  };
}
