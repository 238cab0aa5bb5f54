import type { Overview } from '../../api/types.ts';
import type { Figure } from '../../parts/figures.tsx';
import { TimeAgo } from '../../parts/times.tsx';

/** Whether the gateway answers, and how many calls it gets of those that it may get. */
export function gatewayFigures({
  down_since,
  calls_per_second,
  limit_per_second,
}: Overview['warehouse']): readonly Figure[] {
  const isDown = down_since !== null;
  return [
    {
      label: 'Gateway',
      value: isDown ? 'down' : 'answers',
      note: isDown ? <BreakerOpen since={down_since} /> : 'breaker closed',
      isAlarming: isDown,
    },
    {
      label: 'Calls a second',
      value: calls_per_second.toFixed(calls_per_second < 10 ? 1 : 0),
      note: limit_per_second === null ? 'no worker has run yet' : `at most ${limit_per_second}`,
    },
  ];
}

const BreakerOpen = ({ since }: { readonly since: string }) => (
  <>
    breaker open since <TimeAgo at={since} />
  </>
);
