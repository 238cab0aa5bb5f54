import { setTimeout as pause } from 'node:timers/promises';
import { eventually, type BreakAt, type StallDirection } from '@holdfast/testing';
import { API_LEDGER, type Scene } from './scene.ts';

/** Shorter than every time limit: what was sent arrives late. */
const STALLED_MS = 2_000;

export async function cutAtCommit({ route }: Scene, at: BreakAt): Promise<void> {
  const { breaker } = route();
  const before = breaker.broken;
  breaker.breakNext(at, API_LEDGER);
  await eventually(() => breaker.broken > before);
}

/** Open connections to PostgreSQL go silent for good, without FIN or RST. New ones work. */
export function goSilent({ route }: Scene, direction: StallDirection): Promise<void> {
  route().link.stallOpen(direction);
  return Promise.resolve();
}

/** Nothing passes for a while; then everything that was sent arrives. */
export async function stallForAWhile({ route }: Scene): Promise<void> {
  const { link } = route();
  link.stall();
  await pause(STALLED_MS); // the duration is the fault
  link.resume();
}
