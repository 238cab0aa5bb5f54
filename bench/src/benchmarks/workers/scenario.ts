import type { Finding } from '../../findings.ts';
import type { QueuePlace } from '../../options.ts';
import type { Testbed } from '../../testbed.ts';
import { openFleet, type Fleet } from './fleet.ts';

/** What is done to a fleet, on each kind of queue, with a fresh fleet each time. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is done, and how it is measured. */
  readonly how: string;
  /** Left out: on all. */
  readonly places?: readonly QueuePlace[];
  readonly run: (testbed: Testbed, place: QueuePlace, scale: Scale) => Promise<readonly Finding[]>;
}

/** Full size, or a part of it for a try. */
export interface Scale {
  /** So many, at least one. */
  readonly count: (full: number) => number;
  readonly rounds: number;
}

/** Runs `work` on a fleet of its own, which is closed in any case. */
export const onFleet =
  (
    settings: { readonly workers: number; readonly env?: Readonly<Record<string, string>> },
    work: (fleet: Fleet, scale: Scale, testbed: Testbed) => Promise<readonly Finding[]>,
  ): Scenario['run'] =>
  async (testbed, place, scale) => {
    const fleet = await openFleet(testbed, place, settings);
    try {
      return await work(fleet, scale, testbed);
    } finally {
      await fleet.close();
    }
  };
