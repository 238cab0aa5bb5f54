/**
 * Makes a few wake-ups out of thousands of commits a second:
 *
 * - resting: there was no request lately. The next request is served at once, so a single event does not
 *   wait. Then it is pausing.
 * - pausing: until `everyMs` have passed since, and that call has ended. A request during a call causes one
 *   more call: the woken job may have read the rows already. When the pause is over it wakes once more and
 *   pauses again, or rests.
 *
 * So at most one call is under way, and one in `everyMs`: a queue that answers slowly is asked less often.
 * The same two states as in graphile/worker's local queue, which is pulsed by notifications as this is by
 * commits (`fetchAgain` and the refetch delay in its `localQueue.ts`).
 *
 * @param wake must not reject
 */
export function createWakeUps(wake: () => Promise<void>, everyMs: number) {
  let pausing = false;
  let asked = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  function wakeAndPause(): void {
    pausing = true;
    asked = false;
    underWay = wake();
    void rest();
  }

  async function rest(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, everyMs);
    });
    await Promise.all([underWay, over]);
    if (closed) return;
    pausing = false;
    if (asked) wakeAndPause();
  }

  return {
    /** Never throws, and waits for nothing. */
    ask(): void {
      if (pausing || closed) asked = true;
      else wakeAndPause();
    },

    /** Wakes for the last time, if there was a request. */
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await underWay;
      if (asked) await wake();
    },
  };
}
