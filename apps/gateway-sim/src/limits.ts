/** The stand-in keeps its newest requests and keys only: it may run for days beside a load test. */
export const KEPT_REQUESTS_MAX = 100_000;
export const KEPT_KEYS_MAX = 100_000;

/** 100,000 usual bodies have 30 MB. Past this the oldest requests go first, whatever their number. */
export const KEPT_BODIES_MAX_BYTES = 64 * 1_024 * 1_024;

export const BODY_MAX_BYTES = 1_024 * 1_024;

/** Far beyond any client's timeout; nothing hangs for ever. */
export const HANG_MAX_MS = 60_000;
export const LATENCY_MAX_MS = 60_000;

/** What calls under way get to end by themselves when the process stops. */
export const DRAIN_MS = 500;
