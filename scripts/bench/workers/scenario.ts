import type { Stage } from '../stage.ts';
import type { Finding } from './finding.ts';
import type { QueuePlace } from './fleet.ts';

/** Something that a fleet goes through, on each kind of queue, with a fresh fleet each time. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is done, and how it is measured. */
  readonly how: string;
  /** Left out: on all. */
  readonly places?: readonly QueuePlace[];
  readonly play: (stage: Stage, place: QueuePlace, scale: Scale) => Promise<readonly Finding[]>;
}

/** Full size, or a part of it for a try. */
export interface Scale {
  /** So many, at least one. */
  readonly count: (full: number) => number;
  readonly rounds: number;
}
