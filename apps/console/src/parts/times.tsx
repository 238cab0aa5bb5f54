import { Text } from '@mantine/core';
import { serverNow, useNow } from './clock.ts';
import { describeSpan, fullTime } from './format.ts';

/** When something was: how long ago, and the exact time on hover. */
export function TimeAgo({ at, none = '–' }: { readonly at: string | null; readonly none?: string }) {
  const now = useNow();
  if (at === null) return <>{none}</>;
  const ms = now - Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ms < 2_000 ? 'just now' : `${describeSpan(ms)} ago`}
    </time>
  );
}

const SOON_MS = 60_000;

/** Counts down to the time at which a hold ends. */
export function TimeLeft({ at, over = 'over' }: { readonly at: string; readonly over?: string }) {
  useNow();
  const left = Date.parse(at) - serverNow();
  return (
    <Text
      component="time"
      inherit
      dateTime={at}
      title={fullTime(at)}
      className="numbers"
      fw={left < SOON_MS ? 700 : undefined}
    >
      {left <= 0 ? over : `${describeSpan(left)} left`}
    </Text>
  );
}

export function ExactTime({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} className="numbers">
      {fullTime(at)}
    </time>
  );
}
