const VIOLATIONS_MAX = 20;

/** The checks, the figures seen, and the violations. */
export class Findings {
  readonly violations: string[] = [];
  readonly answers = new Map<string, number>();
  readonly faults = new Map<string, number>();
  /** The duration of each, until there were answers again. */
  readonly faultMs = new Map<string, number>();
  /** The fault that is being caused. */
  underWay: string | null = null;
  checks = 0;
  commands = 0;

  /** @param what describes the violation */
  check(isSo: boolean, what: () => string): void {
    this.checks += 1;
    if (!isSo) this.violate(what());
  }

  violate(what: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(what);
  }

  /** The HTTP status of one try, or what came in its place. */
  answered(status: string): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }

  happened(fault: string, tookMs: number): void {
    this.underWay = null;
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    this.faultMs.set(fault, (this.faultMs.get(fault) ?? 0) + tookMs);
  }
}
