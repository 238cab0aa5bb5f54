import type { ProblemCode } from '@holdfast/contract';
import type { Publisher } from '@holdfast/events';
import { Problem } from '../http/problem.ts';

/** The text of a code's page, without its title and status. Text between backticks is code. */
export interface ProblemText {
  readonly happened: string;
  readonly todo: string;
  /** The fields of this problem that other problems do not have. */
  readonly adds?: Readonly<Record<string, string>>;
  /** The `detail` of an example. */
  readonly detail: string;
  /** The added fields of an example. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const STATUS_NOW = { current_status: 'The status of the reservation, the sync or the import' };

/** Of every code. The pages at `/problems`, and the examples in the OpenAPI document, are made of these. */
export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, ProblemText>> = {
  malformed_json: {
    happened: 'The body cannot be parsed as JSON. Nothing was done.',
    todo: 'Correct the JSON at the line and column that `detail` names, and send the request again.',
    detail: 'The body is not JSON: at line 1, column 14 there is "}" where a value should be.',
  },
  validation_failed: {
    happened:
      'The body, the path, the query or a header breaks a rule of the call. An unknown field or parameter is refused too. Nothing was done.',
    todo: 'Correct what `errors` names. `/openapi.json` has the fields and limits of every call.',
    adds: {
      errors: 'The first 20 faults: `path` is the place, `message` continues it. `detail` repeats the first',
    },
    detail: 'The request is not valid: lines.0.quantity must be at least 1.',
    extensions: { errors: [{ path: 'lines.0.quantity', message: 'must be at least 1' }] },
  },
  unauthorized: {
    happened: 'The request has no API key, or one that the server does not know.',
    todo: 'Send one valid key as `Authorization: Bearer <key>`. If the key was replaced, use the new one.',
    detail: 'There is no API key. Send one valid API key, once, as Authorization: Bearer <key>.',
  },
  forbidden: {
    happened:
      'The API key does not have the scope that the call needs, or may not send events of that source. A server without API keys also refuses other hosts and pages of other sites.',
    todo: 'Use a key with the scope that `detail` names. Each call lists its scope in the reference.',
    detail: 'This key does not have the scope stock:write. It has: stock:read.',
  },
  not_found: {
    happened: 'There is no such call, or the resource in its path does not exist.',
    todo: 'Check the method, the path and the id. Paths are case-sensitive and end without a slash.',
    detail: 'There is nothing at GET /v1/reservation: /docs lists all calls.',
  },
  reservation_not_found: {
    happened: 'There is no reservation with this id, or the cart holds nothing.',
    todo: 'Check the id. `GET /v1/reservations?order_id=` finds the reservations of an order.',
    detail: 'There is no reservation 0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10.',
  },
  sku_not_found: {
    happened: 'There is no SKU with this name. Names match exactly, upper and lower case included.',
    todo: 'Check the name, or create the SKU with `PUT /v1/skus/{sku}`. `unknown=skip` leaves unknown SKUs out of availability.',
    detail: 'There is no SKU TSHIRT-XXL.',
  },
  location_not_found: {
    happened: 'There is no location with this name. Names match exactly, upper and lower case included.',
    todo: 'Check the name, or create the location with `PUT /v1/locations/{location}`.',
    detail: 'There is no location WH-NORTH.',
  },
  request_timeout: {
    happened: 'The request did not arrive completely in time. Nothing was done.',
    todo: 'Send the request again. Headers have to arrive within 10 seconds and the whole request within 15.',
    detail: 'The request did not arrive completely in time.',
  },
  insufficient_stock: {
    happened: 'Fewer units are available than the call asks for. Nothing was taken.',
    todo: 'Offer the customer the available units, and send a new request with a new idempotency key. With `"if_short": "partial"` a create takes the available units; with `"wait"` it waits in line.',
    adds: {
      lines:
        'The lines that are short: `sku`, `requested`, `available`, and `location` if the line is pinned to one',
    },
    detail:
      'There is not enough stock where this reservation may take it (TSHIRT-M: 5 requested, 3 available). Nothing was taken.',
    extensions: { lines: [{ sku: 'TSHIRT-M', requested: 5, available: 3 }] },
  },
  sku_inactive: {
    happened: 'The SKU is paused: no more units of it are promised. Earlier promises stay valid.',
    todo: 'Do not offer the SKU until it is active again. `PUT /v1/skus/{sku}` with `"active": true` resumes it.',
    adds: { lines: 'The paused SKUs: `sku`' },
    detail: 'Nothing more is promised of TSHIRT-M: paused. Nothing was taken.',
    extensions: { lines: [{ sku: 'TSHIRT-M' }] },
  },
  customer_limit_reached: {
    happened: 'With this call the customer would have more units of a SKU than its `max_per_customer`.',
    todo: 'Ask for at most `limit - taken` units. Units of released and expired holds do not count.',
    adds: {
      lines:
        'The SKUs: `limit` is the `max_per_customer`, `taken` what the customer has, `requested` what the call adds',
    },
    detail:
      'A customer may have at most 2 of TSHIRT-M (its max_per_customer): this one has 2, and the call adds 1. Nothing was taken.',
    extensions: { lines: [{ sku: 'TSHIRT-M', limit: 2, taken: 2, requested: 1 }] },
  },
  reservation_exists: {
    happened: 'The id in the path belongs to a reservation with other content. Nothing was changed.',
    todo: 'Make a new UUIDv7 for the new reservation. The same content again would be answered with 200.',
    adds: STATUS_NOW,
    detail:
      'Reservation 0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10 was created with other content. Read it, or reserve with another id.',
    extensions: { current_status: 'held' },
  },
  reservation_withdrawn: {
    happened: 'The reservation was withdrawn: under this id nothing is held, and never will be.',
    todo: 'Make a new UUIDv7 and create the reservation under it.',
    adds: STATUS_NOW,
    detail:
      'Reservation 0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10 was withdrawn: it never holds stock again. Reserve anew, with another id.',
    extensions: { current_status: 'withdrawn' },
  },
  order_cancelled: {
    happened: 'The order was cancelled. Nothing is reserved or confirmed for it any more.',
    todo: 'If a payment arrived for the order, refund it. A customer who orders again gets a new order id.',
    detail: 'The order o-1001 was cancelled: nothing is reserved or confirmed for it any more.',
  },
  invalid_transition: {
    happened: 'The state of the resource does not allow the call.',
    todo: 'Read it again and decide by `current_status`. `detail` names the call that fits: a hold is released, a confirmed reservation is cancelled.',
    adds: STATUS_NOW,
    detail: 'A confirmed reservation cannot be released: cancel it.',
    extensions: { current_status: 'confirmed' },
  },
  reservation_expired: {
    happened: 'The hold has ended, and its stock is free or goes to other customers.',
    todo: 'After a payment, confirm with `"on_expired": "reacquire"`: the same units are reserved again if they are available. If that is refused, refund the payment. Otherwise create a new reservation.',
    adds: STATUS_NOW,
    detail: 'The hold expired at 2026-11-20T10:15:00.000Z.',
    extensions: { current_status: 'expired' },
  },
  extension_limit_reached: {
    happened:
      'The hold was extended as often as the server allows, or would last longer than the longest hold.',
    todo: 'Confirm the hold before it ends, or extend it by less. Later, create a new reservation.',
    adds: STATUS_NOW,
    detail: 'A hold can be extended 5 times at most.',
    extensions: { current_status: 'held' },
  },
  quantity_exceeds_remaining: {
    happened: 'The call names more units than the reservation has left in that line. Nothing was done.',
    todo: 'Read the reservation, and name at most the `remaining` units. An id such as `fulfillment_id` prevents that a repeat counts twice.',
    adds: {
      ...STATUS_NOW,
      lines:
        'The lines that ask for too much: `sku`, `requested`, `remaining`, and `location` if it is named',
    },
    detail: 'The reservation has 1 unit of TSHIRT-M left, not 2.',
    extensions: {
      current_status: 'confirmed',
      lines: [{ sku: 'TSHIRT-M', requested: 2, remaining: 1 }],
    },
  },
  in_use: {
    happened:
      'The SKU, location or level still has units on hand, reserved or allocated, so it cannot be deleted.',
    todo: 'Move or adjust the units, end the reservations, and delete it then. To stop sales now, set `"active": false`.',
    detail: 'SKU TSHIRT-M has 155 units on hand, 0 reserved and 0 allocated.',
  },
  version_conflict: {
    happened:
      'Another call has changed it since you read the version that `If-Match` names, or `If-None-Match: *` was sent and it exists. Nothing was changed.',
    todo: 'Read it again, decide anew, and send its new version.',
    detail: 'TSHIRT-M at WH-EAST has version 8, not 7.',
  },
  payload_too_large: {
    happened: 'The body is larger than the call takes: 1 MB, and 64 MB for a stock import. Nothing was done.',
    todo: 'Send less in one request: split a batch or a file.',
    detail: 'The body may have at most 1 MB.',
  },
  uri_too_long: {
    happened: 'The URL has more than 14,000 characters.',
    todo: 'Ask for fewer SKUs or ids in one request.',
    detail: 'A URL may have at most 14000 characters.',
  },
  unsupported_media_type: {
    happened: 'The body has a type or an encoding that the call does not take.',
    todo: 'Send JSON in UTF-8 as `Content-Type: application/json`. Imports take `text/csv` and `application/x-ndjson`.',
    detail: 'Send the body as JSON in UTF-8.',
  },
  unknown_sku: {
    happened: 'A line names a SKU that does not exist. Nothing was done.',
    todo: 'Check the name, or create the SKU first, with `PUT /v1/skus/{sku}` or an import.',
    detail: 'There is no SKU TSHIRT-XXL. Create it first, with PUT /v1/skus/TSHIRT-XXL.',
  },
  unknown_location: {
    happened: 'A line or `locations` names a location that does not exist. Nothing was done.',
    todo: 'Check the name, or create the location first, with `PUT /v1/locations/{location}`.',
    detail: 'There is no location WH-NORTH. Create it first, with PUT /v1/locations/WH-NORTH.',
  },
  quantity_limit_exceeded: {
    happened:
      'The lines ask for more of a SKU than its `max_per_reservation`, added up, or a level would have more units than it can count.',
    todo: 'Ask for at most the units that `detail` names.',
    detail: 'A reservation may have at most 5 units of TSHIRT-M, not 6.',
  },
  customer_required: {
    happened: 'A SKU has a limit for each customer, and the reservation names no customer.',
    todo: 'Send the `customer_id` of the person who buys.',
    detail: 'TSHIRT-M has a limit for each customer (its max_per_customer): send the customer_id.',
  },
  idempotency_key_reused: {
    happened:
      'The idempotency key, or the id of a part such as `fulfillment_id`, was used before with another request. Nothing was done.',
    todo: 'Make a new key for every new request, and keep it only for repeats of that request.',
    detail: 'The idempotency key was used for another request.',
  },
  rate_limited: {
    happened:
      'The key has made more requests in this second than the server allows, or too many requests without a good key came from one address.',
    todo: 'Wait for the seconds in `Retry-After`, and send fewer requests. `RateLimit` says how many are left.',
    detail: 'The key shop may make 1000 requests in a second.',
  },
  headers_too_large: {
    happened: 'The request has more than 64 headers, or headers of more than 16 KB in all.',
    todo: 'Send fewer or smaller headers; large cookies are the usual cause.',
    detail: 'A request may have at most 64 headers.',
  },
  internal_error: {
    happened: 'A fault of Holdfast. It is logged under the request id in `instance`.',
    todo: 'Repeat the request once with the same idempotency key. If it fails again, give the request id to the operators.',
    detail: 'It has been logged under this request id.',
  },
  overloaded: {
    happened: 'Too many requests wait already, or the database took too long. Nothing was done.',
    todo: 'Wait for the seconds in `Retry-After`, then repeat the request. Wait longer after each refusal.',
    detail: 'Too many requests wait already. Nothing was done.',
  },
  unavailable: {
    happened: 'The database cannot be reached or written to, or the process is stopping. Nothing was done.',
    todo: 'Wait for the seconds in `Retry-After`, then repeat the request.',
    detail: 'The database cannot be reached. Nothing was done.',
  },
  outcome_unknown: {
    happened:
      'The connection to the database was lost during the commit. The call may have been done or not.',
    todo: 'Repeat the request with the same idempotency key: it has one effect. Without a key, read the resource to see whether it changed.',
    detail:
      'Repeat the request with the same idempotency key, or read the resource to see whether it changed.',
  },
};

const REQUEST_ID = '0f9c2a1e-6f2b-4a4e-9d0a-3c1b7e5d8a42';

/** A problem with this code, as the service answers it. */
export function exampleOfProblem(code: ProblemCode, { publicUrl }: Publisher) {
  const { detail, extensions } = PROBLEM_TEXTS[code];
  return new Problem(code, detail, { ...(extensions && { extensions }) }).toDocument(REQUEST_ID, publicUrl);
}
