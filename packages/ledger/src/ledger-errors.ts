/** Too much is waiting already, or it waited too long. Nothing was done; a little later it may go. */
export class LedgerOverloaded extends Error {
  override name = 'LedgerOverloaded';
}

/** The database cannot be reached. Nothing was done. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';
}

/** The database went away during COMMIT and cannot say what came of it: repeat with the same key, or look. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown';
}

/** Whoever asked has gone before the command's turn came. Nothing was done. */
export class CallerGone extends Error {
  override name = 'CallerGone';
}
