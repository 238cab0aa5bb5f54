/** How a reservation waits. */
export interface NaiveWait {
  readonly priority: number;
  /** Counts all that have joined. */
  readonly number: number;
  readonly ttlSeconds: number;
  /** The SKUs that the last attempt was short of. Null: anywhere. */
  readonly short: readonly { readonly sku: string; readonly location: string | null }[];
}

/** Ahead in line: by priority, then by number. All reservations in line are ahead of one that is not. */
export function goesFirst(one: NaiveWait, other: NaiveWait | null): boolean {
  if (other === null) return true;
  return one.priority === other.priority ? one.number < other.number : one.priority > other.priority;
}
