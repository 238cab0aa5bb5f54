import { words } from './format.ts';

type Tone = 'blue' | 'green' | 'yellow' | 'red' | 'gray' | 'violet';

/** Of reservations, syncs, imports, deliveries and runs: one word has one colour everywhere. */
const TONES: Readonly<Record<string, Tone>> = {
  waiting: 'violet',
  held: 'blue',
  confirmed: 'green',
  fulfilled: 'green',
  released: 'gray',
  expired: 'yellow',
  cancelled: 'gray',
  withdrawn: 'gray',
  pending: 'blue',
  queued: 'violet',
  running: 'blue',
  in_flight: 'blue',
  succeeded: 'green',
  delivered: 'green',
  failed: 'red',
  superseded: 'gray',
  paused: 'yellow',
  active: 'green',
  inactive: 'gray',
  short: 'red',
};

interface StateBadgeProps {
  readonly state: string;
  readonly label?: string;
}

export const StateBadge = ({ state, label = words(state) }: StateBadgeProps) => (
  <span className="badge" data-tone={TONES[state] ?? 'gray'}>
    {label}
  </span>
);
