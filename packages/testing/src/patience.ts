/** Set at the start of the run (scripts/test-services/speed.ts), and passed on to all its processes. */
const SLOWNESS = 'HOLDFAST_TEST_SLOWNESS';
/** On a machine that is even slower, a longer wait does not help. */
const SLOWNESS_MAX = 4;
/** The deadlines have room for load; with this factor a test that hangs costs ten minutes. */
const DEADLINE_FACTOR_MAX = 2;

/** How many times slower than the reference machine this one was when the run began: 1 to 4. */
export function slowness(): number {
  const measured = Number(process.env[SLOWNESS] ?? 1);
  return Math.min(SLOWNESS_MAX, Math.max(1, measured || 1));
}

/** Called at the start of the run with its measurement. */
export function setSlowness(env: NodeJS.ProcessEnv, measured: number): void {
  env[SLOWNESS] = measured.toFixed(2);
}

/**
 * Every deadline of a test passes through this function: it is the given time, or longer on a slower machine.
 * A deadline only ends a test that hangs, so it is long enough for load that begins after the measurement.
 * For tests that promise a time, see machine-lateness.ts.
 */
export const scaled = (ms: number): number => Math.ceil(ms * Math.min(DEADLINE_FACTOR_MAX, slowness()));

/** For one condition, process start, or call. */
export const DEADLINE_MS = 120_000;
/** For one test, or one hook. */
export const TEST_DEADLINE_MS = 300_000;
