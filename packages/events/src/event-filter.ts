/** Which events a reader wants. Null: any. */
export interface EventFilter {
  readonly types: readonly string[] | null;
  /** The SKU of a line of the reservation or order, or of a level of the event. */
  readonly sku: string | null;
  readonly reservationId: string | null;
  /** The order in the event's data. If a hold gets its order later, its earlier events do not have it. */
  readonly orderId: string | null;
}

export const EVERY_EVENT: EventFilter = { types: null, sku: null, reservationId: null, orderId: null };

/** What events are filtered by. */
export interface EventSubjects {
  readonly type: string;
  readonly reservationId: string | null;
  readonly orderId: string | null;
  readonly skus: ReadonlySet<string>;
}

/** The fields by which an event's data names an order or a SKU. Rows are trusted to follow the catalog. */
interface NamingData {
  readonly order_id?: string | null;
  readonly sku?: string;
  readonly lines?: readonly { readonly sku: string }[];
}
interface NamingChange {
  readonly stock_changes?: readonly { readonly sku: string }[];
}

/** Of an event as it is stored. */
export function subjectsOf({
  type,
  reservationId,
  ...stored
}: Pick<EventSubjects, 'type' | 'reservationId'> & {
  readonly data: unknown;
  readonly changed: unknown;
}): EventSubjects {
  const { order_id: orderId = null, sku, lines = [] } = stored.data as NamingData;
  const { stock_changes = [] } = (stored.changed ?? {}) as NamingChange;
  const skus = new Set([...lines, ...stock_changes].map((each) => each.sku));
  if (sku !== undefined) skus.add(sku);
  return { type, reservationId, orderId, skus };
}

export function isWanted(
  subjects: EventSubjects,
  { types, sku, reservationId, orderId }: EventFilter,
): boolean {
  return (
    (types === null || types.includes(subjects.type)) &&
    (reservationId === null || reservationId === subjects.reservationId) &&
    (orderId === null || orderId === subjects.orderId) &&
    (sku === null || subjects.skus.has(sku))
  );
}
