/** Made from the OpenAPI document by `npm run generate:client`. Do not edit it. */

import type { Answer, Body, ListOf, Options, Query } from '../calls.ts';

export interface Resources {
  readonly reservations: {
    /**
     * Hold stock for an order.
     *
     * All lines or none, unless `if_short` is `partial`. A refused create takes nothing. With `"if_short": "wait"` it waits in line for stock that is short.
     *
     * The API key needs the scope `reservations:write`.
     */
    create(body: Body<'createReservation'>, options?: Options<'createReservation'>): Promise<Answer<'createReservation'>>;
    /**
     * Create many reservations in one call, either independently or all or none.
     *
     * Send either one `Idempotency-Key` for the whole batch, or an `idempotency_key` in each reservation. With `"atomic": true`, one refusal refuses all reservations.
     *
     * The API key needs the scope `reservations:write`.
     */
    createBatch(body: Body<'createReservationBatch'>, options?: Options<'createReservationBatch'>): Promise<Answer<'createReservationBatch'>>;
    /**
     * Ask what a create would find, without holding anything.
     *
     * Follows the rules of a create: stock of holds that have expired counts as free. It promises nothing: another call may take the stock first.
     *
     * The API key needs the scope `reservations:read`.
     */
    quote(body: Body<'quoteReservation'>, options?: Options<'quoteReservation'>): Promise<Answer<'quoteReservation'>>;
    /**
     * Hold stock for an order under an id of yours.
     *
     * As a create, without `idempotency_key`. The id is a UUIDv7 that you make, at most 24 hours old or 5 minutes ahead. The same content again is answered with the reservation as it is now; a refused create takes no id. If you get no answer, repeat the call, or undo it with withdraw.
     *
     * The API key needs the scope `reservations:write`.
     */
    put(id: string, body: Body<'putReservation'>, options?: Options<'putReservation'>): Promise<Answer<'putReservation'>>;
    /**
     * List reservations: newest first, or holds by their end.
     *
     * The API key needs the scope `reservations:read`.
     */
    list(query?: Query<'listReservations'>, options?: Options<'listReservations'>): ListOf<'listReservations'>;
    /**
     * Read a reservation.
     *
     * A hold is `expired` from `expires_at` on, even before its stock is given back.
     *
     * The API key needs the scope `reservations:read`.
     */
    get(id: string, options?: Options<'getReservation'>): Promise<Answer<'getReservation'>>;
    /**
     * Read the history of a reservation, oldest first.
     *
     * Stock movements, each before the event that it caused, and the attempts to notify the warehouse.
     *
     * The API key needs the scope `reservations:read`.
     */
    history(id: string, query?: Query<'getReservationHistory'>, options?: Options<'getReservationHistory'>): ListOf<'getReservationHistory'>;
    /**
     * Confirm a hold after the payment was captured.
     *
     * The API key needs the scope `reservations:write`.
     */
    confirm(id: string, body?: Body<'confirmReservation'>, options?: Options<'confirmReservation'>): Promise<Answer<'confirmReservation'>>;
    /**
     * Extend a hold that has not expired.
     *
     * The hold then ends `ttl_seconds` from now, but never earlier than before. Extensions of a hold: at most 1, to at most 3600 seconds after its creation.
     *
     * The API key needs the scope `reservations:write`.
     */
    extend(id: string, body?: Body<'extendReservation'>, options?: Options<'extendReservation'>): Promise<Answer<'extendReservation'>>;
    /**
     * Release a hold, or a part of it, and give the stock back.
     *
     * For holds only; use cancel for confirmed reservations. With `lines`, the hold continues with the other units; if the lines name all units, it ends. If you release a part, send an `Idempotency-Key` or a `release_id`: without either, a repeat releases again.
     *
     * The API key needs the scope `reservations:write`.
     */
    release(id: string, body?: Body<'releaseReservation'>, options?: Options<'releaseReservation'>): Promise<Answer<'releaseReservation'>>;
    /**
     * Fulfil a reservation: deduct all or some units that left the warehouse.
     *
     * A hold is confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.
     *
     * The API key needs the scope `reservations:write`.
     */
    fulfill(id: string, body?: Body<'fulfillReservation'>, options?: Options<'fulfillReservation'>): Promise<Answer<'fulfillReservation'>>;
    /**
     * Cancel a confirmed reservation, or a part of it: free units that have not been fulfilled.
     *
     * For confirmed reservations only; use release for holds. When no unit is open any more, the status becomes `fulfilled` if some units were fulfilled, otherwise `cancelled`. If you cancel a part, send an `Idempotency-Key` or a `cancellation_id`: without either, a repeat cancels again.
     *
     * The API key needs the scope `reservations:write`.
     */
    cancel(id: string, body?: Body<'cancelReservation'>, options?: Options<'cancelReservation'>): Promise<Answer<'cancelReservation'>>;
    /**
     * Return fulfilled units that came back.
     *
     * The units are on hand again at `to`, and can be sold. With `restock: false` the return is only recorded. The status stays, and the warehouse is not notified. Send an `Idempotency-Key` or a `return_id`: without either, a repeat returns the units again.
     *
     * The API key needs the scope `reservations:write`.
     */
    return(id: string, body: Body<'returnReservation'>, options?: Options<'returnReservation'>): Promise<Answer<'returnReservation'>>;
    /**
     * Change the order, customer, payment, source or metadata of a reservation.
     *
     * `order_id`, `customer_id` and `payment_reference` are set where they are null; the same value again changes nothing, and another one is refused. `null` clears `source`, and removes a key of `metadata`. With `If-Match: "3"`, quotes included, the reservation is changed only if it still has that `version`. A call that changes nothing keeps the version. Stock and status stay.
     *
     * The API key needs the scope `reservations:write`.
     */
    update(id: string, body?: Body<'patchReservation'>, options?: Options<'patchReservation'>): Promise<Answer<'patchReservation'>>;
    /**
     * Set the lines of a hold or of a confirmed reservation.
     *
     * Lines are matched by SKU and `location`. Units that are no longer listed are given back, further units are sourced, and all others stay where they are; units that the call gives back are free for it. Lines of a confirmed reservation count `confirmed_quantity - cancelled_quantity`; a line keeps the units that have shipped. A refused call changes nothing. With `If-Match: "3"`, quotes included, the lines are set only if the reservation still has that `version`.
     *
     * The API key needs the scope `reservations:write`.
     */
    putLines(id: string, body: Body<'putLines'>, options?: Options<'putLines'>): Promise<Answer<'putLines'>>;
    /**
     * Move held or confirmed units to other locations.
     *
     * All lines or none. A location needs as many `available` units as it gets; lines of one call can exchange units. The SKU’s total does not change, so a shortfall at another location does not prevent a move. `to` may leave the pin of a line and the `locations` of the reservation. A call is carried out again when it is repeated without an `Idempotency-Key`.
     *
     * The API key needs the scope `reservations:write`.
     */
    reallocate(id: string, body: Body<'reallocateReservation'>, options?: Options<'reallocateReservation'>): Promise<Answer<'reallocateReservation'>>;
    /**
     * Undo a reservation, whether or not it was created.
     *
     * Afterwards the reservation holds no stock, and never does again: a hold is released, a confirmed reservation is cancelled, and `withdrawn_at` is set. An id that is not known is remembered with status `withdrawn`, so that a PUT of it is refused when it comes late; such an id must be a UUIDv7, at most 24 hours old or 5 minutes ahead. 409 if units were fulfilled.
     *
     * The API key needs the scope `reservations:write`.
     */
    withdraw(id: string, body?: Body<'withdrawReservation'>, options?: Options<'withdrawReservation'>): Promise<Answer<'withdrawReservation'>>;
  };
  readonly carts: {
    /**
     * Set what a cart holds.
     *
     * The cart’s reservation is its newest one that waits or is held and has not expired, created by any call. If there is none, it is created. Otherwise its lines are set as by `PUT /v1/reservations/{id}/lines`; `order_id` and `customer_id` are set if they are null, `source`, `metadata` and `notify_before_seconds` if they are given. An empty `lines` releases it. Calls of several processes at the same time never create two.
     *
     * The API key needs the scope `reservations:write`.
     */
    put(cartId: string, body: Body<'putCartReservation'>, options?: Options<'putCartReservation'>): Promise<Answer<'putCartReservation'>>;
    /**
     * Read what a cart holds.
     *
     * The API key needs the scope `reservations:read`.
     */
    get(cartId: string, options?: Options<'getCartReservation'>): Promise<Answer<'getCartReservation'>>;
    /**
     * Release what a cart holds.
     *
     * The API key needs the scope `reservations:write`.
     */
    release(cartId: string, options?: Options<'deleteCartReservation'>): Promise<Answer<'deleteCartReservation'>>;
  };
  readonly orders: {
    /**
     * Read an order and its reservations.
     *
     * An order is known from its first reservation, payment, cancel or fulfillment on. Events of an order without a reservation are kept for `ORDER_RETENTION_DAYS`.
     *
     * The API key needs the scope `reservations:read`.
     */
    get(orderId: string, options?: Options<'getOrder'>): Promise<Answer<'getOrder'>>;
    /**
     * Confirm all holds of an order after its payment was captured.
     *
     * With `on_expired: "reacquire"` an expired hold is reserved again, unless a reservation of the order was created after it expired.
     *
     * The API key needs the scope `reservations:write`.
     */
    confirm(orderId: string, body?: Body<'confirmOrder'>, options?: Options<'confirmOrder'>): Promise<Answer<'confirmOrder'>>;
    /**
     * Cancel an order: release its holds and cancel its confirmed reservations.
     *
     * Afterwards nothing of the order is held or confirmed, and nothing can be. An unknown order is remembered as cancelled. A repeat ends reservations that were held or confirmed since the first call.
     *
     * The API key needs the scope `reservations:write`.
     */
    cancel(orderId: string, body?: Body<'cancelOrder'>, options?: Options<'cancelOrder'>): Promise<Answer<'cancelOrder'>>;
    /**
     * Fulfil an order: deduct all or some units that left the warehouse.
     *
     * From the oldest reservation first, all lines or none. Holds are confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.
     *
     * The API key needs the scope `reservations:write`.
     */
    fulfill(orderId: string, body?: Body<'fulfillOrder'>, options?: Options<'fulfillOrder'>): Promise<Answer<'fulfillOrder'>>;
  };
  readonly availability: {
    /**
     * Read the availability of some SKUs, or list all.
     *
     * Returns the levels of each SKU by location, and their totals. Repeat `sku` to get several SKUs. Without `sku` you get all SKUs by name.
     *
     * The API key needs the scope `stock:read`.
     */
    list(query?: Query<'getAvailability'>, options?: Options<'getAvailability'>): ListOf<'getAvailability'>;
    /**
     * Read the availability of one SKU.
     *
     * The levels of the SKU by location, and their totals. The total `available` can be reserved now. It counts active locations only, minus the units that are promised but missing at any location (`shortfall`).
     *
     * The API key needs the scope `stock:read`.
     */
    get(sku: string, query?: Query<'getItemAvailability'>, options?: Options<'getItemAvailability'>): Promise<Answer<'getItemAvailability'>>;
  };
  readonly locations: {
    /**
     * Create or update a location.
     *
     * Fields that are left out stay unchanged. Stock of an inactive location cannot be reserved, but existing reservations stay valid.
     *
     * The API key needs the scope `stock:write`.
     */
    put(location: string, body?: Body<'putLocation'>, options?: Options<'putLocation'>): Promise<Answer<'putLocation'>>;
    /**
     * List the locations, by name.
     *
     * Each location with its priority and whether it is active. Inactive locations stay in the list.
     *
     * The API key needs the scope `stock:read`.
     */
    list(query?: Query<'listLocations'>, options?: Options<'listLocations'>): ListOf<'listLocations'>;
    /**
     * Delete a location without units.
     *
     * Deletes the location and its stock levels. Refused while one of them has units on hand, reserved or allocated; a due hold counts until a worker has given its units back. Movements, reservations and events keep its name.
     *
     * The API key needs the scope `stock:write`.
     */
    delete(location: string, options?: Options<'deleteLocation'>): Promise<Answer<'deleteLocation'>>;
  };
  readonly skus: {
    /**
     * Create or update a SKU.
     *
     * Fields that are left out stay unchanged. Stock levels and reservations need a SKU that exists; an import creates missing ones.
     *
     * The API key needs the scope `stock:write`.
     */
    put(sku: string, body?: Body<'putSku'>, options?: Options<'putSku'>): Promise<Answer<'putSku'>>;
    /**
     * List the SKUs, by name.
     *
     * SKUs are created by `PUT /v1/skus/{sku}` or by an import.
     *
     * The API key needs the scope `stock:read`.
     */
    list(query?: Query<'listSkus'>, options?: Options<'listSkus'>): ListOf<'listSkus'>;
    /**
     * Read a SKU.
     *
     * The fields of `PUT /v1/skus/{sku}`. `GET /v1/items/{sku}/availability` has the units.
     *
     * The API key needs the scope `stock:read`.
     */
    get(sku: string, options?: Options<'getSku'>): Promise<Answer<'getSku'>>;
    /**
     * Delete a SKU without units.
     *
     * Deletes the SKU and its stock levels. Refused while one of them has units on hand, reserved or allocated; a due hold counts until a worker has given its units back. Movements, reservations and events keep its name.
     *
     * The API key needs the scope `stock:write`.
     */
    delete(sku: string, options?: Options<'deleteSku'>): Promise<Answer<'deleteSku'>>;
    /**
     * List the changes of a SKU’s fields, newest first.
     *
     * What calls of `PUT /v1/skus/{sku}` changed, by whom and why. Limits of levels are in the movements, and names that a file has changed in its import.
     *
     * The API key needs the scope `stock:read`.
     */
    changes(sku: string, query?: Query<'listSkuChanges'>, options?: Options<'listSkuChanges'>): ListOf<'listSkuChanges'>;
    /**
     * Report the demand for a SKU.
     *
     * A sale in numbers. Refused calls are counted in each API and written every second; if an API ends by a fault, its last second is missing.
     *
     * The API key needs the scope `reservations:read`.
     */
    demand(sku: string, query?: Query<'getDemand'>, options?: Options<'getDemand'>): Promise<Answer<'getDemand'>>;
  };
  readonly stockLevels: {
    /**
     * Set the units on hand of a SKU at a location.
     *
     * With `If-Match: "3"`, quotes included, the level is set only if it still has that version; with `If-None-Match: *` only if it does not exist. If the units and the `backorder_limit` together are fewer than the units promised, the difference is a shortfall. Every accepted PUT writes a movement, even if nothing changes. The SKU and the location must exist.
     *
     * The API key needs the scope `stock:write`.
     */
    put(sku: string, location: string, body: Body<'putStockLevel'>, options?: Options<'putStockLevel'>): Promise<Answer<'putStockLevel'>>;
    /**
     * Read a stock level.
     *
     * The level of a SKU at a location. `not_found` means that both exist and the SKU has no level there.
     *
     * The API key needs the scope `stock:read`.
     */
    get(sku: string, location: string, options?: Options<'getStockLevel'>): Promise<Answer<'getStockLevel'>>;
    /**
     * Change some fields of a stock level.
     *
     * Changes the fields that are named, of a level that exists. Every accepted PATCH writes a movement; `version` rises only if something changes. With `If-Match: "3"`, quotes included, the level is changed only if it still has that version.
     *
     * The API key needs the scope `stock:write`.
     */
    update(sku: string, location: string, body: Body<'patchStockLevel'>, options?: Options<'patchStockLevel'>): Promise<Answer<'patchStockLevel'>>;
    /**
     * Delete a stock level without units.
     *
     * Refused while units are on hand, reserved or allocated. Its movements stay. A level that is set again later goes on with its `version`.
     *
     * The API key needs the scope `stock:write`.
     */
    delete(sku: string, location: string, options?: Options<'deleteStockLevel'>): Promise<Answer<'deleteStockLevel'>>;
    /**
     * List the reservations that have units of a stock level, oldest first.
     *
     * Holds and confirmed reservations, by the time when their units came to this level. Those that are not `covered` wait for stock: more is promised than is on hand. Holds that have expired are left out.
     *
     * The API key needs the scope `reservations:read`.
     */
    promises(sku: string, location: string, query?: Query<'listLevelPromises'>, options?: Options<'listLevelPromises'>): ListOf<'listLevelPromises'>;
  };
  readonly stock: {
    /**
     * Adjust the units on hand: receipts, returns, damage.
     *
     * Applies all lines or none; lines of one level are added up. A result below zero is refused. A result below the promised units makes a shortfall. A missing level is created if its SKU and location exist.
     *
     * The API key needs the scope `stock:write`.
     */
    adjust(body: Body<'adjustStock'>, options?: Options<'adjustStock'>): Promise<Answer<'adjustStock'>>;
    /**
     * Move units from one location to another.
     *
     * Applies all lines or none, in one decision: no other call sees the units twice or not at all. A level gives at most its `on_hand - reserved - allocated`. Units that it receives in the same call do not count; safety stock may leave. Promised units move with their reservation: see `POST /v1/reservations/{id}/reallocate`. A missing level at `to` is created if the SKU and the location exist.
     *
     * The API key needs the scope `stock:write`.
     */
    transfer(body: Body<'transferStock'>, options?: Options<'transferStock'>): Promise<Answer<'transferStock'>>;
    /**
     * List stock movements, newest first.
     *
     * Returns movements that match all filters. Movements of one SKU at one location are in order of `level_seq`, unless a time or an import is named too. Filters by a frequent kind (`reserve`, `confirm`, `release`, `expire`, `fulfill`) read the list until the page is full: name a SKU, a location or a time with them.
     *
     * The API key needs the scope `stock:read`.
     */
    movements(query?: Query<'listStockMovements'>, options?: Options<'listStockMovements'>): ListOf<'listStockMovements'>;
    /**
     * List the SKUs that are low, by name.
     *
     * SKUs whose available units are at or under their threshold. A SKU without a threshold, or without any level, is not low.
     *
     * The API key needs the scope `stock:read`.
     */
    low(query?: Query<'getLowStock'>, options?: Options<'getLowStock'>): ListOf<'getLowStock'>;
    /**
     * Compare stock counters with movements and reservations.
     *
     * Compares counters with the newest movements and open reservations, and with `deep=true` also with the sums of all movements. Each comparison reads one instant, so concurrent calls cause no issues. A level that has promised more units than it has is listed as a `shortfall`. It leaves `is_consistent` true, as its counters are right.
     *
     * The API key needs the scope `stock:read`.
     */
    consistency(query?: Query<'getConsistency'>, options?: Options<'getConsistency'>): Promise<Answer<'getConsistency'>>;
    /**
     * Repair stock counters from movements and reservations.
     *
     * Checks all levels, then locks those with an issue, checks them again, and repairs them in one transaction. `reserved` and `allocated` become the units of open reservations, `on_hand` the sum of the movements. Each repair is two movements: `drift` records the change that was made outside the ledger, `repair` corrects it. Meanwhile commands that need those levels wait. One call repairs at most 1,000 issues: repeat until `repairs` is empty.
     *
     * The API key needs the scope `stock:write`.
     */
    repair(body?: Body<'repairConsistency'>, options?: Options<'repairConsistency'>): Promise<Answer<'repairConsistency'>>;
  };
  readonly stockImports: {
    /**
     * Import stock from a file.
     *
     * Up to 64 MB and 500,000 rows, plain or compressed with gzip. The answer comes when the whole file has arrived. A worker then applies its rows in order, and creates missing SKUs and locations unless `create` says otherwise. A row that cannot be read or applied is rejected, and the others are applied: see `errors` at `status_url`. With `dry_run=true` nothing is changed: the report at `status_url` shows the effects that the file would have. `POST /v1/stock-imports/{id}/revert` undoes an import.
     *
     * The API key needs the scope `stock:write`.
     */
    create(body: Body<'importStock'>, options?: Options<'importStock'>): Promise<Answer<'importStock'>>;
    /**
     * List the imports, newest first.
     *
     * Imports of files, dry runs and reverts. `GET /v1/stock-imports/{id}` has the rejected rows.
     *
     * The API key needs the scope `stock:read`.
     */
    list(query?: Query<'listStockImports'>, options?: Options<'listStockImports'>): ListOf<'listStockImports'>;
    /**
     * Read an import: its state and the rejected rows.
     *
     * `state` ends as `succeeded`, even if rows were rejected, or as `failed`. `applied` and `rejected` rise until then. For a dry run, `differences` are the levels whose units would change most.
     *
     * The API key needs the scope `stock:read`.
     */
    get(id: string, options?: Options<'getStockImport'>): Promise<Answer<'getStockImport'>>;
    /**
     * Undo an import.
     *
     * Queues a new import that subtracts from each level the units that the import added, so that later sales and receipts are kept. `safety_stock`, `backorder_limit` and `name` get their previous values, unless they were changed after the import. SKUs, locations and levels that the import created stay. A row that would leave less than nothing is rejected. An import that runs, was a dry run, or was reverted before: 409 `invalid_transition`.
     *
     * The API key needs the scope `stock:write`.
     */
    revert(id: string, options?: Options<'revertStockImport'>): Promise<Answer<'revertStockImport'>>;
  };
  readonly snapshots: {
    /**
     * Take a snapshot of all levels at one instant.
     *
     * Reservations continue meanwhile. A snapshot is kept and can be read later.
     *
     * The API key needs the scope `stock:write`.
     */
    create(body?: Body<'takeSnapshot'>, options?: Options<'takeSnapshot'>): Promise<Answer<'takeSnapshot'>>;
    /**
     * List snapshots of all levels, newest first.
     *
     * Each snapshot has the totals of all levels at that instant. Snapshots are never deleted.
     *
     * The API key needs the scope `stock:read`.
     */
    list(query?: Query<'listSnapshots'>, options?: Options<'listSnapshots'>): ListOf<'listSnapshots'>;
    /**
     * Read a snapshot: its levels by SKU and location.
     *
     * Every level at the instant of the snapshot, at most 200 a page. Use `cursor` to page.
     *
     * The API key needs the scope `stock:read`.
     */
    get(id: string, query?: Query<'getSnapshot'>, options?: Options<'getSnapshot'>): ListOf<'getSnapshot'>;
  };
  readonly events: {
    /**
     * Read the event feed, oldest first, and wait for new events.
     *
     * CloudEvents 1.0. When you have processed a page, store its `next_cursor` and send it as `after` in the next request. You then get each event at least once, and the events of a reservation in order. With a filter, a page may be empty although more events follow: continue with its `next_cursor`. With `wait_seconds`, the answer comes as soon as there is an event, or is empty after that time.
     *
     * The API key needs the scope `events:read`.
     */
    list(query?: Query<'listEvents'>, options?: Options<'listEvents'>): Promise<Answer<'listEvents'>>;
    /**
     * Read an event.
     *
     * As in the feed. Events are deleted after their retention. What a webhook endpoint was sent as a test is no event.
     *
     * The API key needs the scope `events:read`.
     */
    get(id: string, options?: Options<'getEvent'>): Promise<Answer<'getEvent'>>;
    /**
     * Receive events about orders and fulfillments: CloudEvents, one or many.
     *
     * `order.order.created` reserves, `order.order.changed` changes the lines, `order.order.status_changed` confirms, `order.order.cancelled` releases or cancels, `fulfillment.fulfillment.completed` deducts. Repeats and the order of arrival do not change the result. An event is identified by its `source` and `id`; other content under them is dead. A key that is bound to sources sends events of these only, and no other key does (403). If there is not enough stock, the event is processed, and a `warehouse.inventory.reservation_refused` reports the refusal. Events that cannot be processed are kept under `/v1/dead-events`; correct the cause in `problem` before you send them again. 400 and 503 apply to the whole request: after 400 nothing was done, after 503 send the whole request again.
     *
     * The API key needs the scope `events:write`.
     */
    send(body: Body<'receiveEvents'>, options?: Options<'receiveEvents'>): Promise<Answer<'receiveEvents'>>;
  };
  readonly deadEvents: {
    /**
     * List dead events: events that could not be processed, newest first.
     *
     * Events stay in the list until they are processed. Correct the cause, then retry the event or send it again. The content of an event is in `GET /v1/dead-events/{id}`.
     *
     * The API key needs the scope `events:read`.
     */
    list(query?: Query<'listDeadEvents'>, options?: Options<'listDeadEvents'>): ListOf<'listDeadEvents'>;
    /**
     * Read a dead event with its content.
     *
     * The API key needs the scope `events:read`.
     */
    get(id: string, options?: Options<'getDeadEvent'>): Promise<Answer<'getDeadEvent'>>;
    /**
     * Process a dead event again, after its cause was corrected.
     *
     * A processed event leaves the list. An event that is still `dead` stays, with the new reason. Stock movements name the original sender as the caller.
     *
     * The API key needs the scope `events:write`.
     */
    retry(id: string, body?: Body<'retryDeadEvent'>, options?: Options<'retryDeadEvent'>): Promise<Answer<'retryDeadEvent'>>;
    /**
     * Process dead events again, after their cause was corrected.
     *
     * Those first that were tried the longest time ago, one after the other. Repeat the call while `processed` and `dead` add up to the limit and `processed` is not 0.
     *
     * The API key needs the scope `events:write`.
     */
    retryAll(body?: Body<'retryDeadEvents'>, options?: Options<'retryDeadEvents'>): Promise<Answer<'retryDeadEvents'>>;
  };
  readonly webhookEndpoints: {
    /**
     * Create a webhook endpoint, which gets events from now on.
     *
     * Each event is sent by POST, as a CloudEvent, signed as in Standard Webhooks. It is tried again until the answer is 2xx: after about 1, 5, 10 s, 1, 5, 30 min, then hours, up to two days. Meanwhile later events of its reservation wait. Redirects are not followed. An answer 410 disables the endpoint. There can be 50 endpoints.
     *
     * The API key needs the scope `webhooks:write`.
     */
    create(body: Body<'createWebhookEndpoint'>, options?: Options<'createWebhookEndpoint'>): Promise<Answer<'createWebhookEndpoint'>>;
    /**
     * List webhook endpoints, newest first.
     *
     * The API key needs the scope `webhooks:read`.
     */
    list(query?: Query<'listWebhookEndpoints'>, options?: Options<'listWebhookEndpoints'>): ListOf<'listWebhookEndpoints'>;
    /**
     * Read a webhook endpoint and its health.
     *
     * The API key needs the scope `webhooks:read`.
     */
    get(id: string, options?: Options<'getWebhookEndpoint'>): Promise<Answer<'getWebhookEndpoint'>>;
    /**
     * Update, disable or enable a webhook endpoint.
     *
     * Fields that are left out stay unchanged. A disabled endpoint keeps its position. When you enable it again, it gets all events since then, as far back as events are kept. PUT does not create an endpoint.
     *
     * The API key needs the scope `webhooks:write`.
     */
    put(id: string, body?: Body<'putWebhookEndpoint'>, options?: Options<'putWebhookEndpoint'>): Promise<Answer<'putWebhookEndpoint'>>;
    /**
     * Delete a webhook endpoint; it gets no more events.
     *
     * A webhook that is being sent may still arrive.
     *
     * The API key needs the scope `webhooks:write`.
     */
    delete(id: string, options?: Options<'deleteWebhookEndpoint'>): Promise<Answer<'deleteWebhookEndpoint'>>;
    /**
     * Rotate the secret of a webhook endpoint.
     *
     * Both secrets sign for 24 hours, so the consumer can switch without refusing a webhook. A second rotation ends the older secret at once: rotate twice if a secret has leaked.
     *
     * The API key needs the scope `webhooks:write`.
     */
    rotateSecret(id: string, body?: Body<'rotateWebhookSecret'>, options?: Options<'rotateWebhookSecret'>): Promise<Answer<'rotateWebhookSecret'>>;
    /**
     * Send a test event to a webhook endpoint.
     *
     * A `warehouse.inventory.test` event, sent before waiting deliveries; see the result in the deliveries. If a resting endpoint accepts it, the other deliveries continue. A disabled endpoint gets it when it is enabled.
     *
     * The API key needs the scope `webhooks:write`.
     */
    test(id: string, body?: Body<'testWebhookEndpoint'>, options?: Options<'testWebhookEndpoint'>): Promise<Answer<'testWebhookEndpoint'>>;
    /**
     * List the deliveries of a webhook endpoint, newest first.
     *
     * Deliveries are kept as long as events. While an endpoint rests or is disabled, new events have no delivery yet.
     *
     * The API key needs the scope `webhooks:read`.
     */
    deliveries(id: string, query?: Query<'listWebhookDeliveries'>, options?: Options<'listWebhookDeliveries'>): ListOf<'listWebhookDeliveries'>;
    /**
     * Read a delivery of a webhook endpoint: what is sent, and what the endpoint answered last.
     *
     * The API key needs the scope `webhooks:read`.
     */
    delivery(id: string, deliveryId: string, options?: Options<'getWebhookDelivery'>): Promise<Answer<'getWebhookDelivery'>>;
    /**
     * Replay one event, or the events of a period, to a webhook endpoint.
     *
     * Sends events with their old ids, in order. They may be older than the endpoint, as far back as events are kept. Events that the endpoint is still to get are sent anyway and not counted. Up to 10,000 events.
     *
     * The API key needs the scope `webhooks:write`.
     */
    replay(id: string, body: Body<'replayWebhook'>, options?: Options<'replayWebhook'>): Promise<Answer<'replayWebhook'>>;
  };
  readonly warehouseSyncs: {
    /**
     * List warehouse syncs.
     *
     * Syncs with `state=failed` wait for an operator. Correct the cause, then retry the syncs. What has waited longest: `state=pending&sort=oldest`.
     *
     * The API key needs the scope `ops:read`.
     */
    list(query?: Query<'listWarehouseSyncs'>, options?: Options<'listWarehouseSyncs'>): ListOf<'listWarehouseSyncs'>;
    /**
     * Read a warehouse sync: its request, and the gateway’s answer to each attempt.
     *
     * The API key needs the scope `ops:read`.
     */
    get(id: string, options?: Options<'getWarehouseSync'>): Promise<Answer<'getWarehouseSync'>>;
    /**
     * Send a failed or waiting sync to the warehouse again, at once.
     *
     * A failed sync gets all its attempts again, under the same idempotency key. A pending sync is tried now. 409 in any other state. Later syncs of the reservation that are not sent yet wait for it. Read the result in the list.
     *
     * The API key needs the scope `ops:write`.
     */
    retry(id: string, body?: Body<'retryWarehouseSync'>, options?: Options<'retryWarehouseSync'>): Promise<Answer<'retryWarehouseSync'>>;
    /**
     * Send all failed syncs to the warehouse again.
     *
     * Retries at most `limit` syncs, oldest first. Each gets all its attempts again, under its old idempotency key. They are sent at the gateway’s rate limit: 1,000 take some 20 s. Repeat the call while `retried` equals the limit.
     *
     * The API key needs the scope `ops:write`.
     */
    retryAll(body: Body<'retryWarehouseSyncs'>, options?: Options<'retryWarehouseSyncs'>): Promise<Answer<'retryWarehouseSyncs'>>;
  };
  readonly reconciliationRuns: {
    /**
     * Queue a reconcile run: give back due holds, queue lost jobs, check the counters.
     *
     * Answers at once; read the run at `status_url`. All workers together run one reconcile run at a time, and others wait. If a run with the same `limit` and `dry_run` is waiting, the request joins it and queues no new run.
     *
     * The API key needs the scope `ops:write`.
     */
    start(body?: Body<'reconcileStale'>, options?: Options<'reconcileStale'>): Promise<Answer<'reconcileStale'>>;
    /**
     * List reconciliation runs, newest first.
     *
     * A page has fewer runs than `limit` if these would name more than 20,000 reservations and issues; `next_cursor` gets the rest.
     *
     * The API key needs the scope `ops:read`.
     */
    list(query?: Query<'listReconciliationRuns'>, options?: Options<'listReconciliationRuns'>): ListOf<'listReconciliationRuns'>;
    /**
     * Read a reconciliation run.
     *
     * The API key needs the scope `ops:read`.
     */
    get(id: string, options?: Options<'getReconciliationRun'>): Promise<Answer<'getReconciliationRun'>>;
  };
  readonly operations: {
    /**
     * An overview for operators: holds, syncs, publishing, imports, and the SKUs that sell or refuse most.
     *
     * Every figure is read at the time of the call. With 1,000,000 holds it takes some 200 ms.
     *
     * The API key needs the scope `ops:read`.
     */
    overview(options?: Options<'getOverview'>): Promise<Answer<'getOverview'>>;
    /**
     * Find SKUs, orders, carts, customers, reservations, syncs and events by how their names or ids begin.
     *
     * At most 20 results, first those that are exactly `q`. Upper and lower case differ in names. A key finds only what its scopes let it read.
     *
     * The API key needs one of the scopes that read.
     */
    search(query: Query<'search'>, options?: Options<'search'>): Promise<Answer<'search'>>;
    /**
     * Versions, settings, sizes of tables and connections to PostgreSQL.
     *
     * The API key needs the scope `ops:read`.
     */
    system(options?: Options<'getSystem'>): Promise<Answer<'getSystem'>>;
    /**
     * Read the name and the scopes of the API key that calls.
     *
     * A page or a script finds out here what its key may do, without trying it.
     *
     * The API key needs one of the scopes that read.
     */
    caller(options?: Options<'getCaller'>): Promise<Answer<'getCaller'>>;
    /**
     * Liveness: whether the process runs.
     *
     * No API key is needed.
     */
    health(options?: Options<'getHealth'>): Promise<Answer<'getHealth'>>;
    /**
     * Readiness: whether the process can do its work.
     *
     * Answers 200 if the database answers and can be written to. Without a queue the API is still ready: commits do not need the queue, and jobs are rebuilt when it is back. An API that is stopping answers 503 for some seconds before it closes its port.
     *
     * No API key is needed.
     */
    readiness(options?: Options<'getReadiness'>): Promise<Answer<'getReadiness'>>;
  };
}

