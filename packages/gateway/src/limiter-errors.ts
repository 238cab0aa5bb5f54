/**
 * Why a limiter did not make a call. In all three cases nothing was sent, so no attempt is used up and the same call may
 * be scheduled again.
 */
export class GatewayLimiterError extends Error {}

/** The queue is full. Wait before scheduling more: the rows to be sent are safe in the database. */
export class GatewayBusy extends GatewayLimiterError {
  override name = 'GatewayBusy';
}

/** No slot was granted in time: Redis does not answer, or this host's clock is far behind the others'. */
export class GatewayLimiterUnavailable extends GatewayLimiterError {
  override name = 'GatewayLimiterUnavailable';
}

/** The limiter is closing, because the process stops. */
export class GatewayLimiterClosed extends GatewayLimiterError {
  override name = 'GatewayLimiterClosed';
}
