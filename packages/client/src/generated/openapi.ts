/** Made from the OpenAPI document by `npm run generate:client`. Do not edit it. */

export interface paths {
    "/v1/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reservations: newest first, or holds by their end
         * @description The API key needs the scope `reservations:read`.
         */
        get: operations["listReservations"];
        put?: never;
        /**
         * Hold stock for an order
         * @description All lines or none, unless `if_short` is `partial`. A refused create takes nothing. With `"if_short": "wait"` it waits in line for stock that is short.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["createReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create many reservations in one call, either independently or all or none
         * @description Send either one `Idempotency-Key` for the whole batch, or an `idempotency_key` in each reservation. With `"atomic": true`, one refusal refuses all reservations.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["createReservationBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask what a create would find, without holding anything
         * @description Follows the rules of a create: stock of holds that have expired counts as free. It promises nothing: another call may take the stock first.
         *
         *     The API key needs the scope `reservations:read`.
         */
        post: operations["quoteReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a reservation
         * @description A hold is `expired` from `expires_at` on, even before its stock is given back.
         *
         *     The API key needs the scope `reservations:read`.
         */
        get: operations["getReservation"];
        /**
         * Hold stock for an order under an id of yours
         * @description As a create, without `idempotency_key`. The id is a UUIDv7 that you make, at most 24 hours old or 5 minutes ahead. The same content again is answered with the reservation as it is now; a refused create takes no id. If you get no answer, repeat the call, or undo it with withdraw.
         *
         *     The API key needs the scope `reservations:write`.
         */
        put: operations["putReservation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the order, customer, payment, source or metadata of a reservation
         * @description `order_id`, `customer_id` and `payment_reference` are set where they are null; the same value again changes nothing, and another one is refused. `null` clears `source`, and removes a key of `metadata`. With `If-Match: "3"`, quotes included, the reservation is changed only if it still has that `version`. A call that changes nothing keeps the version. Stock and status stay.
         *
         *     The API key needs the scope `reservations:write`.
         */
        patch: operations["patchReservation"];
        trace?: never;
    };
    "/v1/reservations/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the history of a reservation, oldest first
         * @description Stock movements, each before the event that it caused, and the attempts to notify the warehouse.
         *
         *     The API key needs the scope `reservations:read`.
         */
        get: operations["getReservationHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a hold after the payment was captured
         * @description The API key needs the scope `reservations:write`.
         */
        post: operations["confirmReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend a hold that has not expired
         * @description The hold then ends `ttl_seconds` from now, but never earlier than before. Extensions of a hold: at most 1, to at most 3600 seconds after its creation.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["extendReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release a hold, or a part of it, and give the stock back
         * @description For holds only; use cancel for confirmed reservations. With `lines`, the hold continues with the other units; if the lines name all units, it ends. If you release a part, send an `Idempotency-Key` or a `release_id`: without either, a repeat releases again.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["releaseReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/fulfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fulfil a reservation: deduct all or some units that left the warehouse
         * @description A hold is confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["fulfillReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a confirmed reservation, or a part of it: free units that have not been fulfilled
         * @description For confirmed reservations only; use release for holds. When no unit is open any more, the status becomes `fulfilled` if some units were fulfilled, otherwise `cancelled`. If you cancel a part, send an `Idempotency-Key` or a `cancellation_id`: without either, a repeat cancels again.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["cancelReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Return fulfilled units that came back
         * @description The units are on hand again at `to`, and can be sold. With `restock: false` the return is only recorded. The status stays, and the warehouse is not notified. Send an `Idempotency-Key` or a `return_id`: without either, a repeat returns the units again.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["returnReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the lines of a hold or of a confirmed reservation
         * @description Lines are matched by SKU and `location`. Units that are no longer listed are given back, further units are sourced, and all others stay where they are; units that the call gives back are free for it. Lines of a confirmed reservation count `confirmed_quantity - cancelled_quantity`; a line keeps the units that have shipped. A refused call changes nothing. With `If-Match: "3"`, quotes included, the lines are set only if the reservation still has that `version`.
         *
         *     The API key needs the scope `reservations:write`.
         */
        put: operations["putLines"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/carts/{cart_id}/reservation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what a cart holds
         * @description The API key needs the scope `reservations:read`.
         */
        get: operations["getCartReservation"];
        /**
         * Set what a cart holds
         * @description The cart’s reservation is its newest one that waits or is held and has not expired, created by any call. If there is none, it is created. Otherwise its lines are set as by `PUT /v1/reservations/{id}/lines`; `order_id` and `customer_id` are set if they are null, `source`, `metadata` and `notify_before_seconds` if they are given. An empty `lines` releases it. Calls of several processes at the same time never create two.
         *
         *     The API key needs the scope `reservations:write`.
         */
        put: operations["putCartReservation"];
        post?: never;
        /**
         * Release what a cart holds
         * @description The API key needs the scope `reservations:write`.
         */
        delete: operations["deleteCartReservation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/reallocate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move held or confirmed units to other locations
         * @description All lines or none. A location needs as many `available` units as it gets; lines of one call can exchange units. The SKU’s total does not change, so a shortfall at another location does not prevent a move. `to` may leave the pin of a line and the `locations` of the reservation. A call is carried out again when it is repeated without an `Idempotency-Key`.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["reallocateReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a reservation, whether or not it was created
         * @description Afterwards the reservation holds no stock, and never does again: a hold is released, a confirmed reservation is cancelled, and `withdrawn_at` is set. An id that is not known is remembered with status `withdrawn`, so that a PUT of it is refused when it comes late; such an id must be a UUIDv7, at most 24 hours old or 5 minutes ahead. 409 if units were fulfilled.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["withdrawReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order and its reservations
         * @description An order is known from its first reservation, payment, cancel or fulfillment on. Events of an order without a reservation are kept for `ORDER_RETENTION_DAYS`.
         *
         *     The API key needs the scope `reservations:read`.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm all holds of an order after its payment was captured
         * @description With `on_expired: "reacquire"` an expired hold is reserved again, unless a reservation of the order was created after it expired.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["confirmOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order: release its holds and cancel its confirmed reservations
         * @description Afterwards nothing of the order is held or confirmed, and nothing can be. An unknown order is remembered as cancelled. A repeat ends reservations that were held or confirmed since the first call.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{order_id}/fulfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fulfil an order: deduct all or some units that left the warehouse
         * @description From the oldest reservation first, all lines or none. Holds are confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.
         *
         *     The API key needs the scope `reservations:write`.
         */
        post: operations["fulfillOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locations/{location}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create or update a location
         * @description Fields that are left out stay unchanged. Stock of an inactive location cannot be reserved, but existing reservations stay valid.
         *
         *     The API key needs the scope `stock:write`.
         */
        put: operations["putLocation"];
        post?: never;
        /**
         * Delete a location without units
         * @description Deletes the location and its stock levels. Refused while one of them has units on hand, reserved or allocated; a due hold counts until a worker has given its units back. Movements, reservations and events keep its name.
         *
         *     The API key needs the scope `stock:write`.
         */
        delete: operations["deleteLocation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the locations, by name
         * @description Each location with its priority and whether it is active. Inactive locations stay in the list.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listLocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skus/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a SKU
         * @description The fields of `PUT /v1/skus/{sku}`. `GET /v1/items/{sku}/availability` has the units.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getSku"];
        /**
         * Create or update a SKU
         * @description Fields that are left out stay unchanged. Stock levels and reservations need a SKU that exists; an import creates missing ones.
         *
         *     The API key needs the scope `stock:write`.
         */
        put: operations["putSku"];
        post?: never;
        /**
         * Delete a SKU without units
         * @description Deletes the SKU and its stock levels. Refused while one of them has units on hand, reserved or allocated; a due hold counts until a worker has given its units back. Movements, reservations and events keep its name.
         *
         *     The API key needs the scope `stock:write`.
         */
        delete: operations["deleteSku"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the SKUs, by name
         * @description SKUs are created by `PUT /v1/skus/{sku}` or by an import.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listSkus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skus/{sku}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the changes of a SKU’s fields, newest first
         * @description What calls of `PUT /v1/skus/{sku}` changed, by whom and why. Limits of levels are in the movements, and names that a file has changed in its import.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listSkuChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skus/{sku}/demand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report the demand for a SKU
         * @description A sale in numbers. Refused calls are counted in each API and written every second; if an API ends by a fault, its last second is missing.
         *
         *     The API key needs the scope `reservations:read`.
         */
        get: operations["getDemand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-levels/{sku}/{location}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a stock level
         * @description The level of a SKU at a location. `not_found` means that both exist and the SKU has no level there.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getStockLevel"];
        /**
         * Set the units on hand of a SKU at a location
         * @description With `If-Match: "3"`, quotes included, the level is set only if it still has that version; with `If-None-Match: *` only if it does not exist. If the units and the `backorder_limit` together are fewer than the units promised, the difference is a shortfall. Every accepted PUT writes a movement, even if nothing changes. The SKU and the location must exist.
         *
         *     The API key needs the scope `stock:write`.
         */
        put: operations["putStockLevel"];
        post?: never;
        /**
         * Delete a stock level without units
         * @description Refused while units are on hand, reserved or allocated. Its movements stay. A level that is set again later goes on with its `version`.
         *
         *     The API key needs the scope `stock:write`.
         */
        delete: operations["deleteStockLevel"];
        options?: never;
        head?: never;
        /**
         * Change some fields of a stock level
         * @description Changes the fields that are named, of a level that exists. Every accepted PATCH writes a movement; `version` rises only if something changes. With `If-Match: "3"`, quotes included, the level is changed only if it still has that version.
         *
         *     The API key needs the scope `stock:write`.
         */
        patch: operations["patchStockLevel"];
        trace?: never;
    };
    "/v1/stock-levels/{sku}/{location}/promises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the reservations that have units of a stock level, oldest first
         * @description Holds and confirmed reservations, by the time when their units came to this level. Those that are not `covered` wait for stock: more is promised than is on hand. Holds that have expired are left out.
         *
         *     The API key needs the scope `reservations:read`.
         */
        get: operations["listLevelPromises"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Adjust the units on hand: receipts, returns, damage
         * @description Applies all lines or none; lines of one level are added up. A result below zero is refused. A result below the promised units makes a shortfall. A missing level is created if its SKU and location exist.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["adjustStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move units from one location to another
         * @description Applies all lines or none, in one decision: no other call sees the units twice or not at all. A level gives at most its `on_hand - reserved - allocated`. Units that it receives in the same call do not count; safety stock may leave. Promised units move with their reservation: see `POST /v1/reservations/{id}/reallocate`. A missing level at `to` is created if the SKU and the location exist.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["transferStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the imports, newest first
         * @description Imports of files, dry runs and reverts. `GET /v1/stock-imports/{id}` has the rejected rows.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listStockImports"];
        put?: never;
        /**
         * Import stock from a file
         * @description Up to 64 MB and 500,000 rows, plain or compressed with gzip. The answer comes when the whole file has arrived. A worker then applies its rows in order, and creates missing SKUs and locations unless `create` says otherwise. A row that cannot be read or applied is rejected, and the others are applied: see `errors` at `status_url`. With `dry_run=true` nothing is changed: the report at `status_url` shows the effects that the file would have. `POST /v1/stock-imports/{id}/revert` undoes an import.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["importStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an import: its state and the rejected rows
         * @description `state` ends as `succeeded`, even if rows were rejected, or as `failed`. `applied` and `rejected` rise until then. For a dry run, `differences` are the levels whose units would change most.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getStockImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-imports/{id}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an import
         * @description Queues a new import that subtracts from each level the units that the import added, so that later sales and receipts are kept. `safety_stock`, `backorder_limit` and `name` get their previous values, unless they were changed after the import. SKUs, locations and levels that the import created stay. A row that would leave less than nothing is rejected. An import that runs, was a dry run, or was reverted before: 409 `invalid_transition`.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["revertStockImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the availability of some SKUs, or list all
         * @description Returns the levels of each SKU by location, and their totals. Repeat `sku` to get several SKUs. Without `sku` you get all SKUs by name.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getAvailability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/items/{sku}/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the availability of one SKU
         * @description The levels of the SKU by location, and their totals. The total `available` can be reserved now. It counts active locations only, minus the units that are promised but missing at any location (`shortfall`).
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getItemAvailability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock-movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List stock movements, newest first
         * @description Returns movements that match all filters. Movements of one SKU at one location are in order of `level_seq`, unless a time or an import is named too. Filters by a frequent kind (`reserve`, `confirm`, `release`, `expire`, `fulfill`) read the list until the page is full: name a SKU, a location or a time with them.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listStockMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/low-stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the SKUs that are low, by name
         * @description SKUs whose available units are at or under their threshold. A SKU without a threshold, or without any level, is not low.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getLowStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare stock counters with movements and reservations
         * @description Compares counters with the newest movements and open reservations, and with `deep=true` also with the sums of all movements. Each comparison reads one instant, so concurrent calls cause no issues. A level that has promised more units than it has is listed as a `shortfall`. It leaves `is_consistent` true, as its counters are right.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/consistency/repair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repair stock counters from movements and reservations
         * @description Checks all levels, then locks those with an issue, checks them again, and repairs them in one transaction. `reserved` and `allocated` become the units of open reservations, `on_hand` the sum of the movements. Each repair is two movements: `drift` records the change that was made outside the ledger, `repair` corrects it. Meanwhile commands that need those levels wait. One call repairs at most 1,000 issues: repeat until `repairs` is empty.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["repairConsistency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots of all levels, newest first
         * @description Each snapshot has the totals of all levels at that instant. Snapshots are never deleted.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["listSnapshots"];
        put?: never;
        /**
         * Take a snapshot of all levels at one instant
         * @description Reservations continue meanwhile. A snapshot is kept and can be read later.
         *
         *     The API key needs the scope `stock:write`.
         */
        post: operations["takeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inventory/snapshots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a snapshot: its levels by SKU and location
         * @description Every level at the instant of the snapshot, at most 200 a page. Use `cursor` to page.
         *
         *     The API key needs the scope `stock:read`.
         */
        get: operations["getSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the event feed, oldest first, and wait for new events
         * @description CloudEvents 1.0. When you have processed a page, store its `next_cursor` and send it as `after` in the next request. You then get each event at least once, and the events of a reservation in order. With a filter, a page may be empty although more events follow: continue with its `next_cursor`. With `wait_seconds`, the answer comes as soon as there is an event, or is empty after that time.
         *
         *     The API key needs the scope `events:read`.
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Receive events about orders and fulfillments: CloudEvents, one or many
         * @description `order.order.created` reserves, `order.order.changed` changes the lines, `order.order.status_changed` confirms, `order.order.cancelled` releases or cancels, `fulfillment.fulfillment.completed` deducts. Repeats and the order of arrival do not change the result. An event is identified by its `source` and `id`; other content under them is dead. A key that is bound to sources sends events of these only, and no other key does (403). If there is not enough stock, the event is processed, and a `warehouse.inventory.reservation_refused` reports the refusal. Events that cannot be processed are kept under `/v1/dead-events`; correct the cause in `problem` before you send them again. 400 and 503 apply to the whole request: after 400 nothing was done, after 503 send the whole request again.
         *
         *     The API key needs the scope `events:write`.
         */
        post: operations["receiveEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Receive events as they come
         * @description The feed as server-sent events: `id` is the cursor, `event` the type, `data` the CloudEvent. The first line has the cursor from which the stream begins, and every 15 seconds an `id` line alone says how far it is. When a stream ends, connect again with the last `id` in `Last-Event-ID`, as `EventSource` does; you then miss no event. A client that reads too slowly is disconnected. The API key goes in `Authorization`, never in the URL.
         *
         *     The API key needs the scope `events:read`.
         */
        get: operations["streamFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an event
         * @description As in the feed. Events are deleted after their retention. What a webhook endpoint was sent as a test is no event.
         *
         *     The API key needs the scope `events:read`.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead events: events that could not be processed, newest first
         * @description Events stay in the list until they are processed. Correct the cause, then retry the event or send it again. The content of an event is in `GET /v1/dead-events/{id}`.
         *
         *     The API key needs the scope `events:read`.
         */
        get: operations["listDeadEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a dead event with its content
         * @description The API key needs the scope `events:read`.
         */
        get: operations["getDeadEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-events/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Process dead events again, after their cause was corrected
         * @description Those first that were tried the longest time ago, one after the other. Repeat the call while `processed` and `dead` add up to the limit and `processed` is not 0.
         *
         *     The API key needs the scope `events:write`.
         */
        post: operations["retryDeadEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-events/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Process a dead event again, after its cause was corrected
         * @description A processed event leaves the list. An event that is still `dead` stays, with the new reason. Stock movements name the original sender as the caller.
         *
         *     The API key needs the scope `events:write`.
         */
        post: operations["retryDeadEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints, newest first
         * @description The API key needs the scope `webhooks:read`.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Create a webhook endpoint, which gets events from now on
         * @description Each event is sent by POST, as a CloudEvent, signed as in Standard Webhooks. It is tried again until the answer is 2xx: after about 1, 5, 10 s, 1, 5, 30 min, then hours, up to two days. Meanwhile later events of its reservation wait. Redirects are not followed. An answer 410 disables the endpoint. There can be 50 endpoints.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook endpoint and its health
         * @description The API key needs the scope `webhooks:read`.
         */
        get: operations["getWebhookEndpoint"];
        /**
         * Update, disable or enable a webhook endpoint
         * @description Fields that are left out stay unchanged. A disabled endpoint keeps its position. When you enable it again, it gets all events since then, as far back as events are kept. PUT does not create an endpoint.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        put: operations["putWebhookEndpoint"];
        post?: never;
        /**
         * Delete a webhook endpoint; it gets no more events
         * @description A webhook that is being sent may still arrive.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook endpoint
         * @description Both secrets sign for 24 hours, so the consumer can switch without refusing a webhook. A second rotation ends the older secret at once: rotate twice if a secret has leaked.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to a webhook endpoint
         * @description A `warehouse.inventory.test` event, sent before waiting deliveries; see the result in the deliveries. If a resting endpoint accepts it, the other deliveries continue. A disabled endpoint gets it when it is enabled.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook endpoint, newest first
         * @description Deliveries are kept as long as events. While an endpoint rests or is disabled, new events have no delivery yet.
         *
         *     The API key needs the scope `webhooks:read`.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a delivery of a webhook endpoint: what is sent, and what the endpoint answered last
         * @description The API key needs the scope `webhooks:read`.
         */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay one event, or the events of a period, to a webhook endpoint
         * @description Sends events with their old ids, in order. They may be older than the endpoint, as far back as events are kept. Events that the endpoint is still to get are sent anyway and not counted. Up to 10,000 events.
         *
         *     The API key needs the scope `webhooks:write`.
         */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/warehouse-syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List warehouse syncs
         * @description Syncs with `state=failed` wait for an operator. Correct the cause, then retry the syncs. What has waited longest: `state=pending&sort=oldest`.
         *
         *     The API key needs the scope `ops:read`.
         */
        get: operations["listWarehouseSyncs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/warehouse-syncs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a warehouse sync: its request, and the gateway’s answer to each attempt
         * @description The API key needs the scope `ops:read`.
         */
        get: operations["getWarehouseSync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/warehouse-syncs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send all failed syncs to the warehouse again
         * @description Retries at most `limit` syncs, oldest first. Each gets all its attempts again, under its old idempotency key. They are sent at the gateway’s rate limit: 1,000 take some 20 s. Repeat the call while `retried` equals the limit.
         *
         *     The API key needs the scope `ops:write`.
         */
        post: operations["retryWarehouseSyncs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/warehouse-syncs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a failed or waiting sync to the warehouse again, at once
         * @description A failed sync gets all its attempts again, under the same idempotency key. A pending sync is tried now. 409 in any other state. Later syncs of the reservation that are not sent yet wait for it. Read the result in the list.
         *
         *     The API key needs the scope `ops:write`.
         */
        post: operations["retryWarehouseSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/reconcile-stale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Queue a reconcile run: give back due holds, queue lost jobs, check the counters
         * @description Answers at once; read the run at `status_url`. All workers together run one reconcile run at a time, and others wait. If a run with the same `limit` and `dry_run` is waiting, the request joins it and queues no new run.
         *
         *     The API key needs the scope `ops:write`.
         */
        post: operations["reconcileStale"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reconciliation runs, newest first
         * @description A page has fewer runs than `limit` if these would name more than 20,000 reservations and issues; `next_cursor` gets the rest.
         *
         *     The API key needs the scope `ops:read`.
         */
        get: operations["listReconciliationRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a reconciliation run
         * @description The API key needs the scope `ops:read`.
         */
        get: operations["getReconciliationRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An overview for operators: holds, syncs, publishing, imports, and the SKUs that sell or refuse most
         * @description Every figure is read at the time of the call. With 1,000,000 holds it takes some 200 ms.
         *
         *     The API key needs the scope `ops:read`.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find SKUs, orders, carts, customers, reservations, syncs and events by how their names or ids begin
         * @description At most 20 results, first those that are exactly `q`. Upper and lower case differ in names. A key finds only what its scopes let it read.
         *
         *     The API key needs one of the scopes that read.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions, settings, sizes of tables and connections to PostgreSQL
         * @description The API key needs the scope `ops:read`.
         */
        get: operations["getSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/caller": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the name and the scopes of the API key that calls
         * @description A page or a script finds out here what its key may do, without trying it.
         *
         *     The API key needs one of the scopes that read.
         */
        get: operations["getCaller"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Liveness: whether the process runs
         * @description No API key is needed.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness: whether the process can do its work
         * @description Answers 200 if the database answers and can be written to. Without a queue the API is still ready: commits do not need the queue, and jobs are rebuilt when it is back. An API that is stopping answers 503 for some seconds before it closes its port.
         *
         *     No API key is needed.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "order_id": "o-1001",
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "quantity": 2
         *         }
         *       ]
         *     }
         */
        CreateReservation: {
            lines: components["schemas"]["WantedLine"][];
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            cart_id?: string;
            /** @description The customer. A SKU with a `max_per_customer` needs it. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            customer_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            store_id?: string;
            source?: string;
            /** Format: int32 */
            ttl_seconds?: number;
            /**
             * Format: int32
             * @description Publishes an `expiring` event this many seconds before the hold ends, again after each extension
             */
            notify_before_seconds?: number;
            /**
             * @default split
             * @enum {string}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location";
            /** @description Only these locations give stock, in this order. Default: all, by their priority */
            locations?: string[];
            /**
             * @description `partial` takes what there is of each line, with `"sourcing": "split"` and without `confirm` only. A line then has the `quantity` taken, 0 included; if no unit is available, the answer is 409. `wait`, without `confirm`, waits in line for up to `wait_seconds`: the answer is 202 if the stock is not there at once
             * @default reject
             * @enum {string}
             */
            if_short?: "reject" | "partial" | "wait";
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`, which needs it: how long to wait in line for stock that is short
             */
            wait_seconds?: number;
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`. Higher priorities come first. Default: 0
             */
            wait_priority?: number;
            /**
             * @description Allocates at once, without a hold
             * @default false
             */
            confirm?: boolean;
            /** @description Goes with `"confirm": true` */
            payment_reference?: string;
            /** @default {} */
            metadata?: {
                [key: string]: string;
            };
            idempotency_key?: string;
        };
        WantedLine: {
            sku: string;
            /** Format: int32 */
            quantity: number;
            /** @description Pins the line to this location */
            location?: string;
        };
        /**
         * @example {
         *       "reservations": [
         *         {
         *           "order_id": "o-1002",
         *           "lines": [
         *             {
         *               "sku": "TSHIRT-M",
         *               "quantity": 1
         *             }
         *           ]
         *         },
         *         {
         *           "order_id": "o-1003",
         *           "lines": [
         *             {
         *               "sku": "MUG",
         *               "quantity": 2
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        CreateReservationBatch: {
            reservations: components["schemas"]["BatchedReservation"][];
            /**
             * @description Create all reservations or none
             * @default false
             */
            atomic?: boolean;
        };
        BatchedReservation: {
            lines: components["schemas"]["WantedLine"][];
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            cart_id?: string;
            /** @description The customer. A SKU with a `max_per_customer` needs it. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            customer_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            store_id?: string;
            source?: string;
            /** Format: int32 */
            ttl_seconds?: number;
            /**
             * Format: int32
             * @description Publishes an `expiring` event this many seconds before the hold ends, again after each extension
             */
            notify_before_seconds?: number;
            /**
             * @default split
             * @enum {string}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location";
            /** @description Only these locations give stock, in this order. Default: all, by their priority */
            locations?: string[];
            /**
             * @description `partial` takes what there is of each line, with `"sourcing": "split"` and without `confirm` only. A line then has the `quantity` taken, 0 included; if no unit is available, the answer is 409. `wait`, without `confirm`, waits in line for up to `wait_seconds`: the answer is 202 if the stock is not there at once
             * @default reject
             * @enum {string}
             */
            if_short?: "reject" | "partial" | "wait";
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`, which needs it: how long to wait in line for stock that is short
             */
            wait_seconds?: number;
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`. Higher priorities come first. Default: 0
             */
            wait_priority?: number;
            /**
             * @description Allocates at once, without a hold
             * @default false
             */
            confirm?: boolean;
            /** @description Goes with `"confirm": true` */
            payment_reference?: string;
            /** @default {} */
            metadata?: {
                [key: string]: string;
            };
            idempotency_key?: string;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "quantity": 2
         *         }
         *       ]
         *     }
         */
        QuoteReservation: {
            lines: components["schemas"]["WantedLine"][];
            /** @description Units that this cart holds count as free */
            cart_id?: string;
            /**
             * @default split
             * @enum {string}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location";
            /** @description Only these locations give stock, in this order. Default: all, by their priority */
            locations?: string[];
        };
        PutReservation: {
            lines: components["schemas"]["WantedLine"][];
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            cart_id?: string;
            /** @description The customer. A SKU with a `max_per_customer` needs it. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            customer_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            store_id?: string;
            source?: string;
            /** Format: int32 */
            ttl_seconds?: number;
            /**
             * Format: int32
             * @description Publishes an `expiring` event this many seconds before the hold ends, again after each extension
             */
            notify_before_seconds?: number;
            /**
             * @default split
             * @enum {string}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location";
            /** @description Only these locations give stock, in this order. Default: all, by their priority */
            locations?: string[];
            /**
             * @description `partial` takes what there is of each line, with `"sourcing": "split"` and without `confirm` only. A line then has the `quantity` taken, 0 included; if no unit is available, the answer is 409. `wait`, without `confirm`, waits in line for up to `wait_seconds`: the answer is 202 if the stock is not there at once
             * @default reject
             * @enum {string}
             */
            if_short?: "reject" | "partial" | "wait";
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`, which needs it: how long to wait in line for stock that is short
             */
            wait_seconds?: number;
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`. Higher priorities come first. Default: 0
             */
            wait_priority?: number;
            /**
             * @description Allocates at once, without a hold
             * @default false
             */
            confirm?: boolean;
            /** @description Goes with `"confirm": true` */
            payment_reference?: string;
            /** @default {} */
            metadata?: {
                [key: string]: string;
            };
        };
        /**
         * @example {
         *       "source": "phone",
         *       "metadata": {
         *         "gift": "yes"
         *       }
         *     }
         */
        PatchReservation: {
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            customer_id?: string;
            payment_reference?: string;
            source?: string | null;
            /** @description JSON merge patch (RFC 7396): `null` removes a key */
            metadata?: {
                [key: string]: string | null;
            } | null;
        };
        /**
         * @example {
         *       "payment_reference": "pay-1001"
         *     }
         */
        ConfirmReservation: {
            payment_reference?: string;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /**
             * @description `reacquire`: the stock of an expired hold is reserved again if it is available
             * @default reject
             * @enum {string}
             */
            on_expired?: "reject" | "reacquire";
            /** @description Units to confirm; the rest is given back. Default: all */
            lines?: components["schemas"]["LinePart"][];
            reason?: string;
        };
        LinePart: {
            sku: string;
            /** @description Location of the allocation. Default: all of the SKU. Units are confirmed and fulfilled from the first allocation on, and released and cancelled from the last */
            location?: string;
            /** Format: int32 */
            quantity: number;
        };
        /**
         * @example {
         *       "ttl_seconds": 600
         *     }
         */
        ExtendReservation: {
            /**
             * Format: int32
             * @description Seconds from now. Default: the lifetime of a new hold
             */
            ttl_seconds?: number;
            reason?: string;
        };
        /**
         * @example {
         *       "reason": "the customer left"
         *     }
         */
        ReleaseReservation: {
            reason?: string;
            /** @description Units to give back. Default: all units */
            lines?: components["schemas"]["LinePart"][];
            /** @description Counts once for each reservation, without a time limit. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            release_id?: string;
        };
        /**
         * @example {
         *       "fulfillment_id": "f-1001"
         *     }
         */
        FulfillReservation: {
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string;
            /** @description Units to deduct. Default: all units that are left */
            lines?: components["schemas"]["LinePart"][];
            /** @description Counts once for each reservation, without a time limit. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            fulfillment_id?: string;
            /**
             * @description A `location` with free stock may ship units that are allocated elsewhere: they are moved to it first
             * @default false
             */
            reallocate?: boolean;
        };
        /**
         * @example {
         *       "reason": "the customer cancelled"
         *     }
         */
        CancelReservation: {
            reason?: string;
            /** @description Units to free. Default: all units that have not shipped */
            lines?: components["schemas"]["LinePart"][];
            /** @description Counts once for each reservation, without a time limit. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            cancellation_id?: string;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "quantity": 1
         *         }
         *       ],
         *       "return_id": "r-1001",
         *       "reason": "wrong size"
         *     }
         */
        ReturnReservation: {
            lines: components["schemas"]["ReturnLine"][];
            /** @description Counts once for each reservation, without a time limit. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            return_id?: string;
            /**
             * @description Whether the units are on hand again. `false`: they cannot be sold again
             * @default true
             */
            restock?: boolean;
            reason?: string;
        };
        ReturnLine: {
            sku: string;
            /** @description Location that the units had left from. Default: all of the SKU, the first allocation first */
            from?: string;
            /** @description Location that the units came back to, also an inactive one. Default: where they left from */
            to?: string;
            /** Format: int32 */
            quantity: number;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "quantity": 3
         *         }
         *       ],
         *       "renew": true
         *     }
         */
        PutLines: {
            lines: components["schemas"]["ReplacementLine"][];
            /**
             * @description How the units that are added are sourced. Default: as the reservation says
             * @enum {string|null}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location" | null;
            /** @description The only locations that may give the units that are added, in this order. Default: as the reservation says */
            locations?: string[] | null;
            /**
             * @description `partial` takes the available units of each increase. `sourcing` (default: the reservation’s) must be `split`. `wait` acts as `reject`. Default: `reject`
             * @enum {string|null}
             */
            if_short?: "reject" | "partial" | "wait" | null;
            /** @description Extends a hold too, as far as extend may. Default: false */
            renew?: boolean | null;
            reason?: string | null;
        };
        ReplacementLine: {
            sku: string;
            /** Format: int32 */
            quantity: number;
            /** @description Pins the line to this location */
            location?: string | null;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "quantity": 2
         *         }
         *       ]
         *     }
         */
        PutCartReservation: {
            /** @description Empty: the hold is released */
            lines: components["schemas"]["ReplacementLine"][];
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            order_id?: string | null;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            customer_id?: string | null;
            /** @description 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            store_id?: string | null;
            source?: string | null;
            /**
             * Format: int32
             * @description Lifetime of a new hold. For an existing reservation it counts only with `renew`
             */
            ttl_seconds?: number | null;
            /**
             * Format: int32
             * @description Publishes an `expiring` event this many seconds before the hold ends. Absent: unchanged. null: none
             */
            notify_before_seconds?: number | null;
            metadata?: {
                [key: string]: string;
            } | null;
            /**
             * @description How the units that are added are sourced. Default: as the reservation says
             * @enum {string|null}
             */
            sourcing?: "split" | "no_split" | "single_location" | "prefer_single_location" | null;
            /** @description The only locations that may give the units that are added, in this order. Default: as the reservation says */
            locations?: string[] | null;
            /**
             * @description `partial` takes the available units of each increase. `sourcing` (default: the reservation’s) must be `split`. `wait` acts as `reject`. Default: `reject`
             * @enum {string|null}
             */
            if_short?: "reject" | "partial" | "wait" | null;
            /** @description Extends a hold too, as far as extend may. Default: false */
            renew?: boolean | null;
            reason?: string | null;
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`, which needs it: how long to wait in line for stock that is short
             */
            wait_seconds?: number | null;
            /**
             * Format: int32
             * @description Goes with `"if_short": "wait"`. Higher priorities come first. Default: 0
             */
            wait_priority?: number | null;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "from": "WH-EAST",
         *           "to": "WH-WEST"
         *         }
         *       ]
         *     }
         */
        ReallocateReservation: {
            lines: components["schemas"]["MovedLine"][];
            reason?: string;
        };
        MovedLine: {
            sku: string;
            /** @description Location of the allocation */
            from: string;
            /** @description Default: sourced by the rules of the reservation (`sourcing`, `locations`, pins), but not from `from` */
            to?: string;
            /**
             * Format: int32
             * @description Default: all open units of the SKU at `from`
             */
            quantity?: number;
        };
        /**
         * @example {
         *       "reason": "no answer to the create"
         *     }
         */
        WithdrawReservation: {
            reason?: string;
        };
        /**
         * @example {
         *       "payment_reference": "pay-1001"
         *     }
         */
        ConfirmOrder: {
            payment_reference?: string;
            /**
             * @default reject
             * @enum {string}
             */
            on_expired?: "reject" | "reacquire";
            /**
             * @description true: all reservations or none. false: those that can be confirmed
             * @default true
             */
            atomic?: boolean;
            reason?: string;
        };
        /**
         * @example {
         *       "reason": "the customer cancelled"
         *     }
         */
        CancelOrder: {
            reason?: string;
        };
        /**
         * @example {
         *       "fulfillment_id": "f-1001"
         *     }
         */
        FulfillOrder: {
            /** @description Units to deduct, from the oldest reservation first. Default: all that are left */
            lines?: components["schemas"]["LinePart"][];
            /** @description Counts once for each order, without a time limit. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            fulfillment_id?: string;
        };
        /**
         * @example {
         *       "name": "Warehouse East",
         *       "priority": 10
         *     }
         */
        PutLocation: {
            /** @description Free text for people. Absent: unchanged. null: none */
            name?: string | null;
            /**
             * Format: int32
             * @description Lower is used first. Absent: unchanged, or 100 for a new location. null: 100
             */
            priority?: number | null;
            /** @description Stock of an inactive location cannot be reserved, but existing reservations stay valid. Absent: unchanged, or true for a new location. null: true */
            active?: boolean | null;
        };
        /**
         * @example {
         *       "name": "T-shirt, medium",
         *       "product_id": "TSHIRT",
         *       "variant_id": "M",
         *       "low_stock_threshold": 20
         *     }
         */
        PutSku: {
            /** @description Free text for people. Absent: unchanged. null: none */
            name?: string | null;
            /** @description Your id of the product, only stored. Absent: unchanged. null: none. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            product_id?: string | null;
            /** @description Your id of the variant, only stored. Absent: unchanged. null: none. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
            variant_id?: string | null;
            /**
             * Format: int32
             * @description The SKU is low while at most this many are available. Absent: unchanged. null: never low
             */
            low_stock_threshold?: number | null;
            /**
             * Format: int32
             * @description Maximum units of this SKU in one reservation. Absent: unchanged. null: no limit
             */
            max_per_reservation?: number | null;
            /** @description false pauses the SKU: calls that ask for more of it get 409 `sku_inactive`, and existing promises continue. Absent: unchanged. null: true */
            active?: boolean | null;
            /**
             * Format: int32
             * @description Maximum units of this SKU for one customer, over all reservations. They need a `customer_id` then. Absent: unchanged. null: no limit
             */
            max_per_customer?: number | null;
            /**
             * Format: date-time
             * @description Counts only reservations created since then. Absent: unchanged. null: since the limit was first set
             */
            customer_limit_since?: string | null;
            /** @description Recorded with what the call changes */
            reason?: string | null;
        };
        /**
         * @example {
         *       "on_hand": 120,
         *       "safety_stock": 5,
         *       "reason": "counted"
         *     }
         */
        PutStockLevel: {
            /**
             * Format: int32
             * @description The counted units: 0 to 1,000,000,000
             */
            on_hand: number;
            /**
             * Format: int32
             * @description Units that are not offered for sale. Absent: unchanged. null: 0
             */
            safety_stock?: number | null;
            /**
             * Format: int32
             * @description How many units may be promised beyond those on hand. Lowering it may cause a shortfall. Absent: unchanged. null: 0
             */
            backorder_limit?: number | null;
            /** @description Recorded in the movement */
            reason?: string | null;
        };
        /**
         * @example {
         *       "safety_stock": 5
         *     }
         */
        PatchStockLevel: {
            /**
             * Format: int32
             * @description The counted units. Absent: unchanged
             */
            on_hand?: number;
            /**
             * Format: int32
             * @description Units that are not offered for sale. Absent: unchanged. null: 0
             */
            safety_stock?: number | null;
            /**
             * Format: int32
             * @description How many units may be promised beyond those on hand. Lowering it may cause a shortfall. Absent: unchanged. null: 0
             */
            backorder_limit?: number | null;
            /** @description Recorded in the movement */
            reason?: string | null;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-EAST",
         *           "delta": 40,
         *           "reason": "receipt PO-7781"
         *         },
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "delta": -2,
         *           "reason": "broken in aisle 4"
         *         }
         *       ]
         *     }
         */
        AdjustStock: {
            lines: components["schemas"]["StockAdjustment"][];
        };
        StockAdjustment: {
            sku: string;
            location: string;
            /**
             * Format: int32
             * @description Units to add; negative to remove units
             */
            delta: number;
            /** @description Recorded in the movement */
            reason: string;
        };
        /**
         * @example {
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "from": "WH-EAST",
         *           "to": "WH-WEST",
         *           "quantity": 20,
         *           "reason": "truck 12"
         *         }
         *       ]
         *     }
         */
        TransferStock: {
            lines: components["schemas"]["StockTransfer"][];
        };
        StockTransfer: {
            sku: string;
            /** @description The location that the units leave */
            from: string;
            /** @description The location that gets them; it may be inactive */
            to: string;
            /** Format: int32 */
            quantity: number;
            /** @description Recorded in both movements. Default: the other location, as in `transfer to WH-WEST` */
            reason?: string;
        };
        /**
         * @description UTF-8, or UTF-16 with a byte order mark. Columns are separated by commas, semicolons or tabs; a first line such as `sep=;` may say by which. The header names the columns, in any case: `sku`, `location`, and `on_hand` (sets the units) or `delta` (adds or removes units); optionally `safety_stock`, `backorder_limit`, `name` (of the SKU), `reason` (for the movement) and `version` (the row is rejected if the level has another one). A file may have both `on_hand` and `delta`, but each row fills at most one of them; a row with neither keeps the units. An empty cell changes nothing. Empty rows, and empty columns at the end, are ignored. `12.0` is 12. Put fields that contain the separator or quotes in quotes. White space around a text is removed, even in quotes, and the text is converted to Unicode NFC. A SKU or a location must then have 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters.
         * @example sku,location,on_hand,safety_stock,name
         *     TSHIRT-M,WH-EAST,120,5,"T-shirt, M"
         *     MUG,WH-EAST,40,,
         */
        StockImportCsv: string;
        /**
         * @description UTF-8. One object on each line, with the same names as the columns of a CSV file. White space around a text is removed, even in quotes, and the text is converted to Unicode NFC. A SKU or a location must then have 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters.
         * @example {"sku":"TSHIRT-M","location":"WH-EAST","on_hand":120,"safety_stock":5,"name":"T-shirt, M"}
         *     {"sku":"MUG","location":"WH-EAST","delta":-3}
         */
        StockImportNdjson: string;
        /**
         * @example {
         *       "dry_run": true
         *     }
         */
        RepairConsistency: {
            /**
             * @description Change nothing, only report what would be repaired
             * @default false
             */
            dry_run?: boolean;
        };
        /** @example {} */
        TakeSnapshot: Record<string, never>;
        /**
         * @description A CloudEvent 1.0, with any extensions
         * @example {
         *       "specversion": "1.0",
         *       "id": "6f1a4c1e-order-created",
         *       "source": "https://orders.example.com",
         *       "type": "order.order.created",
         *       "time": "2026-11-20T10:00:00Z",
         *       "data": {
         *         "order_id": "o-1001",
         *         "lines": [
         *           {
         *             "sku": "TSHIRT-M",
         *             "quantity": 2
         *           }
         *         ]
         *       }
         *     }
         */
        IncomingEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description Identifies the event together with `source`. A repeat has no further effect */
            id: string;
            source: string;
            type: string;
            subject?: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, with any offset
             */
            time?: string | null;
            dataschema?: string | null;
            datacontenttype?: string | null;
            data?: unknown;
            data_base64?: null;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example [
         *       {
         *         "specversion": "1.0",
         *         "id": "6f1a4c1e-order-created",
         *         "source": "https://orders.example.com",
         *         "type": "order.order.created",
         *         "time": "2026-11-20T10:00:00Z",
         *         "data": {
         *           "order_id": "o-1001",
         *           "lines": [
         *             {
         *               "sku": "TSHIRT-M",
         *               "quantity": 2
         *             }
         *           ]
         *         }
         *       }
         *     ]
         */
        IncomingEventBatch: components["schemas"]["IncomingEvent"][];
        /**
         * @example {
         *       "type": "order.order.created"
         *     }
         */
        RetryDeadEvents: {
            /** @description Retry only events of this source */
            source?: string;
            /** @description Retry only events of this type */
            type?: string;
            /**
             * Format: int32
             * @description Maximum number of events
             * @default 100
             */
            limit?: number;
        };
        /** @example {} */
        RetryDeadEvent: Record<string, never>;
        /**
         * @example {
         *       "url": "https://shop.example.com/hooks/stock",
         *       "types": [
         *         "warehouse.inventory.expired",
         *         "warehouse.inventory.confirm_refused"
         *       ],
         *       "description": "Shop, refunds"
         *     }
         */
        CreateWebhookEndpoint: {
            /**
             * Format: uri
             * @description An https URL with a public address: up to 2,000 characters, no user, password or fragment. Its host name is resolved for each connection
             */
            url: string;
            /** @description Event types to send. Absent: all, also types that are added later */
            types?: ("warehouse.inventory.reserved" | "warehouse.inventory.waiting" | "warehouse.inventory.changed" | "warehouse.inventory.expiring" | "warehouse.inventory.confirmed" | "warehouse.inventory.extended" | "warehouse.inventory.released" | "warehouse.inventory.expired" | "warehouse.inventory.cancelled" | "warehouse.inventory.deducted" | "warehouse.inventory.returned" | "warehouse.inventory.confirm_refused" | "warehouse.inventory.sync_failed" | "warehouse.inventory.reservation_refused" | "warehouse.inventory.stock_shortfall" | "warehouse.inventory.reconciled" | "warehouse.inventory.stock_low" | "warehouse.inventory.stock_recovered")[];
            /** @description Free text for people */
            description?: string;
        };
        /**
         * @example {
         *       "enabled": true
         *     }
         */
        PutWebhookEndpoint: {
            /**
             * Format: uri
             * @description An https URL with a public address: up to 2,000 characters, no user, password or fragment. Its host name is resolved for each connection
             */
            url?: string;
            /** @description Event types to send from now on. Absent: unchanged. null: all */
            types?: ("warehouse.inventory.reserved" | "warehouse.inventory.waiting" | "warehouse.inventory.changed" | "warehouse.inventory.expiring" | "warehouse.inventory.confirmed" | "warehouse.inventory.extended" | "warehouse.inventory.released" | "warehouse.inventory.expired" | "warehouse.inventory.cancelled" | "warehouse.inventory.deducted" | "warehouse.inventory.returned" | "warehouse.inventory.confirm_refused" | "warehouse.inventory.sync_failed" | "warehouse.inventory.reservation_refused" | "warehouse.inventory.stock_shortfall" | "warehouse.inventory.reconciled" | "warehouse.inventory.stock_low" | "warehouse.inventory.stock_recovered")[] | null;
            /** @description Absent: unchanged. null: none */
            description?: string | null;
            /** @description An enabled endpoint continues where it stopped. Absent: unchanged. null: true */
            enabled?: boolean | null;
        };
        /** @example {} */
        RotateWebhookSecret: Record<string, never>;
        /** @example {} */
        TestWebhookEndpoint: Record<string, never>;
        /**
         * @example {
         *       "from": "2026-11-20T10:00:00.000Z",
         *       "to": "2026-11-20T11:00:00.000Z"
         *     }
         */
        ReplayWebhook: {
            /**
             * Format: uuid
             * @description One event, of any type
             */
            event_id?: string;
            /**
             * Format: date-time
             * @description With `to`: replay events from this time on
             */
            from?: string;
            /**
             * Format: date-time
             * @description With `from`: replay events before this time, of the endpoint’s types
             */
            to?: string;
        };
        /**
         * @example {
         *       "state": "failed",
         *       "limit": 1000
         *     }
         */
        RetryWarehouseSyncs: {
            /**
             * @description Only failed syncs can be retried
             * @constant
             */
            state: "failed";
            /**
             * Format: int32
             * @description Maximum number of syncs, the oldest first
             * @default 1000
             */
            limit?: number;
            reason?: string;
        };
        /**
         * @example {
         *       "reason": "maintenance is over"
         *     }
         */
        RetryWarehouseSync: {
            reason?: string;
        };
        /**
         * @example {
         *       "dry_run": true
         *     }
         */
        ReconcileStale: {
            /**
             * Format: int32
             * @description Maximum number of holds and syncs together: holds before syncs, each oldest first. The counters of all levels are always compared
             * @default 1000
             */
            limit?: number;
            /**
             * @description Change nothing, only report what would be done
             * @default false
             */
            dry_run?: boolean;
        };
        /**
         * @example {
         *       "id": "01a1f866-0d00-7a6c-9d3b-5f2e8c4b7a10",
         *       "status": "held",
         *       "order_id": "o-1001",
         *       "cart_id": "c-77",
         *       "customer_id": "cu-5",
         *       "store_id": "eu-web",
         *       "source": "web-checkout",
         *       "release_reason": null,
         *       "payment_reference": null,
         *       "expires_at": "2026-11-20T10:15:00.000Z",
         *       "extensions": 0,
         *       "sourcing": "split",
         *       "locations": null,
         *       "if_short": "reject",
         *       "wait_priority": 0,
         *       "waiting_until": null,
         *       "notify_before_seconds": 120,
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": null,
         *           "quantity": 2,
         *           "requested_quantity": 2,
         *           "confirmed_quantity": 0,
         *           "fulfilled_quantity": 0,
         *           "cancelled_quantity": 0,
         *           "returned_quantity": 0,
         *           "allocations": [
         *             {
         *               "location": "WH-WEST",
         *               "quantity": 2,
         *               "fulfilled_quantity": 0,
         *               "cancelled_quantity": 0,
         *               "returned_quantity": 0
         *             }
         *           ]
         *         }
         *       ],
         *       "warehouse_sync": null,
         *       "metadata": {
         *         "channel": "app"
         *       },
         *       "version": 1,
         *       "created_at": "2026-11-20T10:00:00.000Z",
         *       "updated_at": "2026-11-20T10:00:00.000Z",
         *       "held_at": "2026-11-20T10:00:00.000Z",
         *       "confirmed_at": null,
         *       "released_at": null,
         *       "expired_at": null,
         *       "cancelled_at": null,
         *       "fulfilled_at": null,
         *       "withdrawn_at": null
         *     }
         */
        Reservation: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            status: "waiting" | "held" | "confirmed" | "released" | "expired" | "fulfilled" | "cancelled" | "withdrawn";
            order_id: string | null;
            cart_id: string | null;
            customer_id: string | null;
            store_id: string | null;
            source: string | null;
            release_reason: string | null;
            payment_reference: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            expires_at: string | null;
            /** Format: int64 */
            extensions: number;
            /** @enum {string} */
            sourcing: "split" | "no_split" | "single_location" | "prefer_single_location";
            locations: string[] | null;
            /** @enum {string} */
            if_short: "reject" | "partial" | "wait";
            /** Format: int64 */
            wait_priority: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            waiting_until: string | null;
            /** Format: int64 */
            notify_before_seconds: number | null;
            lines: components["schemas"]["ReservationLine"][];
            warehouse_sync: components["schemas"]["WarehouseSync"] | null;
            metadata: {
                [key: string]: string;
            };
            /** Format: int64 */
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            held_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            confirmed_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            released_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            expired_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            cancelled_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            fulfilled_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            withdrawn_at: string | null;
        };
        ReservationLine: {
            sku: string;
            /** @description The pin: the only location that may give the units */
            location: string | null;
            /**
             * Format: int64
             * @description Units of the hold, or units that were confirmed or held before
             */
            quantity: number;
            /**
             * Format: int64
             * @description Units that were asked for. `quantity` is less if fewer were available
             */
            requested_quantity: number;
            /**
             * Format: int64
             * @description Units that were confirmed. Open: `confirmed - cancelled - fulfilled`
             */
            confirmed_quantity: number;
            /**
             * Format: int64
             * @description Units that have shipped, those that were returned included
             */
            fulfilled_quantity: number;
            /**
             * Format: int64
             * @description Units that were confirmed, and cancelled before they shipped
             */
            cancelled_quantity: number;
            /**
             * Format: int64
             * @description Units that have shipped and came back
             */
            returned_quantity: number;
            allocations: components["schemas"]["Allocation"][];
        };
        Allocation: {
            location: string;
            /**
             * Format: int64
             * @description Units that this location gives, those that have shipped or were cancelled included
             */
            quantity: number;
            /**
             * Format: int64
             * @description Of these, units that have shipped from here
             */
            fulfilled_quantity: number;
            /**
             * Format: int64
             * @description Of these, units that were cancelled
             */
            cancelled_quantity: number;
            /**
             * Format: int64
             * @description Units that have shipped from here and came back, to any location
             */
            returned_quantity: number;
        };
        WarehouseSync: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            action: "confirm" | "release" | "expire" | "cancel";
            /**
             * @description `failed`: not tried again after all attempts, until you retry it. `superseded`: not sent, as the reservation ended before the warehouse was notified of it
             * @enum {string}
             */
            state: "pending" | "in_flight" | "succeeded" | "failed" | "superseded";
            /**
             * Format: int64
             * @description All attempts, including those before a retry. A 429 or refused connection does not count
             */
            attempts: number;
            /**
             * Format: int64
             * @description null if no complete answer arrived
             */
            last_status: number | null;
            last_error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            next_attempt_at: string | null;
        };
        Problem: {
            /**
             * Format: uri
             * @description The page about this `code`
             */
            type: string;
            title: string;
            /** Format: int64 */
            status: number;
            detail: string;
            /** @description The request id */
            instance: string;
            code: components["schemas"]["ProblemCode"];
            errors?: components["schemas"]["FaultyField"][];
            /** @description With `insufficient_stock` and `quantity_exceeds_remaining`: the lines that ask for too much. With `customer_limit_reached` and `sku_inactive`: the SKUs */
            lines?: components["schemas"]["ProblemLine"][];
            current_status?: string;
        };
        /** @description What programs decide by */
        ProblemCode: string;
        FaultyField: {
            path: string;
            message: string;
        };
        ProblemLine: {
            sku: string;
            location?: string;
            /**
             * Format: int64
             * @description Units that were asked for
             */
            requested?: number;
            /**
             * Format: int64
             * @description With `insufficient_stock`: the available units. For a reservation this is at most the total `available` of the SKU, even if a location has more; for an adjustment or a fulfilment it is the units on hand
             */
            available?: number;
            /**
             * Format: int64
             * @description With `quantity_exceeds_remaining`: the units that are left of the line
             */
            remaining?: number;
            /**
             * Format: int64
             * @description With `customer_limit_reached`: the `max_per_customer` of the SKU
             */
            limit?: number;
            /**
             * Format: int64
             * @description With `customer_limit_reached`: the units that the customer has. `requested` are those that the call adds
             */
            taken?: number;
        };
        ReservationList: {
            data: components["schemas"]["Reservation"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        ReservationBatch: {
            results: components["schemas"]["BatchResult"][];
        };
        BatchResult: components["schemas"]["CreatedInBatch"] | components["schemas"]["RefusedInBatch"];
        CreatedInBatch: {
            /** @constant */
            status: 201;
            reservation: components["schemas"]["Reservation"];
            /**
             * @description Present if this is the outcome of an earlier call with this key
             * @constant
             */
            replayed?: true;
        };
        RefusedInBatch: {
            /** Format: int64 */
            status: number;
            problem: components["schemas"]["Problem"];
            /**
             * @description Present if this is the outcome of an earlier call with this key
             * @constant
             */
            replayed?: true;
        };
        /**
         * @example {
         *       "possible": true,
         *       "lines": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": null,
         *           "requested": 2,
         *           "available": 100,
         *           "allocations": [
         *             {
         *               "location": "WH-EAST",
         *               "quantity": 2
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        Quote: {
            /** @description Whether a create of these lines would succeed now */
            possible: boolean;
            lines: components["schemas"]["QuotedLine"][];
        };
        QuotedLine: {
            sku: string;
            /** @description The pin */
            location: string | null;
            /** Format: int64 */
            requested: number;
            /**
             * Format: int64
             * @description Units that the line could have. For a short line: the units that the 409 of a create would name
             */
            available: number;
            /** @description The locations that the units would come from. Empty if `possible` is false */
            allocations: components["schemas"]["QuotedAllocation"][];
        };
        QuotedAllocation: {
            location: string;
            /** Format: int64 */
            quantity: number;
        };
        ReservationWithPosition: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            status: "waiting" | "held" | "confirmed" | "released" | "expired" | "fulfilled" | "cancelled" | "withdrawn";
            order_id: string | null;
            cart_id: string | null;
            customer_id: string | null;
            store_id: string | null;
            source: string | null;
            release_reason: string | null;
            payment_reference: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            expires_at: string | null;
            /** Format: int64 */
            extensions: number;
            /** @enum {string} */
            sourcing: "split" | "no_split" | "single_location" | "prefer_single_location";
            locations: string[] | null;
            /** @enum {string} */
            if_short: "reject" | "partial" | "wait";
            /** Format: int64 */
            wait_priority: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            waiting_until: string | null;
            /** Format: int64 */
            notify_before_seconds: number | null;
            lines: components["schemas"]["ReservationLine"][];
            warehouse_sync: components["schemas"]["WarehouseSync"] | null;
            metadata: {
                [key: string]: string;
            };
            /** Format: int64 */
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            held_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            confirmed_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            released_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            expired_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            cancelled_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            fulfilled_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            withdrawn_at: string | null;
            /**
             * Format: int64
             * @description While it waits: its position in line, 1 being the next, at most 1,000
             */
            position?: number;
        };
        ReservationHistory: {
            data: components["schemas"]["HistoryEntry"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        HistoryEntry: components["schemas"]["EventEntry"] | components["schemas"]["MovementEntry"] | components["schemas"]["SyncAttemptEntry"];
        EventEntry: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "event";
            data: components["schemas"]["HistoryEvent"];
        };
        HistoryEvent: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            type: string;
            /** @description The reservation at the time of the event */
            reservation: components["schemas"]["Reservation"];
            /** @description The reason that the call gave */
            reason: string | null;
            /** @description Who gave the reason; null without one */
            caller: string | null;
        };
        MovementEntry: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "movement";
            data: components["schemas"]["StockMovement"];
        };
        StockMovement: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            sku: string;
            location: string;
            /**
             * Format: int64
             * @description Sequence number of the movement within its level, without gaps
             */
            level_seq: number;
            /**
             * @description `drift` records a change that was made outside the ledger, `repair` corrects it
             * @enum {string}
             */
            kind: "reserve" | "confirm" | "release" | "expire" | "cancel" | "fulfill" | "return" | "reallocate" | "set" | "adjust" | "transfer" | "drift" | "repair";
            /** Format: int64 */
            on_hand_delta: number;
            /** Format: int64 */
            reserved_delta: number;
            /** Format: int64 */
            allocated_delta: number;
            /**
             * Format: int64
             * @description By how much a `set` changed the `backorder_limit`
             */
            backorder_limit_delta: number;
            /**
             * Format: int64
             * @description The value after the movement; so are `reserved` and `allocated`
             */
            on_hand: number;
            /** Format: int64 */
            reserved: number;
            /** Format: int64 */
            allocated: number;
            /**
             * Format: uuid
             * @description The reservation that caused the movement; null for `set` and `adjust`
             */
            reservation_id: string | null;
            /** @description The order that this reservation has now */
            order_id: string | null;
            /**
             * Format: uuid
             * @description The import that caused the movement
             */
            import_id: string | null;
            /** @description The reason that the caller gave; `import <id>` for a row of a file without one */
            reason: string | null;
            /** @description The API key’s name; `anonymous` without API keys */
            caller: string;
        };
        SyncAttemptEntry: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "sync_attempt";
            data: components["schemas"]["HistorySyncAttempt"];
        };
        HistorySyncAttempt: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            sync_id: string;
            /** @enum {string} */
            action: "confirm" | "release" | "expire" | "cancel";
            /** Format: int64 */
            number: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            started_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /**
             * Format: int64
             * @description HTTP status; null if there was no answer
             */
            status: number | null;
            error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            next_attempt_at: string | null;
            /** @description The last `retry` call before this attempt; null if there was none */
            retry: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
                caller: string;
                reason: string | null;
            } | null;
        };
        Order: {
            order_id: string;
            /**
             * Format: date-time
             * @description When an event or a confirm of the order reported its payment; null if neither did
             */
            paid_at: string | null;
            /**
             * Format: date-time
             * @description From then on nothing is reserved for the order
             */
            cancelled_at: string | null;
            /** @description Oldest first. An order may have 200; of more, the newest are shown */
            reservations: components["schemas"]["Reservation"][];
        };
        OrderResult: {
            /** @description The order after the call */
            order: components["schemas"]["Order"];
            /** @description What the call did, in order. Empty if it was done before */
            results: components["schemas"]["OrderCallEffect"][];
        };
        OrderCallEffect: {
            /**
             * Format: uuid
             * @description null if the effect is on the order and not on a reservation
             */
            reservation_id: string | null;
            effect: string;
            /** @description Why, if the effect is `refused` */
            problem: components["schemas"]["ProblemBody"] | null;
        };
        ProblemBody: {
            /**
             * Format: uri
             * @description The page about this `code`
             */
            type: string;
            title: string;
            /** Format: int64 */
            status: number;
            detail: string;
            code: components["schemas"]["ProblemCode"];
            errors?: components["schemas"]["FaultyField"][];
            /** @description With `insufficient_stock` and `quantity_exceeds_remaining`: the lines that ask for too much. With `customer_limit_reached` and `sku_inactive`: the SKUs */
            lines?: components["schemas"]["ProblemLine"][];
            current_status?: string;
        };
        /**
         * @example {
         *       "location": "WH-EAST",
         *       "name": "Warehouse East",
         *       "priority": 10,
         *       "active": true,
         *       "created_at": "2026-11-20T08:00:00.000Z",
         *       "updated_at": "2026-11-20T08:00:00.000Z"
         *     }
         */
        Location: {
            location: string;
            name: string | null;
            /**
             * Format: int64
             * @description Lower is used first
             */
            priority: number;
            /** @description Whether stock of the location can be reserved */
            active: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "location": "WH-EAST",
         *           "name": "Warehouse East",
         *           "priority": 10,
         *           "active": true,
         *           "created_at": "2026-11-20T08:00:00.000Z",
         *           "updated_at": "2026-11-20T08:00:00.000Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        LocationList: {
            data: components["schemas"]["Location"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "sku": "TSHIRT-M",
         *       "name": "T-shirt, medium",
         *       "product_id": "TSHIRT",
         *       "variant_id": "M",
         *       "low_stock_threshold": 20,
         *       "max_per_reservation": null,
         *       "active": true,
         *       "max_per_customer": 2,
         *       "customer_limit_since": "2026-11-20T08:00:00.000Z",
         *       "created_at": "2026-11-20T08:00:00.000Z",
         *       "updated_at": "2026-11-20T08:00:00.000Z"
         *     }
         */
        Sku: {
            sku: string;
            name: string | null;
            product_id: string | null;
            variant_id: string | null;
            /**
             * Format: int64
             * @description The SKU is low while at most this many are available; null: never low
             */
            low_stock_threshold: number | null;
            /**
             * Format: int64
             * @description Maximum units of this SKU in one reservation; null: no limit
             */
            max_per_reservation: number | null;
            /** @description false: paused, so that no more units of it are promised */
            active: boolean;
            /**
             * Format: int64
             * @description Maximum units of this SKU for one customer; null: no limit
             */
            max_per_customer: number | null;
            /**
             * Format: date-time
             * @description Units of a customer count if their reservation was created since then. null: there was never a limit
             */
            customer_limit_since: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "name": "T-shirt, medium",
         *           "product_id": "TSHIRT",
         *           "variant_id": "M",
         *           "low_stock_threshold": 20,
         *           "max_per_reservation": null,
         *           "active": true,
         *           "max_per_customer": 2,
         *           "customer_limit_since": "2026-11-20T08:00:00.000Z",
         *           "created_at": "2026-11-20T08:00:00.000Z",
         *           "updated_at": "2026-11-20T08:00:00.000Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        SkuList: {
            data: components["schemas"]["Sku"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "at": "2026-11-20T10:02:00.000Z",
         *           "caller": "ops/ada",
         *           "reason": "photo of another product",
         *           "changes": [
         *             {
         *               "field": "active",
         *               "before": true,
         *               "after": false
         *             }
         *           ]
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        SkuChangeList: {
            data: components["schemas"]["SkuChange"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "at": "2026-11-20T10:02:00.000Z",
         *       "caller": "ops/ada",
         *       "reason": "photo of another product",
         *       "changes": [
         *         {
         *           "field": "active",
         *           "before": true,
         *           "after": false
         *         }
         *       ]
         *     }
         */
        SkuChange: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            caller: string;
            reason: string | null;
            /** @description The fields that differ, by name. Before a SKU was created, all are null */
            changes: components["schemas"]["ChangedField"][];
        };
        ChangedField: {
            field: string;
            before: string | number | boolean | null;
            after: string | number | boolean | null;
        };
        /**
         * @example {
         *       "sku": "TSHIRT-M",
         *       "from": "2026-11-20T10:00:00.000Z",
         *       "to": "2026-11-20T10:10:00.000Z",
         *       "bucket": "minute",
         *       "asked": {
         *         "calls": 5801,
         *         "units": 5801
         *       },
         *       "held": {
         *         "calls": 104,
         *         "units": 104
         *       },
         *       "confirmed": {
         *         "calls": 100,
         *         "units": 100
         *       },
         *       "refused": {
         *         "calls": 5697,
         *         "units": 5697
         *       },
         *       "waiting": {
         *         "calls": 0,
         *         "units": 0
         *       },
         *       "expired": {
         *         "calls": 4,
         *         "units": 4
         *       },
         *       "sold_out": {
         *         "first_at": "2026-11-20T10:00:01.412Z",
         *         "seconds": 571.3
         *       },
         *       "customers": {
         *         "served": 96,
         *         "units": 100,
         *         "median_units": 1,
         *         "largest_units": 2,
         *         "top_1_percent_share": 0.02,
         *         "units_without_customer": 0
         *       },
         *       "buckets": []
         *     }
         */
        Demand: {
            sku: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            to: string;
            /** @enum {string} */
            bucket: "second" | "minute" | "hour";
            /** @description Units that calls asked for: given, refused or waiting */
            asked: components["schemas"]["CallsAndUnits"];
            /** @description Units that were held, also for those that had waited */
            held: components["schemas"]["CallsAndUnits"];
            /** @description Units that were confirmed */
            confirmed: components["schemas"]["CallsAndUnits"];
            /** @description Units that were refused because of this SKU. A call for a paused SKU counts without units */
            refused: components["schemas"]["CallsAndUnits"];
            /** @description Units for which a place in line was taken */
            waiting: components["schemas"]["CallsAndUnits"];
            /** @description Units of holds that expired, with the number of such holds */
            expired: components["schemas"]["CallsAndUnits"];
            sold_out: {
                /**
                 * Format: date-time
                 * @description When the last unit was taken. null: there were some
                 */
                first_at: string | null;
                /** @description For how long in all nothing was left */
                seconds: number;
            };
            customers: {
                /**
                 * Format: int64
                 * @description Customers with confirmed units
                 */
                served: number;
                /**
                 * Format: int64
                 * @description Their units, less those that were cancelled
                 */
                units: number;
                median_units: number | null;
                /** Format: int64 */
                largest_units: number | null;
                /** @description Share of `units` of the 1 % of customers with the most units, at least one customer: 0 to 1 */
                top_1_percent_share: number | null;
                /**
                 * Format: int64
                 * @description Confirmed for reservations without `customer_id`
                 */
                units_without_customer: number;
            };
            /** @description By time. A bucket in which nothing happened is left out */
            buckets: components["schemas"]["DemandBucket"][];
        };
        CallsAndUnits: {
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            units: number;
        };
        DemandBucket: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /** @description Units that calls asked for: given, refused or waiting */
            asked: components["schemas"]["CallsAndUnits"];
            /** @description Units that were held, also for those that had waited */
            held: components["schemas"]["CallsAndUnits"];
            /** @description Units that were confirmed */
            confirmed: components["schemas"]["CallsAndUnits"];
            /** @description Units that were refused because of this SKU. A call for a paused SKU counts without units */
            refused: components["schemas"]["CallsAndUnits"];
            /** @description Units for which a place in line was taken */
            waiting: components["schemas"]["CallsAndUnits"];
            /** @description Units of holds that expired, with the number of such holds */
            expired: components["schemas"]["CallsAndUnits"];
        };
        /**
         * @example {
         *       "sku": "TSHIRT-M",
         *       "location": "WH-EAST",
         *       "on_hand": 120,
         *       "reserved": 4,
         *       "allocated": 11,
         *       "safety_stock": 5,
         *       "backorder_limit": 0,
         *       "backordered": 0,
         *       "shortfall": 0,
         *       "available": 100,
         *       "version": 7,
         *       "updated_at": "2026-11-20T10:15:00.000Z"
         *     }
         */
        StockLevel: {
            sku: string;
            location: string;
            /**
             * Format: int64
             * @description Units on hand
             */
            on_hand: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are held; a due hold counts until its stock is free
             */
            reserved: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are sold and have not left
             */
            allocated: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are not offered for sale
             */
            safety_stock: number;
            /**
             * Format: int64
             * @description How many units may be promised beyond those on hand. 0: no backorders
             */
            backorder_limit: number;
            /**
             * Format: int64
             * @description Units that are promised but not on hand: `reserved + allocated - on_hand`, or 0
             */
            backordered: number;
            /**
             * Format: int64
             * @description Promised units that are missing: `backordered - backorder_limit`, or 0
             */
            shortfall: number;
            /**
             * Format: int64
             * @description `on_hand + backorder_limit - safety_stock - reserved - allocated`, at least 0, and 0 while the SKU is paused: the units of this level that can be reserved if its location is active. A reservation gets at most the `available` of the whole SKU, which is lower while another level has a shortfall
             */
            available: number;
            /**
             * Format: int64
             * @description For `If-Match`. Rises with every change of `on_hand`, `safety_stock` or `backorder_limit` and every accepted PUT, but not with reservations
             */
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "order_id": "o-1001",
         *           "customer_id": "cu-5",
         *           "status": "confirmed",
         *           "quantity": 2,
         *           "since": "2026-11-20T10:00:00.000Z",
         *           "covered": true
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        LevelPromiseList: {
            data: components["schemas"]["LevelPromise"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        LevelPromise: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            reservation_id: string;
            order_id: string | null;
            customer_id: string | null;
            /** @enum {string} */
            status: "held" | "confirmed";
            /**
             * Format: int64
             * @description Units that the reservation has at this level and that have not left
             */
            quantity: number;
            /**
             * Format: date-time
             * @description When the units came to this level (ISO 8601, UTC)
             */
            since: string;
            /** @description Whether the units on hand are enough for this reservation and all that come before it */
            covered: boolean;
        };
        /**
         * @example {
         *       "levels": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-EAST",
         *           "on_hand": 160,
         *           "reserved": 4,
         *           "allocated": 11,
         *           "safety_stock": 5,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 140,
         *           "version": 8,
         *           "updated_at": "2026-11-20T10:15:00.000Z"
         *         }
         *       ]
         *     }
         */
        AdjustedStock: {
            /** @description The levels after the adjustment, each once, in the order of the request */
            levels: components["schemas"]["StockLevel"][];
        };
        /**
         * @example {
         *       "levels": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-EAST",
         *           "on_hand": 100,
         *           "reserved": 4,
         *           "allocated": 11,
         *           "safety_stock": 5,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 80,
         *           "version": 8,
         *           "updated_at": "2026-11-20T10:15:00.000Z"
         *         },
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-WEST",
         *           "on_hand": 40,
         *           "reserved": 4,
         *           "allocated": 11,
         *           "safety_stock": 5,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 20,
         *           "version": 3,
         *           "updated_at": "2026-11-20T10:15:00.000Z"
         *         }
         *       ]
         *     }
         */
        TransferredStock: {
            /** @description The levels after the transfer, each once, in the order of the request */
            levels: components["schemas"]["StockLevel"][];
        };
        /**
         * @example {
         *       "id": "0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70",
         *       "state": "queued",
         *       "content_type": "text/csv",
         *       "create": "all",
         *       "dry_run": false,
         *       "absent": "keep",
         *       "rows": 500,
         *       "applied": 0,
         *       "unchanged": 0,
         *       "rejected": 0,
         *       "duplicates": 0,
         *       "zeroed": 0,
         *       "created_skus": 0,
         *       "created_locations": 0,
         *       "reverts": null,
         *       "reverted_by": null,
         *       "caller": "erp",
         *       "error": null,
         *       "created_at": "2026-11-21T06:00:00.000Z",
         *       "started_at": null,
         *       "finished_at": null,
         *       "status_url": "/v1/stock-imports/0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70"
         *     }
         */
        StockImport: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * @description `succeeded`: all rows were processed; some may have been rejected
             * @enum {string}
             */
            state: "queued" | "running" | "succeeded" | "failed";
            /**
             * @description null: it reverts another import
             * @enum {string|null}
             */
            content_type: "text/csv" | "application/x-ndjson" | null;
            /** @enum {string} */
            create: "all" | "skus" | "none";
            dry_run: boolean;
            /** @enum {string} */
            absent: "keep" | "zero";
            /**
             * Format: int64
             * @description Rows of the file, without its header and empty rows
             */
            rows: number;
            /**
             * Format: int64
             * @description Number of applied rows so far, with the unchanged ones
             */
            applied: number;
            /**
             * Format: int64
             * @description Those of `applied` that found everything as they say
             */
            unchanged: number;
            /**
             * Format: int64
             * @description Number of rejected rows so far
             */
            rejected: number;
            /**
             * Format: int64
             * @description Rows about a level that an earlier row names too. All rows are applied, in order
             */
            duplicates: number;
            /**
             * Format: int64
             * @description With `absent=zero`: levels that the file does not name, and that were set to 0
             */
            zeroed: number;
            /** Format: int64 */
            created_skus: number;
            /** Format: int64 */
            created_locations: number;
            /**
             * Format: uuid
             * @description The import that this one reverts
             */
            reverts: string | null;
            /**
             * Format: uuid
             * @description The import that has reverted this one
             */
            reverted_by: string | null;
            /** @description The API key’s name; `anonymous` without API keys */
            caller: string;
            /** @description With `failed`: the reason */
            error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /** @description The path of the import */
            status_url: string;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70",
         *           "state": "queued",
         *           "content_type": "text/csv",
         *           "create": "all",
         *           "dry_run": false,
         *           "absent": "keep",
         *           "rows": 500,
         *           "applied": 0,
         *           "unchanged": 0,
         *           "rejected": 0,
         *           "duplicates": 0,
         *           "zeroed": 0,
         *           "created_skus": 0,
         *           "created_locations": 0,
         *           "reverts": null,
         *           "reverted_by": null,
         *           "caller": "erp",
         *           "error": null,
         *           "created_at": "2026-11-21T06:00:00.000Z",
         *           "started_at": null,
         *           "finished_at": null,
         *           "status_url": "/v1/stock-imports/0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        StockImportList: {
            data: components["schemas"]["StockImport"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70",
         *       "state": "succeeded",
         *       "content_type": "text/csv",
         *       "create": "all",
         *       "dry_run": true,
         *       "absent": "keep",
         *       "rows": 500,
         *       "applied": 499,
         *       "unchanged": 420,
         *       "rejected": 1,
         *       "duplicates": 0,
         *       "zeroed": 0,
         *       "created_skus": 2,
         *       "created_locations": 0,
         *       "reverts": null,
         *       "reverted_by": null,
         *       "caller": "erp",
         *       "error": null,
         *       "created_at": "2026-11-21T06:00:00.000Z",
         *       "started_at": "2026-11-21T06:00:00.120Z",
         *       "finished_at": "2026-11-21T06:00:00.360Z",
         *       "status_url": "/v1/stock-imports/0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70",
         *       "errors": [
         *         {
         *           "row": 17,
         *           "message": "on_hand: must be a whole number, not \"12.5\""
         *         }
         *       ],
         *       "differences": [
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "on_hand": 400,
         *           "new_on_hand": 40
         *         }
         *       ]
         *     }
         */
        StockImportWithErrors: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * @description `succeeded`: all rows were processed; some may have been rejected
             * @enum {string}
             */
            state: "queued" | "running" | "succeeded" | "failed";
            /**
             * @description null: it reverts another import
             * @enum {string|null}
             */
            content_type: "text/csv" | "application/x-ndjson" | null;
            /** @enum {string} */
            create: "all" | "skus" | "none";
            dry_run: boolean;
            /** @enum {string} */
            absent: "keep" | "zero";
            /**
             * Format: int64
             * @description Rows of the file, without its header and empty rows
             */
            rows: number;
            /**
             * Format: int64
             * @description Number of applied rows so far, with the unchanged ones
             */
            applied: number;
            /**
             * Format: int64
             * @description Those of `applied` that found everything as they say
             */
            unchanged: number;
            /**
             * Format: int64
             * @description Number of rejected rows so far
             */
            rejected: number;
            /**
             * Format: int64
             * @description Rows about a level that an earlier row names too. All rows are applied, in order
             */
            duplicates: number;
            /**
             * Format: int64
             * @description With `absent=zero`: levels that the file does not name, and that were set to 0
             */
            zeroed: number;
            /** Format: int64 */
            created_skus: number;
            /** Format: int64 */
            created_locations: number;
            /**
             * Format: uuid
             * @description The import that this one reverts
             */
            reverts: string | null;
            /**
             * Format: uuid
             * @description The import that has reverted this one
             */
            reverted_by: string | null;
            /** @description The API key’s name; `anonymous` without API keys */
            caller: string;
            /** @description With `failed`: the reason */
            error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /** @description The path of the import */
            status_url: string;
            /** @description The first 1,000 rejected rows. Row 1 is the first row after the header, or the first line of NDJSON; empty rows are not counted */
            errors: components["schemas"]["StockImportError"][];
            /** @description For a dry run that has ended: the 20 levels whose units would change most. Otherwise null */
            differences: components["schemas"]["StockImportDifference"][] | null;
        };
        StockImportError: {
            /** Format: int64 */
            row: number;
            message: string;
        };
        StockImportDifference: {
            sku: string;
            location: string;
            /**
             * Format: int64
             * @description The present units
             */
            on_hand: number;
            /**
             * Format: int64
             * @description The units that the file would leave
             */
            new_on_hand: number;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "active": true,
         *           "on_hand": 120,
         *           "reserved": 4,
         *           "allocated": 11,
         *           "available": 100,
         *           "waiting": 0,
         *           "locations": [
         *             {
         *               "sku": "TSHIRT-M",
         *               "location": "WH-EAST",
         *               "on_hand": 120,
         *               "reserved": 4,
         *               "allocated": 11,
         *               "safety_stock": 5,
         *               "backorder_limit": 0,
         *               "backordered": 0,
         *               "shortfall": 0,
         *               "available": 100,
         *               "version": 7,
         *               "updated_at": "2026-11-20T10:15:00.000Z",
         *               "active": true
         *             }
         *           ]
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        AvailabilityList: {
            data: components["schemas"]["Availability"][];
            /** @description With `unknown=skip`: the SKUs of the request that do not exist */
            unknown?: string[];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "sku": "TSHIRT-M",
         *       "active": true,
         *       "on_hand": 120,
         *       "reserved": 4,
         *       "allocated": 11,
         *       "available": 100,
         *       "waiting": 0,
         *       "locations": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-EAST",
         *           "on_hand": 120,
         *           "reserved": 4,
         *           "allocated": 11,
         *           "safety_stock": 5,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 100,
         *           "version": 7,
         *           "updated_at": "2026-11-20T10:15:00.000Z",
         *           "active": true
         *         }
         *       ]
         *     }
         */
        Availability: {
            sku: string;
            /** @description false: the SKU is paused, and nothing of it is available */
            active: boolean;
            /**
             * Format: int64
             * @description Units at all locations, as are `reserved` and `allocated`
             */
            on_hand: number;
            /** Format: int64 */
            reserved: number;
            /** Format: int64 */
            allocated: number;
            /**
             * Format: int64
             * @description Units that can be reserved now: the `available` of levels at active locations minus the `shortfall` of all levels, at least 0
             */
            available: number;
            /**
             * Format: int64
             * @description Units that reservations wait in line for. They count in none of the other numbers
             */
            waiting: number;
            /** @description Locations that have a level, by priority, then name */
            locations: components["schemas"]["AvailabilityAtLocation"][];
        };
        AvailabilityAtLocation: {
            sku: string;
            location: string;
            /**
             * Format: int64
             * @description Units on hand
             */
            on_hand: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are held; a due hold counts until its stock is free
             */
            reserved: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are sold and have not left
             */
            allocated: number;
            /**
             * Format: int64
             * @description Units of `on_hand` that are not offered for sale
             */
            safety_stock: number;
            /**
             * Format: int64
             * @description How many units may be promised beyond those on hand. 0: no backorders
             */
            backorder_limit: number;
            /**
             * Format: int64
             * @description Units that are promised but not on hand: `reserved + allocated - on_hand`, or 0
             */
            backordered: number;
            /**
             * Format: int64
             * @description Promised units that are missing: `backordered - backorder_limit`, or 0
             */
            shortfall: number;
            /**
             * Format: int64
             * @description `on_hand + backorder_limit - safety_stock - reserved - allocated`, at least 0, and 0 while the SKU is paused: the units of this level that can be reserved if its location is active. A reservation gets at most the `available` of the whole SKU, which is lower while another level has a shortfall
             */
            available: number;
            /**
             * Format: int64
             * @description For `If-Match`. Rises with every change of `on_hand`, `safety_stock` or `backorder_limit` and every accepted PUT, but not with reservations
             */
            version: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updated_at: string;
            /** @description Whether stock of the location can be reserved */
            active: boolean;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-6f0e-7c52-9a51-3f1f0e6f8a11",
         *           "at": "2026-11-20T10:00:00.000Z",
         *           "sku": "TSHIRT-M",
         *           "location": "WH-WEST",
         *           "level_seq": 17,
         *           "kind": "reserve",
         *           "on_hand_delta": 0,
         *           "reserved_delta": 2,
         *           "allocated_delta": 0,
         *           "backorder_limit_delta": 0,
         *           "on_hand": 40,
         *           "reserved": 5,
         *           "allocated": 3,
         *           "reservation_id": "0199b0c4-6f0d-7a7e-8f44-5d1c2b9a0e77",
         *           "order_id": "o-1001",
         *           "import_id": null,
         *           "reason": null,
         *           "caller": "web-checkout"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        StockMovementList: {
            data: components["schemas"]["StockMovement"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "sku": "TSHIRT-M",
         *           "available": 12,
         *           "low_stock_threshold": 20
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        LowStockList: {
            data: components["schemas"]["LowStock"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        LowStock: {
            sku: string;
            /**
             * Format: int64
             * @description Units available now, as in `GET /v1/availability`
             */
            available: number;
            /**
             * Format: int64
             * @description Threshold of the SKU: see `PUT /v1/skus/{sku}`
             */
            low_stock_threshold: number;
        };
        /**
         * @example {
         *       "is_consistent": false,
         *       "checked_at": "2026-11-20T10:15:00.000Z",
         *       "total_stock_levels": 1204,
         *       "issues": [
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "kind": "reserved",
         *           "expected": 2,
         *           "actual": 9
         *         },
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-WEST",
         *           "kind": "shortfall",
         *           "expected": 0,
         *           "actual": 3
         *         }
         *       ]
         *     }
         */
        Consistency: {
            /** @description Whether all counters match their records. Shortfalls are listed but do not make this false */
            is_consistent: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            checked_at: string;
            /** Format: int64 */
            total_stock_levels: number;
            /** @description The first 1,000: counters, then shortfalls */
            issues: components["schemas"]["ConsistencyIssue"][];
        };
        ConsistencyIssue: {
            sku: string;
            location: string;
            /**
             * @description The counter that is wrong (`level_seq` counts the level’s movements), or `shortfall`: `actual` units are promised but not on hand
             * @enum {string}
             */
            kind: "on_hand" | "reserved" | "allocated" | "level_seq" | "shortfall";
            /**
             * Format: int64
             * @description The value according to the records
             */
            expected: number;
            /**
             * Format: int64
             * @description The value of the counter
             */
            actual: number;
        };
        /**
         * @example {
         *       "dry_run": false,
         *       "repairs": [
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "kind": "reserved",
         *           "expected": 2,
         *           "actual": 9
         *         }
         *       ],
         *       "unrepaired": []
         *     }
         */
        Repair: {
            dry_run: boolean;
            /** @description Repairs that were made, or in a dry run would be made. `kind` is the wrong counter; if the counter was right, its movements were repaired */
            repairs: components["schemas"]["CounterIssue"][];
            /** @description `on_hand` was not changed, because movements are missing or add up to less than zero. Count the units, and PUT the level. Each check reports missing movements again */
            unrepaired: components["schemas"]["CounterIssue"][];
        };
        CounterIssue: {
            sku: string;
            location: string;
            /**
             * @description The counter that is wrong; `level_seq` counts the level’s movements
             * @enum {string}
             */
            kind: "on_hand" | "reserved" | "allocated" | "level_seq";
            /**
             * Format: int64
             * @description The value according to the records
             */
            expected: number;
            /**
             * Format: int64
             * @description The value of the counter
             */
            actual: number;
        };
        /**
         * @example {
         *       "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "taken_at": "2026-11-20T10:15:00.000Z",
         *       "caller": "warehouse-desk",
         *       "total_stock_levels": 2,
         *       "on_hand": 140,
         *       "reserved": 12,
         *       "allocated": 9,
         *       "shortfall": 0
         *     }
         */
        InventorySnapshot: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            taken_at: string;
            /** @description The caller that took the snapshot */
            caller: string;
            /** Format: int64 */
            total_stock_levels: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            on_hand: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            reserved: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            allocated: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            shortfall: number;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "taken_at": "2026-11-20T10:15:00.000Z",
         *           "caller": "warehouse-desk",
         *           "total_stock_levels": 2,
         *           "on_hand": 140,
         *           "reserved": 12,
         *           "allocated": 9,
         *           "shortfall": 0
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        InventorySnapshotList: {
            data: components["schemas"]["InventorySnapshot"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "taken_at": "2026-11-20T10:15:00.000Z",
         *       "caller": "warehouse-desk",
         *       "total_stock_levels": 2,
         *       "on_hand": 140,
         *       "reserved": 12,
         *       "allocated": 9,
         *       "shortfall": 0,
         *       "data": [
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "on_hand": 100,
         *           "reserved": 10,
         *           "allocated": 4,
         *           "safety_stock": 5,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 81,
         *           "version": 3
         *         },
         *         {
         *           "sku": "TSHIRT-M",
         *           "location": "WH-WEST",
         *           "on_hand": 40,
         *           "reserved": 2,
         *           "allocated": 5,
         *           "safety_stock": 0,
         *           "backorder_limit": 0,
         *           "backordered": 0,
         *           "shortfall": 0,
         *           "available": 33,
         *           "version": 1
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        InventorySnapshotLevels: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            taken_at: string;
            /** @description The caller that took the snapshot */
            caller: string;
            /** Format: int64 */
            total_stock_levels: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            on_hand: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            reserved: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            allocated: number;
            /**
             * Format: int64
             * @description Units in all stock levels
             */
            shortfall: number;
            /** @description The levels, by SKU and location */
            data: components["schemas"]["InventorySnapshotLevel"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        InventorySnapshotLevel: {
            sku: string;
            location: string;
            /** Format: int64 */
            on_hand: number;
            /** Format: int64 */
            reserved: number;
            /** Format: int64 */
            allocated: number;
            /** Format: int64 */
            safety_stock: number;
            /**
             * Format: int64
             * @description 0 in snapshots that are older than this field
             */
            backorder_limit: number;
            /** Format: int64 */
            backordered: number;
            /** Format: int64 */
            shortfall: number;
            /**
             * Format: int64
             * @description Calculated from these counters, whether or not the location and the SKU were active
             */
            available: number;
            /** Format: int64 */
            version: number;
        };
        EventFeed: {
            data: components["schemas"]["PublishedEvent"][];
            /** @description Send it as `after` to get the next page, even after an empty page. Never null, as the feed has no end */
            next_cursor: string;
        };
        PublishedEvent: components["schemas"]["ReservedEvent"] | components["schemas"]["WaitingEvent"] | components["schemas"]["ChangedEvent"] | components["schemas"]["ExpiringEvent"] | components["schemas"]["ConfirmedEvent"] | components["schemas"]["ExtendedEvent"] | components["schemas"]["ReleasedEvent"] | components["schemas"]["ExpiredEvent"] | components["schemas"]["CancelledEvent"] | components["schemas"]["DeductedEvent"] | components["schemas"]["ReturnedEvent"] | components["schemas"]["ConfirmRefusedEvent"] | components["schemas"]["SyncFailedEvent"] | components["schemas"]["ReservationRefusedEvent"] | components["schemas"]["StockShortfallEvent"] | components["schemas"]["ReconciledEvent"] | components["schemas"]["StockLowEvent"] | components["schemas"]["StockRecoveredEvent"];
        ReservedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.reserved";
            data: components["schemas"]["TransitionData"];
        };
        TransitionData: {
            reservation: components["schemas"]["Reservation"];
            /**
             * @description null if there was no reservation before, or the event is older than this field
             * @enum {string|null}
             */
            previous_status: "waiting" | "held" | "confirmed" | "released" | "expired" | "fulfilled" | "cancelled" | "withdrawn" | null;
            /** @description Changes by level. Empty if no counter changed, or the event is older than this field */
            stock_changes: components["schemas"]["StockChange"][];
            /** @description The reason that the call gave for this change. null if it gave none, or no call made it */
            reason: string | null;
        };
        /** @description Change of each counter of a level; negative if it fell */
        StockChange: {
            sku: string;
            location: string;
            /** Format: int64 */
            on_hand: number;
            /** Format: int64 */
            reserved: number;
            /** Format: int64 */
            allocated: number;
        };
        WaitingEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.waiting";
            data: components["schemas"]["TransitionData"];
        };
        ChangedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.changed";
            data: components["schemas"]["TransitionData"];
        };
        ExpiringEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.expiring";
            data: components["schemas"]["ReservationData"];
        };
        ReservationData: {
            reservation: components["schemas"]["Reservation"];
        };
        ConfirmedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.confirmed";
            data: components["schemas"]["ConfirmedData"];
        };
        ConfirmedData: {
            reservation: components["schemas"]["Reservation"];
            /**
             * @description null if there was no reservation before, or the event is older than this field
             * @enum {string|null}
             */
            previous_status: "waiting" | "held" | "confirmed" | "released" | "expired" | "fulfilled" | "cancelled" | "withdrawn" | null;
            /** @description Changes by level. Empty if no counter changed, or the event is older than this field */
            stock_changes: components["schemas"]["StockChange"][];
            /** @description The reason that the call gave for this change. null if it gave none, or no call made it */
            reason: string | null;
            /** @description Whether a `confirm_refused` of this reservation was published before. If that event has the same `payment_reference` as the reservation, the payment was accepted after all: do not refund it */
            after_refusal: boolean;
        };
        ExtendedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.extended";
            data: components["schemas"]["TransitionData"];
        };
        ReleasedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.released";
            data: components["schemas"]["TransitionData"];
        };
        ExpiredEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.expired";
            data: components["schemas"]["TransitionData"];
        };
        CancelledEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.cancelled";
            data: components["schemas"]["TransitionData"];
        };
        DeductedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.deducted";
            data: components["schemas"]["TransitionData"];
        };
        ReturnedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.returned";
            data: components["schemas"]["TransitionData"];
        };
        ConfirmRefusedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.confirm_refused";
            data: components["schemas"]["ConfirmRefusedData"];
        };
        ConfirmRefusedData: {
            reservation: components["schemas"]["Reservation"];
            /** @description true: refund the payment; it can no longer confirm this reservation. false: the hold has expired, and the caller may still reacquire it. Then a `confirmed` with `after_refusal: true` follows, or a second `confirm_refused` that is final */
            final: boolean;
            /** @description The payment that arrived too late */
            payment_reference: string | null;
            refusal: components["schemas"]["Refusal"];
        };
        /** @description Why the request was refused */
        Refusal: {
            /** @description As in answers of the API. Codes never change; new ones may be added */
            code: string;
            detail: string;
            /** @description With `insufficient_stock`: the lines without enough stock. With `customer_limit_reached`: the SKUs of which the customer would have too many */
            lines?: components["schemas"]["RefusedLine"][];
        };
        RefusedLine: components["schemas"]["ShortLine"] | components["schemas"]["OverLimitLine"];
        ShortLine: {
            sku: string;
            /** @description Present if the line was pinned to this location */
            location?: string;
            /** Format: int64 */
            requested: number;
            /** Format: int64 */
            available: number;
        };
        OverLimitLine: {
            sku: string;
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            taken: number;
            /** Format: int64 */
            requested: number;
        };
        SyncFailedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.sync_failed";
            data: components["schemas"]["ReservationData"];
        };
        ReservationRefusedEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.reservation_refused";
            data: components["schemas"]["ReservationRefusedData"];
        };
        ReservationRefusedData: {
            order_id: string;
            lines: components["schemas"]["OrderedLine"][];
            /** @description The payment that arrived for the order: refund it. null if there was none */
            payment_reference: string | null;
            refusal: components["schemas"]["Refusal"];
        };
        OrderedLine: {
            sku: string;
            /** @description The location to which the line is pinned */
            location: string | null;
            /** Format: int64 */
            quantity: number;
        };
        StockShortfallEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.stock_shortfall";
            data: components["schemas"]["ShortfallData"];
        };
        ShortfallData: {
            stock_level: components["schemas"]["StockLevel"];
            /**
             * Format: int64
             * @description The shortfall before the change
             */
            previous_shortfall: number;
        };
        ReconciledEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.reconciled";
            data: components["schemas"]["ReconciledData"];
        };
        ReconciledData: {
            stock_level: components["schemas"]["StockLevel"];
            /** @description The changes of repaired counters. Empty if only the record of a change was missing */
            stock_changes: components["schemas"]["StockChange"][];
        };
        StockLowEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.stock_low";
            data: components["schemas"]["LowStockData"];
        };
        LowStockData: {
            sku: string;
            /**
             * Format: int64
             * @description Units that can be reserved: over all active locations, without reserved units and safety stock, minus shortfalls at any location
             */
            available: number;
            /**
             * Format: int64
             * @description null if the threshold was removed
             */
            low_stock_threshold: number | null;
        };
        StockRecoveredEvent: {
            /** @constant */
            specversion: "1.0";
            /**
             * Format: uuid
             * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
             */
            id: string;
            /**
             * Format: uri
             * @description `PUBLIC_URL` of the service that published the event
             */
            source: string;
            subject: string;
            /**
             * Format: date-time
             * @description When the change was decided, by the database’s clock
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The JSON Schema of `data`
             */
            dataschema: string;
            /** @constant */
            type: "warehouse.inventory.stock_recovered";
            data: components["schemas"]["LowStockData"];
        };
        /**
         * @example {
         *       "results": [
         *         {
         *           "id": "6f1a4c1e-order-created",
         *           "source": "https://orders.example.com",
         *           "state": "processed",
         *           "effects": [
         *             {
         *               "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *               "effect": "reserved"
         *             }
         *           ],
         *           "note": null,
         *           "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "problem": null
         *         }
         *       ]
         *     }
         */
        EventResults: {
            results: components["schemas"]["EventResult"][];
        };
        /**
         * @example {
         *       "id": "6f1a4c1e-order-created",
         *       "source": "https://orders.example.com",
         *       "state": "processed",
         *       "effects": [
         *         {
         *           "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "effect": "reserved"
         *         }
         *       ],
         *       "note": null,
         *       "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "problem": null
         *     }
         */
        EventResult: {
            id: string;
            source: string;
            /**
             * @description `duplicate`: it was processed before. `dead`: it could not be processed, and is stored. The `source` and `id` of another event: `dead`, with the problem `idempotency_key_reused`
             * @enum {string}
             */
            state: "processed" | "duplicate" | "dead";
            /** @description The effects of the event, in order. `remembered`: it is stored with the order, and may apply to later events of the order. `refused`: a published event says why. A `duplicate` has the effects of the first time. More effects may be added. If it is empty, `note` or `problem` says why */
            effects: components["schemas"]["EventEffect"][];
            /** @description Why the event had no effect */
            note: string | null;
            /**
             * Format: uuid
             * @description The order’s reservation, if there is one
             */
            reservation_id: string | null;
            /** @description Why the event is dead. If it was processed: the refusal, also published as an event */
            problem: components["schemas"]["ProblemBody"] | null;
        };
        EventEffect: {
            /**
             * Format: uuid
             * @description null if the effect is on the order and not on a reservation
             */
            reservation_id: string | null;
            effect: string;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *           "source": "https://orders.example.com",
         *           "event_id": "6f1a4c1e-order-created",
         *           "type": "order.order.created",
         *           "problem": {
         *             "type": "http://127.0.0.1:3000/problems/unknown-sku",
         *             "title": "A line names a SKU that does not exist",
         *             "status": 422,
         *             "detail": "There is no SKU TSHIRT-M. Create it first, with PUT /v1/skus/TSHIRT-M.",
         *             "code": "unknown_sku"
         *           },
         *           "caller": "orders",
         *           "deliveries": 3,
         *           "received_at": "2026-11-20T10:00:00.120Z",
         *           "last_tried_at": "2026-11-20T10:05:00.340Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        DeadEventList: {
            data: components["schemas"]["ListedDeadEvent"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        ListedDeadEvent: {
            /**
             * Format: uuid
             * @description Use this id to retry the event
             */
            id: string;
            source: string;
            event_id: string;
            type: string;
            /** @description Why the last attempt to process the event failed */
            problem: components["schemas"]["ProblemBody"];
            /** @description The name of the API key that sent the event; `kafka` if it came by Kafka */
            caller: string;
            /**
             * Format: int64
             * @description How often the event was received
             */
            deliveries: number;
            /**
             * Format: date-time
             * @description When the event was first received
             */
            received_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            last_tried_at: string;
        };
        DeadEvent: {
            /**
             * Format: uuid
             * @description Use this id to retry the event
             */
            id: string;
            source: string;
            event_id: string;
            type: string;
            /** @description Why the last attempt to process the event failed */
            problem: components["schemas"]["ProblemBody"];
            /** @description The name of the API key that sent the event; `kafka` if it came by Kafka */
            caller: string;
            /**
             * Format: int64
             * @description How often the event was received
             */
            deliveries: number;
            /**
             * Format: date-time
             * @description When the event was first received
             */
            received_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            last_tried_at: string;
            /** @description The event as it was received */
            event: components["schemas"]["IncomingEvent"];
        };
        /**
         * @example {
         *       "processed": 12,
         *       "dead": 1
         *     }
         */
        DeadEventsRetried: {
            /**
             * Format: int64
             * @description Events that left the list
             */
            processed: number;
            /**
             * Format: int64
             * @description Events that stay in the list, with their newest reasons
             */
            dead: number;
        };
        /**
         * @example {
         *       "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "url": "https://shop.example.com/hooks/stock",
         *       "types": [
         *         "warehouse.inventory.expired",
         *         "warehouse.inventory.confirm_refused"
         *       ],
         *       "description": "Shop, refunds",
         *       "enabled": true,
         *       "disabled_reason": null,
         *       "failures_in_a_row": 0,
         *       "resting_until": null,
         *       "previous_secret_until": null,
         *       "created_by": "shop",
         *       "created_at": "2026-11-20T10:00:00.000Z",
         *       "updated_at": "2026-11-20T10:00:00.000Z",
         *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfSx0Ts3JQ=",
         *       "note": null
         *     }
         */
        WebhookEndpointWithSecret: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            url: string;
            /** @description Event types that are sent; null: all */
            types: string[] | null;
            description: string | null;
            enabled: boolean;
            /** @description Why the endpoint is disabled */
            disabled_reason: string | null;
            /**
             * Format: int64
             * @description Failed attempts in a row, counted over all events. From 10 on, deliveries pause
             */
            failures_in_a_row: number;
            /**
             * Format: date-time
             * @description Set after 10 failed attempts in a row. Until then (at most a minute) nothing is sent, then one event
             */
            resting_until: string | null;
            /**
             * Format: date-time
             * @description After a rotation, the previous secret signs too until this time
             */
            previous_secret_until: string | null;
            /** @description Name of the API key that created the endpoint. null: an earlier release created it */
            created_by: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When a call last changed the endpoint
             */
            updated_at: string;
            /** @description Signs each request: `whsec_` and 32 bytes in base64. Shown only in this answer. null: the call is replayed */
            secret: string | null;
            /** @description Why there is no secret */
            note: string | null;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "url": "https://shop.example.com/hooks/stock",
         *           "types": [
         *             "warehouse.inventory.expired",
         *             "warehouse.inventory.confirm_refused"
         *           ],
         *           "description": "Shop, refunds",
         *           "enabled": true,
         *           "disabled_reason": null,
         *           "failures_in_a_row": 0,
         *           "resting_until": null,
         *           "previous_secret_until": null,
         *           "created_by": "shop",
         *           "created_at": "2026-11-20T10:00:00.000Z",
         *           "updated_at": "2026-11-20T10:00:00.000Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        WebhookEndpointList: {
            data: components["schemas"]["WebhookEndpoint"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "url": "https://shop.example.com/hooks/stock",
         *       "types": [
         *         "warehouse.inventory.expired",
         *         "warehouse.inventory.confirm_refused"
         *       ],
         *       "description": "Shop, refunds",
         *       "enabled": true,
         *       "disabled_reason": null,
         *       "failures_in_a_row": 0,
         *       "resting_until": null,
         *       "previous_secret_until": null,
         *       "created_by": "shop",
         *       "created_at": "2026-11-20T10:00:00.000Z",
         *       "updated_at": "2026-11-20T10:00:00.000Z"
         *     }
         */
        WebhookEndpoint: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            url: string;
            /** @description Event types that are sent; null: all */
            types: string[] | null;
            description: string | null;
            enabled: boolean;
            /** @description Why the endpoint is disabled */
            disabled_reason: string | null;
            /**
             * Format: int64
             * @description Failed attempts in a row, counted over all events. From 10 on, deliveries pause
             */
            failures_in_a_row: number;
            /**
             * Format: date-time
             * @description Set after 10 failed attempts in a row. Until then (at most a minute) nothing is sent, then one event
             */
            resting_until: string | null;
            /**
             * Format: date-time
             * @description After a rotation, the previous secret signs too until this time
             */
            previous_secret_until: string | null;
            /** @description Name of the API key that created the endpoint. null: an earlier release created it */
            created_by: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When a call last changed the endpoint
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *       "event_id": "0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31",
         *       "event_type": "warehouse.inventory.expired",
         *       "cause": "event",
         *       "state": "pending",
         *       "attempts": 2,
         *       "last_status": 503,
         *       "last_error": "answered 503",
         *       "response": "down for maintenance",
         *       "next_attempt_at": "2026-11-20T10:15:07.120Z",
         *       "created_at": "2026-11-20T10:15:00.410Z",
         *       "first_attempt_at": "2026-11-20T10:15:00.340Z",
         *       "last_attempt_at": "2026-11-20T10:15:01.940Z",
         *       "finished_at": null
         *     }
         */
        WebhookDelivery: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * Format: uuid
             * @description The event’s id, sent as `webhook-id`; the same for all attempts and replays
             */
            event_id: string;
            event_type: string;
            /** @enum {string} */
            cause: "event" | "replay" | "test";
            /**
             * @description `pending`: it will be tried, or waits for an earlier one of its reservation. `failed`: not tried again
             * @enum {string}
             */
            state: "pending" | "succeeded" | "failed";
            /** Format: int64 */
            attempts: number;
            /**
             * Format: int64
             * @description HTTP status of the last answer; null if there was none
             */
            last_status: number | null;
            last_error: string | null;
            /** @description The first 1,000 characters of the last answer; null if there was none, or it was empty */
            response: string | null;
            /**
             * Format: date-time
             * @description null if the delivery has ended, or waits for earlier ones
             */
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            first_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            last_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *           "event_id": "0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31",
         *           "event_type": "warehouse.inventory.expired",
         *           "cause": "event",
         *           "state": "pending",
         *           "attempts": 2,
         *           "last_status": 503,
         *           "last_error": "answered 503",
         *           "response": "down for maintenance",
         *           "next_attempt_at": "2026-11-20T10:15:07.120Z",
         *           "created_at": "2026-11-20T10:15:00.410Z",
         *           "first_attempt_at": "2026-11-20T10:15:00.340Z",
         *           "last_attempt_at": "2026-11-20T10:15:01.940Z",
         *           "finished_at": null
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        WebhookDeliveryList: {
            data: components["schemas"]["WebhookDelivery"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *       "event_id": "0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31",
         *       "event_type": "warehouse.inventory.expired",
         *       "cause": "event",
         *       "state": "pending",
         *       "attempts": 2,
         *       "last_status": 503,
         *       "last_error": "answered 503",
         *       "response": "down for maintenance",
         *       "next_attempt_at": "2026-11-20T10:15:07.120Z",
         *       "created_at": "2026-11-20T10:15:00.410Z",
         *       "first_attempt_at": "2026-11-20T10:15:00.340Z",
         *       "last_attempt_at": "2026-11-20T10:15:01.940Z",
         *       "finished_at": null,
         *       "payload": {
         *         "specversion": "1.0",
         *         "id": "01a1f869-dd90-7c1e-8a2f-3b4c5d6e7f80",
         *         "source": "https://holdfast.example",
         *         "type": "warehouse.inventory.expired",
         *         "subject": "01a1f866-0d00-7a6c-9d3b-5f2e8c4b7a10",
         *         "time": "2026-11-20T10:15:00.112Z",
         *         "datacontenttype": "application/json",
         *         "dataschema": "https://holdfast.example/schemas/warehouse.inventory.expired.json",
         *         "data": {
         *           "reservation": {
         *             "id": "01a1f866-0d00-7a6c-9d3b-5f2e8c4b7a10",
         *             "status": "expired",
         *             "order_id": "o-1001",
         *             "cart_id": "c-77",
         *             "customer_id": "cu-5",
         *             "store_id": "eu-web",
         *             "source": "web-checkout",
         *             "release_reason": "expired",
         *             "payment_reference": null,
         *             "expires_at": "2026-11-20T10:15:00.000Z",
         *             "extensions": 0,
         *             "sourcing": "split",
         *             "locations": null,
         *             "if_short": "reject",
         *             "wait_priority": 0,
         *             "waiting_until": null,
         *             "notify_before_seconds": 120,
         *             "lines": [
         *               {
         *                 "sku": "TSHIRT-M",
         *                 "location": null,
         *                 "quantity": 2,
         *                 "requested_quantity": 2,
         *                 "confirmed_quantity": 0,
         *                 "fulfilled_quantity": 0,
         *                 "cancelled_quantity": 0,
         *                 "returned_quantity": 0,
         *                 "allocations": [
         *                   {
         *                     "location": "WH-WEST",
         *                     "quantity": 2,
         *                     "fulfilled_quantity": 0,
         *                     "cancelled_quantity": 0,
         *                     "returned_quantity": 0
         *                   }
         *                 ]
         *               }
         *             ],
         *             "warehouse_sync": {
         *               "id": "01a1f869-dd90-7b3c-a4d5-1e6f7a8b9c0d",
         *               "action": "expire",
         *               "state": "pending",
         *               "attempts": 0,
         *               "last_status": null,
         *               "last_error": null,
         *               "next_attempt_at": "2026-11-20T10:15:00.112Z"
         *             },
         *             "metadata": {
         *               "channel": "app"
         *             },
         *             "version": 2,
         *             "created_at": "2026-11-20T10:00:00.000Z",
         *             "updated_at": "2026-11-20T10:15:00.112Z",
         *             "held_at": "2026-11-20T10:00:00.000Z",
         *             "confirmed_at": null,
         *             "released_at": null,
         *             "expired_at": "2026-11-20T10:15:00.000Z",
         *             "cancelled_at": null,
         *             "fulfilled_at": null,
         *             "withdrawn_at": null
         *           },
         *           "previous_status": "held",
         *           "stock_changes": [
         *             {
         *               "sku": "TSHIRT-M",
         *               "location": "WH-WEST",
         *               "on_hand": 0,
         *               "reserved": -2,
         *               "allocated": 0
         *             }
         *           ],
         *           "reason": null
         *         }
         *       }
         *     }
         */
        WebhookDeliveryDetails: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /**
             * Format: uuid
             * @description The event’s id, sent as `webhook-id`; the same for all attempts and replays
             */
            event_id: string;
            event_type: string;
            /** @enum {string} */
            cause: "event" | "replay" | "test";
            /**
             * @description `pending`: it will be tried, or waits for an earlier one of its reservation. `failed`: not tried again
             * @enum {string}
             */
            state: "pending" | "succeeded" | "failed";
            /** Format: int64 */
            attempts: number;
            /**
             * Format: int64
             * @description HTTP status of the last answer; null if there was none
             */
            last_status: number | null;
            last_error: string | null;
            /** @description The first 1,000 characters of the last answer; null if there was none, or it was empty */
            response: string | null;
            /**
             * Format: date-time
             * @description null if the delivery has ended, or waits for earlier ones
             */
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            first_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            last_attempt_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /** @description The CloudEvent that every attempt sends; null if the event is not kept any more */
            payload: {
                /** @constant */
                specversion: "1.0";
                /**
                 * Format: uuid
                 * @description UUIDv7. The same in each delivery and on each channel, so it identifies repeats
                 */
                id: string;
                /**
                 * Format: uri
                 * @description `PUBLIC_URL` of the service that published the event
                 */
                source: string;
                subject: string;
                /**
                 * Format: date-time
                 * @description When the change was decided, by the database’s clock
                 */
                time: string;
                /** @constant */
                datacontenttype: "application/json";
                /**
                 * Format: uri
                 * @description The JSON Schema of `data`
                 */
                dataschema?: string;
                type: string;
                data: {
                    [key: string]: unknown;
                };
            } | null;
        };
        /**
         * @example {
         *       "queued": 312
         *     }
         */
        WebhookReplayQueued: {
            /**
             * Format: int64
             * @description Number of events that are sent again
             */
            queued: number;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *           "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "order_id": "order-1001",
         *           "action": "confirm",
         *           "state": "failed",
         *           "attempts": 8,
         *           "last_status": 503,
         *           "last_error": "the gateway answered 503",
         *           "next_attempt_at": null,
         *           "created_at": "2026-11-20T09:12:31.004Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        WarehouseSyncList: {
            data: components["schemas"]["ListedWarehouseSync"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *       "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "order_id": "order-1001",
         *       "action": "confirm",
         *       "state": "failed",
         *       "attempts": 8,
         *       "last_status": 503,
         *       "last_error": "the gateway answered 503",
         *       "next_attempt_at": null,
         *       "created_at": "2026-11-20T09:12:31.004Z"
         *     }
         */
        ListedWarehouseSync: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            action: "confirm" | "release" | "expire" | "cancel";
            /**
             * @description `failed`: not tried again after all attempts, until you retry it. `superseded`: not sent, as the reservation ended before the warehouse was notified of it
             * @enum {string}
             */
            state: "pending" | "in_flight" | "succeeded" | "failed" | "superseded";
            /**
             * Format: int64
             * @description All attempts, including those before a retry. A 429 or refused connection does not count
             */
            attempts: number;
            /**
             * Format: int64
             * @description null if no complete answer arrived
             */
            last_status: number | null;
            last_error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            next_attempt_at: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             */
            reservation_id: string;
            order_id: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
        };
        /**
         * @example {
         *       "id": "0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42",
         *       "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "order_id": "order-1001",
         *       "action": "confirm",
         *       "state": "failed",
         *       "attempts": 8,
         *       "last_status": 503,
         *       "last_error": "the gateway answered 503",
         *       "next_attempt_at": null,
         *       "created_at": "2026-11-20T09:12:31.004Z",
         *       "finished_at": "2026-11-20T09:15:40.120Z",
         *       "sent": {
         *         "reservation_id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *         "order_id": "order-1001",
         *         "action": "confirm",
         *         "lines": [
         *           {
         *             "sku": "MUG",
         *             "location": "EAST",
         *             "quantity": 2
         *           }
         *         ],
         *         "occurred_at": "2026-11-20T09:12:31.004Z"
         *       },
         *       "attempt_history": [
         *         {
         *           "number": 8,
         *           "started_at": "2026-11-20T09:15:39.900Z",
         *           "finished_at": "2026-11-20T09:15:40.120Z",
         *           "status": 503,
         *           "error": "the gateway answered 503",
         *           "answer": "{\"error\":\"maintenance\"}",
         *           "next_attempt_at": null,
         *           "retry": {
         *             "at": "2026-11-20T09:15:39.400Z",
         *             "caller": "ops/ada",
         *             "reason": "maintenance is over"
         *           }
         *         }
         *       ]
         *     }
         */
        WarehouseSyncDetails: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            action: "confirm" | "release" | "expire" | "cancel";
            /**
             * @description `failed`: not tried again after all attempts, until you retry it. `superseded`: not sent, as the reservation ended before the warehouse was notified of it
             * @enum {string}
             */
            state: "pending" | "in_flight" | "succeeded" | "failed" | "superseded";
            /**
             * Format: int64
             * @description All attempts, including those before a retry. A 429 or refused connection does not count
             */
            attempts: number;
            /**
             * Format: int64
             * @description null if no complete answer arrived
             */
            last_status: number | null;
            last_error: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            next_attempt_at: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             */
            reservation_id: string;
            order_id: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /** @description The body of every attempt. The `Idempotency-Key` is the sync’s `id` */
            sent: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 */
                reservation_id: string;
                order_id: string | null;
                /** @enum {string} */
                action: "confirm" | "release" | "expire" | "cancel";
                lines: components["schemas"]["SentLine"][];
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                occurred_at: string;
            };
            /** @description The last 100 attempts that are kept, oldest first */
            attempt_history: components["schemas"]["WarehouseSyncAttempt"][];
        };
        SentLine: {
            sku: string;
            location: string;
            /** Format: int32 */
            quantity: number;
        };
        WarehouseSyncAttempt: {
            /** Format: int64 */
            number: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            started_at: string;
            /**
             * Format: date-time
             * @description null while the attempt runs, or if its worker ended
             */
            finished_at: string | null;
            /**
             * Format: int64
             * @description null if no complete answer arrived
             */
            status: number | null;
            error: string | null;
            /** @description The first 1,000 characters of the gateway’s answer */
            answer: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            next_attempt_at: string | null;
            /** @description The last `retry` call before this attempt; null if there was none */
            retry: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
                caller: string;
                reason: string | null;
            } | null;
        };
        /**
         * @example {
         *       "retried": 12
         *     }
         */
        WarehouseSyncsRetried: {
            /**
             * Format: int64
             * @description Number of syncs that wait to be sent again
             */
            retried: number;
        };
        ReconcileQueued: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            run_id: string;
            /** @description null while the queue is unavailable; the run happens later */
            job_id: string | null;
            /** @constant */
            status: "queued";
            status_url: string;
            /** @description true if the request joined a run that was already waiting */
            joined: boolean;
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *           "trigger": "manual",
         *           "dry_run": false,
         *           "limit": 1000,
         *           "status": "succeeded",
         *           "scanned": 2,
         *           "expired": 1,
         *           "requeued_syncs": 1,
         *           "issues": [
         *             {
         *               "sku": "MUG",
         *               "location": "WH-EAST",
         *               "kind": "reserved",
         *               "expected": 10,
         *               "actual": 12
         *             }
         *           ],
         *           "reservation_ids": [
         *             "0199b0c4-2b1d-7f00-8a44-90b1c2d3e4f5"
         *           ],
         *           "started_at": "2026-11-20T10:15:00.000Z",
         *           "finished_at": "2026-11-20T10:15:00.210Z",
         *           "error": null
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        ReconciliationRunList: {
            data: components["schemas"]["ReconciliationRun"][];
            /** @description Send it as `cursor` to get the next page. null on the last page */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10",
         *       "trigger": "manual",
         *       "dry_run": false,
         *       "limit": 1000,
         *       "status": "succeeded",
         *       "scanned": 2,
         *       "expired": 1,
         *       "requeued_syncs": 1,
         *       "issues": [
         *         {
         *           "sku": "MUG",
         *           "location": "WH-EAST",
         *           "kind": "reserved",
         *           "expected": 10,
         *           "actual": 12
         *         }
         *       ],
         *       "reservation_ids": [
         *         "0199b0c4-2b1d-7f00-8a44-90b1c2d3e4f5"
         *       ],
         *       "started_at": "2026-11-20T10:15:00.000Z",
         *       "finished_at": "2026-11-20T10:15:00.210Z",
         *       "error": null
         *     }
         */
        ReconciliationRun: {
            /**
             * Format: uuid
             * @description UUIDv7
             */
            id: string;
            /** @enum {string} */
            trigger: "manual" | "schedule" | "startup";
            dry_run: boolean;
            /** Format: int64 */
            limit: number;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed";
            /**
             * Format: int64
             * @description Number of due holds and overdue syncs that were checked, at most `limit`. While the run is running, the number so far
             */
            scanned: number;
            /**
             * Format: int64
             * @description Holds whose stock was given back; `reservation_ids` names them
             */
            expired: number;
            /**
             * Format: int64
             * @description Syncs whose job was lost, or whose worker ended during a call
             */
            requeued_syncs: number;
            /** @description The first 1,000 counters that differ from movements or open lines */
            issues: components["schemas"]["CounterIssue"][];
            reservation_ids: string[];
            /**
             * Format: date-time
             * @description When the first worker started the run, even if another took over
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            finished_at: string | null;
            /** @description The failed step, and the reason; the other steps were carried out */
            error: string | null;
        };
        Overview: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            holds: {
                /** Format: int64 */
                active: number;
                /** Format: int64 */
                due_within_a_minute: number;
                /**
                 * Format: int64
                 * @description Due holds whose stock is not given back yet
                 */
                overdue: number;
            };
            /**
             * Format: int64
             * @description Reservations that wait in line
             */
            waiting: number;
            warehouse: {
                /** @description Syncs that are not sent yet, by action */
                waiting: {
                    /** Format: int64 */
                    confirm: number;
                    /** Format: int64 */
                    release: number;
                    /** Format: int64 */
                    expire: number;
                    /** Format: int64 */
                    cancel: number;
                };
                /**
                 * Format: int64
                 * @description How long the oldest of these has waited
                 */
                oldest_seconds: number;
                /**
                 * Format: int64
                 * @description Syncs that wait for an operator
                 */
                failed: number;
                /**
                 * Format: date-time
                 * @description Since when workers find the gateway down and make no calls: the breaker is open. null: it is closed
                 */
                down_since: string | null;
                /** @description Calls of the gateway a second, on average over the last 10 seconds */
                calls_per_second: number;
                /**
                 * Format: int64
                 * @description Calls that all workers together may make in a second. null: no worker has run yet
                 */
                limit_per_second: number | null;
            };
            publishing: {
                /** Format: int64 */
                oldest_unpublished_seconds: number;
                endpoints_behind: components["schemas"]["EndpointBehind"][];
                /** Format: int64 */
                endpoints_disabled: number;
                /** Format: int64 */
                deliveries_failed: number;
            };
            /** Format: int64 */
            dead_events: number;
            imports_running: string[];
            stock: {
                /**
                 * Format: int64
                 * @description Levels that promised more than they have
                 */
                short_levels: number;
                /** Format: int32 */
                short_units: number;
                /**
                 * Format: int64
                 * @description Wrong counters that the newest reconciliation run found. null: no run has ended
                 */
                drift: number | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                reconciled_at: string | null;
            };
            /** @description Most units reserved in the last 5 minutes, among the newest 20,000 movements */
            selling: components["schemas"]["BusySku"][];
            /** @description Most calls refused in the last 5 minutes */
            refusing: components["schemas"]["BusySku"][];
        };
        EndpointBehind: {
            id: string;
            /** Format: int64 */
            events: number;
        };
        BusySku: {
            sku: string;
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            units: number;
        };
        /**
         * @example {
         *       "results": [
         *         {
         *           "kind": "order",
         *           "id": "order-1001",
         *           "label": "2 reservations"
         *         }
         *       ]
         *     }
         */
        SearchResults: {
            results: components["schemas"]["SearchResult"][];
        };
        SearchResult: {
            /** @enum {string} */
            kind: "sku" | "order" | "cart" | "customer" | "reservation" | "warehouse_sync" | "event";
            id: string;
            /** @description A description for people. Its text may change */
            label: string;
        };
        System: {
            versions: {
                holdfast: string;
                node: string;
                postgresql: string;
                /** @description The newest migration that was applied */
                schema: string;
            };
            /** @description Settings of the API that answers, by the names of their variables, without secrets and addresses */
            settings: {
                [key: string]: string | number | boolean;
            };
            /** @description Read replicas, as the API that answers sees them */
            replicas: components["schemas"]["ReplicaState"][];
            /** @description Largest first. `bytes` includes indexes, `rows` is an estimate */
            tables: components["schemas"]["TableSize"][];
            /** @description Connections to PostgreSQL */
            connections: {
                /**
                 * Format: int64
                 * @description max_connections of PostgreSQL
                 */
                allowed: number;
                /**
                 * Format: int64
                 * @description Of these, for superusers
                 */
                reserved: number;
                /** Format: int64 */
                in_use: number;
                /**
                 * Format: int64
                 * @description How many the API that answers opens at most
                 */
                of_this_api: number;
            };
        };
        ReplicaState: {
            name: string;
            /** @description `in_use`, or why no reads go to it */
            state: string;
            /** @description null: not known */
            lag_seconds: number | null;
        };
        TableSize: {
            table: string;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            rows: number;
        };
        /**
         * @example {
         *       "name": "backoffice",
         *       "scopes": [
         *         "reservations:read",
         *         "stock:read"
         *       ]
         *     }
         */
        Caller: {
            /** @description The name of the API key; `anonymous` without API keys */
            name: string;
            /** @description What the key may do; without API keys: all */
            scopes: ("reservations:read" | "reservations:write" | "stock:read" | "stock:write" | "events:read" | "events:write" | "webhooks:read" | "webhooks:write" | "ops:read" | "ops:write")[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The caller’s `X-Request-Id` if it is valid, otherwise a new one */
        "X-Request-Id": string;
        /** @description How many requests this key may make: `"default";q=1000;w=1` means 1,000 in a second */
        "RateLimit-Policy": string;
        /** @description How many requests are left: `"default";r=998;t=1` means 998 in the next second */
        RateLimit: string;
        /** @description Present if the key was used before and this is the answer of the first call */
        "Idempotent-Replayed": "true";
        /** @description Only of servers with read replicas. Send it with later reads, which are then not older than this call */
        "X-Consistency-Token": string;
        /** @description How to send a key: `Bearer` */
        "WWW-Authenticate": string;
        /** @description Seconds to wait before you try again */
        "Retry-After": number;
    };
    pathItems: never;
}
export type CreateReservation = components['schemas']['CreateReservation'];
export type WantedLine = components['schemas']['WantedLine'];
export type CreateReservationBatch = components['schemas']['CreateReservationBatch'];
export type BatchedReservation = components['schemas']['BatchedReservation'];
export type QuoteReservation = components['schemas']['QuoteReservation'];
export type PutReservation = components['schemas']['PutReservation'];
export type PatchReservation = components['schemas']['PatchReservation'];
export type ConfirmReservation = components['schemas']['ConfirmReservation'];
export type LinePart = components['schemas']['LinePart'];
export type ExtendReservation = components['schemas']['ExtendReservation'];
export type ReleaseReservation = components['schemas']['ReleaseReservation'];
export type FulfillReservation = components['schemas']['FulfillReservation'];
export type CancelReservation = components['schemas']['CancelReservation'];
export type ReturnReservation = components['schemas']['ReturnReservation'];
export type ReturnLine = components['schemas']['ReturnLine'];
export type PutLines = components['schemas']['PutLines'];
export type ReplacementLine = components['schemas']['ReplacementLine'];
export type PutCartReservation = components['schemas']['PutCartReservation'];
export type ReallocateReservation = components['schemas']['ReallocateReservation'];
export type MovedLine = components['schemas']['MovedLine'];
export type WithdrawReservation = components['schemas']['WithdrawReservation'];
export type ConfirmOrder = components['schemas']['ConfirmOrder'];
export type CancelOrder = components['schemas']['CancelOrder'];
export type FulfillOrder = components['schemas']['FulfillOrder'];
export type PutLocation = components['schemas']['PutLocation'];
export type PutSku = components['schemas']['PutSku'];
export type PutStockLevel = components['schemas']['PutStockLevel'];
export type PatchStockLevel = components['schemas']['PatchStockLevel'];
export type AdjustStock = components['schemas']['AdjustStock'];
export type StockAdjustment = components['schemas']['StockAdjustment'];
export type TransferStock = components['schemas']['TransferStock'];
export type StockTransfer = components['schemas']['StockTransfer'];
export type StockImportCsv = components['schemas']['StockImportCsv'];
export type StockImportNdjson = components['schemas']['StockImportNdjson'];
export type RepairConsistency = components['schemas']['RepairConsistency'];
export type TakeSnapshot = components['schemas']['TakeSnapshot'];
export type IncomingEvent = components['schemas']['IncomingEvent'];
export type IncomingEventBatch = components['schemas']['IncomingEventBatch'];
export type RetryDeadEvents = components['schemas']['RetryDeadEvents'];
export type RetryDeadEvent = components['schemas']['RetryDeadEvent'];
export type CreateWebhookEndpoint = components['schemas']['CreateWebhookEndpoint'];
export type PutWebhookEndpoint = components['schemas']['PutWebhookEndpoint'];
export type RotateWebhookSecret = components['schemas']['RotateWebhookSecret'];
export type TestWebhookEndpoint = components['schemas']['TestWebhookEndpoint'];
export type ReplayWebhook = components['schemas']['ReplayWebhook'];
export type RetryWarehouseSyncs = components['schemas']['RetryWarehouseSyncs'];
export type RetryWarehouseSync = components['schemas']['RetryWarehouseSync'];
export type ReconcileStale = components['schemas']['ReconcileStale'];
export type Reservation = components['schemas']['Reservation'];
export type ReservationLine = components['schemas']['ReservationLine'];
export type Allocation = components['schemas']['Allocation'];
export type WarehouseSync = components['schemas']['WarehouseSync'];
export type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type FaultyField = components['schemas']['FaultyField'];
export type ProblemLine = components['schemas']['ProblemLine'];
export type ReservationList = components['schemas']['ReservationList'];
export type ReservationBatch = components['schemas']['ReservationBatch'];
export type BatchResult = components['schemas']['BatchResult'];
export type CreatedInBatch = components['schemas']['CreatedInBatch'];
export type RefusedInBatch = components['schemas']['RefusedInBatch'];
export type Quote = components['schemas']['Quote'];
export type QuotedLine = components['schemas']['QuotedLine'];
export type QuotedAllocation = components['schemas']['QuotedAllocation'];
export type ReservationWithPosition = components['schemas']['ReservationWithPosition'];
export type ReservationHistory = components['schemas']['ReservationHistory'];
export type HistoryEntry = components['schemas']['HistoryEntry'];
export type EventEntry = components['schemas']['EventEntry'];
export type HistoryEvent = components['schemas']['HistoryEvent'];
export type MovementEntry = components['schemas']['MovementEntry'];
export type StockMovement = components['schemas']['StockMovement'];
export type SyncAttemptEntry = components['schemas']['SyncAttemptEntry'];
export type HistorySyncAttempt = components['schemas']['HistorySyncAttempt'];
export type Order = components['schemas']['Order'];
export type OrderResult = components['schemas']['OrderResult'];
export type OrderCallEffect = components['schemas']['OrderCallEffect'];
export type ProblemBody = components['schemas']['ProblemBody'];
export type Location = components['schemas']['Location'];
export type LocationList = components['schemas']['LocationList'];
export type Sku = components['schemas']['Sku'];
export type SkuList = components['schemas']['SkuList'];
export type SkuChangeList = components['schemas']['SkuChangeList'];
export type SkuChange = components['schemas']['SkuChange'];
export type ChangedField = components['schemas']['ChangedField'];
export type Demand = components['schemas']['Demand'];
export type CallsAndUnits = components['schemas']['CallsAndUnits'];
export type DemandBucket = components['schemas']['DemandBucket'];
export type StockLevel = components['schemas']['StockLevel'];
export type LevelPromiseList = components['schemas']['LevelPromiseList'];
export type LevelPromise = components['schemas']['LevelPromise'];
export type AdjustedStock = components['schemas']['AdjustedStock'];
export type TransferredStock = components['schemas']['TransferredStock'];
export type StockImport = components['schemas']['StockImport'];
export type StockImportList = components['schemas']['StockImportList'];
export type StockImportWithErrors = components['schemas']['StockImportWithErrors'];
export type StockImportError = components['schemas']['StockImportError'];
export type StockImportDifference = components['schemas']['StockImportDifference'];
export type AvailabilityList = components['schemas']['AvailabilityList'];
export type Availability = components['schemas']['Availability'];
export type AvailabilityAtLocation = components['schemas']['AvailabilityAtLocation'];
export type StockMovementList = components['schemas']['StockMovementList'];
export type LowStockList = components['schemas']['LowStockList'];
export type LowStock = components['schemas']['LowStock'];
export type Consistency = components['schemas']['Consistency'];
export type ConsistencyIssue = components['schemas']['ConsistencyIssue'];
export type Repair = components['schemas']['Repair'];
export type CounterIssue = components['schemas']['CounterIssue'];
export type InventorySnapshot = components['schemas']['InventorySnapshot'];
export type InventorySnapshotList = components['schemas']['InventorySnapshotList'];
export type InventorySnapshotLevels = components['schemas']['InventorySnapshotLevels'];
export type InventorySnapshotLevel = components['schemas']['InventorySnapshotLevel'];
export type EventFeed = components['schemas']['EventFeed'];
export type PublishedEvent = components['schemas']['PublishedEvent'];
export type ReservedEvent = components['schemas']['ReservedEvent'];
export type TransitionData = components['schemas']['TransitionData'];
export type StockChange = components['schemas']['StockChange'];
export type WaitingEvent = components['schemas']['WaitingEvent'];
export type ChangedEvent = components['schemas']['ChangedEvent'];
export type ExpiringEvent = components['schemas']['ExpiringEvent'];
export type ReservationData = components['schemas']['ReservationData'];
export type ConfirmedEvent = components['schemas']['ConfirmedEvent'];
export type ConfirmedData = components['schemas']['ConfirmedData'];
export type ExtendedEvent = components['schemas']['ExtendedEvent'];
export type ReleasedEvent = components['schemas']['ReleasedEvent'];
export type ExpiredEvent = components['schemas']['ExpiredEvent'];
export type CancelledEvent = components['schemas']['CancelledEvent'];
export type DeductedEvent = components['schemas']['DeductedEvent'];
export type ReturnedEvent = components['schemas']['ReturnedEvent'];
export type ConfirmRefusedEvent = components['schemas']['ConfirmRefusedEvent'];
export type ConfirmRefusedData = components['schemas']['ConfirmRefusedData'];
export type Refusal = components['schemas']['Refusal'];
export type RefusedLine = components['schemas']['RefusedLine'];
export type ShortLine = components['schemas']['ShortLine'];
export type OverLimitLine = components['schemas']['OverLimitLine'];
export type SyncFailedEvent = components['schemas']['SyncFailedEvent'];
export type ReservationRefusedEvent = components['schemas']['ReservationRefusedEvent'];
export type ReservationRefusedData = components['schemas']['ReservationRefusedData'];
export type OrderedLine = components['schemas']['OrderedLine'];
export type StockShortfallEvent = components['schemas']['StockShortfallEvent'];
export type ShortfallData = components['schemas']['ShortfallData'];
export type ReconciledEvent = components['schemas']['ReconciledEvent'];
export type ReconciledData = components['schemas']['ReconciledData'];
export type StockLowEvent = components['schemas']['StockLowEvent'];
export type LowStockData = components['schemas']['LowStockData'];
export type StockRecoveredEvent = components['schemas']['StockRecoveredEvent'];
export type EventResults = components['schemas']['EventResults'];
export type EventResult = components['schemas']['EventResult'];
export type EventEffect = components['schemas']['EventEffect'];
export type DeadEventList = components['schemas']['DeadEventList'];
export type ListedDeadEvent = components['schemas']['ListedDeadEvent'];
export type DeadEvent = components['schemas']['DeadEvent'];
export type DeadEventsRetried = components['schemas']['DeadEventsRetried'];
export type WebhookEndpointWithSecret = components['schemas']['WebhookEndpointWithSecret'];
export type WebhookEndpointList = components['schemas']['WebhookEndpointList'];
export type WebhookEndpoint = components['schemas']['WebhookEndpoint'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookDeliveryList = components['schemas']['WebhookDeliveryList'];
export type WebhookDeliveryDetails = components['schemas']['WebhookDeliveryDetails'];
export type WebhookReplayQueued = components['schemas']['WebhookReplayQueued'];
export type WarehouseSyncList = components['schemas']['WarehouseSyncList'];
export type ListedWarehouseSync = components['schemas']['ListedWarehouseSync'];
export type WarehouseSyncDetails = components['schemas']['WarehouseSyncDetails'];
export type SentLine = components['schemas']['SentLine'];
export type WarehouseSyncAttempt = components['schemas']['WarehouseSyncAttempt'];
export type WarehouseSyncsRetried = components['schemas']['WarehouseSyncsRetried'];
export type ReconcileQueued = components['schemas']['ReconcileQueued'];
export type ReconciliationRunList = components['schemas']['ReconciliationRunList'];
export type ReconciliationRun = components['schemas']['ReconciliationRun'];
export type Overview = components['schemas']['Overview'];
export type EndpointBehind = components['schemas']['EndpointBehind'];
export type BusySku = components['schemas']['BusySku'];
export type SearchResults = components['schemas']['SearchResults'];
export type SearchResult = components['schemas']['SearchResult'];
export type System = components['schemas']['System'];
export type ReplicaState = components['schemas']['ReplicaState'];
export type TableSize = components['schemas']['TableSize'];
export type Caller = components['schemas']['Caller'];
export type HeaderXRequestId = components['headers']['X-Request-Id'];
export type HeaderRateLimitPolicy = components['headers']['RateLimit-Policy'];
export type HeaderRateLimit = components['headers']['RateLimit'];
export type HeaderIdempotentReplayed = components['headers']['Idempotent-Replayed'];
export type HeaderXConsistencyToken = components['headers']['X-Consistency-Token'];
export type HeaderWwwAuthenticate = components['headers']['WWW-Authenticate'];
export type HeaderRetryAfter = components['headers']['Retry-After'];
export type $defs = Record<string, never>;
export interface operations {
    listReservations: {
        parameters: {
            query?: {
                /** @description Repeat it for several: `?status=held&status=confirmed`. A hold is `expired` from `expires_at` on, even before its stock is given back. `withdrawn` reservations are listed only if you ask for them */
                status?: ("waiting" | "held" | "confirmed" | "released" | "expired" | "fulfilled" | "cancelled" | "withdrawn")[];
                order_id?: string;
                cart_id?: string;
                customer_id?: string;
                store_id?: string;
                source?: string;
                /** @description Reservations with a line of this SKU */
                sku?: string;
                /** @description Reservations with units from this location; with `sku`, units of that SKU */
                location?: string;
                /** @description Reservations that were created after this time. RFC 3339 with any offset, whose + is %2B in a URL */
                created_after?: string;
                created_before?: string;
                /** @description Needs `status=held`. Only holds that end before this time, soonest first. RFC 3339 with any offset, whose + is %2B in a URL */
                expires_before?: string;
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reservations that match all filters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationList"];
                };
            };
        };
    };
    createReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReservation"];
            };
        };
        responses: {
            /** @description The stock is held, or confirmed if requested */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description The reservation waits in line, until `waiting_until` */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    createReservationBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReservationBatch"];
            };
        };
        responses: {
            /** @description One result for each reservation, in the same order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationBatch"];
                };
            };
            /** @description With `"atomic": true`: all reservations were created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationBatch"];
                };
            };
        };
    };
    quoteReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuoteReservation"];
            };
        };
        responses: {
            /** @description The locations that each line would come from */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quote"];
                };
            };
        };
    };
    getReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reservation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationWithPosition"];
                };
            };
        };
    };
    putReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutReservation"];
            };
        };
        responses: {
            /** @description An earlier call has created it: as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description The stock is held, or confirmed if requested */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description The reservation waits in line, until `waiting_until` */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    patchReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchReservation"];
            };
        };
        responses: {
            /** @description The reservation, as changed by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    getReservationHistory: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationHistory"];
                };
            };
        };
    };
    confirmReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ConfirmReservation"];
            };
        };
        responses: {
            /** @description The reservation is confirmed, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    extendReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExtendReservation"];
            };
        };
        responses: {
            /** @description The hold was extended, or already ends later */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    releaseReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReleaseReservation"];
            };
        };
        responses: {
            /** @description The units are released, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    fulfillReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FulfillReservation"];
            };
        };
        responses: {
            /** @description The units are deducted, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    cancelReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelReservation"];
            };
        };
        responses: {
            /** @description The units are cancelled, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    returnReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReturnReservation"];
            };
        };
        responses: {
            /** @description The units are returned, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    putLines: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutLines"];
            };
        };
        responses: {
            /** @description The reservation has these lines, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    getCartReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The cart’s name */
                cart_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart’s hold */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    putCartReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
                /** @description Create it only: if it exists, nothing is changed */
                "If-None-Match"?: "*";
            };
            path: {
                /** @description The cart’s name. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
                cart_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutCartReservation"];
            };
        };
        responses: {
            /** @description The cart holds these lines, or its hold was released */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description The cart held nothing, and now holds these lines */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description The reservation waits in line, until `waiting_until` */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    deleteCartReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description The cart’s name */
                cart_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hold was released */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    reallocateReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReallocateReservation"];
            };
        };
        responses: {
            /** @description The units are moved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    withdrawReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WithdrawReservation"];
            };
        };
        responses: {
            /** @description The reservation is withdrawn, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The order’s name */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    confirmOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The order’s name */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ConfirmOrder"];
            };
        };
        responses: {
            /** @description What could be confirmed is confirmed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResult"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The order’s name */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelOrder"];
            };
        };
        responses: {
            /** @description The order is cancelled, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResult"];
                };
            };
        };
    };
    fulfillOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The order’s name */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FulfillOrder"];
            };
        };
        responses: {
            /** @description The units are deducted, by this call or an earlier one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResult"];
                };
            };
        };
    };
    putLocation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description The location’s name. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
                location: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PutLocation"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
        };
    };
    deleteLocation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The location is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listLocations: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationList"];
                };
            };
        };
    };
    getSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sku"];
                };
            };
        };
    };
    putSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description The SKU’s name. 1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters. A name that is stored already is accepted as it is. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PutSku"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sku"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sku"];
                };
            };
        };
    };
    deleteSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The SKU is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSkus: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkuList"];
                };
            };
        };
    };
    listSkuChanges: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkuChangeList"];
                };
            };
        };
    };
    getDemand: {
        parameters: {
            query?: {
                /** @description Beginning of the report, rounded down to a second. Default: an hour before `to` */
                from?: string;
                /** @description End of the report, rounded up to a second. Default: now */
                to?: string;
                /** @description Length of the buckets, of which there may be 10000. Default minute */
                bucket?: "second" | "minute" | "hour";
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The demand in this time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Demand"];
                };
            };
        };
    };
    getStockLevel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The level */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
        };
    };
    putStockLevel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
                /** @description Create it only: if it exists, nothing is changed */
                "If-None-Match"?: "*";
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutStockLevel"];
            };
        };
        responses: {
            /** @description The level was set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
            /** @description The level was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
        };
    };
    deleteStockLevel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The level is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchStockLevel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Change it only if it has this version, in quotes: `"3"`. Also a list of them, or `*`: any version */
                "If-Match"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchStockLevel"];
            };
        };
        responses: {
            /** @description The level after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockLevel"];
                };
            };
        };
    };
    listLevelPromises: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
                /** @description The location’s name */
                location: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reservations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelPromiseList"];
                };
            };
        };
    };
    adjustStock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustStock"];
            };
        };
        responses: {
            /** @description The levels were adjusted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustedStock"];
                };
            };
        };
    };
    transferStock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferStock"];
            };
        };
        responses: {
            /** @description The units were moved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferredStock"];
                };
            };
        };
    };
    listStockImports: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of imports */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockImportList"];
                };
            };
        };
    };
    importStock: {
        parameters: {
            query?: {
                /** @description What the file may create: SKUs and locations, only SKUs, or none. A row that names another one is rejected. Default `all` */
                create?: "all" | "skus" | "none";
                /** @description `true`: change nothing, and report what the file would do. Default `false` */
                dry_run?: boolean;
                /** @description `zero`: after the last row, and only if no row was rejected, levels at the locations of the file that it does not name are set to 0. Default `keep` */
                absent?: "keep" | "zero";
            };
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": components["schemas"]["StockImportCsv"];
                "application/x-ndjson": components["schemas"]["StockImportNdjson"];
            };
        };
        responses: {
            /** @description The import is queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockImport"];
                };
            };
        };
    };
    getStockImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockImportWithErrors"];
                };
            };
        };
    };
    revertStockImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The revert is queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockImport"];
                };
            };
        };
    };
    getAvailability: {
        parameters: {
            query?: {
                /** @description Repeat it for up to 200 SKUs: `?sku=A&sku=B`. Default: all SKUs, page by page */
                sku?: string[];
                /** @description Only stock at this location counts, in `locations` and in all totals. `available`: the units that the location can give, but at most the units that the SKU can promise in all */
                location?: string;
                /** @description `skip`: SKUs that do not exist are named in `unknown`. Default: 404 */
                unknown?: "skip";
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, the answer is 304 */
                "If-None-Match"?: string;
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Availability by SKU */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailabilityList"];
                };
            };
        };
    };
    getItemAvailability: {
        parameters: {
            query?: {
                /** @description Only stock at this location counts, in `locations` and in all totals. `available`: the units that the location can give, but at most the units that the SKU can promise in all */
                location?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, the answer is 304 */
                "If-None-Match"?: string;
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description The SKU’s name */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Availability by location and in total */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Availability"];
                };
            };
        };
    };
    listStockMovements: {
        parameters: {
            query?: {
                /** @description Only movements of this SKU */
                sku?: string;
                /** @description Only movements at this location */
                location?: string;
                /** @description Only movements of this reservation */
                reservation_id?: string;
                /** @description Only movements of reservations that are of this order now */
                order_id?: string;
                /** @description Only movements of this import */
                import_id?: string;
                /** @description Only movements of this kind */
                kind?: "reserve" | "confirm" | "release" | "expire" | "cancel" | "fulfill" | "return" | "reallocate" | "set" | "adjust" | "transfer" | "drift" | "repair";
                /** @description Only movements after this time */
                after?: string;
                /** @description Only movements before this time */
                before?: string;
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of movements */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockMovementList"];
                };
            };
        };
    };
    getLowStock: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of SKUs that are low */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LowStockList"];
                };
            };
        };
    };
    getConsistency: {
        parameters: {
            query?: {
                /** @description `true`: also add up all movements, which takes seconds for each few million. Default `false` */
                deep?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the check */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consistency"];
                };
            };
        };
    };
    repairConsistency: {
        parameters: {
            query?: {
                /** @description Check the sums of all movements too, which takes seconds for each few million. Default `true`. With `false`, a wrong `on_hand` is found only if the level has no movement since it became wrong */
                deep?: boolean;
            };
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RepairConsistency"];
            };
        };
        responses: {
            /** @description What was repaired */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repair"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of snapshots */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySnapshotList"];
                };
            };
        };
    };
    takeSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TakeSnapshot"];
            };
        };
        responses: {
            /** @description The snapshot was taken */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySnapshot"];
                };
            };
        };
    };
    getSnapshot: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Totals and a page of levels */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySnapshotLevels"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the previous page. Default: the oldest event that is kept */
                after?: string;
                types?: string[];
                /** @description Return only events of reservations with a line of this SKU, and of its stock levels */
                sku?: string;
                /** @description Return only events of this reservation */
                reservation_id?: string;
                /** @description Return only events that have this `order_id`: a hold that gets its order later has no `order_id` in earlier events */
                order_id?: string;
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                /** @description How many seconds to wait for new events if there are none, 0 to 30. Default 0 */
                wait_seconds?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events after the position in `after` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventFeed"];
                };
            };
        };
    };
    receiveEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["IncomingEvent"];
                "application/cloudevents-batch+json": components["schemas"]["IncomingEventBatch"];
            };
        };
        responses: {
            /** @description One result for each event, in the same order */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventResults"];
                };
            };
        };
    };
    streamFeed: {
        parameters: {
            query?: {
                /** @description A cursor of the feed or the `id` of an event of a stream. Default: events from now on */
                after?: string;
                types?: string[];
                /** @description Return only events of reservations with a line of this SKU, and of its stock levels */
                sku?: string;
                /** @description Return only events of this reservation */
                reservation_id?: string;
                /** @description Return only events that have this `order_id`: a hold that gets its order later has no `order_id` in earlier events */
                order_id?: string;
            };
            header?: {
                /** @description The `id` of the last event that you have: the stream continues there. It overrides `after` */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, until the client or the server ends the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The CloudEvent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedEvent"];
                };
            };
        };
    };
    listDeadEvents: {
        parameters: {
            query?: {
                source?: string;
                type?: string;
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadEventList"];
                };
            };
        };
    };
    getDeadEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event and why it is dead */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadEvent"];
                };
            };
        };
    };
    retryDeadEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryDeadEvents"];
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadEventsRetried"];
                };
            };
        };
    };
    retryDeadEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryDeadEvent"];
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventResult"];
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoints */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointList"];
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookEndpoint"];
            };
        };
        responses: {
            /** @description The endpoint with its secret; a replayed call has no secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    putWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PutWebhookEndpoint"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateWebhookSecret"];
            };
        };
        responses: {
            /** @description The new secret; a replayed call has no secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TestWebhookEndpoint"];
            };
        };
        responses: {
            /** @description The test event is sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                state?: "pending" | "succeeded" | "failed";
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deliveries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery with its payload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryDetails"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayWebhook"];
            };
        };
        responses: {
            /** @description The events will be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReplayQueued"];
                };
            };
        };
    };
    listWarehouseSyncs: {
        parameters: {
            query?: {
                state?: "pending" | "in_flight" | "succeeded" | "failed" | "superseded";
                /** @description Return only syncs of reservations of this order */
                order_id?: string;
                /** @description Return only syncs of this reservation */
                reservation_id?: string;
                /** @description Return only syncs created at this time or later */
                since?: string;
                /** @description Which come first */
                sort?: "newest" | "oldest";
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The syncs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WarehouseSyncList"];
                };
            };
        };
    };
    getWarehouseSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sync with its attempts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WarehouseSyncDetails"];
                };
            };
        };
    };
    retryWarehouseSyncs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryWarehouseSyncs"];
            };
        };
        responses: {
            /** @description The syncs wait to be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WarehouseSyncsRetried"];
                };
            };
        };
    };
    retryWarehouseSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryWarehouseSync"];
            };
        };
        responses: {
            /** @description The sync waits to be sent */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedWarehouseSync"];
                };
            };
        };
    };
    reconcileStale: {
        parameters: {
            query?: never;
            header?: {
                /** @description The person or program that acts with a key that several share, in ASCII. Movements, snapshots, imports and logs record `key/actor` */
                "X-Actor"?: string;
                /** @description Calls with the same key and body have one effect, and get the same answer for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReconcileStale"];
            };
        };
        responses: {
            /** @description The run is queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconcileQueued"];
                };
            };
        };
    };
    listReconciliationRuns: {
        parameters: {
            query?: {
                /** @description Maximum rows in a page, 1 to 200. Default 50 */
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRunList"];
                };
            };
        };
    };
    getReconciliationRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRun"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /** @description A SKU, order, cart, customer or id, or how it begins. At least 8 characters of an id */
                q: string;
            };
            header?: {
                /** @description The `X-Consistency-Token` of an earlier write, or several with commas between them: the answer is not older than these writes. Only servers with read replicas give tokens; others ignore them */
                "X-Consistency-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
        };
    };
    getSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The system */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["System"];
                };
            };
        };
    };
    getCaller: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Caller"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The API is ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ready";
                        /** @constant */
                        database: "ok";
                        /** @enum {string} */
                        queue: "ok" | "degraded";
                    };
                };
            };
        };
    };
}
