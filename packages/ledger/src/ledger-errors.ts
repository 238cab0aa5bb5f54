/** Too much is waiting already, or it waited too long. Nothing was done; a little later it may go. */
export class LedgerOverloaded extends Error {
  override name = 'LedgerOverloaded';
}

/** Another session keeps rows locked that the command needs. Nothing was done. */
export class RowsLocked extends LedgerOverloaded {
  override name = 'RowsLocked';
}

/** The database cannot be reached, or cannot be written to. Nothing was done. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';
}

/** The database went away during COMMIT and cannot say what came of it: repeat with the same key, or look. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown';
}

/** All callers disconnected before the command's turn. Nothing was done. */
export class CallerGone extends Error {
  override name = 'CallerGone';
}
