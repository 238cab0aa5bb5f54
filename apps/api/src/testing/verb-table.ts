import type { Made } from './reservations-by-state.ts';

/**
 * What each call answers in each state: the contract's table, with the options of the calls. The columns are
 * those of reservations-by-state.ts; `*`: and withdrawn.
 *
 * A status: 200, and the reservation has it now. `=`: 200, and nothing changes, `version` neither.
 * Refusals: `no` invalid_transition, `late` reservation_expired, `gone` reservation_withdrawn, `exists`
 * reservation_exists, `much` quantity_exceeds_remaining, `short` insufficient_stock, `limit`
 * extension_limit_reached, `reused` idempotency_key_reused, `nowhere` unknown_location, `nothing` unknown_sku,
 * `412` version_conflict, `400` validation_failed.
 */
const TABLE = `
    call                            held       due        expired    confirmed  part out   fulfilled  cut short  released  cancelled  released*  expired*  cancelled*  withdrawn  waiting
    confirm                         confirmed  late       late       =          =          =          =          no        no         gone       gone      gone        gone       no
    confirm: the same lines         confirmed  late       late       =          =          =          =          no        no         gone       gone      gone        gone       no
    confirm: a part                 confirmed  late       late       no         no         =          =          no        no         gone       gone      gone        gone       no
    confirm: too much               much       late       late       no         no         =          =          no        no         gone       gone      gone        gone       no
    confirm: where it has none      much       late       late       no         no         =          =          no        no         gone       gone      gone        gone       no
    confirm: reacquire              confirmed  confirmed  confirmed  =          =          =          =          no        no         gone       gone      gone        gone       no
    confirm: reacquire too much     much       much       much       no         no         =          =          no        no         gone       gone      gone        gone       no
    confirm: another order          no         late       late       no         no         no         no         no        no         gone       gone      gone        gone       no
    confirm: its order, a payment   confirmed  late       late       confirmed  confirmed  =          =          no        no         gone       gone      gone        gone       no
    confirm: If-Match               400        400        400        400        400        400        400        400       400        400        400       400         400        400
    release                         released   no         no         no         no         no         no         =         no         =          gone      gone        gone       released
    release: a part                 held       no         no         no         no         no         no         =         no         =          gone      gone        gone       much
    release: all lines              released   no         no         no         no         no         no         =         no         =          gone      gone        gone       much
    release: too much               much       no         no         no         no         no         no         =         no         =          gone      gone        gone       much
    release: where it has none      much       no         no         no         no         no         no         =         no         =          gone      gone        gone       much
    release: known id               =          =          =          =          =          =          =          =         =          =          =         =           gone       much
    release: known id, other lines  reused     reused     reused     reused     reused     reused     reused     reused    reused     reused     reused    reused      gone       much
    extend                          held       late       late       no         no         no         no         no        no         gone       gone      gone        gone       no
    extend: to an earlier time      =          late       late       no         no         no         no         no        no         gone       gone      gone        gone       no
    extend: past the longest        limit      late       late       no         no         no         no         no        no         gone       gone      gone        gone       no
    fulfill                         fulfilled  late       late       fulfilled  fulfilled  =          =          no        no         gone       gone      gone        gone       no
    fulfill: a part                 confirmed  late       late       confirmed  fulfilled  much       much       no        no         gone       gone      gone        gone       no
    fulfill: too much               much       late       late       much       much       much       much       no        no         gone       gone      gone        gone       no
    fulfill: where it has none      much       late       late       much       much       much       much       no        no         gone       gone      gone        gone       no
    fulfill: there, reallocate      confirmed  late       late       confirmed  fulfilled  much       much       no        no         gone       gone      gone        gone       no
    fulfill: nowhere, reallocate    nowhere    late       late       nowhere    nowhere    much       much       no        no         gone       gone      gone        gone       no
    fulfill: another order          no         late       late       no         no         no         no         no        no         gone       gone      gone        gone       no
    fulfill: known id               confirmed  late       late       confirmed  =          =          =          no        no         gone       gone      gone        gone       no
    fulfill: known id, other lines  confirmed  late       late       confirmed  reused     reused     reused     no        no         gone       gone      gone        gone       no
    cancel                          no         no         no         cancelled  fulfilled  no         =          no        =          gone       gone      =           gone       no
    cancel: a part                  no         no         no         confirmed  fulfilled  much       much       no        =          gone       gone      =           gone       no
    cancel: too much                no         no         no         much       much       much       much       no        =          gone       gone      =           gone       no
    cancel: where it has none       no         no         no         much       much       much       much       no        =          gone       gone      =           gone       no
    cancel: known id                no         no         no         =          =          =          =          no        =          gone       gone      =           gone       no
    cancel: known id, other lines   no         no         no         reused     reused     reused     reused     no        reused     gone       gone      reused      gone       no
    return                          no         no         no         much       confirmed  fulfilled  fulfilled  no        no         gone       gone      gone        gone       no
    return: elsewhere               no         no         no         much       confirmed  fulfilled  fulfilled  no        no         gone       gone      gone        gone       no
    return: not restocked           no         no         no         much       confirmed  fulfilled  fulfilled  no        no         gone       gone      gone        gone       no
    return: too much                no         no         no         much       much       much       much       no        no         gone       gone      gone        gone       no
    return: nowhere                 no         no         no         nowhere    nowhere    nowhere    nowhere    no        no         gone       gone      gone        gone       no
    return: known id                no         no         no         much       =          =          =          no        no         gone       gone      gone        gone       no
    return: known id, other lines   no         no         no         much       reused     reused     reused     no        no         gone       gone      gone        gone       no
    reallocate                      held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       no
    reallocate: sourced anew        held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       no
    reallocate: too much            much       late       late       much       much       no         no         no        no         gone       gone      gone        gone       no
    reallocate: where it has none   much       late       late       much       much       no         no         no        no         gone       gone      gone        gone       no
    reallocate: nowhere             nowhere    late       late       nowhere    nowhere    no         no         no        no         gone       gone      gone        gone       no
    lines: less                     held       late       late       confirmed  fulfilled  no         no         no        no         gone       gone      gone        gone       waiting
    lines: less than shipped        held       late       late       confirmed  much       no         no         no        no         gone       gone      gone        gone       waiting
    lines: the same                 held       late       late       =          =          no         no         no        no         gone       gone      gone        gone       =
    lines: more                     held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       short
    lines: another SKU              held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       short
    lines: an unknown SKU           nothing    late       late       nothing    nothing    no         no         no        no         gone       gone      gone        gone       nothing
    lines: more than there is       short      late       late       short      short      no         no         no        no         gone       gone      gone        gone       short
    lines: that, partial            held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       short
    lines: that, partial, no_split  400        400        400        400        400        400        400        400       400        400        400       400         400        400
    lines: the same, renew          held       late       late       =          =          no         no         no        no         gone       gone      gone        gone       =
    lines: more, If-Match           held       late       late       confirmed  confirmed  no         no         no        no         gone       gone      gone        gone       short
    lines: more, another version    412        late       late       412        412        no         no         no        no         gone       gone      gone        gone       412
    lines: more, If-None-Match      400        400        400        400        400        400        400        400       400        400        400       400         400        400
    patch                           held       expired    expired    confirmed  confirmed  fulfilled  fulfilled  released  cancelled  released   expired   cancelled   gone       waiting
    patch: nothing                  =          =          =          =          =          =          =          =         =          =          =         =           gone       =
    patch: its order                =          =          =          =          =          =          =          =         =          =          =         =           gone       =
    patch: another order            no         no         no         no         no         no         no         no        no         no         no        no          gone       no
    patch: another customer         no         no         no         no         no         no         no         no        no         no         no        no          gone       no
    patch: a payment                held       expired    expired    confirmed  confirmed  fulfilled  fulfilled  released  cancelled  released   expired   cancelled   gone       waiting
    patch: If-Match                 held       412        expired    confirmed  confirmed  fulfilled  fulfilled  released  cancelled  released   expired   cancelled   gone       waiting
    patch: another version          412        412        412        412        412        412        412        412       412        412        412       412         gone       412
    withdraw                        released   expired    expired    cancelled  no         no         no         released  cancelled  =          =         =           =          released
    withdraw: If-Match              400        400        400        400        400        400        400        400       400        400        400       400         400        400
    put: the same                   =          =          =          =          =          =          =          =         =          gone       gone      gone        gone       =
    put: other content              exists     exists     exists     exists     exists     exists     exists     exists    exists     gone       gone      gone        gone       exists
`;

