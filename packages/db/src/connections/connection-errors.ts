/** No connection could be opened, so nothing was sent. `classifyDatabaseError` reads `code`. */
export class ConnectFailed extends Error {
  override name = 'ConnectFailed';
  readonly code = 'HOLDFAST_UNREACHABLE';
}

/** All connections of the pool were busy for as long as a caller may wait. Nothing was sent. */
export class PoolBusy extends Error {
  override name = 'PoolBusy';
  readonly code = 'HOLDFAST_POOL_BUSY';
}

/**
 * The server sent nothing for longer than any statement may take, so the connection counts as lost. It has
 * the code of a socket's time-out, so that Prisma's adapter treats it as one.
 */
export class ConnectionSilent extends Error {
  override name = 'ConnectionSilent';
  readonly code = 'ETIMEDOUT';
  readonly syscall = 'read';
  readonly errno = -110;
}

/** A transaction had no time left for another statement. It was rolled back. */
export class TransactionTooLong extends Error {
  override name = 'TransactionTooLong';
  readonly code = 'HOLDFAST_TRANSACTION_TOO_LONG';
}