export const OPERATIONS = {
  reservations: {
    create: {"method":"POST","path":"/v1/reservations","isKeyed":true,"bodyTypes":["application/json"]},
    createBatch: {"method":"POST","path":"/v1/reservations/batch","isKeyed":true,"bodyTypes":["application/json"]},
    quote: {"method":"POST","path":"/v1/reservations/quote","takesToken":true,"bodyTypes":["application/json"]},
    put: {"method":"PUT","path":"/v1/reservations/{id}","bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/reservations","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/reservations/{id}","takesToken":true},
    history: {"method":"GET","path":"/v1/reservations/{id}/history","takesToken":true,"isList":true,"hasQuery":true},
    confirm: {"method":"POST","path":"/v1/reservations/{id}/confirm","isKeyed":true,"bodyTypes":["application/json"]},
    extend: {"method":"POST","path":"/v1/reservations/{id}/extend","isKeyed":true,"bodyTypes":["application/json"]},
    release: {"method":"POST","path":"/v1/reservations/{id}/release","isKeyed":true,"bodyTypes":["application/json"]},
    fulfill: {"method":"POST","path":"/v1/reservations/{id}/fulfill","isKeyed":true,"bodyTypes":["application/json"]},
    cancel: {"method":"POST","path":"/v1/reservations/{id}/cancel","isKeyed":true,"bodyTypes":["application/json"]},
    return: {"method":"POST","path":"/v1/reservations/{id}/return","isKeyed":true,"bodyTypes":["application/json"]},
    update: {"method":"PATCH","path":"/v1/reservations/{id}","bodyTypes":["application/json"]},
    putLines: {"method":"PUT","path":"/v1/reservations/{id}/lines","bodyTypes":["application/json"]},
    reallocate: {"method":"POST","path":"/v1/reservations/{id}/reallocate","isKeyed":true,"bodyTypes":["application/json"]},
    withdraw: {"method":"POST","path":"/v1/reservations/{id}/withdraw","isKeyed":true,"bodyTypes":["application/json"]},
  },
  carts: {
    put: {"method":"PUT","path":"/v1/carts/{cart_id}/reservation","bodyTypes":["application/json"]},
    get: {"method":"GET","path":"/v1/carts/{cart_id}/reservation","takesToken":true},
    release: {"method":"DELETE","path":"/v1/carts/{cart_id}/reservation"},
  },
  orders: {
    get: {"method":"GET","path":"/v1/orders/{order_id}","takesToken":true},
    confirm: {"method":"POST","path":"/v1/orders/{order_id}/confirm","isKeyed":true,"bodyTypes":["application/json"]},
    cancel: {"method":"POST","path":"/v1/orders/{order_id}/cancel","isKeyed":true,"bodyTypes":["application/json"]},
    fulfill: {"method":"POST","path":"/v1/orders/{order_id}/fulfill","isKeyed":true,"bodyTypes":["application/json"]},
  },
  availability: {
    list: {"method":"GET","path":"/v1/availability","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/items/{sku}/availability","takesToken":true,"hasQuery":true},
  },
  locations: {
    put: {"method":"PUT","path":"/v1/locations/{location}","bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/locations","takesToken":true,"isList":true,"hasQuery":true},
    delete: {"method":"DELETE","path":"/v1/locations/{location}"},
  },
  skus: {
    put: {"method":"PUT","path":"/v1/skus/{sku}","bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/skus","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/skus/{sku}","takesToken":true},
    delete: {"method":"DELETE","path":"/v1/skus/{sku}"},
    changes: {"method":"GET","path":"/v1/skus/{sku}/changes","takesToken":true,"isList":true,"hasQuery":true},
    demand: {"method":"GET","path":"/v1/skus/{sku}/demand","takesToken":true,"hasQuery":true},
  },
  stockLevels: {
    put: {"method":"PUT","path":"/v1/stock-levels/{sku}/{location}","bodyTypes":["application/json"]},
    get: {"method":"GET","path":"/v1/stock-levels/{sku}/{location}","takesToken":true},
    update: {"method":"PATCH","path":"/v1/stock-levels/{sku}/{location}","bodyTypes":["application/json"]},
    delete: {"method":"DELETE","path":"/v1/stock-levels/{sku}/{location}"},
    promises: {"method":"GET","path":"/v1/stock-levels/{sku}/{location}/promises","takesToken":true,"isList":true,"hasQuery":true},
  },
  stock: {
    adjust: {"method":"POST","path":"/v1/stock-adjustments","isKeyed":true,"bodyTypes":["application/json"]},
    transfer: {"method":"POST","path":"/v1/stock-transfers","isKeyed":true,"bodyTypes":["application/json"]},
    movements: {"method":"GET","path":"/v1/stock-movements","takesToken":true,"isList":true,"hasQuery":true},
    low: {"method":"GET","path":"/v1/inventory/low-stock","takesToken":true,"isList":true,"hasQuery":true},
    consistency: {"method":"GET","path":"/v1/inventory/consistency","hasQuery":true},
    repair: {"method":"POST","path":"/v1/inventory/consistency/repair","isKeyed":true,"hasQuery":true,"bodyTypes":["application/json"]},
  },
  stockImports: {
    create: {"method":"POST","path":"/v1/stock-imports","isKeyed":true,"hasQuery":true,"bodyTypes":["text/csv","application/x-ndjson"]},
    list: {"method":"GET","path":"/v1/stock-imports","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/stock-imports/{id}","takesToken":true},
    revert: {"method":"POST","path":"/v1/stock-imports/{id}/revert","isKeyed":true},
  },
  snapshots: {
    create: {"method":"POST","path":"/v1/inventory/snapshots","isKeyed":true,"bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/inventory/snapshots","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/inventory/snapshots/{id}","takesToken":true,"isList":true,"hasQuery":true},
  },
  events: {
    list: {"method":"GET","path":"/v1/events","hasQuery":true},
    get: {"method":"GET","path":"/v1/events/{id}","takesToken":true},
    send: {"method":"POST","path":"/v1/events","isKeyed":true,"bodyTypes":["application/cloudevents+json","application/cloudevents-batch+json"]},
  },
  deadEvents: {
    list: {"method":"GET","path":"/v1/dead-events","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/dead-events/{id}","takesToken":true},
    retry: {"method":"POST","path":"/v1/dead-events/{id}/retry","isKeyed":true,"bodyTypes":["application/json"]},
    retryAll: {"method":"POST","path":"/v1/dead-events/retry","isKeyed":true,"bodyTypes":["application/json"]},
  },
  webhookEndpoints: {
    create: {"method":"POST","path":"/v1/webhook-endpoints","isKeyed":true,"bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/webhook-endpoints","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/webhook-endpoints/{id}","takesToken":true},
    put: {"method":"PUT","path":"/v1/webhook-endpoints/{id}","bodyTypes":["application/json"]},
    delete: {"method":"DELETE","path":"/v1/webhook-endpoints/{id}"},
    rotateSecret: {"method":"POST","path":"/v1/webhook-endpoints/{id}/rotate-secret","isKeyed":true,"bodyTypes":["application/json"]},
    test: {"method":"POST","path":"/v1/webhook-endpoints/{id}/test","isKeyed":true,"bodyTypes":["application/json"]},
    deliveries: {"method":"GET","path":"/v1/webhook-endpoints/{id}/deliveries","takesToken":true,"isList":true,"hasQuery":true},
    delivery: {"method":"GET","path":"/v1/webhook-endpoints/{id}/deliveries/{delivery_id}","takesToken":true},
    replay: {"method":"POST","path":"/v1/webhook-endpoints/{id}/replay","isKeyed":true,"bodyTypes":["application/json"]},
  },
  warehouseSyncs: {
    list: {"method":"GET","path":"/v1/warehouse-syncs","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/warehouse-syncs/{id}","takesToken":true},
    retry: {"method":"POST","path":"/v1/warehouse-syncs/{id}/retry","isKeyed":true,"bodyTypes":["application/json"]},
    retryAll: {"method":"POST","path":"/v1/warehouse-syncs/retry","isKeyed":true,"bodyTypes":["application/json"]},
  },
  reconciliationRuns: {
    start: {"method":"POST","path":"/v1/workers/reconcile-stale","isKeyed":true,"bodyTypes":["application/json"]},
    list: {"method":"GET","path":"/v1/reconciliation-runs","takesToken":true,"isList":true,"hasQuery":true},
    get: {"method":"GET","path":"/v1/reconciliation-runs/{id}","takesToken":true},
  },
  operations: {
    overview: {"method":"GET","path":"/v1/overview"},
    search: {"method":"GET","path":"/v1/search","takesToken":true,"hasQuery":true},
    system: {"method":"GET","path":"/v1/system"},
    caller: {"method":"GET","path":"/v1/caller"},
    health: {"method":"GET","path":"/healthz"},
    readiness: {"method":"GET","path":"/readyz"},
  },
} as const;

/** Every code that a refusal can have. */
export const PROBLEM_CODES = ["malformed_json","validation_failed","unauthorized","forbidden","not_found","reservation_not_found","sku_not_found","location_not_found","request_timeout","insufficient_stock","sku_inactive","customer_limit_reached","reservation_exists","reservation_withdrawn","order_cancelled","invalid_transition","reservation_expired","extension_limit_reached","quantity_exceeds_remaining","in_use","version_conflict","payload_too_large","uri_too_long","unsupported_media_type","unknown_sku","unknown_location","quantity_limit_exceeded","customer_required","idempotency_key_reused","rate_limited","headers_too_large","internal_error","overloaded","unavailable","outcome_unknown"] as const;
