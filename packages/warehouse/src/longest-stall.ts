const LOOK_EVERY_MS = 10;

/**
 * Does the work and answers how long this process stood still meanwhile at most, in milliseconds.
 * @throws as the work does
 */
export async function longestStallMs(work: () => Promise<void>): Promise<number> {
  let longestMs = 0;
  let lookedAtMs = performance.now();
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lookedAtMs - LOOK_EVERY_MS);
    lookedAtMs = nowMs;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  look();
  return longestMs;
}
