import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** Looks again and again until `check` is true or the time is over; a look that fails (a server restarts) is one more look. */
export async function until(check: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await check().catch(() => false)) return;
    await pause(LOOK_EVERY_MS);
  }
}
