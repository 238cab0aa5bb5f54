import type { StoredEvent } from '@holdfast/events';

/** An enabled endpoint, as it is when something is to be sent there. */
export interface WebhookTarget {
  readonly url: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  /** Those that are valid now, the newest first. */
  readonly secrets: readonly string[];
  /** The position of the last event that it has been given, or that it has a delivery for. */
  readonly cursor: number;
  readonly failuresInARow: number;
  /** 0: it does not rest. */
  readonly restsForMs: number;
}

/** A delivery whose turn has come, or whose turn comes when one before it has succeeded. */
export interface OpenDelivery {
  readonly id: string;
  readonly orderingKey: string;
  readonly eventId: string;
  /** Attempts so far. */
  readonly attempts: number;
  /** Since the first of them; 0: there was none. */
  readonly sinceFirstMs: number;
  /** Null: the event is past its retention, or it is not of the feed. */
  readonly event: Omit<StoredEvent, 'position'> | null;
  /** A whole CloudEvent that stands in no feed: a test call's. */
  readonly sample: unknown;
}

/** How a delivery stands. Times are relative, as only the database's clock counts. */
export interface Standing {
  /** `failed`: it was given up. */
  readonly state: 'pending' | 'succeeded' | 'failed';
  /** The last answer's; null: there was none. */
  readonly status: number | null;
  readonly error: string | null;
  /** Of one that is pending: until the next attempt. Null: it waits for those before it. */
  readonly retryInMs: number | null;
  /** How long ago the attempt began; null: there was none. */
  readonly beganMsAgo: number | null;
}

/** An event that an endpoint has a delivery for from now on. */
export interface NewDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderingKey: string;
  readonly standing: Standing;
}

export interface SettledDelivery {
  readonly id: string;
  readonly orderingKey: string;
  /** Attempts before this one: that of another job has another number. */
  readonly attemptsBefore: number;
  readonly standing: Standing;
}

/** What was learnt of the endpoint itself. Where it may be null, nothing was: nothing was sent. */
export interface EndpointHealth {
  /** What was called. */
  readonly url: string;
  readonly failuresInARow: number;
  /** Null: it does not rest. */
  readonly restMs: number | null;
  /** It had rested, and answers again: what waits for a later time is tried now. */
  readonly recovered: boolean;
  /** Why it is to be disabled; null: it is not. */
  readonly disabledReason: string | null;
}

/**
 * What the sink needs of the database. All calls are short, and none is made while something is being sent.
 */
export interface WebhookStore {
  /** Where an endpoint stands in the feed; null: it wants nothing new for now, or is not there. */
  readProgress(endpointId: string): Promise<number | null>;
  /** Null: disabled, or not there. */
  readTarget(endpointId: string): Promise<WebhookTarget | null>;
  /** Those of the keys that have a delivery which has not ended. */
  readOpenKeys(endpointId: string, orderingKeys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deliveries that are due, and behind each those of its key, in the order of sending. */
  readDue(endpointId: string): Promise<readonly OpenDelivery[]>;
  /** In how many milliseconds there is something to do; null: nothing waits. */
  readNextDueMs(endpointId: string): Promise<number | null>;
  /**
   * Writes what became of the next events, and moves the cursor, if it is still where it was.
   *
   * @returns false: another job was faster, and nothing was written
   */
  settlePublished(
    endpointId: string,
    cursor: { readonly from: number; readonly to: number },
    deliveries: readonly NewDelivery[],
    health: EndpointHealth | null,
  ): Promise<boolean>;
  /** Writes what became of deliveries, but for those that another job has tried meanwhile. */
  settleTried(
    endpointId: string,
    deliveries: readonly SettledDelivery[],
    health: EndpointHealth | null,
  ): Promise<void>;
}
