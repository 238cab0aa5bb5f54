/** Promises of the ledger, each as a query that finds nothing when it is kept. */
export type Invariants = Readonly<Record<string, string>>;