export const CODES: Readonly<Record<string, string>> = {
  no: 'invalid_transition',
  late: 'reservation_expired',
  gone: 'reservation_withdrawn',
  exists: 'reservation_exists',
  much: 'quantity_exceeds_remaining',
  short: 'insufficient_stock',
  limit: 'extension_limit_reached',
  reused: 'idempotency_key_reused',
  nowhere: 'unknown_location',
  nothing: 'unknown_sku',
  '412': 'version_conflict',
  '400': 'validation_failed',
};

const [head = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((row) => row.trim().split(/ {2,}/));

export const STATES = head.slice(1);

/** The answers of each call, by state. */
export function answersIn(state: string): Readonly<Record<string, string>> {
  const column = head.indexOf(state);
  return Object.fromEntries(rows.map(([call = '', ...cells]) => [call, cells[column - 1] ?? 'missing']));
}

/** What a call sends. Its first word is the verb; PUT: `lines` and `put`; PATCH: `patch`. */
interface Sent {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const TOO_MUCH = 9;

/** The request of each call. */
export const CALLS: Readonly<Record<string, (made: Made) => Sent>> = {
  confirm: () => ({}),
  'confirm: the same lines': ({ sku }) => of(sku, 4),
  'confirm: a part': ({ sku }) => of(sku, 1),
  'confirm: too much': ({ sku }) => of(sku, TOO_MUCH),
  'confirm: where it has none': ({ sku }) => of(sku, 1, { location: 'WEST' }),
  'confirm: reacquire': () => ({ body: { on_expired: 'reacquire' } }),
  'confirm: reacquire too much': ({ sku }) => of(sku, TOO_MUCH, {}, { on_expired: 'reacquire' }),
  'confirm: another order': () => ({ body: { order_id: 'o-other' } }),
  'confirm: its order, a payment': () => ({ body: { order_id: 'o-1', payment_reference: 'pay-1' } }),
  'confirm: If-Match': seen,
  release: () => ({}),
  'release: a part': ({ sku }) => of(sku, 1),
  'release: all lines': ({ sku }) => of(sku, 4),
  'release: too much': ({ sku }) => of(sku, TOO_MUCH),
  'release: where it has none': ({ sku }) => of(sku, 1, { location: 'WEST' }),
  'release: known id': ({ sku }) => of(sku, 1, {}, { release_id: 'r-1' }),
  'release: known id, other lines': ({ sku }) => of(sku, 2, {}, { release_id: 'r-1' }),
  extend: () => ({}),
  'extend: to an earlier time': () => ({ body: { ttl_seconds: 1 } }),
  'extend: past the longest': () => ({ body: { ttl_seconds: 3_600 } }),
  fulfill: () => ({}),
  'fulfill: a part': ({ sku }) => of(sku, 1),
  'fulfill: too much': ({ sku }) => of(sku, TOO_MUCH),
  'fulfill: where it has none': ({ sku }) => of(sku, 1, { location: 'WEST' }),
  'fulfill: there, reallocate': ({ sku }) => of(sku, 1, { location: 'WEST' }, { reallocate: true }),
  'fulfill: nowhere, reallocate': ({ sku }) => of(sku, 1, { location: 'NOWHERE' }, { reallocate: true }),
  'fulfill: another order': () => ({ body: { order_id: 'o-other' } }),
  'fulfill: known id': ({ sku }) => of(sku, 2, {}, { fulfillment_id: 'f-1' }),
  'fulfill: known id, other lines': ({ sku }) => of(sku, 1, {}, { fulfillment_id: 'f-1' }),
  cancel: () => ({}),
  'cancel: a part': ({ sku }) => of(sku, 1),
  'cancel: too much': ({ sku }) => of(sku, TOO_MUCH),
  'cancel: where it has none': ({ sku }) => of(sku, 1, { location: 'WEST' }),
  'cancel: known id': ({ sku }) => of(sku, 1, {}, { cancellation_id: 'c-1' }),
  'cancel: known id, other lines': ({ sku }) => of(sku, 2, {}, { cancellation_id: 'c-1' }),
  return: ({ sku }) => of(sku, 1),
  'return: elsewhere': ({ sku }) => of(sku, 1, { from: 'EAST', to: 'WEST' }),
  'return: not restocked': ({ sku }) => of(sku, 1, {}, { restock: false }),
  'return: too much': ({ sku }) => of(sku, TOO_MUCH),
  'return: nowhere': ({ sku }) => of(sku, 1, { to: 'NOWHERE' }),
  'return: known id': ({ sku }) => of(sku, 1, {}, { return_id: 'b-1' }),
  'return: known id, other lines': ({ sku }) => of(sku, 2, {}, { return_id: 'b-1' }),
  reallocate: ({ sku }) => of(sku, 1, { from: 'EAST', to: 'WEST' }),
  'reallocate: sourced anew': ({ sku }) => ({ body: { lines: [{ sku, from: 'EAST' }] } }),
  'reallocate: too much': ({ sku }) => of(sku, TOO_MUCH, { from: 'EAST', to: 'WEST' }),
  'reallocate: where it has none': ({ sku }) => of(sku, 1, { from: 'WEST', to: 'EAST' }),
  'reallocate: nowhere': ({ sku }) => of(sku, 1, { from: 'EAST', to: 'NOWHERE' }),
  'lines: less': ({ sku }) => of(sku, 2),
  'lines: less than shipped': ({ sku }) => of(sku, 1),
  // For a hold of which a part was released, they lower the requested quantity.
  'lines: the same': ({ sku, units }) => of(sku, Math.max(1, units)),
  'lines: more': ({ sku }) => of(sku, 6),
  'lines: another SKU': ({ scarce }) => of(scarce, 1),
  'lines: an unknown SKU': () => of('UNKNOWN', 1),
  'lines: more than there is': short,
  'lines: that, partial': (made) => short(made, { if_short: 'partial' }),
  'lines: that, partial, no_split': (made) => short(made, { if_short: 'partial', sourcing: 'no_split' }),
  'lines: the same, renew': ({ sku, units }) => of(sku, Math.max(1, units), {}, { renew: true }),
  'lines: more, If-Match': (made) => ({ ...of(made.sku, 6), ...seen(made) }),
  'lines: more, another version': ({ sku }) => ({ ...of(sku, 6), headers: { 'If-Match': '"99"' } }),
  'lines: more, If-None-Match': ({ sku }) => ({ ...of(sku, 6), headers: { 'If-None-Match': '*' } }),
  patch: () => ({ body: { source: 'phone' } }),
  'patch: nothing': () => ({ body: {} }),
  'patch: its order': () => ({ body: { order_id: 'o-1' } }),
  'patch: another order': () => ({ body: { order_id: 'o-other' } }),
  'patch: another customer': () => ({ body: { customer_id: 'cu-other' } }),
  'patch: a payment': () => ({ body: { payment_reference: 'pay-1' } }),
  'patch: If-Match': (made) => ({ body: { source: 'phone' }, ...seen(made) }),
  'patch: another version': () => ({ body: { source: 'phone' }, headers: { 'If-Match': '"99"' } }),
  withdraw: () => ({}),
  'withdraw: If-Match': seen,
  'put: the same': ({ created }) => ({ body: created }),
  'put: other content': ({ created }) => ({ body: { ...created, source: 'other' } }),
};

const of = (sku: string, quantity: number, line: object = {}, rest: object = {}): Sent => ({
  body: { lines: [{ sku, quantity, ...line }], ...rest },
});

/** Its lines, with more units of a SKU than are in stock. */
function short({ sku, units, scarce }: Made, rest: object = {}): Sent {
  const lines = [
    { sku, quantity: Math.max(1, units) },
    { sku: scarce, quantity: TOO_MUCH },
  ];
  return { body: { lines, ...rest } };
}

function seen({ version }: Made): Sent {
  return { headers: { 'If-Match': `"${version}"` } };
}
