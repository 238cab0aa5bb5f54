/** An event as it stands in the database, with its place among all. */
export interface StoredEvent {
  /** From 1, without gaps, in the order in which readers get events. */
  readonly position: number;
  /** Stable: the CloudEvent's `id`, and the webhook's. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** ISO 8601, when it was decided, by the database's clock. */
  readonly time: string;
  /** Null for what is about stock or an order only. */
  readonly reservationId: string | null;
  /** The thing as the contract shows it, after the change. */
  readonly data: unknown;
  /** What changed, beside that. */
  readonly changed: unknown;
}
